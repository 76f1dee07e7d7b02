using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>
/// An entry of the register of guests (宿泊者名簿): what was true when it was made. It copies name and address of the guest on purpose, for it
/// must not change when the guest's record does.
/// </summary>
internal sealed class RegisterEntry : Record
{
    public Guid? StayId { get; set; }

    public Guid? PersonId { get; set; }

    public Guid? InnId { get; set; }

    public DateOnly? MadeOn { get; set; }

    public string Name { get; set; } = "";

    public PostalAddress Address { get; set; } = new();

    public string? Contact { get; set; }

    public string? Occupation { get; set; }

    /// <summary>A foreigner without an address in Japan.</summary>
    public bool? Foreigner { get; set; }

    public string? Nationality { get; set; }

    public Guid? PassportCopy { get; set; }

    public int? Age { get; set; }

    public string? Sex { get; set; }

    public string? Room { get; set; }

    public DateTimeOffset? ArrivedAt { get; set; }

    public DateOnly? DepartsOn { get; set; }

    public string? PreviousPlace { get; set; }

    public string? NextPlace { get; set; }

    public DateOnly? KeepUntil { get; set; }
}
