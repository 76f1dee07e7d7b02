using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Plugins.HotelGuests.Arrivals;

internal sealed class GetArrivalsHandler(IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<GetArrivals, Result<ArrivalSheet>>
{
    private const int AtMost = 500;

    public async Task<Result<ArrivalSheet>> Handle(GetArrivals query, CancellationToken cancellationToken)
    {
        var on = query.On ?? clock.Today(tenant);
        var stays = await mediator.Send(
            new ListRecords(HotelContract.Stay)
            {
                Filter = new Filter.All(Filter.Eq("arrivesOn", on), new Filter.Compare("status", FilterOp.In, StayStatuses.Booked, StayStatuses.InHouse, StayStatuses.Departed)),
                Sort = [new("arrivesOn")], Fields = ["number"], Limit = AtMost,
            },
            cancellationToken);
        if (stays.Failed) return Result<ArrivalSheet>.Fail(stays.Problems);
        var described = await mediator.Send(new DescribeArrivals([.. stays.Value.Rows.Select(r => r.Id)]), cancellationToken);
        return described.Failed ? Result<ArrivalSheet>.Fail(described.Problems) : described.Value with { On = on };
    }
}
