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
    public IQueryable<Deal> Deals => Of(db.Deals, DealsContract.Deal);

    /// <summary>Activities, not tracked.</summary>
    public IQueryable<Activity> Activities => Of(db.Activities, DealsContract.Activity);

    /// <summary>Whether money of deals is not hidden from them.</summary>
    public Task<bool> SeesMoney(CancellationToken cancellation) => Sees(DealsContract.Deal, ["value", "amount"], cancellation);

    /// <summary>Whether the type is theirs to read and none of the fields is hidden from them.</summary>
    public async Task<bool> Sees(string type, IReadOnlyList<string> fields, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        return !types.Failed && types.Value.FirstOrDefault(t => t.Key == type) is { } found && fields.All(f => found.TryGet(f, out _));
    }

    private IQueryable<T> Of<T>(IQueryable<T> all, string type) where T : Record => user.Owners(type, RecordAction.Read) is { } owners
        ? all.AsNoTracking().Where(r => r.OwnerId != null && owners.Contains(r.OwnerId.Value))
        : all.AsNoTracking();
}
