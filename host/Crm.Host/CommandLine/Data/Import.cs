// ./crm import people.csv --tenant trading --type customers.person --match code: the same import as on the screen, waited for.
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Import;
using Crm.Platform.Jobs;
using Crm.Platform.Pipeline;
using Crm.Sdk;
using Crm.Sdk.Files;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine.Data;

internal static class Import
{
    private const int ProblemsShown = 50;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L("CSV または Excel のファイル", "A CSV or Excel file") };
        var type = new Option<string>("--type") { Description = Texts.L("レコード種別（customers.person など）", "Record type, such as customers.person"), Required = true };
        var match = new Option<string[]>("--match") { Description = Texts.L("照合する項目のキー", "Key of a field that finds the record"), DefaultValueFactory = _ => [] };
        var mapping = new Option<FileInfo>("--mapping") { Description = Texts.L("列の対応（JSON ファイル: {\"columns\":[{\"column\":1,\"field\":\"name\"}]}）", "Which column fills which field, a JSON file: {\"columns\":[{\"column\":1,\"field\":\"name\"}]}") };
        var dryRun = new Option<bool>("--dry-run") { Description = Texts.L("検査だけ行い、何も保存しない", "Check everything and save nothing") };
        return runner.Verb("import", ("ファイルからレコードを取り込む", "Import records from a file"), [file, tenant, type, match, mapping, dryRun], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var source = work.Value(file);
            if (!source.Exists) return NoFile(source);
            var settings = await Settings(work.Value(mapping), work.Value(match)!, work.Stop);
            if (settings.Failed) return Result<Answer>.Fail(settings.Problems);
            Guid stored;
            await using (var content = source.OpenRead()) stored = await scope.Get<IFiles>().Save(source.Name, "application/octet-stream", content, work.Stop);
            var started = await scope.Get<IMediator>().Send(new StartImport(work.Needed(type), stored, settings.Value, work.Value(dryRun)), work.Stop);
            if (started.Failed) return Result<Answer>.Fail(started.Problems);
            return await Report(scope, await Follow(work, scope, started.Value), work);
        }));
    }

    /// <summary>Does the work here, unless a serving node takes it first; either way it is watched until it ends.</summary>
    private static async Task<ImportView> Follow(Work work, WorkScope scope, Guid id)
    {
        var jobs = work.Get<JobRunner>();
        await jobs.StartAsync(work.Stop);
        try
        {
            return await work.Runner.Progress.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async progress =>
            {
                var bar = progress.AddTask(Texts.L("取り込み中", "Importing"));
                while (true)
                {
                    var import = (await scope.Get<IMediator>().Send(new GetImport(id), work.Stop)).Value;
                    bar.MaxValue = Math.Max(1, Math.Max(import.Total ?? 0, import.Done));
                    bar.Value = import.Done;
                    if (!import.UnderWay) return import;
                    await Task.Delay(Look, work.Get<TimeProvider>(), work.Stop);
                }
            });
        }
        finally
        {
            await jobs.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<Result<Answer>> Report(WorkScope scope, ImportView import, Work work)
    {
        if (import.State == ImportState.Failed)
        {
            return new Problem("import-failed", import.Message ?? ("取り込みに失敗しました。", "The import failed."));
        }

        var problems = (await scope.Get<IMediator>().Send(new ListImportProblems(import.Id, Limit: 1_000), work.Stop)).Value;
        var json = new JsonObject
        {
            ["id"] = import.Id, ["state"] = import.State, ["rows"] = import.Done, ["created"] = import.Created, ["updated"] = import.Updated, ["unchanged"] = import.Unchanged, ["refused"] = import.Refused, ["dryRun"] = import.DryRun,
            ["errors"] = new JsonArray([.. problems.Select(p => (JsonNode)new JsonObject { ["row"] = p.Row, ["field"] = p.Field, ["code"] = p.Code, ["message"] = p.Message.ToString(), ["cure"] = p.Cure?.ToString(), ["value"] = p.Value })]),
        };
        return new Answer(json, console =>
        {
            console.WriteLine(Texts.L(
                $"{import.Done:N0} 行: 新規 {import.Created:N0}、更新 {import.Updated:N0}、変更なし {import.Unchanged:N0}、取り込めず {import.Refused:N0}",
                $"{import.Done:N0} rows: {import.Created:N0} created, {import.Updated:N0} updated, {import.Unchanged:N0} unchanged, {import.Refused:N0} refused"));
            foreach (var problem in problems.Take(ProblemsShown))
            {
                console.WriteLine(Texts.L($"  {problem.Row} 行目: ", $"  Row {problem.Row}: ") + problem.Message);
                if (problem.Cure is { } cure) console.WriteLine("    → " + cure);
            }

            if (problems.Count > ProblemsShown) console.WriteLine("  …");
        });
    }

    private static async Task<Result<ImportSettings?>> Settings(FileInfo? mapping, string[] match, CancellationToken cancellation)
    {
        ImportSettings? settings = null;
        if (mapping is not null)
        {
            if (!mapping.Exists) return NoFile(mapping);
            try
            {
                await using var json = mapping.OpenRead();
                settings = await JsonSerializer.DeserializeAsync<ImportSettings>(json, JsonSerializerOptions.Web, cancellation);
            }
            catch (JsonException wrong)
            {
                return new Problem("bad-mapping", ($"{mapping.Name} を読み取れません（{wrong.LineNumber + 1} 行目）。", $"{mapping.Name} cannot be read (line {wrong.LineNumber + 1})."), Field: "mapping");
            }
        }

        return match.Length > 0 ? (settings ?? new ImportSettings()) with { Match = match } : settings;
    }

    private static Problem NoFile(FileInfo file) => new("no-file", ($"ファイル「{file.FullName}」がありません。", $"There is no file {file.FullName}."), Field: "file");
}
