using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;

namespace Crm.Customers.Demo;

/// <summary>Sample data of Customers: a trading company whole, and what plugins for waste disposal and inns build upon.</summary>
public sealed class CustomersDemo : CrmModule
{
    /// <inheritdoc/>
    public override string Key => "customersdemo";

    /// <inheritdoc/>
    public override Label Name => ("顧客のサンプルデータ", "Sample customers");

    /// <inheritdoc/>
    public override int Order => 11;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Demo<TradingDemo>("trading", "みなと商事株式会社", "Minato Trading");
        module.Demo<WasteDemo>("waste");
        module.Demo<InnDemo>("inn");
    }
}
