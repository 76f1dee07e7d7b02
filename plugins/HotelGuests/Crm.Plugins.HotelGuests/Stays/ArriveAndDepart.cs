using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Plugins.HotelGuests.Stays;

/// <summary>The guest of a stay has come.</summary>
[Command("hotel.arrive")]
internal sealed record Arrive(Guid StayId) : IRequest<Result>;

/// <summary>The guest of a stay has left.</summary>
[Command("hotel.depart")]
internal sealed record Depart(Guid StayId) : IRequest<Result>;

internal sealed class ArriveAndDepartHandler(HotelDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<Arrive, Result>, IRequestHandler<Depart, Result>
{
    public Task<Result> Handle(Arrive arrive, CancellationToken cancellationToken) =>
        Step(arrive.StayId, stay => stay.Arrive(clock.GetUtcNow(), clock.Today(tenant)), cancellationToken);

    public Task<Result> Handle(Depart depart, CancellationToken cancellationToken) =>
        Step(depart.StayId, stay => stay.Depart(clock.GetUtcNow(), clock.Today(tenant)), cancellationToken);

    private async Task<Result> Step(Guid id, Func<Stay, Problem?> step, CancellationToken cancellation)
    {
        var stay = await db.Load<Stay>(id, RecordAction.Edit, cancellation: cancellation);
        if (stay.Failed) return stay;
        return step(stay.Value) is { } problem ? problem : await db.SaveAsync(cancellation: cancellation);
    }
}
