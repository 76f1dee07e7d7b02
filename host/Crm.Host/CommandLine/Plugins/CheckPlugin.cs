// ./crm plugin check FILE: takes a package through its whole life on an installation made for it alone, and says what was wrong.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.Conformance;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Plugins;

internal static class CheckPlugin
{
    public static Command Verb(VerbRunner runner)
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L(".crmplugin ファイル", "A .crmplugin file") };
        return runner.Aside("check", ("プラグインを試験する（導入から削除まで、専用の一時的な環境で）", "Try a plugin from install to removal, on an installation made for it alone"), [file], async (parsed, cancellation) =>
        {
            var package = parsed.GetRequiredValue(file);
            if (!package.Exists) return PluginVerbs.NoFile(package);
            var report = await Check(runner, await File.ReadAllBytesAsync(package.FullName, cancellation), cancellation);
            return report.Failures.Count > 0
                ? Result<Answer>.Fail([.. report.Failures.Select(f => new Problem("does-not-conform", f, Field: "file"))])
                : new Answer(
                    new JsonObject { ["conforms"] = true, ["notChecked"] = new JsonArray([.. report.NotChecked.Select(n => JsonValue.Create(n.ToString()))]) },
                    console =>
                    {
                        foreach (var line in report.NotChecked) console.WriteLine(Texts.L("未確認 ", "not checked: ") + line);
                        console.WriteLine(Texts.L("問題はありません。", "Nothing is wrong."));
                    });
        });
    }

    /// <summary>None of the settings this installation runs with: what is tried must not reach its data.</summary>
    private static async Task<ConformanceReport> Check(VerbRunner runner, byte[] package, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("crm-check-").FullName;
        try
        {
            string[] settings =
            [
                "--urls=http://127.0.0.1:0", "--Storage:Provider=Sqlite", $"--Storage:ConnectionString=Data Source={Path.Combine(folder, "crm.db")};Pooling=false", $"--Storage:DataFolder={folder}",
                "--Plugins:AllowUnsigned=true",
            ];
            await using var app = runner.Surroundings.Build(settings, builder => builder.Logging.ClearProviders());
            await CrmApp.Migrate(app, cancellation);
            await app.StartAsync(cancellation);
            try
            {
                using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
                return await new PluginConformance(app, http).Check(package);
            }
            finally
            {
                // What still works in the background would hold the process, and the folder.
                await app.StopAsync(CancellationToken.None);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
