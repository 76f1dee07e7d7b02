using System.Globalization;
using System.Net;
using Crm.Host.CommandLine;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Users;
using Crm.Tests.Infrastructure;
using System.Text.Json.Nodes;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>Setting single sign-on up, in the browser and at the command line; and what strangers see of it.</summary>
[Collection(SsoCollection.Name)]
public sealed class SsoSettingsTests(SsoHosts hosts)
{
    [ProviderTheory, EveryDatabase]
    public async Task An_administrator_sets_it_up_in_the_browser_and_the_button_is_there(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { Enabled = false });
        var browser = await tenant.Host.Browser(language: "ja").SignIn(tenant.Boss);
        await browser.Get("/settings/sso");
        Assert.Equal($"https://crm.example/sign-in/sso/{tenant.Info.Key}/callback", browser.Page.QuerySelector("#sso-redirect")!.GetAttribute("value"));
        Assert.DoesNotContain(IdentityProvider.Secret, browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        await browser.Submit("/settings/sso", Form(tenant, ("enabled", "true"), ("label", "本社アカウント")));
        Assert.Equal("/settings/sso", browser.LeadsTo);

        var stranger = tenant.Host.Browser(language: "ja");
        await stranger.Get($"/sign-in?tenant={tenant.Info.Key}&return=%2Fme");
        Assert.Contains("本社アカウント", stranger.Text, StringComparison.Ordinal);
        Assert.NotNull(stranger.Page.QuerySelector($"a[href='/sign-in/sso/{tenant.Info.Key}?return=%2Fme']"));

        // By the address too, and only after it is shown where it leads.
        await stranger.Get($"/sign-in/sso?email=anybody%40{tenant.Domain}");
        Assert.Contains("127.0.0.1", stranger.Text, StringComparison.Ordinal);
        await stranger.Get("/sign-in/sso?email=anybody%40unknown.example");
        Assert.Contains("設定されていません", stranger.Text, StringComparison.Ordinal);

        // Who signed in there once finds the button again.
        await tenant.Knows("boss");
        await tenant.SignIn("boss", browser: stranger);
        await stranger.Get("/me");
        await stranger.Submit("/sign-out");
        await stranger.Get("/sign-in");
        Assert.Contains("本社アカウント", stranger.Text, StringComparison.Ordinal);
    }

