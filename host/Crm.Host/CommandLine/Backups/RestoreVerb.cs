// ./crm restore --from crm.zip into an empty place, ./crm restore --from crm.zip --tenant trading --as trading2 beside the others
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Backup;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Backups;

internal static class RestoreVerb
{
    public static Command Verb(VerbRunner runner)
    {
        var from = new Option<FileInfo>("--from") { Description = Texts.L("バックアップのファイル", "The backup"), Required = true };
        var tenant = new Option<string>("--tenant", "-t") { Description = Texts.L("復元するテナント（省略時は全体を空の環境へ）", "The tenant to bring back; everything, into an empty place, when left out"), HelpName = "KEY" };
        var asKey = new Option<string>("--as") { Description = Texts.L("復元先のキー（省略時は元のキー）", "Its key here; as it was when left out"), HelpName = "NEW" };
        return runner.Verb("restore", ("バックアップから復元する", "Bring a backup back"), [from, tenant, asKey], async work =>
        {
            var opened = await BackupFile.Open(work.Needed(from).FullName, work.Stop);
            if (opened.Failed) return Result<Answer>.Fail(opened.Problems);
            await using var file = opened.Value;
            var one = work.Value(tenant);
            var restored = one is null ? await work.Get<Restore>().Installation(file, work.Stop) : await work.Get<Restore>().Tenant(file, one, work.Value(asKey), work.Stop);
            if (restored.Failed) return Result<Answer>.Fail(restored.Problems);
            var json = new JsonObject { ["tenants"] = new JsonArray([.. restored.Value.Tenants.Select(t => (JsonNode)t)]), ["rows"] = restored.Value.Rows };
            return new Answer(json, console =>
            {
                console.WriteLine(Texts.L($"{string.Join("、", restored.Value.Tenants)}: {restored.Value.Rows:N0} 行を復元しました。", $"{string.Join(", ", restored.Value.Tenants)}: {restored.Value.Rows:N0} rows are back."));
                if (one is not null) console.WriteLine(Texts.L("テナントは停止中です。確認してから ./crm tenant resume で再開してください。", "The tenant is closed: look at it, then open it with ./crm tenant resume."));
            });
        });
    }
}
