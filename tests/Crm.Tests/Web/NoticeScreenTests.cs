using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Tests.Identity;

namespace Crm.Tests.Web;

/// <summary>What a user is told stands under the bell until they have read it.</summary>
public sealed class NoticeScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task A_message_is_counted_shown_and_leads_where_it_says()
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, $"hanako@{tenant.Key}.example");
        var other = await crm.NewUser(tenant, $"taro@{tenant.Key}.example");
        await crm.Send(tenant, new NotifyUser(user, new Label("契約が60日後に満了します", "A contract ends in 60 days")) { Link = "/r/customers.company" });
        await crm.Send(tenant, new NotifyUser(user, new Label("取込が終わりました", "The import is done")));
        await crm.Send(tenant, new NotifyUser(other, new Label("よその話", "Not for you")));
        var browser = await crm.Browser().SignIn($"hanako@{tenant.Key}.example");

        Assert.Equal("2", await (await browser.Get("/notices/count")).Content.ReadAsStringAsync());
        await browser.Get("/notices");
        Assert.Equal(["取込が終わりました", "契約が60日後に満了します"], browser.Page.QuerySelectorAll("#notices button.notice strong").Select(n => n.TextContent));
        var contract = browser.Page.QuerySelectorAll("#notices button.notice")[1].GetAttribute("value")!;

        await browser.Submit("/notices/read", ("id", contract));
        Assert.Equal("/r/customers.company", browser.LeadsTo);
        Assert.Equal("1", await (await browser.Get("/notices/count")).Content.ReadAsStringAsync());

        await browser.Get("/notices");
        Assert.Single(browser.Page.QuerySelectorAll("#notices .notice-read"));
        await browser.Submit("/notices/read");
        Assert.Equal("/notices", browser.LeadsTo);
        Assert.Equal("", await (await browser.Get("/notices/count")).Content.ReadAsStringAsync());
    }
}
