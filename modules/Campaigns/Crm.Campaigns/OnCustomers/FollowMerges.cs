using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.OnCustomers;

/// <summary>What was sent to a merged customer was sent to the survivor, unless the survivor had the same campaign.</summary>
[Subscriber("campaigns.follow-merges")]
internal sealed class FollowMerges(CampaignsDb db, TimeProvider clock) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken)
    {
        var (from, to, merge) = (merged.MergedId, merged.SurvivorId, (Guid?)merged.MergeId);
        await db.Recipients.Where(r => r.CustomerId == from && !db.Recipients.Any(o => o.CustomerId == to && o.CampaignId == r.CampaignId && r.CampaignId != null))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.BeforeMerge, from).SetProperty(r => r.MergeId, merge).SetProperty(r => r.CustomerId, to), cancellationToken);

        // Whoever walks through a flow already goes on once; the other way is ended and not deleted, so that it can be gone on with.
        DateTimeOffset? now = clock.GetUtcNow();
        var ways = db.Enrolments.Where(e => e.CustomerId == from);
        await ways.Where(e => !db.Enrolments.Any(o => o.CustomerId == to && o.FlowId == e.FlowId))
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.BeforeMerge, from).SetProperty(e => e.MergeId, merge).SetProperty(e => e.CustomerId, to), cancellationToken);
        await ways.Where(e => e.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.BeforeMerge, from).SetProperty(e => e.MergeId, merge).SetProperty(e => e.EndedAt, now), cancellationToken);
    }
}

/// <summary>A merge was taken back: what was the other's is theirs again, and they go on where they stood.</summary>
[Subscriber("campaigns.follow-undone-merges")]
internal sealed class FollowUndoneMerges(CampaignsDb db) : INotificationHandler<MergeUndone>
{
    public async Task Handle(MergeUndone undone, CancellationToken cancellationToken)
    {
        var merge = (Guid?)undone.MergeId;
        await db.Recipients.Where(r => r.MergeId == merge && r.BeforeMerge != null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.CustomerId, r => r.BeforeMerge!.Value).SetProperty(r => r.MergeId, (Guid?)null).SetProperty(r => r.BeforeMerge, (Guid?)null), cancellationToken);

        // Ended by the merge are those that stayed with whom they were of.
        await db.Enrolments.Where(e => e.MergeId == merge && e.BeforeMerge == e.CustomerId)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.EndedAt, (DateTimeOffset?)null), cancellationToken);
        await db.Enrolments.Where(e => e.MergeId == merge && e.BeforeMerge != null)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.CustomerId, e => e.BeforeMerge!.Value).SetProperty(e => e.MergeId, (Guid?)null).SetProperty(e => e.BeforeMerge, (Guid?)null), cancellationToken);
    }
}
