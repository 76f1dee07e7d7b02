// ./crm sample-data --tenant trading --scenario trading: the data of the demonstrations, in a tenant of one's own.
using System.CommandLine;
using System.Text.Json.Nodes;
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
        return runner.Verb("sample-data", ("テナントにサンプルデータを入れる", "Fill a tenant with sample data"), [tenant, scenario, seed], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            await Demo.Fill(scope, work.Value(scenario)!, work.Value(seed), work.Stop);
            return Answer.Line(
                ("サンプルデータを入れました。", "The sample data is in."), new JsonObject { ["tenant"] = work.Needed(tenant), ["scenario"] = work.Value(scenario), ["seed"] = work.Value(seed) });
        }));
    }
}
