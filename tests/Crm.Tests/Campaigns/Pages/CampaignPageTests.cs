using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Crm.Campaigns;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Campaigns.Pages;

/// <summary>What pages of campaigns and flows offer, and what they say before something happens that cannot be undone.</summary>
public sealed class CampaignPageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task With_nobody_to_send_to_the_page_offers_the_reasons_and_no_approval_and_with_somebody_it_asks()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant("みなと商事");
        var (campaign, hanako, purpose) = await Draft(tenant);
        var browser = await tenant.BrowserWith("administrator");

        await Prepare();
        var nobody = await Page();
        Assert.Empty(nobody.QuerySelectorAll("form[action='/send/campaigns.approve']"));
        Assert.Contains(nobody.QuerySelectorAll("a.btn"), a => a.GetAttribute("href")!.EndsWith("?tab=campaigns.audience", StringComparison.Ordinal));

        (await tenant.Admin.Post("records/customers.consent", new { personId = hanako, purposeId = purpose, channel = "email", basis = "consent", at = "2026-01-05T00:00:00Z", how = "Webフォーム" })).Is(201);
        await Prepare();
        var form = Assert.Single((await Page()).QuerySelectorAll("form[action='/send/campaigns.approve']"));
        Assert.NotEmpty(form.QuerySelectorAll("[data-part=no-mail-server]"));
        Assert.False(string.IsNullOrEmpty(form.QuerySelector("input[name=_done]")!.GetAttribute("value")));

        async Task Prepare()
        {
            (await tenant.Admin.Post("commands/campaigns.prepare", new { id = campaign })).Is(204);
            using var late = new CancellationTokenSource(Patience);
            while (!"prepared".Equals((await tenant.Ask(new GetRecord(CampaignsContract.Campaign, campaign)))["status"])) await Task.Delay(100, late.Token);
        }

        async Task<IDocument> Page() => await new HtmlParser().ParseDocumentAsync((await browser.Send(HttpMethod.Get, $"/r/campaigns.campaign/{campaign}")).Text);
    }

    [Fact]
    public async Task A_template_that_asks_for_what_is_not_there_still_shows_what_there_is_and_its_form_puts_fields_in()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant("みなと商事");
        var template = (await tenant.Admin.Post("records/campaigns.template", new { name = "会社向け", subject = "ご案内", body = "{{customer.lastName}}" })).Is(201).Id;
        var browser = await tenant.BrowserWith("administrator");

        var page = await new HtmlParser().ParseDocumentAsync((await browser.Send(HttpMethod.Get, $"/r/campaigns.template/{template}?tab=campaigns.preview&type={CustomersContract.Company}")).Text);
        Assert.NotEmpty(page.QuerySelectorAll(".error-box"));
        Assert.Contains(page.QuerySelectorAll("details code"), c => c.TextContent == "{{customer.postalCode}}");

        var form = await new HtmlParser().ParseDocumentAsync((await browser.Send(HttpMethod.Get, $"/r/campaigns.template/{template}/edit")).Text);
        var control = form.QuerySelector("[data-part=insert-field]")!;
        Assert.Contains(control.QuerySelectorAll("option"), o => o.GetAttribute("value") == "{{customer.lastName}}");
        Assert.DoesNotContain(control.QuerySelectorAll("option"), o => o.GetAttribute("value") == "{{customer.memo}}");
        Assert.Equal("insert-choice", control.QuerySelector("button[type=button]")!.GetAttribute("data-insert-from"));
        Assert.NotNull(form.QuerySelector("form.record-form textarea[name=body]"));
    }

    [Fact]
    public async Task A_campaign_that_went_out_stays_and_says_how_many_it_went_to()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var (sent, draft) = (await crm.Campaign(), await crm.Campaign());
        await crm.Send(sent);

        var refused = (await crm.Ask(new DeleteRecords(CampaignsContract.Campaign, [sent]))).Rows.Single().Problems.Single();
        Assert.Equal("campaigns.sent-stays", refused.Code);
        Assert.Contains("1人に送った", refused.Message.Ja, StringComparison.Ordinal);
        Assert.Empty((await crm.Ask(new DeleteRecords(CampaignsContract.Campaign, [draft]))).Rows.Single().Problems);

        // Nothing leads back to a draft any more, so nothing says so.
        var changed = await crm.Send(new SaveRecord(CampaignsContract.Campaign, sent, new Dictionary<string, object?> { ["subject"] = "変更" }));
        Assert.Equal("campaigns.fixed", changed.Problems[0].Code);
        Assert.DoesNotContain("下書き", changed.Problems[0].Cure!.Value.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_a_flow_starts_it_is_known_how_many_begin_and_how_many_may_be_written_to()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Person("鈴木", "一郎", ("email", "ichiro@example.jp"));
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template()));

        Assert.Equal(new FlowStart(2, 1, More: false), await crm.Ask(new GetFlowStart(flow)));

        // Who has entered already does not begin again.
        await crm.Done(new RunFlow(flow, On: true));
        await crm.RunJob<AdvanceFlows>();
        await crm.Done(new RunFlow(flow, On: false));
        Assert.Equal(new FlowStart(0, 0, More: false), await crm.Ask(new GetFlowStart(flow)));
    }

    [Fact]
    public async Task A_flow_page_says_that_nothing_follows_a_condition_and_asks_before_a_step_is_removed()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant("みなと商事");
        var (purpose, segment) = ((await tenant.Ask(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [] })).Rows[0].Id, (await tenant.Admin.Post("records/customers.segment", new { name = "全員", customerType = "customers.person" })).Is(201).Id);
        var flow = (await tenant.Admin.Post("records/campaigns.flow", new { name = "新規", purposeId = purpose, segmentId = segment })).Is(201).Id;
        (await tenant.Admin.Post("commands/campaigns.add-step", new { flowId = flow, kind = StepKinds.Wait, days = 3 })).Is(204);
        var browser = await tenant.BrowserWith("administrator");
        Assert.Null((await Page()).QuerySelector("[data-part=idle-condition]"));

        (await tenant.Admin.Post("commands/campaigns.add-step", new { flowId = flow, kind = StepKinds.Condition, condition = StepConditions.Opened })).Is(204);

        var page = await Page();
        Assert.NotNull(page.QuerySelector("[data-part=idle-condition]"));
        Assert.Equal(2, page.QuerySelectorAll("details.confirm form[action='/send/campaigns.remove-step']").Length);

        async Task<IDocument> Page() => await new HtmlParser().ParseDocumentAsync((await browser.Send(HttpMethod.Get, $"/r/campaigns.flow/{flow}?tab=campaigns.steps")).Text);
    }

    private static async Task<(Guid Campaign, Guid Hanako, Guid Purpose)> Draft(ApiTenant tenant)
    {
        (await tenant.Admin.Patch("settings/campaigns", new { senderName = "株式会社みなと商事", senderAddress = "横浜市中区", senderContact = "045-555-0110", siteUrl = "https://crm.minato.example" })).Is(200);
        var purpose = (await tenant.Ask(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [] })).Rows[0].Id;
        var hanako = (await tenant.Admin.Post("records/customers.person", new { lastName = "佐藤", firstName = "花子", email = "hanako@example.jp" })).Is(201).Id;
        var segment = (await tenant.Admin.Post("records/customers.segment", new { name = "全員", customerType = "customers.person" })).Is(201).Id;
        var template = (await tenant.Admin.Post("records/campaigns.template", new { name = "案内", subject = "ご案内", body = "こんにちは" })).Is(201).Id;
        return ((await tenant.Admin.Post("records/campaigns.campaign", new { name = "春", channel = "email", purposeId = purpose, segmentId = segment, templateId = template })).Is(201).Id, hanako, purpose);
    }
}
