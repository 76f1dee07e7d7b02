using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Support.Knowledge;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Support;

/// <summary>What staff see: complaints where the customer is met again, answers beside what is typed, the thread with its reply box.</summary>
public sealed class DeskPageTests
{
    [Fact]
    public async Task A_complaint_shows_beside_a_new_deal_and_on_the_customers_page_until_it_is_settled()
    {
        await using var host = await Started();
        var tenant = await host.NewTenant("港町商事");
        var (browser, admin) = (await tenant.BrowserWith("sales"), tenant.Admin);
        var company = (await admin.Post("records/" + CustomersContract.Company, new { name = "株式会社青葉製作所" })).Is(201).Id;
        var complaint = await tenant.Ask(new OpenInquiry("梱包機が止まる") { CompanyId = company, Complaint = true });

        var beside = await browser.Send(HttpMethod.Post, $"/r/{DealsContract.Deal}/hints", [("companyId", company.ToString())]);
        var page = await browser.Send(HttpMethod.Get, $"/r/{CustomersContract.Company}/{company}");
        foreach (var shown in new[] { beside, page })
        {
            Assert.Equal(200, shown.Status);
            Assert.Contains("data-open-complaint", shown.Text, StringComparison.Ordinal);
            Assert.Contains("梱包機が止まる", shown.Text, StringComparison.Ordinal);
        }

        (await admin.Post("commands/support.close", new { id = complaint, cause = "センサーの不良", satisfied = "当日の交換" })).Is(204);
        Assert.DoesNotContain("data-open-complaint", (await browser.Send(HttpMethod.Post, $"/r/{DealsContract.Deal}/hints", [("companyId", company.ToString())])).Text, StringComparison.Ordinal);
        var after = (await browser.Send(HttpMethod.Get, $"/r/{CustomersContract.Company}/{company}")).Text;
        Assert.DoesNotContain("data-open-complaint", after, StringComparison.Ordinal);
        Assert.Contains("当日の交換", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_stands_beside_the_form_and_the_reply_box()
    {
        await using var host = await Started();
        var tenant = await host.NewTenant("港町商事");
        var browser = await tenant.BrowserWith("support");
        var article = (await tenant.Admin.Post("records/" + SupportContract.Article, new { title = "請求書を再発行できますか", body = "**マイページ**から発行できます。", audience = "public" })).Is(201).Id;
        await tenant.Ask(new PublishArticle(article));
        var company = (await tenant.Admin.Post("records/" + CustomersContract.Company, new { name = "株式会社青葉製作所" })).Is(201).Id;
        var before = await tenant.Ask(new OpenInquiry("領収書の宛名") { CompanyId = company });

        var hints = (await browser.Send(HttpMethod.Post, $"/r/{SupportContract.Inquiry}/hints", [("subject", "請求書の再発行をお願いします"), ("companyId", company.ToString())])).Text;
        Assert.Contains("<strong>マイページ</strong>", hints, StringComparison.Ordinal);
        Assert.Contains("領収書の宛名", hints, StringComparison.Ordinal);

        var asked = await tenant.Ask(new OpenInquiry("請求書の再発行") { CompanyId = company, Content = "先月の請求書を再発行してください。", FromEmail = "misaki@aoba.example" });
        var thread = (await browser.Send(HttpMethod.Get, $"/r/{SupportContract.Inquiry}/{asked}?tab=support.thread")).Text;
        Assert.Contains("data-insert-into=\"reply-text\"", thread, StringComparison.Ordinal);
        Assert.Contains("misaki@aoba.example", thread, StringComparison.Ordinal);
        Assert.Contains($"/r/{SupportContract.Inquiry}/{before}", thread, StringComparison.Ordinal);
        var faq = (await tenant.Admin.Without().Get($"/public/{tenant.Info.Key}/support/faq?subject=請求書の再発行")).Is(200).Text;
        Assert.Contains("請求書を再発行できますか", faq, StringComparison.Ordinal);
    }

    private static Task<ApiHost> Started() => ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule()]);
}
