// What of the module's own tables somebody may read: queries of a module ask nobody for rights by themselves.
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Records within reach of whoever asks: the same answer as lists and pages give.</summary>
internal sealed class Readable(SupportDb db, IUser user, IMediator mediator)
{
    /// <summary>Inquiries, not tracked.</summary>
    public IQueryable<Inquiry> Inquiries => Of(db.Inquiries, SupportContract.Inquiry);

    /// <summary>Which fields of a type are not hidden from them; none when they may not read the type.</summary>
    public async Task<Func<string, bool>> Fields(string type, CancellationToken cancellation)
    {
        var types = (await mediator.Send(new GetRecordTypes(), cancellation)).OrThrow("The record types cannot be read");
        return types.FirstOrDefault(t => t.Key == type) is { } seen ? field => seen.TryGet(field, out _) : _ => false;
    }

    /// <summary>Records of a type, not tracked.</summary>
    public IQueryable<T> Of<T>(IQueryable<T> all, string type) where T : Record
    {
        return user.Owners(type, RecordAction.Read) is { } owners
            ? all.AsNoTracking().Where(r => r.OwnerId != null && owners.Contains(r.OwnerId.Value))
            : all.AsNoTracking();
    }
}
