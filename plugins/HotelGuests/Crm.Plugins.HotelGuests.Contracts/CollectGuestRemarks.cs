using Crm.Sdk.Messaging;

namespace Crm.Plugins.HotelGuests.Contracts;

/// <summary>
/// Complaints of guests, wherever they are kept. HotelGuests answers with what was noted at stays; who handles inquiries may add theirs. The
/// newest of each guest stands on the arrivals sheet.
/// </summary>
/// <param name="people">The guests; up to 500.</param>
public sealed class CollectGuestRemarks(IReadOnlyList<Guid> people) : Gather<GuestRemark>
{
    /// <summary>The guests.</summary>
    public IReadOnlyList<Guid> People => people;
}

/// <summary>A complaint.</summary>
/// <param name="PersonId">Whose.</param>
/// <param name="On">When it was made.</param>
/// <param name="Text">What it was, in a line or two.</param>
public sealed record GuestRemark(Guid PersonId, DateOnly On, string Text)
{
    /// <summary>Where it is read in full, a path of this installation; or null.</summary>
    public string? Link { get; init; }
}