    [ProviderTheory, EveryDatabase]
    public async Task The_test_of_the_connection_says_precisely_what_is_wrong(string database)
    {
        var tenant = await hosts.Tenant(database);
        var browser = await tenant.Host.Browser(language: "ja").SignIn(tenant.Boss);
        async Task<string> Tested(params (string, string)[] typed)
        {
            await browser.Get("/settings/sso");
            await browser.Submit("/settings/sso/test", Form(tenant, typed));
            return browser.Text;
        }

        Assert.Contains("接続テストに成功しました", await Tested(), StringComparison.Ordinal);
        Assert.Contains("シークレットを拒否しました（invalid_client）", await Tested(("secret", "wrong")), StringComparison.Ordinal);
        Assert.Contains("確認できませんでした（invalid_request）", await Tested(("secret", "日本語の鍵")), StringComparison.Ordinal);
        Assert.Contains("シークレットの再入力", await Tested(("clientId", "other")), StringComparison.Ordinal);
        Assert.Contains("issuer が一致しません", await Tested(("issuer", hosts.Provider.Issuer + "/"), ("secret", IdentityProvider.Secret)), StringComparison.Ordinal);
        Assert.Contains("接続できません", await Tested(("issuer", "http://127.0.0.1:9"), ("secret", IdentityProvider.Secret)), StringComparison.Ordinal);
        Assert.Contains("HTTP 404", await Tested(("issuer", hosts.Provider.Issuer + "/elsewhere"), ("secret", IdentityProvider.Secret)), StringComparison.Ordinal);
        Assert.Contains("https:// で始まる", await Tested(("issuer", "http://idp.example"), ("secret", IdentityProvider.Secret)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ordinary_installation_asks_no_provider_over_http_and_none_within()
    {
        var host = new SignInHost();
        await host.InitializeAsync();
        try
        {
            var tenant = await host.NewTenant();
            foreach (var issuer in new[] { "http://127.0.0.1:5000", "http://idp.example", "ftp://idp.example", "https://user@idp.example", "https://idp.example/#x", "" })
            {
                Assert.Equal("not-an-issuer", Assert.Single((await host.Send(tenant, new SaveSso(issuer, "crm"))).Problems).Code);
            }

            var within = await host.Send(tenant, new TestSso("https://127.0.0.1:5000", "crm", "s"));
            Assert.Equal("sso-unreachable", Assert.Single(within.Problems).Code);
            Assert.Contains("internal network", within.Problems[0].Message.En, StringComparison.Ordinal);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [ProviderTheory, EveryDatabase]
    public async Task Who_holds_the_right_to_settings_but_not_all_rights_does_not_choose_the_provider(string database)
    {
        var tenant = await hosts.Tenant(database);
        var role = await tenant.Host.Ask(tenant.Info, new SaveRole(null, "設定係", "Settings", new RoleRights { Permissions = [PlatformPermissions.Settings] }));
        await tenant.Host.NewUser(tenant.Info, $"clerk@{tenant.Domain}", role.ToString());
        var browser = await tenant.Host.Browser(language: "ja").SignIn($"clerk@{tenant.Domain}");
        await browser.Get("/settings/sso");
        await browser.Submit("/settings/sso", Form(tenant, ("issuer", "https://evil.example"), ("secret", "x")));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Equal(hosts.Provider.Issuer, (await tenant.Host.Ask(tenant.Info, new GetSso())).Settings!.Issuer);
    }

    [ProviderTheory, EveryDatabase]
    public async Task New_users_need_a_domain_and_a_domain_looks_like_one(string database)
    {
        var tenant = await hosts.Tenant(database);
        var settings = new SaveSso(hosts.Provider.Issuer, IdentityProvider.ClientId) { Enabled = true };
        Assert.Equal("domain-needed", Assert.Single((await tenant.Host.Send(tenant.Info, settings with { NewUsersRole = "viewer" })).Problems).Code);
        Assert.Equal("no-domain", Assert.Single((await tenant.Host.Send(tenant.Info, settings with { Domains = ["com"] })).Problems).Code);
        Assert.Equal("no-such-role", Assert.Single((await tenant.Host.Send(tenant.Info, settings with { Groups = [new("x", "none", null)] })).Problems).Code);
        Assert.Equal("no-such-team", Assert.Single((await tenant.Host.Send(tenant.Info, settings with { Groups = [new("x", null, "none")] })).Problems).Code);
    }

    [ProviderTheory, EveryDatabase]
    public async Task Signing_out_goes_on_at_the_provider_and_nothing_leads_elsewhere(string database)
    {
        var tenant = await hosts.Tenant(database);
        await tenant.Knows("boss");
        foreach (var elsewhere in new[] { "https://evil.example/", "//evil.example", "/\\evil.example" })
        {
            Assert.Equal("/", (await tenant.SignIn("boss", elsewhere)).LeadsTo);
        }

        // Nobody is led to a page that a tenant names but who signed out there.
        var stranger = tenant.Host.Browser(language: "ja");
        await stranger.Get("/signed-out?tenant=" + tenant.Info.Key);
        Assert.False(stranger.Last.Headers.Contains("Refresh"));

        var browser = await tenant.SignIn("boss");
        await browser.Get("/me");
        await browser.Submit("/sign-out");
        Assert.Equal("/signed-out?tenant=" + tenant.Info.Key, browser.LeadsTo);
        await browser.Get(browser.LeadsTo!);
        Assert.StartsWith($"0; url={hosts.Provider.Issuer}/session/end?client_id=crm", Assert.Single(browser.Last.Headers.GetValues("Refresh")), StringComparison.Ordinal);
        Assert.False(await browser.IsIn());

        // A password's session has nothing to end there.
        await browser.SignIn(tenant.Boss);
        await browser.Get("/me");
        await browser.Submit("/sign-out");
        Assert.Equal("/sign-in", browser.LeadsTo);
    }

    [ProviderTheory, EveryDatabase]
    public async Task The_command_line_sets_shows_and_tests_it_and_opens_the_door_again(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { Enabled = false });
        var shown = await Run(tenant, "sso", "set", "--domain", tenant.Domain, "--new-users", "sales", "--map", "営業部=role:sales", "--enabled", "true");
        Assert.True((bool)shown["hasSecret"]!);
        Assert.Equal("営業部", (string)shown["groups"]![0]!["value"]!);
        Assert.Equal(hosts.Provider.Issuer + "/auth", (string)(await Run(tenant, "sso", "test"))["authorizationEndpoint"]!);

        await Run(tenant, "user", "break-glass", "--user", tenant.Boss);
        await tenant.BreakGlass();
        Assert.True((bool)(await Run(tenant, "sso", "set", "--only", "true"))["only"]!);
        Assert.StartsWith("/set-password/", (string)(await Run(tenant, "user", "break-glass", "--user", tenant.Boss, "--link"))["setPasswordPath"]!, StringComparison.Ordinal);
        Assert.Equal("no-break-glass", (string)(await Run(tenant, "user", "break-glass", "--user", tenant.Boss, "--off"))["errors"]![0]!["code"]!);
        Assert.False((bool)(await Run(tenant, "sso", "set", "--only", "false"))["only"]!);
        Assert.DoesNotContain(IdentityProvider.Secret, (await Run(tenant, "sso", "show")).ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<JsonObject> Run(SsoTenant tenant, params string[] words)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        using StringWriter said = new(), complained = new();
        await CrmCommandLine.Run([.. words, "--tenant", tenant.Info.Key, "--json", .. tenant.Host.Storage, .. SsoHosts.OnThisMachine], new Surroundings(said, complained, CancellationToken.None));
        return JsonNode.Parse(said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!.AsObject();
    }

    private (string, string)[] Form(SsoTenant tenant, params (string Name, string Value)[] typed)
    {
        (string Name, string Value)[] usual = [("issuer", hosts.Provider.Issuer), ("clientId", IdentityProvider.ClientId), ("domains", tenant.Domain), ("groupsClaim", "groups")];
        return [.. usual.Where(u => typed.All(t => t.Name != u.Name)), .. typed];
    }
}
