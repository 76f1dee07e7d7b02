// ./crm backup --to crm.zip, ./crm backup --tenant trading --to trading.zip, ./crm backup verify crm.zip
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Backup;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Backups;

internal static class BackUp
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = new Option<string>("--tenant", "-t") { Description = Texts.L("テナントのキー（省略時は全体）", "Key of one tenant; the whole installation when left out"), HelpName = "KEY" };
        var to = new Option<FileInfo>("--to", "-o") { Description = Texts.L("書き出すファイル", "The file to write"), Required = true };
        var withKey = new Option<bool>("--with-master-key") { Description = Texts.L("マスターキーも同じファイルに入れる（そのファイルだけで暗号化されたデータも開けます）", "Put the master key into the same file, which then opens everything by itself") };
        var backup = runner.Verb("backup", ("利用中のままバックアップを作成する", "Back up, while people work"), [tenant, to, withKey], async work =>
        {
            var one = work.Value(tenant) is { } key ? await work.Tenant(key) : null;
            if (one is { Failed: true }) return Result<Answer>.Fail(one.Problems);
            var made = await work.Get<Platform.Backup.Backups>().Write(work.Needed(to).FullName, one?.Value, work.Value(withKey), work.Stop);
            return new Answer(Json(made.Manifest, made.Sum, made.File), console =>
            {
                console.WriteLine(Texts.L($"{made.Manifest.Tables.Count} テーブル・{made.Manifest.Rows:N0} 行を {made.File} に書き出しました（{made.Bytes:N0} バイト）。", $"Wrote {made.Manifest.Rows:N0} rows of {made.Manifest.Tables.Count} tables to {made.File} ({made.Bytes:N0} bytes)."));
                console.WriteLine("SHA-256 " + made.Sum);
                foreach (var missing in made.Manifest.Missing) console.WriteLine(Texts.L($"プラグイン {missing} は動いていないため、そのデータは含まれていません。", $"The plugin {missing} does not run: its data is not in the file."));
                console.WriteLine(work.Value(withKey)
                    ? Texts.L("マスターキーが入っています。このファイルを持つ人は暗号化されたデータも読めます。", "The master key is inside: whoever has this file reads the encrypted data too.")
                    : Texts.L("マスターキーは入っていません。master.key を別の場所に保管してください。なければ復元できません。", "The master key is not inside. Keep master.key elsewhere: without it nothing is restored."));
            });
        });
        backup.Add(Verify(runner));
        return backup;
    }

    private static Command Verify(VerbRunner runner)
    {
        var from = new Argument<FileInfo>("FILE") { Description = Texts.L("バックアップのファイル", "The backup") };
        return runner.Aside("verify", ("バックアップが読めるか、壊れていないかを確かめる", "Check that a backup is whole and can be read"), [from], async (parsed, cancellation) =>
        {
            var opened = await BackupFile.Open(parsed.GetRequiredValue(from).FullName, cancellation);
            if (opened.Failed) return Result<Answer>.Fail(opened.Problems);
            await using var file = opened.Value;
            var sound = await file.Verify(cancellation);
            if (sound.Failed) return Result<Answer>.Fail(sound.Problems);
            var manifest = file.Manifest;
            return new Answer(Json(manifest, file.Sum, parsed.GetRequiredValue(from).FullName), console =>
            {
                console.WriteLine(Texts.L($"正常です。{manifest.MadeAt:u} 作成、{manifest.Tables.Count} テーブル・{manifest.Rows:N0} 行。", $"It is whole: made {manifest.MadeAt:u}, {manifest.Rows:N0} rows of {manifest.Tables.Count} tables."));
                foreach (var tenant in manifest.Tenants) console.WriteLine($"  {tenant.Key}  {tenant.Name}");
                console.WriteLine("SHA-256 " + file.Sum);
            });
        });
    }

    private static JsonObject Json(BackupManifest manifest, string sum, string file) => new()
    {
        ["file"] = file,
        ["sum"] = sum,
        ["madeAt"] = manifest.MadeAt.ToString("O"),
        ["installation"] = manifest.Installation,
        ["tenants"] = new JsonArray([.. manifest.Tenants.Select(t => (JsonNode)t.Key)]),
        ["tables"] = manifest.Tables.Count,
        ["rows"] = manifest.Rows,
        ["missing"] = new JsonArray([.. manifest.Missing.Select(m => (JsonNode)m)]),
    };
}
