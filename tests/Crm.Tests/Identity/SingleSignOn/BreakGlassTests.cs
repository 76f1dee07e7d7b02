using System.Net;
using Crm.Platform.Audit;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Messaging;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>Single sign-on only, and the way in when the provider is down.</summary>
[Collection(SsoCollection.Name)]
public sealed class BreakGlassTests(SsoHosts hosts)
{
    [ProviderTheory, EveryDatabase]
    public async Task With_single_sign_on_only_a_right_password_is_refused_with_the_reason_and_the_button(string database)
    {
        var tenant = await hosts.Tenant(database);
        await tenant.Host.NewUser(tenant.Info, $"taro@{tenant.Domain}", "sales");
        await tenant.BreakGlass();
        Assert.True(await (await tenant.Host.Browser(language: "ja").SignIn($"taro@{tenant.Domain}")).IsIn());
        await tenant.Set(sso => sso with { Only = true });

        var browser = await tenant.Host.Browser(language: "ja").SignIn($"taro@{tenant.Domain}");
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("パスワードやパスキーではサインインできません", browser.Text, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector($"a[href^='/sign-in/sso/{tenant.Info.Key}']"));
        Assert.False(await browser.IsIn());

        // A wrong one tells nothing.
        await browser.SignIn($"taro@{tenant.Domain}", "まちがったパスワード");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
    }

    [ProviderTheory, EveryDatabase]
    public async Task A_passkey_is_refused_like_a_password(string database)
    {
        var tenant = await hosts.Tenant(database);
        await tenant.Host.NewUser(tenant.Info, $"taro@{tenant.Domain}", "sales");
        await tenant.BreakGlass();
        using var authenticator = new SoftAuthenticator("https://crm.example");
        var browser = await tenant.Host.Browser(language: "ja").SignIn($"taro@{tenant.Domain}");
        await browser.Get("/me");
        var options = await browser.PostJson("/me/passkeys/options", new { current = SignInHost.Password });
        await browser.PostJson("/me/passkeys", new { credential = authenticator.Create(options), name = "会社のPC", current = SignInHost.Password });
        await tenant.Set(sso => sso with { Only = true });

        var again = tenant.Host.Browser(language: "ja");
        await again.Get("/sign-in");
        await again.PostJson("/sign-in/passkey", new { credential = authenticator.Get(await again.PostJson("/sign-in/passkey/options", new { })) });
        Assert.Equal(HttpStatusCode.Forbidden, again.Status);
    }

    [ProviderTheory, EveryDatabase]
    public async Task A_break_glass_account_comes_in_by_password_and_code_and_all_administrators_hear_of_it(string database)
    {
        var tenant = await hosts.Tenant(database);
        var other = await tenant.Host.NewUser(tenant.Info, $"second@{tenant.Domain}", name: "専務 次郎");
        var key = await tenant.BreakGlass();
        await tenant.Set(sso => sso with { Only = true });

        var browser = await tenant.Host.Browser(language: "ja").SignIn(tenant.Boss);
        Assert.False(await browser.IsIn());
        await browser.SignIn(tenant.Boss);
        await browser.Submit("/sign-in/code", ("code", Totp.Code(key, steps: 1)));
        Assert.True(await browser.IsIn());

        var told = await tenant.Host.Send(tenant.Info, new ListNotifications(), new Actor(other, "専務 次郎", ChangeSource.Screen, AccessRights.OfTenant));
        Assert.Contains(told.Value.Items, n => n.Title.Ja.Contains("社長 一郎 が緊急用アカウントで", StringComparison.Ordinal));
        await browser.Get("/settings/audit");
        Assert.Contains("社長 一郎: break-glass", browser.Text, StringComparison.Ordinal);
    }

    [ProviderTheory, EveryDatabase]
    public async Task Single_sign_on_only_needs_somebody_who_comes_in_without_it_and_the_last_of_them_stays(string database)
    {
        var tenant = await hosts.Tenant(database);
        var settings = new SaveSso(hosts.Provider.Issuer, IdentityProvider.ClientId) { Enabled = true, Only = true };
        Assert.Equal("no-break-glass", Assert.Single((await tenant.Host.Send(tenant.Info, settings)).Problems).Code);

        var boss = (await tenant.User("boss")).Id;
        await tenant.Host.Send(tenant.Info, new SetBreakGlass(boss, true));
        Assert.Equal("no-break-glass", Assert.Single((await tenant.Host.Send(tenant.Info, settings)).Problems).Code);

        await tenant.BreakGlass();
        Assert.False((await tenant.Host.Send(tenant.Info, settings)).Failed);
        Assert.Equal("no-break-glass", Assert.Single((await tenant.Host.Send(tenant.Info, new SetBreakGlass(boss, false))).Problems).Code);
    }

    [ProviderTheory, EveryDatabase]
    public async Task While_the_provider_is_down_the_page_says_so_and_break_glass_opens(string database)
    {
        var provider = await IdentityProvider.Start(Tree.Root);
        var host = new SignInHost(_ => { }, database, SsoHosts.OnThisMachine);
        await host.InitializeAsync();
        try
        {
            var info = await host.NewTenant();
            await host.NewUser(info, $"boss@{info.Key}.example");
            var tenant = new SsoTenant(host, info, provider);
            await tenant.Set();
            var key = await tenant.BreakGlass();
            await tenant.Set(sso => sso with { Only = true });
            await provider.DisposeAsync();

            var browser = host.Browser(language: "ja");
            await browser.Get($"/sign-in/sso/{info.Key}");
            Assert.Contains("認証サーバーに接続できません", browser.Text, StringComparison.Ordinal);
            Assert.Contains("緊急用アカウント", browser.Text, StringComparison.Ordinal);
            await browser.SignIn(tenant.Boss);
            await browser.Submit("/sign-in/code", ("code", Totp.Code(key, steps: 1)));
            Assert.True(await browser.IsIn());
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
