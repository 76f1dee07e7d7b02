using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Support.Mailing;
using MediatR;

namespace Crm.Support.Desk;

/// <summary>The person and the company of an inquiry, as far as whoever looks may see them.</summary>
internal sealed record GetContacts(Guid? PersonId, Guid? CompanyId) : IRequest<Result<IReadOnlyList<CustomerCard>>>;

internal sealed class GetContactsHandler(Recipients recipients) : IRequestHandler<GetContacts, Result<IReadOnlyList<CustomerCard>>>
{
    public async Task<Result<IReadOnlyList<CustomerCard>>> Handle(GetContacts query, CancellationToken cancellationToken) =>
        Result.Of(await recipients.Cards(query.PersonId, query.CompanyId, cancellationToken));
}
