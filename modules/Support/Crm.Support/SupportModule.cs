using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Desk;
using Crm.Support.FollowUps;
using Crm.Support.Inquiries;
using Crm.Support.Knowledge;
using Crm.Support.Knowledge.Versions;
using Crm.Support.Mailing;
using Crm.Support.OnCustomers;
using Crm.Support.PublicForm;
using Crm.Support.Replies;
using Crm.Support.Reports;
using Crm.Support.Setup;
using Crm.Support.Surveys;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Support;

/// <summary>Inquiries and complaints from the first word to the end, and after.</summary>
public sealed class SupportModule : CrmModule
{
    private const int LongestMail = 32_000_000;

    /// <summary>All mail comes from the few addresses of one provider.</summary>
    private const int MostMailsPerMinute = 6_000;

    /// <inheritdoc/>
    public override string Key => SupportContract.Module;

    /// <inheritdoc/>
    public override Label Name => ("サポート", "Support");

    /// <inheritdoc/>
    public override Label Description => (
        "問い合わせ・クレームの受付から回答、期限管理、FAQ、満足度、アフターフォローまで。",
        "Inquiries and complaints with their answers and targets, FAQ, satisfaction and after-follow.");

    /// <inheritdoc/>
    public override string Icon => "headset";

    /// <inheritdoc/>
    public override int Order => 30;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<SupportDb>();
        module.Settings<SupportSettings>(SupportSettings.Describe);
        module.Seed<FirstLists>();
        module.Seed<FirstTemplates>();
        module.Seed<FirstSecret>();
        Records(module);
        Rights(module);
        Screens(module);
        module.Services.AddScoped<SupportClock>();
        module.Services.AddScoped<Intake>();
        module.Services.AddScoped<Recipients>();
        module.Services.AddScoped<Outbox>();
        module.Services.AddScoped<Readable>();
        module.Api.Post<ReceiveMail>("mail", "メールの受信", "Mail that arrives").Public().KeyedBy<SupportSettings>(s => s.MailSecret).UpTo(LongestMail).PerMinute(MostMailsPerMinute);
        module.Api.Post<SendInquiry>("ask", "お問い合わせ", "Contact us").Public();
        module.Api.Post<ConfirmInquiry>("confirm", "お問い合わせの確認", "Confirm an inquiry").Public();
        module.Api.Post<VotePublicArticle>("faq", "FAQの評価", "Vote on an article").Public();
        module.Api.Post<Rate>("rate", "満足度の回答", "Answer a survey").Public();
        module.Jobs.Add<SendFollowUps>("send-follow-ups", "フォローメールの送信", "Send follow-up mails").Daily(new TimeOnly(9, 30));
        module.Jobs.Add<ForgetPosts>("forget-posts", "フォームの後片付け", "Tidy up after the form").Daily(new TimeOnly(3, 30));
        module.Jobs.Add<Escalation>("escalation", "期限超過の通知", "Overdue inquiries").Every(Escalation.Interval);
    }

    private static void Records(ModuleBuilder module)
    {
        module.Records.Add(InquiryFields.Type);
        module.Records.Add(MessageFields.Type);
        module.Records.Add(AttachmentFields.Type);
        module.Records.Add(LinkFields.Type);
        module.Records.Add(ArticleFields.Type);
        module.Records.Add(SurveyFields.Type);
        module.Records.Add(FollowPlanFields.Type);
        module.Records.Add(FollowUpFields.Type);
        module.Records.Add(ChannelFields.Type);
        module.Records.Add(TypeFields.Type);
        module.Records.Add(QueueFields.Type);
        module.Records.Add(ReplyTemplateFields.Type);
    }

    private static void Screens(ModuleBuilder module)
    {
        module.Screens.Add<DeskScreen>("desk", "受付一覧", "Desk").Icon("inbox");
        module.Screens.Add<FiguresScreen>("figures", "サポート指標", "Figures").Icon("chart-bar").Requires(SupportContract.SeeFigures);
        module.Screens.Add<TrendsScreen>("trends", "問い合わせの傾向", "Trends").Icon("trending-up").Requires(SupportContract.SeeFigures);
        module.Screens.Add<SetupScreen>("setup", "サポートの設定", "Set up").Icon("adjustments");
        module.Screens.Add<ProposalsScreen>("proposals", "FAQの候補", "Articles to write").Icon("bulb");
        module.Screens.Add<FaqScreen>("faq", "よくある質問", "Questions and answers").Public();
        module.Screens.Add<AskScreen>("ask", "お問い合わせ", "Contact us").Public();
        module.Screens.Add<ConfirmScreen>("confirm", "お問い合わせの確認", "Confirm your inquiry").Public();
        module.Screens.Add<RateScreen>("rate", "対応の満足度", "How did we do?").Public();
        module.Slots.Add<InquiryActions>(Slots.Actions(SupportContract.Inquiry), "steps", "問い合わせの操作", "Steps").Order(10);
        module.Slots.Add<ThreadTab>(Slots.Tabs(SupportContract.Inquiry), "thread", "やり取り", "Thread").Order(10).Opens();
        module.Slots.Add<InquirySide>(Slots.Side(SupportContract.Inquiry), "state", "対応状況", "Where it stands").Order(10);
        module.Slots.Add<ArticleActions>(Slots.Actions(SupportContract.Article), "steps", "記事の操作", "Steps").Order(10);
        module.Slots.Add<VersionsTab>(Slots.Tabs(SupportContract.Article), "versions", "版", "Versions").Order(10);
        module.Slots.Add<FollowUpActions>(Slots.Actions(SupportContract.FollowUp), "steps", "フォローの操作", "Steps").Order(10);
        module.Slots.Add<KnownOfCustomer>(Slots.Form(SupportContract.Inquiry), "history", "お客様の履歴", "What is known").Order(10);
        module.Slots.Add<KnownAnswers>(Slots.Form(SupportContract.Inquiry), "answers", "参考になるFAQ", "Articles that may help").Order(20);
        module.Slots.Add<ComplaintNote>(Slots.Form(DealsContract.Deal), "complaints", "クレーム", "Complaints").Order(10);
        module.Slots.Add<CustomerSupportCard>(CustomersContract.PageSlots.CompanySide, "inquiries", "問い合わせ", "Inquiries").Order(25);
        module.Slots.Add<CustomerSupportCard>(CustomersContract.PageSlots.PersonSide, "inquiries", "問い合わせ", "Inquiries").Order(25);
    }

    /// <summary>Support works with all of it; sales and marketing see it and note what customers say; how the desk is organised is changed by administrators.</summary>
    private static void Rights(ModuleBuilder module)
    {
        module.Permissions.Add(SupportContract.SeeFigures, "サポートの指標と傾向を見る", "See figures and trends of support").To(BuiltInRole.Support, BuiltInRole.Sales, BuiltInRole.Marketing, BuiltInRole.Viewer);
        string[] organised = [SupportContract.Channel, SupportContract.Type, SupportContract.Queue, SupportContract.FollowPlan];
        foreach (var role in (string[])[BuiltInRole.Support, BuiltInRole.Sales, BuiltInRole.Marketing])
        {
            foreach (var type in organised) module.Roles.Grant(role, type, Reaches.ReadOnly);
        }

        // Who answers words the templates as well.
        module.Roles.Grant(BuiltInRole.Support, SupportContract.ReplyTemplate, new Reaches { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.Own });

        // What comes by mail and form belongs to nobody yet; whoever is free takes it.
        var works = new Reaches { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.Own };
        foreach (var type in (string[])[SupportContract.Inquiry, SupportContract.Message, SupportContract.Attachment, SupportContract.Link, SupportContract.Article, SupportContract.FollowUp]) module.Roles.Grant(BuiltInRole.Support, type, works);
        // What customers answered is read, not written.
        module.Roles.Grant(BuiltInRole.Support, SupportContract.Survey, Reaches.ReadOnly);
        var notes = Reaches.ReadOnly with { Create = Reach.All };
        foreach (var type in (string[])[SupportContract.Inquiry, SupportContract.Message, SupportContract.Attachment]) module.Roles.Grant(BuiltInRole.Sales, type, notes);
        foreach (var type in (string[])[SupportContract.Link, SupportContract.Article, SupportContract.Survey]) module.Roles.Grant(BuiltInRole.Sales, type, Reaches.ReadOnly);
        foreach (var type in (string[])[SupportContract.Inquiry, SupportContract.Message, SupportContract.Attachment, SupportContract.Link, SupportContract.Article, SupportContract.Survey]) module.Roles.Grant(BuiltInRole.Marketing, type, Reaches.ReadOnly);
    }
}
