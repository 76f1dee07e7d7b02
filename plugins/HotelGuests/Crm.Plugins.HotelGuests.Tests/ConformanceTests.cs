using Crm.Sdk.Testing;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>What every plugin must do, whatever it is for.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task The_package_goes_through_its_whole_life()
    {
        var notChecked = await CrmTestHost.Conforms();

        // Removals are made by the night alone.
        Assert.Equal(["hotel.removal: no sample record."], notChecked.Select(n => n.En).Where(n => n.EndsWith("no sample record.", StringComparison.Ordinal)));
    }
}
