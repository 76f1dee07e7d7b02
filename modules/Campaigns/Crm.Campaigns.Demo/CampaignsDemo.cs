using Crm.Campaigns.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;

namespace Crm.Campaigns.Demo;

/// <summary>Sample data of Campaigns: what a trading company mailed and posted, and what came of it.</summary>
public sealed class CampaignsDemo : CrmModule
{
    /// <inheritdoc/>
    public override string Key => "campaignsdemo";

    /// <inheritdoc/>
    public override Label Name => ("キャンペーンのサンプルデータ", "Sample campaigns");

    /// <inheritdoc/>
    public override int Order => 41;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CampaignsContract.Module);
        module.Demo<TradingCampaigns>("trading");
    }
}
