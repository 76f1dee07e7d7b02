using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Sites;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>Whether a permit was given by the authority in charge of a place, greatest when it was.</summary>
internal enum PermitFit
{
    /// <summary>By another.</summary>
    Elsewhere,

    /// <summary>By a city, and nobody has said by which.</summary>
    Unknown,

    /// <summary>By the one in charge.</summary>
    Here,
}

/// <summary>
/// Where a permit holds. A prefecture's permit to transport holds in all of it; treatment and transshipment in a designated city are
/// permitted by its mayor. One the prefecture gave before the city was designated holds until it expires. A city's permit holds in the city.
/// (Source: Order art. 27 as of 2011-04-01, notices of Chiba prefecture and of the association of Aichi, H; cities designated later: M.)
/// </summary>
internal static class PermitReach
{
    /// <summary>What it comes to for one place.</summary>
    /// <param name="permit">The permit.</param>
    /// <param name="place">A place whose prefecture is known.</param>
    /// <param name="transport">Whether the waste is only loaded or unloaded there; else it is treated.</param>
    public static PermitFit Of(Permit permit, Site place, bool transport)
    {
        if (!PermitNumber.TryParse(permit.Number, out var number)) return PermitFit.Elsewhere;
        var city = InCharge(place, transport);
        if (number.Prefecture is { } prefecture)
        {
            return prefecture.Code == place.Prefecture?.Code && (city is null || permit.Since < city.Since) ? PermitFit.Here : PermitFit.Elsewhere;
        }

        if (permit.City is not { Length: > 0 } named) return PermitFit.Unknown;
        return place.Address.City?.StartsWith(named.EndsWith('市') ? named : named + "市", StringComparison.Ordinal) == true ? PermitFit.Here : PermitFit.Elsewhere;
    }

    /// <summary>The city in charge; null when the prefecture is.</summary>
    public static DesignatedCity? InCharge(Site place, bool transport) =>
        transport && place.Kind != SiteKinds.Transshipment ? null : DesignatedCities.Of(place.Prefecture?.Name.Ja, place.Address.City);
}
