// ./crm deals backtest --tenant trading [--months 12] [--until 2018-01-01]: how the forecast would have done, month by month.
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Host.Commands;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Modules;

internal static class Backtest
{
    private const string Request = "deals.backtest";

    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var months = new Option<int>("--months") { Description = Texts.L("さかのぼる月数（1〜24）", "How many months back, 1 to 24"), DefaultValueFactory = _ => 12 };
        var until = new Option<DateOnly?>("--until") { Description = Texts.L("この日の時点として（既定は今日）", "As if it were this day; today unless told otherwise") };
        return runner.Verb("backtest", ("過去の売上予測と実績の差を月ごとに示す", "Show how past forecasts of sales did, month by month"), [tenant, months, until], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var (door, json) = (scope.Get<CommandDoor>(), scope.Get<CommandJson>());
            var found = door.Find(Request);
            if (found.Failed) return Result<Answer>.Fail(found.Problems);
            var request = Read(json, new JsonObject { ["months"] = work.Value(months), ["until"] = work.Value(until)?.ToString("O") }, found.Value.Type);
            if (request.Problem is { } wrong) return wrong;
            var answer = await door.Send(found.Value, request.Value!, work.Stop);
            return answer.Failed ? Result<Answer>.Fail(answer.Problems) : Shown((JsonObject)JsonSerializer.SerializeToNode(answer.Value, json.Options)!);
        }));
    }

    private static CommandJson.Bound Read(CommandJson json, JsonObject body, Type type)
    {
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(body));
        return json.Read(ref reader, type);
    }

    private static Answer Shown(JsonObject report)
    {
        var table = Answer.Table(
            [("month", ("月", "Month")), ("forecast", ("予測", "Forecast")), ("actual", ("実績", "Actual")), ("error", ("誤差", "Error"))], report["months"]!.AsArray().OfType<JsonObject>());
        return new(report, console =>
        {
            console.WriteLine(Answer.Text(report["method"]));
            table.Show(console);
            console.WriteLine(Texts.L("誤差の絶対値の合計 ÷ 実績の合計: ", "Sum of absolute errors ÷ sum of actuals: ") + (Answer.Text(report["meanError"]) is { Length: > 0 } error ? error : "–"));
        });
    }
}
