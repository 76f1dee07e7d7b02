using Crm.Customers.Analysis;
using Crm.Customers.Companies;
using Crm.Customers.Consent;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.Handover;
using Crm.Customers.Incidents;
using Crm.Customers.People;
using Crm.Customers.PersonRights;
using Crm.Customers.Purchases;
using Crm.Customers.Quality;
using Crm.Customers.Retention.Purging;
using Crm.Customers.Retention.Rules;
using Crm.Customers.Segments;
using Crm.Customers.Shared;
using Crm.Customers.Subscriptions;
using Crm.Customers.Suggestions;
using Crm.Customers.Timeline;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
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
        module.Records.Add(ConsentFields.PurposeType);
        module.Records.Add(ConsentFields.WordingType);
        module.Records.Add(ConsentFields.Type);
        module.Records.Add(SegmentFields.Type);
        module.Records.Add(SegmentFields.MemberType);
        module.Records.Add(PersonRequestFields.Type);
        module.Records.Add(SensitiveNoteFields.Type);
        module.Settings<CustomersSettings>(CustomersSettings.Describe);
        module.Seed<FirstPurposes>();
        Rights(module);
        Incidents(module);
        Retention(module);
        Duplicates(module);
        Segments(module);
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

    private static void Incidents(ModuleBuilder module)
    {
        module.Records.Add(IncidentFields.Type);
        module.Records.Add(IncidentPersonFields.Type);
        module.Permissions.Add(CustomersContract.Incidents, "漏えい等の報告を担当する", "Answer for data incidents");
        module.Slots.Add<IncidentClockCard>(Slots.Side(CustomersContract.Incident), "clock", "報告の期限", "Deadlines of the reports").Order(10);
        module.Prints.Record<IncidentReport>(CustomersContract.Incident, "incident-report", "漏えい等報告書", "Report of the incident");
    }

    private static void Retention(ModuleBuilder module)
    {
        module.Records.Add(RetentionRuleFields.Type);
        module.Records.Add(PurgeFields.Type);
        module.Permissions.Add(CustomersContract.Retention, "保存期間を設定し、消去を提案する", "Set how long records are kept and propose purges");
        module.Permissions.Add(CustomersContract.ApprovePurges, "ほかの人が提案した消去を承認する", "Approve purges that others proposed");
        module.Services.AddScoped<RuleScope>();
        module.Services.AddScoped<GoingAlong>();
        module.Services.AddScoped<PurgeHolds>();
        module.Services.AddScoped<RecordRemoval>();
        module.Screens.Add<RetentionScreen>("retention", "保存期間", "Retention").Icon("hourglass").Requires(CustomersContract.Retention);
        module.Slots.Add<PurgeActions>(Slots.Actions(CustomersContract.Purge), "decide", "承認・却下", "Decide").Order(10);
        module.Slots.Add<PurgeTab>(Slots.Tabs(CustomersContract.Purge), "purge", "対象", "What goes").Order(10).Opens();
        module.Prints.Record<PurgeCertificate>(CustomersContract.Purge, "certificate", "消去証明書", "Certificate");
        module.Jobs.Add<RunPurges>("run-purges", "承認された消去の実行", "Run approved purges").Daily(new TimeOnly(1, 0));
        module.Jobs.Add<DrawUpPurges>("draw-up-purges", "保存期間を過ぎた記録の提案", "Propose what is kept too long").Daily(new TimeOnly(2, 0));
    }

    private static void Duplicates(ModuleBuilder module)
    {
        module.Services.AddScoped<DuplicateFinder>();
        module.Services.AddScoped<PersonRecords>();
        module.Services.AddScoped<PersonErasure>();
        module.Screens.Add<HandoverScreen>("handover", "引き継ぎ", "Handover").Icon("arrows-exchange").Requires(CustomersContract.Handover);
        module.Screens.Add<QualityScreen>("quality", "データ品質", "Data quality").Icon("shield-check");
        module.Screens.Add<VisitScreen>("visit", "訪問カード", "Visit card").NotInMenu();
        module.Slots.Add<VisitButton>(Slots.Actions(CustomersContract.Person), "visit", "訪問カード", "Visit card").Order(30);
        module.Slots.Add<VisitButton>(Slots.Actions(CustomersContract.Company), "visit", "訪問カード", "Visit card").Order(30);
        module.Slots.Add<RequestActions>(Slots.Actions(CustomersContract.PersonRequest), "answer", "請求への対応", "Answer").Order(10);
        module.Slots.Add<BeforeErasure>(Slots.Side(CustomersContract.PersonRequest), "before-erasure", "進行中のもの", "Under way").Order(10);
        module.Api.Get<GetDisclosure>("disclosure", "本人への開示", "Disclosure to the person");
        module.Screens.Add<DuplicatesScreen>("duplicates", "名寄せ", "Duplicates").Icon("copy");
        module.Screens.Add<MergeScreen>("merge", "比べて統合", "Compare and merge").NotInMenu();
        module.Slots.Add<MergeNote>(CustomersContract.PageSlots.CompanySide, "merged", "統合済み", "Merged").Order(5);
        module.Slots.Add<MergeNote>(CustomersContract.PageSlots.PersonSide, "merged", "統合済み", "Merged").Order(5);
        module.Slots.Add<LikeNote>(Slots.Form(CustomersContract.Person), "duplicates", "登録済みかもしれません", "Perhaps already there").Order(10);
        module.Slots.Add<LikeNote>(Slots.Form(CustomersContract.Company), "duplicates", "登録済みかもしれません", "Perhaps already there").Order(10);
        module.Jobs.Add<ScanForDuplicates>("scan-duplicates", "名寄せの候補探し", "Look for duplicates").Daily(new TimeOnly(3, 0));
    }

    private static void Segments(ModuleBuilder module)
    {
        module.Services.AddScoped<BoughtLines>();
        module.Services.AddScoped<AnalysisData>();
        module.Slots.Add<SuggestionCard>(CustomersContract.PageSlots.CompanySide, "suggestions", "次のご提案", "What to offer next").Order(25);
        module.Slots.Add<SuggestionCard>(CustomersContract.PageSlots.PersonSide, "suggestions", "次のご提案", "What to offer next").Order(25);
        module.Jobs.Add<RecountSuggestions>("suggestions", "提案の計算", "Work out suggestions").Daily(new TimeOnly(4, 0));
        module.Services.AddScoped<SegmentCompiler>();
        module.Services.AddScoped<SegmentWords>();
        module.Screens.Add<BuilderScreen>("segment", "セグメントを作る", "Build a segment").Icon("filter");
        module.Screens.Add<AnalysisScreen>("analysis", "顧客分析", "Customer analysis").Icon("chart-dots").Requires(CustomersContract.SeeAnalysis);
        module.Screens.Add<BehindScreen>("behind", "指標の内訳", "Behind a figure").NotInMenu().Requires(CustomersContract.SeeAnalysis);
        module.Slots.Add<SegmentActions>(Slots.Actions(CustomersContract.Segment), "build", "条件を組み立てる", "Build").Order(10);
        module.Api.Get<GetSegmentMembers>("segment-members", "セグメントの顧客", "Customers in a segment");
        module.Api.Get<CountSegment>("segment-count", "セグメントの人数", "How many are in a segment");
        module.Api.Get<ExplainSegment>("segment-explain", "セグメントに入る・入らない理由", "Why a customer is in a segment or not");
        module.Api.Post<MayContact>("may-contact", "連絡してよいか", "May we contact them");
    }

    private static void Rights(ModuleBuilder module)
    {
        module.Permissions.Add(CustomersContract.SeeAnalysis, "顧客分析を見る", "See the analysis of customers").To(BuiltInRole.Sales, BuiltInRole.Marketing, BuiltInRole.Viewer);
        module.Permissions.Add(CustomersContract.PersonRights, "本人の権利（開示・消去）に対応する", "Disclose and erase a person's data");
        module.Permissions.Add(CustomersContract.Handover, "担当を引き継ぐ", "Hand over somebody's work");

        // Who answers the phone hears of a new number or address first, whoever looks after the customer.
        var corrects = new Reaches { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.Own };
        foreach (var type in (string[])[CustomersContract.Company, CustomersContract.Person]) module.Roles.Grant(BuiltInRole.Support, type, corrects);

        // Whoever is to read them gets the right from an administrator, role by role.
        foreach (var role in (string[])[BuiltInRole.Sales, BuiltInRole.Support, BuiltInRole.Marketing, BuiltInRole.Viewer])
        {
            module.Roles.Grant(role, CustomersContract.SensitiveNote, Reaches.None);
            module.Roles.Grant(role, CustomersContract.PersonRequest, Reaches.None);
            module.Roles.Grant(role, CustomersContract.Incident, Reaches.None);
            module.Roles.Grant(role, CustomersContract.IncidentPerson, Reaches.None);
            module.Roles.Grant(role, CustomersContract.RetentionRule, Reaches.None);
            module.Roles.Grant(role, CustomersContract.Purge, Reaches.None);
        }
    }
}
