using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk;
using MediatR;

namespace Crm.Plugins.HotelGuests.Guests;

/// <summary>The complaints of a guest, wherever they are kept, the newest first.</summary>
internal sealed record GetComplaints(Guid PersonId) : IRequest<Result<IReadOnlyList<GuestRemark>>>;

internal sealed class GetComplaintsHandler(IMediator mediator) : IRequestHandler<GetComplaints, Result<IReadOnlyList<GuestRemark>>>
{
    public async Task<Result<IReadOnlyList<GuestRemark>>> Handle(GetComplaints query, CancellationToken cancellationToken)
    {
        var remarks = new CollectGuestRemarks([query.PersonId]);
        await mediator.Publish(remarks, cancellationToken);
        return Result.Of<IReadOnlyList<GuestRemark>>([.. remarks.Parts.OrderByDescending(r => r.On)]);
    }
}
