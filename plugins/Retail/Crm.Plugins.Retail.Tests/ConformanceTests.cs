using Crm.Sdk.Testing;

namespace Crm.Plugins.Retail.Tests;

/// <summary>What every plugin must do, whatever it is for.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task The_package_goes_through_its_whole_life()
    {
        var notChecked = await CrmTestHost.Conforms();

        Assert.DoesNotContain(notChecked, n => n.En.Contains("no sample record", StringComparison.Ordinal));
    }
}
