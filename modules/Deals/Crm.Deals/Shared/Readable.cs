// What of the module's own tables somebody may read: queries of a module ask nobody for rights by themselves.
using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Shared;

/// <summary>The deals and activities within reach of whoever asks: the same answer as lists and pages give.</summary>
internal sealed class Readable(DealsDb db, IUser user, IMediator mediator)
{
    /// <summary>Deals, not tracked.</summary>
    public Task<IQueryable<Deal>> Deals(CancellationToken cancellation) => Of(db.Deals, DealsContract.Deal, cancellation);

    /// <summary>Activities, not tracked.</summary>
    public Task<IQueryable<Activity>> Activities(CancellationToken cancellation) => Of(db.Activities, DealsContract.Activity, cancellation);

    /// <summary>Whether money of deals is not hidden from them.</summary>
    public async Task<bool> SeesMoney(CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        return !types.Failed && types.Value.FirstOrDefault(t => t.Key == DealsContract.Deal) is { } deal && deal.TryGet("value", out _) && deal.TryGet("amount", out _);
    }

    private async Task<IQueryable<T>> Of<T>(IQueryable<T> all, string type, CancellationToken cancellation) where T : Record
    {
        all = all.AsNoTracking();
        switch (user.Reach(type, RecordAction.Read))
        {
            case Reach.All:
                return all;
            case Reach.None:
                return all.Where(_ => false);
            default:
                var owners = await all.Where(r => r.OwnerId != null).Select(r => r.OwnerId!.Value).Distinct().ToListAsync(cancellation);
                owners.RemoveAll(owner => !user.MayAct(type, owner, RecordAction.Read));
                return all.Where(r => r.OwnerId != null && owners.Contains(r.OwnerId.Value));
        }
    }
}
