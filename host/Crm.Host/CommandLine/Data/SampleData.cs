// ./crm sample-data --tenant trading --scenario trading: the data of the demonstrations, in a tenant of one's own.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Serving;
using Crm.Platform.Tenancy;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Data;

internal static class SampleData
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var scenario = new Option<string>("--scenario") { Description = Texts.L("業種（trading など）", "Kind of business, such as trading"), DefaultValueFactory = _ => "trading" };
        var seed = new Option<int>("--seed") { Description = Texts.L("乱数の種（同じなら同じデータ）", "Seed; the same gives the same data"), DefaultValueFactory = _ => 1 };
        return runner.Verb("sample-data", ("テナントにサンプルデータを入れる", "Fill a tenant with sample data"), [tenant, scenario, seed], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var wanted = work.Value(scenario)!;
            string[] there = [.. scope.Get<Current>().Catalog.Modules.SelectMany(m => m.Demos).Select(d => d.Scenario).Distinct()];
            if (!there.Contains(wanted))
            {
                return new Problem(
                    "no-such-scenario", ($"サンプルデータ「{wanted}」はありません。", $"There is no sample data “{wanted}”."),
                    ($"次から選んでください: {string.Join(", ", there)}", $"Choose one of: {string.Join(", ", there)}"), "scenario", ProblemKind.NotFound);
            }

            await Demo.Fill(scope, wanted, work.Value(seed), work.Stop);
            return Answer.Line(("サンプルデータを入れました。", "The sample data is in."), new JsonObject { ["tenant"] = work.Needed(tenant), ["scenario"] = wanted, ["seed"] = work.Value(seed) });
        }));
    }
}
