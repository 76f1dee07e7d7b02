// ./crm sample-data --tenant trading --scenario trading: the data of the demonstrations, in a tenant of one's own.
// ./crm sample-data people --rows 100000 --out people.csv: a file to try imports on.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Customers;
using Crm.Host.CommandLine.Serving;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Data;

internal static class SampleData
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var scenario = new Option<string>("--scenario") { Description = Texts.L("業種（trading / waste / inn）", "Kind of business: trading, waste or inn"), DefaultValueFactory = _ => "trading" };
        scenario.AcceptOnlyFromAmong("trading", "waste", "inn");
        var seed = new Option<int>("--seed") { Description = Texts.L("乱数の種（同じなら同じデータ）", "Seed; the same gives the same data"), DefaultValueFactory = _ => 1 };
        var fill = runner.Verb("sample-data", ("テナントにサンプルデータを入れる", "Fill a tenant with sample data"), [tenant, scenario, seed], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            await Demo.Fill(scope, work.Value(scenario)!, work.Value(seed), work.Stop);
            return Answer.Line(
                ("サンプルデータを入れました。", "The sample data is in."), new JsonObject { ["tenant"] = work.Needed(tenant), ["scenario"] = work.Value(scenario), ["seed"] = work.Value(seed) });
        }));
        fill.Add(People(runner));
        return fill;
    }

    private static Command People(VerbRunner runner)
    {
        var rows = new Option<int>("--rows") { Description = Texts.L("行数", "How many rows"), DefaultValueFactory = _ => 1_000 };
        var target = new Option<FileInfo>("--out", "-o") { Description = Texts.L("書き出すファイル", "The file to write"), Required = true };
        var seed = new Option<int>("--seed") { Description = Texts.L("乱数の種（同じなら同じファイル）", "Seed; the same gives the same file"), DefaultValueFactory = _ => 1 };
        return runner.Verb("people", ("取り込みを試すための、癖だらけの CP932 ファイルを作る", "Write a CP932 file with every bad habit, to try imports on"), [rows, target, seed], async work =>
        {
            var path = work.Needed(target).FullName;
            await using var stream = File.Create(path);
            CustomersModule.WriteSamplePeople(stream, work.Value(rows), work.Value(seed));
            return Answer.Line(
                ($"{work.Value(rows):N0} 行を {path} に書き出しました。", $"Wrote {work.Value(rows):N0} rows to {path}."), new JsonObject { ["file"] = path, ["rows"] = work.Value(rows) });
        });
    }
}
