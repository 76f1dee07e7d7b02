// ./crm export --tenant trading --type customers.person --format csv-cp932 --out people.csv
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Host.Api.Filters;
using Crm.Platform.Export;
using Crm.Platform.Pipeline;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine.Data;

internal static class Export
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var type = new Option<string>("--type") { Description = Texts.L("レコード種別（customers.person など）", "Record type, such as customers.person"), Required = true };
        var format = new Option<string>("--format") { Description = Texts.L("形式", "Format"), DefaultValueFactory = _ => ExportFormat.CsvUtf8 };
        format.AcceptOnlyFromAmong(ExportFormat.CsvUtf8, ExportFormat.CsvCp932, ExportFormat.Xlsx);
        var target = new Option<FileInfo>("--out", "-o") { Description = Texts.L("書き出すファイル", "The file to write"), Required = true };
        var filter = new Option<string>("--filter") { Description = Texts.L("条件の JSON: {\"field\":\"rank\",\"value\":\"VIP\"}", "Conditions as JSON: {\"field\":\"rank\",\"value\":\"VIP\"}") };
        var fields = new Option<string>("--fields") { Description = Texts.L("項目のキー（カンマ区切り、省略時はすべて）", "Keys of fields, with commas; all when left out") };
        var use = new Option<string>("--for") { Description = Texts.L("用途（newsletter:email など）。使ってよいものだけを書き出す", "What for, such as newsletter:email; only what may be used for it is written") };
        var leftOut = new Option<bool>("--left-out") { Description = Texts.L("代わりに、除かれるものと理由を書き出す", "What is left out instead, and why") };
        var lossy = new Option<bool>("--lossy") { Description = Texts.L("その文字コードにない文字を 〓 に置き換えて書き出す", "Write characters that the encoding has not as 〓") };
        return runner.Verb("export", ("レコードをファイルに書き出す", "Write records into a file"), [tenant, type, format, target, filter, fields, use, leftOut, lossy], work =>
        {
            var problems = new List<Problem>();
            var wanted = work.Value(filter) is { } json ? FilterJson.Read(json, problems) : null;
            if (problems.Count > 0) return Task.FromResult(Result<Answer>.Fail(problems));
            return work.InTenant(work.Needed(tenant), async scope =>
            {
                // Beside its place until it is whole: a broken export must not stand where the last good one was.
                var path = work.Needed(target).FullName;
                var partial = path + ".partial";
                try
                {
                    await using (var stream = File.Create(partial))
                    {
                        var export = new ExportRecords(work.Needed(type), work.Value(format)!, stream)
                        {
                            Filter = wanted, Fields = work.Value(fields)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Use = work.Value(use), LeftOut = work.Value(leftOut),
                        };
                        var written = await InTheTenantsLanguage(scope, export, work.Stop);
                        if (written.Failed) return Result<Answer>.Fail(written.Problems);
                        if (!written.Value.IsComplete && !work.Value(lossy)) return Result<Answer>.Fail([Lost(written.Value)]);
                        await stream.DisposeAsync();
                        File.Move(partial, path, overwrite: true);
                        return Done(written.Value, path);
                    }
                }
                finally
                {
                    File.Delete(partial);
                }
            });
        });
    }

    /// <summary>Headings and choices are the tenant's, whoever's shell it is: the same file from a terminal and from cron.</summary>
    private static async Task<Result<Platform.Tabular.TabularExport>> InTheTenantsLanguage(WorkScope scope, ExportRecords export, CancellationToken cancellation)
    {
        // Set within this method, and gone again when it returns.
        CultureInfo.CurrentUICulture = scope.Get<ITenant>().Language;
        return await scope.Get<IMediator>().Send(export, cancellation);
    }

    /// <summary>Nothing is written that would lose a name in silence.</summary>
    private static Problem Lost(Platform.Tabular.TabularExport written)
    {
        var rows = string.Join("、", written.Unwritten.Take(20).Select(c => $"{c.Row}: {c.Character}"));
        var more = written.UnwrittenCount > 20 ? $" … ({written.UnwrittenCount:N0})" : "";
        return new(
            "not-in-encoding", ($"この文字コードで表せない文字があるため、書き出しませんでした。行 {rows}{more}", $"Nothing was written: the encoding lacks characters. Rows {rows}{more}"),
            ("--format csv なら失われません。〓 に置き換えてよければ --lossy を付けてください。", "--format csv loses none. With --lossy they are written as 〓."), "format");
    }

    private static Answer Done(Platform.Tabular.TabularExport written, string path) => new(
        new JsonObject { ["file"] = path, ["rows"] = written.Rows, ["unwritten"] = written.UnwrittenCount },
        console =>
        {
            console.WriteLine(Texts.L($"{written.Rows:N0} 行を {path} に書き出しました。", $"Wrote {written.Rows:N0} rows to {path}."));
            if (!written.IsComplete) console.WriteLine(Texts.L($"この文字コードで表せない文字が {written.UnwrittenCount:N0} か所ありました（〓 に置き換え）。--format csv なら失われません。", $"{written.UnwrittenCount:N0} characters do not exist in this encoding (written as 〓). --format csv loses none."));
        });
}
