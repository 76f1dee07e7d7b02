using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Channels;
using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Demo;
using Crm.Plugins.Retail.Members;
using Crm.Plugins.Retail.Points;
using Crm.Plugins.Retail.Sales;
using Crm.Plugins.Retail.Visits;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;

namespace Crm.Plugins.Retail;

/// <summary>Stores and an online shop: one customer behind card and account, points, visits, and who buys where.</summary>
public sealed class RetailModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => RetailContract.Plugin;

    /// <inheritdoc/>
    public override Label Name => ("店舗とEC", "Store and online shop");

    /// <inheritdoc/>
    public override Label Description => (
        "店舗とECの購入を一人のお客様に結び付け、会員カード・ポイント・来店・購入経路を管理します。",
        "Purchases in stores and online linked to one person, loyalty card, points, visits and who buys where.");

    /// <inheritdoc/>
    public override string Icon => "building-store";

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<RetailDb>();
        module.Records.Add(SaleFields.Type);
        module.Records.Add(StoreFields.Type);
        module.Records.Add(VisitFields.Type);
        module.Records.Add(PointsFields.Type);
        module.Records.Extend(CustomersContract.Person, MemberExtension.Describe);
        module.Settings<RetailSettings>(RetailSettings.Describe);

        module.Permissions.Add(RetailContract.MaySeeChannels, "購入経路の分析を見る", "See who buys where").To(BuiltInRole.Sales, BuiltInRole.Marketing);
        module.Screens.Add<ChannelScreen>("channels", "購入経路の分析", "Who buys where").Icon("arrows-exchange").Requires(RetailContract.MaySeeChannels);
        module.Slots.Add<MemberTab>(CustomersContract.PageSlots.PersonTabs, "member", "店舗・EC", "Store and online").Order(30);
        module.Slots.Add<MemberCard>(CustomersContract.PageSlots.PersonSide, "card", "会員カード", "Loyalty card").Order(15);
        module.Imports.Add<PosFile>(RetailContract.Sale, "pos", "POS の売上明細", "Sales of the tills");
        module.Imports.Add<EcFile>(RetailContract.Sale, "ec", "EC の注文明細", "Orders of the online shop");
        module.Api.Get<GetChannels>("channels", "購入経路の分析", "Who buys where");
        module.Demo<RetailDemo>("retail", "株式会社ひなた雑貨店", "Hinata General Store");
    }
}
