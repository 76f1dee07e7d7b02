// ./crm duplicates evaluate --tenant trading [--file dataset1.csv]: how well duplicates are found where the truth is known.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Customers.Contracts;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.CommandLine.Data;

internal static class EvaluateDuplicatesVerb
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var file = new Option<FileInfo>("--file") { Description = Texts.L("正解付きのファイル（Febrl 形式）。省略時は日本語のデータを作って使う", "A labelled file in the format of Febrl; left out: a Japanese set made for it") };
        var from = new Option<int>("--from") { Description = Texts.L("候補とする一致度（%）", "Score from which a pair is found"), DefaultValueFactory = _ => 90 };
        var seed = new Option<int>("--seed") { Description = Texts.L("日本語データの乱数の種", "Seed of the Japanese set"), DefaultValueFactory = _ => 1 };
        return runner.Verb("evaluate", ("名寄せの精度を測る", "Measure how well duplicates are found"), [tenant, file, from, seed], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            string? text = null;
            if (work.Value(file) is { } given)
            {
                if (!given.Exists) return Problems.Invalid("no-such-file", "file", ($"ファイル {given.FullName} がありません。", $"There is no file {given.FullName}."));
                text = await File.ReadAllTextAsync(given.FullName, work.Stop);
            }

            var measured = await scope.Get<IMediator>().Send(new EvaluateDuplicates(text, work.Value(from), work.Value(seed)), work.Stop);
            if (measured.Failed) return Result<Answer>.Fail(measured.Problems);
            var m = measured.Value;
            return Answer.Line(
                ($"{m.Records:N0} 件・正解 {m.TruePairs:N0} 組・検出 {m.FoundPairs:N0} 組: 適合率 {m.Precision:0.0000} 再現率 {m.Recall:0.0000} F {m.F:0.0000}", $"{m.Records:N0} records, {m.TruePairs:N0} true pairs, {m.FoundPairs:N0} found: precision {m.Precision:0.0000} recall {m.Recall:0.0000} F {m.F:0.0000}"),
                new JsonObject { ["records"] = m.Records, ["truePairs"] = m.TruePairs, ["foundPairs"] = m.FoundPairs, ["rightPairs"] = m.RightPairs, ["precision"] = m.Precision, ["recall"] = m.Recall, ["f"] = m.F });
        }));
    }
}
