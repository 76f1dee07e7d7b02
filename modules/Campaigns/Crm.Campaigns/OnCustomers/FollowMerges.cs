using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.OnCustomers;

/// <summary>What was sent to a merged customer was sent to the survivor, unless the survivor had the same campaign.</summary>
[Subscriber("campaigns.follow-merges")]
internal sealed class FollowMerges(CampaignsDb db) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken)
    {
        var (from, to, merge) = (merged.MergedId, merged.SurvivorId, (Guid?)merged.MergeId);
        await db.Recipients.Where(r => r.CustomerId == from && !db.Recipients.Any(o => o.CustomerId == to && o.CampaignId == r.CampaignId && r.CampaignId != null))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.BeforeMerge, from).SetProperty(r => r.MergeId, merge).SetProperty(r => r.CustomerId, to), cancellationToken);

        // Whoever walks through a flow already goes on once.
        await db.Enrolments.Where(e => e.CustomerId == from && !db.Enrolments.Any(o => o.CustomerId == to && o.FlowId == e.FlowId)).ExecuteUpdateAsync(set => set.SetProperty(e => e.CustomerId, to), cancellationToken);
        await db.Enrolments.Where(e => e.CustomerId == from).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>A merge was taken back: what was the other's is theirs again.</summary>
[Subscriber("campaigns.follow-undone-merges")]
internal sealed class FollowUndoneMerges(CampaignsDb db) : INotificationHandler<MergeUndone>
{
    public Task Handle(MergeUndone undone, CancellationToken cancellationToken)
    {
        var merge = (Guid?)undone.MergeId;
        return db.Recipients.Where(r => r.MergeId == merge && r.BeforeMerge != null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.CustomerId, r => r.BeforeMerge!.Value).SetProperty(r => r.MergeId, (Guid?)null).SetProperty(r => r.BeforeMerge, (Guid?)null), cancellationToken);
    }
}
