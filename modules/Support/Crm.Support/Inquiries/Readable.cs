// What of the module's own tables somebody may read: queries of a module ask nobody for rights by themselves.
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Records within reach of whoever asks: the same answer as lists and pages give.</summary>
internal sealed class Readable(SupportDb db, IUser user)
{
    /// <summary>Inquiries, not tracked.</summary>
    public Task<IQueryable<Inquiry>> Inquiries(CancellationToken cancellation) => Of(db.Inquiries, SupportContract.Inquiry, cancellation);

    /// <summary>Records of a type, not tracked.</summary>
    public async Task<IQueryable<T>> Of<T>(IQueryable<T> all, string type, CancellationToken cancellation) where T : Record
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
