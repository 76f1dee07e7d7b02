using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.People;
using Crm.Customers.Purchases;
using Crm.Customers.Shared;
using Crm.Customers.Subscriptions;
using Crm.Customers.Timeline;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Customers;

/// <summary>Companies, people and what they buy.</summary>
public sealed class CustomersModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => CustomersContract.Module;

    /// <inheritdoc/>
    public override Label Name => ("顧客", "Customers");

    /// <inheritdoc/>
    public override Label Description => (
        "会社と個人、その購入・契約・経緯を1か所で管理します。",
        "Companies and people, what they buy, subscribe to and went through, in one place.");

    /// <inheritdoc/>
    public override string Icon => "users";

    /// <inheritdoc/>
    public override int Order => 10;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Database<CustomersDb>();
        module.Records.Add(CompanyFields.Type);
        module.Records.Add(PersonFields.Type);
        module.Records.Add(PurchaseFields.Type);
        module.Records.Add(SubscriptionFields.Type);
        module.Records.Add(ProductFields.Type);
        module.Records.Add(EmploymentFields.Type);
        module.Records.Add(FormerNameFields.Type);
        module.Records.Add(NoteFields.Type);
        module.Slots.Add<SameNameCard>(CustomersContract.PageSlots.CompanySide, "same-name", "同じ名前の登録", "Same name").Order(10);
        module.Slots.Add<SameNameCard>(CustomersContract.PageSlots.PersonSide, "same-name", "同じ名前の登録", "Same name").Order(10);
        module.Slots.Add<PurchaseCard>(CustomersContract.PageSlots.CompanySide, "purchases", "購入", "Purchases").Order(20);
        module.Slots.Add<PurchaseCard>(CustomersContract.PageSlots.PersonSide, "purchases", "購入", "Purchases").Order(20);
        module.Slots.Add<CompanyTreeTab>(CustomersContract.PageSlots.CompanyTabs, "tree", "会社の系統", "Tree of companies").Order(20);
        module.Slots.Add<RenameButton>(Slots.Actions(CustomersContract.Company), "rename", "社名変更", "Rename").Order(20);
        module.Slots.Add<ChangeEmploymentButton>(Slots.Actions(CustomersContract.Person), "change-employment", "人事異動", "Personnel change").Order(20);
        module.Services.AddScoped<HabitRecount>();
        module.Jobs.Add<SubscriptionRenewals>("subscription-renewals", "契約の更新", "Subscription renewals").Daily(new TimeOnly(6, 0));
        module.Jobs.Add<RecountEverybody>("recount-purchases", "購入状況の再集計", "Recount purchases");
    }
}
