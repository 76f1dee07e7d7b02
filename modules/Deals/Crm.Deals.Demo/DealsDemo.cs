using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;

namespace Crm.Deals.Demo;

/// <summary>Sample data of Deals: eighteen months of a trading company's sales.</summary>
public sealed class DealsDemo : CrmModule
{
    /// <inheritdoc/>
    public override string Key => "dealsdemo";

    /// <inheritdoc/>
    public override Label Name => ("営業のサンプルデータ", "Sample deals");

    /// <inheritdoc/>
    public override int Order => 21;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(DealsContract.Module);
        module.Demo<TradingDeals>("trading");
    }
}
