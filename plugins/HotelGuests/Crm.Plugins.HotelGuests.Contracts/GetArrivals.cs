using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Plugins.HotelGuests.Contracts;

/// <summary>Who arrives on a day, with all the desk, kitchen and housekeeping should know. What the caller may not see of guests is left out.</summary>
/// <param name="On">The day; today where the tenant is when null.</param>
/// <remarks>Problems: <c>forbidden</c>.</remarks>
[Requires(HotelContract.MaySeeArrivals)]
public sealed record GetArrivals(DateOnly? On = null) : IRequest<Result<ArrivalSheet>>;

/// <summary>The arrivals of a day: those still expected first, then by name.</summary>
/// <param name="On">The day.</param>
/// <param name="Arrivals">Cancelled stays and guests who did not come are left out; 500 at most.</param>
/// <param name="Missing">Modules that could not say whether they know of complaints.</param>
public sealed record ArrivalSheet(DateOnly On, IReadOnlyList<Arrival> Arrivals, IReadOnlyList<string> Missing);

/// <summary>One stay that begins. Texts are in the language of who asks.</summary>
/// <param name="StayId">The stay.</param>
/// <param name="ArrivesOn">First day.</param>
/// <param name="DepartsOn">Day of departure.</param>
/// <param name="Status"><c>booked</c>, <c>in-house</c> or <c>departed</c>.</param>
public sealed record Arrival(Guid StayId, DateOnly ArrivesOn, DateOnly DepartsOn, string Status)
{
    /// <summary>Number of the booking; or null.</summary>
    public string? Number { get; init; }

    /// <summary>Who; null while the stay is not linked to a person.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>Name of the guest.</summary>
    public string? Guest { get; init; }

    /// <summary>Reading of the name.</summary>
    public string? Kana { get; init; }

    /// <summary>Phone, mobile first.</summary>
    public string? Phone { get; init; }

    /// <summary>Whether they get special attention.</summary>
    public bool Vip { get; init; }

    /// <summary>Room number, or the kind of room while none is given.</summary>
    public string? Room { get; init; }

    /// <summary>Adults and children.</summary>
    public string? Party { get; init; }

    /// <summary>Meals booked.</summary>
    public string? Meals { get; init; }

    /// <summary>Allergies and diet.</summary>
    public string? Allergies { get; init; }

    /// <summary>Wishes for the room, pillow and other preferences.</summary>
    public string? Preferences { get; init; }

    /// <summary>What was noted with this booking and with the guest.</summary>
    public string? Notes { get; init; }

    /// <summary>Birthday or anniversary that falls into the stay; or null.</summary>
    public string? Occasion { get; init; }

    /// <summary>How many stays have ended before.</summary>
    public int StaysBefore { get; init; }

    /// <summary>The last departure before; or null.</summary>
    public DateOnly? LastStayOn { get; init; }

    /// <summary>The last complaint; or null.</summary>
    public GuestRemark? LastComplaint { get; init; }

    /// <summary>Whether the register has an entry for this stay.</summary>
    public bool Registered { get; init; }
}
