using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Journeys;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Results;
using Crm.Campaigns.Sending;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Campaigns;

/// <summary>Campaigns: to whom, what, when, at what cost, and what came of it.</summary>
public sealed class CampaignsModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => CampaignsContract.Module;

    /// <inheritdoc/>
    public override Label Name => ("キャンペーン", "Campaigns");

    /// <inheritdoc/>
    public override Label Description => (
        "メール・DM・電話・SMSのキャンペーン、ナーチャリング、効果測定。同意のある人だけに、法令の表示を付けて送ります。",
        "Campaigns by mail, post, phone and text message, nurturing flows and results. Only to those who may be written to, with what the law wants in each mail.");

    /// <inheritdoc/>
    public override string Icon => "speakerphone";

    /// <inheritdoc/>
    public override int Order => 40;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<CampaignsDb>();
        module.Settings<CampaignSettings>(CampaignSettings.Describe);
        module.Seed<FirstLinkSecret>();
        module.Seed<FirstTemplates>();
        Records(module);
        Rights(module);
        Screens(module);
        Doors(module);
        Services(module.Services);
        module.Jobs.Add<DrawUpAudience>("draw-up", "対象の抽出", "Draw up audiences");
        module.Jobs.Add<SendDue>("send", "配信", "Send campaigns").Every(SendDue.Interval);
        module.Jobs.Add<AdvanceFlows>("advance-flows", "ナーチャリングの進行", "Advance flows").Every(AdvanceFlows.Interval);
        module.Jobs.Add<CatchUpResponses>("catch-up-responses", "反応の取り込み", "Catch up with responses").Daily(new TimeOnly(4, 30));
    }

    private static void Records(ModuleBuilder module)
    {
        module.Records.Add(CampaignFields.Type);
        module.Records.Add(MailTemplateFields.Type);
        module.Records.Add(CostFields.Type);
        module.Records.Add(FlowFields.Type);
        module.Records.Add(FlowFields.StepType);
    }

    private static void Screens(ModuleBuilder module)
    {
        module.Screens.Add<ReturnsScreen>("returns", "ROIと予算", "ROI and budget").Icon("chart-bar").Requires(CampaignsContract.SeeResults);
        module.Screens.Add<JourneyScreen>("journey", "カスタマージャーニー", "Customer journey").Icon("route").Requires(CampaignsContract.SeeResults);
        module.Screens.Add<ShutAddressesScreen>("shut-addresses", "配信しないアドレス", "Shut addresses").Icon("mail-off").Requires(CampaignsContract.Approve);
        module.Screens.Add<PreviewScreen>("preview", "プレビュー", "Preview").NotInMenu();
        module.Screens.Add<UnsubscribeScreen>("unsubscribe", "配信の停止", "Stop these mails").Public();
        module.Slots.Add<CampaignActions>(Slots.Actions(CampaignsContract.Campaign), "steps", "キャンペーンの操作", "Steps").Order(10);
        module.Slots.Add<AudienceTab>(Slots.Tabs(CampaignsContract.Campaign), "audience", "対象と除外", "Audience").Order(10).Opens();
        module.Slots.Add<ResultTab>(Slots.Tabs(CampaignsContract.Campaign), "result", "結果", "Results").Order(20);
        module.Slots.Add<PreviewTab>(Slots.Tabs(CampaignsContract.Template), "preview", "プレビュー", "Preview").Order(10).Opens();
        module.Slots.Add<InsertField>(Slots.Form(CampaignsContract.Template), "insert-field", "差し込める項目", "Fields to put in").Order(10);
        module.Slots.Add<FlowActions>(Slots.Actions(CampaignsContract.Flow), "run", "フローの操作", "Run").Order(10);
        module.Slots.Add<FlowTab>(Slots.Tabs(CampaignsContract.Flow), "steps", "ステップ", "Steps").Order(10).Opens();
    }

    /// <summary>What mail programs, readers and providers reach.</summary>
    private static void Doors(ModuleBuilder module)
    {
        module.Api.Get<TrackOpen>("open", "メールの開封", "A mail was opened").Public();
        module.Api.Get<TrackClick>("click", "メールのリンク", "A link of a mail").Public();

        // Mailbox providers opt out for many from few addresses, and report bounces as they come.
        module.Api.Post<Unsubscribe>("unsubscribe", "配信停止", "Opt out").Public().PerMinute(3_000);
        module.Api.Post<NoteBounce>("bounce", "不達・苦情の通知", "Bounces and complaints").Public().KeyedBy<CampaignSettings>(s => s.HookSecret).PerMinute(6_000);
        module.Api.Get<GetAudience>("audience", "対象と除外の集計", "Audience and reasons");
        module.Api.Get<GetContactList>("contact-list", "宛名・架電リスト", "List to post or call");
    }

    private static void Services(IServiceCollection services)
    {
        services.AddScoped<Screening>();
        services.AddScoped<ShutAddresses>();
        services.AddScoped<Purposes>();
        services.AddScoped<Letters>();
        services.AddScoped<Readers>();
        services.AddScoped<LinkKeyRing>();
        services.AddScoped<LawfulSender>();
        services.AddScoped<TestMailboxes>();
        services.AddScoped<LawfulMail>();
        services.AddScoped<Outlets>();
        services.AddScoped<SendMails>();
        services.AddScoped<ChooseSubject>();
        services.AddScoped<ResponseBook>();
    }

    /// <summary>Marketing makes campaigns and sees what they bring; approving is a right of its own.</summary>
    private static void Rights(ModuleBuilder module)
    {
        module.Permissions.Add(CampaignsContract.Approve, "キャンペーンの承認・フローの開始", "Approve campaigns, start flows").To(BuiltInRole.Marketing);
        module.Permissions.Add(CampaignsContract.SeeResults, "配信結果・ROI・ジャーニーを見る", "See results, ROI and journeys").To(BuiltInRole.Marketing, BuiltInRole.Viewer);
        foreach (var role in (string[])[BuiltInRole.Sales, BuiltInRole.Support])
        {
            foreach (var type in (string[])[CampaignsContract.Campaign, CampaignsContract.Template, CampaignsContract.Cost, CampaignsContract.Flow, CampaignsContract.FlowStep]) module.Roles.Grant(role, type, Reaches.ReadOnly);
        }
    }
}
