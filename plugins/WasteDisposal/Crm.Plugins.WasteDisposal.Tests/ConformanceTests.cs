using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>What every plugin must do, whatever it is for.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task The_package_goes_through_its_whole_life()
    {
        var notChecked = await CrmTestHost.Conforms();

        // Reports of a fiscal year are made by who needs one.
        Assert.Equal(["waste.report: no sample record."], notChecked.Select(n => n.En).Where(n => n.EndsWith("no sample record.", StringComparison.Ordinal)));
    }
}
