using System.Net;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

public sealed class InstallationTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task An_administrator_of_the_installation_opens_a_tenant_whose_first_administrator_sets_their_own_password()
    {
        await crm.NewInstallationAdministrator("root@vendor.example");
        var root = await crm.Browser().SignIn("root@vendor.example");
        Assert.Equal("/installation", root.LeadsTo);
        await root.Get("/installation");
        await root.Submit("/installation/tenants", ("key", "minato"), ("tenantName", "みなと商事"), ("name", "港 一郎"), ("email", "boss@minato.example"));
        var link = new Uri(root.Page.QuerySelector("[data-one-time-link]")!.GetAttribute("value")!).AbsolutePath;

        var boss = crm.Browser();
        await boss.Get(link);
        await boss.Post(link, ("__RequestVerificationToken", boss.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), ("password", "つきひにせきもりなし"));
        await boss.SignIn("boss@minato.example", "つきひにせきもりなし");
        await boss.Get("/settings/users");
        Assert.Contains("港 一郎", boss.Text, StringComparison.Ordinal);
        await boss.Get("/installation");
        Assert.Equal(HttpStatusCode.Forbidden, boss.Status);

        await root.Get("/installation");
        var close = root.Page.QuerySelector("[data-tenant=minato] form")!.GetAttribute("action")!;
        await root.Submit(close);
        Assert.False(await boss.IsIn());
    }

    [Fact]
    public async Task A_tenant_is_opened_with_its_currency_zone_year_and_modules_and_its_locked_out_administrator_gets_a_link()
    {
        await crm.NewInstallationAdministrator("second@vendor.example");
        var root = await crm.Browser().SignIn("second@vendor.example");
        await root.Get("/installation");
        await root.Submit(
            "/installation/tenants", ("key", "london"), ("tenantName", "London Trading"), ("name", "Ann Lee"), ("email", "ann@london.example"), ("language", "en"), ("currency", "gbp"),
            ("timeZone", "Europe/London"), ("fiscalYearStart", "1"), ("database", ""), ("modules", "customers"));
        Assert.Equal(HttpStatusCode.OK, root.Status);
        var tenant = (await crm.Services.GetRequiredService<Tenants>().Find("london", CancellationToken.None))!;
        Assert.Equal(("GBP", "Europe/London", 1, "customers"), (tenant.Currency, tenant.TimeZone.Id, tenant.FiscalYearStart, string.Join(',', tenant.Modules)));

        await root.Get("/installation");
        await root.Get(root.Page.QuerySelector("[data-tenant=london] td.title a")!.GetAttribute("href")!);
        Assert.Contains("Europe/London", root.Text, StringComparison.Ordinal);
        await root.Submit($"/installation/tenants/{tenant.Id}/reset");
        var link = new Uri(root.Page.QuerySelector("[data-one-time-link]")!.GetAttribute("value")!).AbsolutePath;
        var ann = crm.Browser();
        await ann.Get(link);
        Assert.Equal(HttpStatusCode.OK, ann.Status);
        var noted = (await crm.Ask(tenant, new Platform.Audit.ListAudit { RecordType = Platform.Audit.AuditedSettings.User })).Entries[0];
        Assert.Equal(("運用 担当", "Ann Lee: password"), (noted.ActorName, noted.Changes[0].Field));

        // Whoever is no administrator there is helped by those who are.
        var clerk = await crm.NewUser(tenant, "clerk@london.example", "viewer");
        await root.Post($"/installation/tenants/{tenant.Id}/reset", ("__RequestVerificationToken", root.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), ("user", clerk.ToString()));
        Assert.Null(root.Page.QuerySelector("[data-one-time-link]"));
    }

    [Fact]
    public async Task A_tenant_whose_own_database_cannot_be_reached_is_not_made()
    {
        await crm.NewInstallationAdministrator("fourth@vendor.example");
        var root = await crm.Browser().SignIn("fourth@vendor.example");
        await root.Get("/installation");
        await root.Submit(
            "/installation/tenants", ("key", "nowhere"), ("tenantName", "どこにもない商会"), ("name", "無 一郎"), ("email", "boss@nowhere.example"), ("currency", "JPY"), ("timeZone", "Asia/Tokyo"),
            ("fiscalYearStart", "4"), ("database", "Data Source=/proc/none/crm.db"), ("modules", "customers"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, root.Status);
        Assert.Contains("cannot be reached", root.Page.QuerySelector(".error-box")!.TextContent, StringComparison.Ordinal);
        Assert.Null(await crm.Services.GetRequiredService<Tenants>().Find("nowhere", CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_is_signed_in_to_a_tenant_that_closes_is_led_to_the_sign_in_page_and_signed_out()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "taro@closing.example");
        var token = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Admin) { User = await crm.NewUser(tenant, "api@closing.example") });
        var browser = await crm.Browser().SignIn("taro@closing.example");
        Assert.True(await browser.IsIn());
        Assert.False((await crm.Send(tenant, new SetTenantActive(tenant.Id, false), Actor.AtTheServer)).Failed);

        var program = crm.Browser();
        await program.Get("/api/v1/who", ("Authorization", "Bearer " + token.Token));
        Assert.Equal(HttpStatusCode.Unauthorized, program.Status);

        await browser.Get("/r/customers.person");
        Assert.Equal("/sign-in?return=%2Fr%2Fcustomers.person", browser.LeadsTo);
        Assert.DoesNotContain(browser.Cookies.GetCookies(new Uri("https://crm.example")), c => c.Name == "crm.session");
        await browser.Get("/sign-in");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Fact]
    public async Task A_mistake_makes_no_tenant()
    {
        await crm.NewInstallationAdministrator("other@vendor.example");
        var root = await crm.Browser().SignIn("other@vendor.example");
        await root.Get("/installation");
        await root.Submit("/installation/tenants", ("key", "naniwa"), ("tenantName", "なにわ商会"), ("name", "浪速 花子"), ("email", "no address"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, root.Status);
        Assert.Null(root.Page.QuerySelector("[data-tenant=naniwa]"));
        Assert.Equal("なにわ商会", root.Page.QuerySelector("#tenantName")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Pages_of_a_tenant_are_closed_to_those_in_no_tenant()
    {
        await crm.NewInstallationAdministrator("third@vendor.example");
        var root = await crm.Browser().SignIn("third@vendor.example");
        foreach (var path in new[] { "/", "/me", "/settings/users", "/r/customers.person" })
        {
            await root.Get(path);
            Assert.Equal(HttpStatusCode.Forbidden, root.Status);
        }
    }
}
