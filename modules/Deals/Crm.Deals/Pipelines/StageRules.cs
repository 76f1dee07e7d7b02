// What keeps stages and pipelines from going away under deals that stand in them.
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Pipelines;

/// <summary>A stage in which open deals stand does not go into the bin: board, forecast and stalled deals would lose them.</summary>
internal sealed class StagesWithOpenDealsStay(DealsDb db) : RecordRule
{
    private Dictionary<Guid, int> open = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var stages = batch.Records.Select(r => r.Record.Id).ToList();
        open = await db.Deals.Where(d => d.Status == DealsContract.Status.Open && d.StageId != null && stages.Contains(d.StageId.Value))
            .GroupBy(d => d.StageId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => [];

    public override IEnumerable<Problem> CheckBin(RuleContext record) =>
        record.Record.DeletedAt is null && open.TryGetValue(record.Record.Id, out var deals) ? [StageProblems.DealsInside(deals)] : [];
}

/// <summary>A pipeline in whose stages open deals stand does not go into the bin.</summary>
internal sealed class PipelinesWithOpenDealsStay(DealsDb db) : RecordRule
{
    private Dictionary<Guid, int> open = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var pipelines = batch.Records.Select(r => r.Record.Id).ToList();
        var inside = from deal in db.Deals
                     join stage in db.Stages on deal.StageId equals stage.Id
                     where deal.Status == DealsContract.Status.Open && stage.PipelineId != null && pipelines.Contains(stage.PipelineId.Value)
                     group deal by stage.PipelineId!.Value into own
                     select new { own.Key, Count = own.Count() };
        open = await inside.ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => [];

    public override IEnumerable<Problem> CheckBin(RuleContext record) =>
        record.Record.DeletedAt is null && open.TryGetValue(record.Record.Id, out var deals) ? [StageProblems.DealsInside(deals)] : [];
}

internal static class StageProblems
{
    public static Problem DealsInside(int deals) => new(
        "deals.stage-in-use", ($"進行中の案件が {deals:N0} 件あります。", $"{deals:N0} open deals stand here."),
        ("先に案件を別の段階に移すか、受注・失注にしてください。", "Move them to another stage first, or win or lose them."), Kind: ProblemKind.Conflict);
}
