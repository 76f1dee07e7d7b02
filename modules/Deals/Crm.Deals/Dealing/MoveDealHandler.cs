using Crm.Deals.Contracts;
using Crm.Deals.Pipelines;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Dealing;

/// <summary>Moves a deal to another stage of its pipeline and notes the day.</summary>
internal sealed class MoveDealHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<MoveDeal, Result>
{
    public async Task<Result> Handle(MoveDeal move, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(move.Id, RecordAction.Edit, move.Version, cancellationToken);
        if (deal.Failed) return deal;
        var stages = await db.Stages.Where(s => s.Id == move.Stage || s.Id == deal.Value.StageId).ToListAsync(cancellationToken);
        if (stages.Find(s => s.Id == move.Stage) is not { } to) return NoSuchStage;

        var moved = deal.Value.MoveTo(to, stages.Find(s => s.Id == deal.Value.StageId)?.PipelineId, clock.Today(tenant), clock.GetUtcNow());
        if (moved.Failed || moved.Value is null) return moved.Failed ? moved : Result.Done;
        db.Changes.Add(moved.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static Problem NoSuchStage => new(
        "deals.no-such-stage", ("この段階はありません。", "There is no such stage."), ("画面を読み直してください。", "Reload the page."), "stage");
}
