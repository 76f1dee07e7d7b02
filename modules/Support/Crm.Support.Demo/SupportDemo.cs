using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Support.Contracts;

namespace Crm.Support.Demo;

/// <summary>Sample data of Support: a year of a trading company's inquiries.</summary>
public sealed class SupportDemo : CrmModule
{
    /// <inheritdoc/>
    public override string Key => "supportdemo";

    /// <inheritdoc/>
    public override Label Name => ("サポートのサンプルデータ", "Sample inquiries");

    /// <inheritdoc/>
    public override int Order => 31;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(SupportContract.Module);
        module.Demo<TradingInquiries>("trading");
    }
}
