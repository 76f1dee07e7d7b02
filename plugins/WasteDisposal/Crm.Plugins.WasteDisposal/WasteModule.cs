using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Demo;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Overview;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Reports;
using Crm.Plugins.WasteDisposal.RouteChecks;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Sdk.Web;

namespace Crm.Plugins.WasteDisposal;

/// <summary>Permits, contracts, manifests and the way industrial waste goes.</summary>
public sealed class WasteModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => WasteContract.Plugin;

    /// <inheritdoc/>
    public override Label Name => ("産業廃棄物", "Waste disposal");

    /// <inheritdoc/>
    public override Label Description => (
        "許可証・委託契約・マニフェストを法定の項目と期限で管理し、委託先の経路を点検します。",
        "Permits, contracts and manifests with the items and deadlines of the law, and a check of the way the waste goes.");

    /// <inheritdoc/>
    public override string Icon => "recycle";

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<WasteDb>();
        module.Records.Add(ManifestFields.Type);
        module.Records.Add(ContractFields.Type);
        module.Records.Add(PermitFields.Type);
        module.Records.Add(SiteFields.Type);
        module.Records.Add(ReportFields.Type);
        module.Records.Extend(CustomersContract.Company, CompanyExtension.Describe);

        module.Conditions.Add("permit-expiry", CustomersContract.Company, "許可の期限切れが近い(日以内)", "Permit expires within (days)", KeepPermitExpiry.Within);

        module.Settings<WasteSettings>(WasteSettings.Describe);
        module.Prints.Record<ContractItemsPaper>(WasteContract.Contract, "contract-items", "法定項目一覧", "Items of the law");
        module.Prints.List<ManifestListPaper>(WasteContract.Manifest, "manifest-list", "マニフェスト一覧", "Manifest list");

        module.Permissions.Add(WasteContract.MayCheckRoutes, "委託経路を点検する", "Check routes").To(BuiltInRole.Sales, BuiltInRole.Support, BuiltInRole.Viewer);
        module.Permissions.Add(WasteContract.MayMakeReports, "交付等状況報告を作成する", "Make reports of manifests").To(BuiltInRole.Sales);

        module.Screens.Add<ChaseScreen>("chase", "マニフェストの回収", "Manifests to chase").Icon("clock-exclamation");
        module.Screens.Add<RouteScreen>("route", "委託経路の点検", "Route check").Icon("route").Requires(WasteContract.MayCheckRoutes);
        module.Screens.Add<ReportScreen>("report", "交付等状況報告書", "Report of manifests").Icon("report-analytics").Requires(WasteContract.MayMakeReports);
        module.Screens.Add<LawScreen>("law", "種類と法令", "Kinds and the law").Icon("scale");

        module.Slots.Add<CompanyWasteTab>(CustomersContract.PageSlots.CompanyTabs, "company", "廃棄物", "Waste").Order(30);
        module.Slots.Add<SlipsCard>(Slots.Side(WasteContract.Manifest), "slips", "伝票", "Slips").Order(10);
        module.Slots.Add<RouteCard>(Slots.Side(WasteContract.Manifest), "route", "経路の点検", "Route check").Order(20);
        module.Slots.Add<RouteHint>(Slots.Form(WasteContract.Manifest), "route", "経路の点検", "Route check");
        module.Slots.Add<ChecklistCard>(Slots.Side(WasteContract.Contract), "checklist", "法定項目の点検", "Items of the law");
        module.Slots.Add<ChecklistHint>(Slots.Form(WasteContract.Contract), "checklist", "法定項目", "Items of the law");
        module.Slots.Add<PermitHint>(Slots.Form(WasteContract.Permit), "number", "許可番号の読み取り", "What the number says");

        module.Jobs.Add<DeadlineWatch>("deadlines", "マニフェストの期限", "Deadlines of manifests").Daily(new TimeOnly(6, 15));
        module.Jobs.Add<PermitReminders>("permit-reminders", "許可の期限", "Expiry of permits").Daily(new TimeOnly(6, 20));
        module.Jobs.Add<ContractRenewals>("contract-renewals", "委託契約の自動更新", "Renewals of contracts").Daily(new TimeOnly(6, 10));
        module.Jobs.Add<ContractReminders>("contract-reminders", "委託契約の終了・更新", "End of contracts").Daily(new TimeOnly(6, 25));

        module.Demo<WasteDemo>(WasteContract.Plugin, "みどり環境株式会社", "Midori Environment");
    }
}
