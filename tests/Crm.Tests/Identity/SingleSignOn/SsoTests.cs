using System.Net;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>Signing in at a real provider.</summary>
[Collection(SsoCollection.Name)]
public sealed class SsoTests(SsoHosts hosts)
{
    [ProviderTheory, EveryDatabase]
    public async Task Who_comes_first_is_made_and_is_found_again_by_subject_when_their_address_has_changed(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { NewUsersRole = "sales" });
        await tenant.Knows("taro", "山田 太郎");
        var browser = await tenant.SignIn("taro", "/me?tab=1");

        Assert.Equal("/me?tab=1", browser.LeadsTo);
        await browser.Get("/me");
        Assert.Contains("シングルサインオン", browser.Text, StringComparison.Ordinal);
        var made = await tenant.User("taro");
        Assert.Equal(("山田 太郎", "sales", true), (made.Name, Assert.Single(made.Roles).BuiltIn, made.Linked));

        await hosts.Provider.Knows($"taro-{tenant.Info.Key}", $"taro.yamada@{tenant.Domain}");
        Assert.True(await (await tenant.SignIn("taro")).IsIn());
        Assert.Equal(2, (await tenant.Host.Ask(tenant.Info, new ListUsers())).Count);
        Assert.Equal(made.Id, (await tenant.User("taro")).Id);
    }

    [ProviderTheory, EveryDatabase]
    public async Task An_invited_user_is_linked_by_a_verified_address_and_their_groups_come_and_go(string database)
    {
        var tenant = await hosts.Tenant(database);
        await tenant.Host.Ask(tenant.Info, new SaveTeam(null, "東日本", []));
        await tenant.Set(sso => sso with { Groups = [new("営業部", "sales", null), new("営業部", null, "東日本")] });
        var invited = await tenant.Host.NewUser(tenant.Info, $"hanako@{tenant.Domain}", "viewer", "佐藤 花子");
        await tenant.Knows("hanako", "別の 名前", true, "営業部", "全社員");
        Assert.True(await (await tenant.SignIn("hanako")).IsIn());

        var linked = await tenant.User("hanako");
        Assert.Equal((invited, "佐藤 花子"), (linked.Id, linked.Name));
        Assert.Equal(["sales", "viewer"], linked.Roles.Select(r => r.BuiltIn).Order(StringComparer.Ordinal));
        Assert.Equal("東日本", Assert.Single(linked.Teams).Name);

        await tenant.Knows("hanako");
        Assert.True(await (await tenant.SignIn("hanako")).IsIn());
        var after = await tenant.User("hanako");
        Assert.Equal("viewer", Assert.Single(after.Roles).BuiltIn);
        Assert.Empty(after.Teams);
    }

    [ProviderTheory, EveryDatabase]
    public async Task The_last_administrator_stays_one_whatever_the_groups_say(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { Groups = [new("情報システム部", "administrator", null)] });
        await tenant.Knows("boss");
        Assert.True(await (await tenant.SignIn("boss")).IsIn());
        Assert.Equal("administrator", Assert.Single((await tenant.User("boss")).Roles).BuiltIn);

        await tenant.Host.NewUser(tenant.Info, $"second@{tenant.Domain}");
        Assert.True(await (await tenant.SignIn("boss")).IsIn());
        Assert.Empty((await tenant.User("boss")).Roles);
    }

    [ProviderTheory, EveryDatabase]
    public async Task An_unverified_address_another_domain_an_unknown_and_a_deactivated_user_are_refused_with_the_reason(string database)
    {
        var tenant = await hosts.Tenant(database);
        await tenant.Host.NewUser(tenant.Info, $"taro@{tenant.Domain}");
        await tenant.Knows("taro", verified: false);
        await Refused(tenant, "taro", "email_verified");

        await tenant.Knows("jiro");
        await Refused(tenant, "jiro", "登録されていません");

        await hosts.Provider.Knows($"saburo-{tenant.Info.Key}", "saburo@elsewhere.example");
        await Refused(tenant, "saburo", "ドメイン");

        await tenant.Knows("taro");
        Assert.True(await (await tenant.SignIn("taro")).IsIn());
        await tenant.Host.Send(tenant.Info, new SetUserActive((await tenant.User("taro")).Id, false));
        await Refused(tenant, "taro", "無効");
    }

    [ProviderTheory, EveryDatabase]
    public async Task Who_gets_a_leavers_address_does_not_get_their_user_until_an_administrator_unlinks_it(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { NewUsersRole = "viewer" });
        await tenant.Knows("taro");
        var before = await tenant.SignIn("taro");
        await hosts.Provider.Knows($"new-{tenant.Info.Key}", $"taro@{tenant.Domain}", "新人 太郎");
        await Refused(tenant, "new", "別のアカウント");

        await tenant.Host.Send(tenant.Info, new UnlinkSso((await tenant.User("taro")).Id));
        Assert.False(await before.IsIn());
        Assert.True(await (await tenant.SignIn("new")).IsIn());
        await Refused(tenant, "taro", "別のアカウント");
    }

    [ProviderTheory, EveryDatabase]
    public async Task New_keys_of_the_provider_are_followed_without_waiting(string database)
    {
        var tenant = await hosts.Tenant(database, sso => sso with { NewUsersRole = "viewer" });
        await tenant.Knows("taro");
        Assert.True(await (await tenant.SignIn("taro")).IsIn());
        await hosts.Provider.RotateKeys();
        Assert.True(await (await tenant.SignIn("taro")).IsIn());
    }

    [ProviderTheory, EveryDatabase]
    public async Task What_one_tenant_began_signs_nobody_into_another(string database)
    {
        var (mine, theirs) = (await hosts.Tenant(database, sso => sso with { NewUsersRole = "administrator" }), await hosts.Tenant(database, sso => sso with { NewUsersRole = "viewer" }));
        await mine.Knows("taro");
        var browser = mine.Host.Browser(language: "ja");
        await browser.Get($"/sign-in/sso/{mine.Info.Key}");
        var back = await SsoTenant.AtProvider(browser.Last.Headers.Location!, $"taro-{mine.Info.Key}");
        await browser.Get(back.Replace($"/sso/{mine.Info.Key}/", $"/sso/{theirs.Info.Key}/", StringComparison.Ordinal));
        Assert.False(await browser.IsIn());

        // One account at one provider is a user of its own in each tenant.
        await theirs.Set(sso => sso with { NewUsersRole = "viewer", Domains = [mine.Domain] });
        Assert.True(await (await mine.SignIn("taro")).IsIn());
        var there = theirs.Host.Browser(language: "ja");
        await there.Get($"/sign-in/sso/{theirs.Info.Key}");
        await there.Get(await SsoTenant.AtProvider(there.Last.Headers.Location!, $"taro-{mine.Info.Key}"));
        await there.Get("/me");
        Assert.Contains(theirs.Info.Name, there.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(mine.Info.Name, there.Text, StringComparison.Ordinal);
        await there.Get("/settings/users");
        Assert.NotEqual(HttpStatusCode.OK, there.Status);
    }

    [ProviderTheory, EveryDatabase]
    public async Task The_secret_is_kept_sealed_and_goes_to_no_other_provider(string database)
    {
        var tenant = await hosts.Tenant(database);
        await using var db = await tenant.Host.Services.GetRequiredService<Platform.ControlDbs>().Open();
        Assert.StartsWith("crm1:", (await db.Sso.SingleAsync(s => s.TenantId == tenant.Info.Id)).Secret, StringComparison.Ordinal);

        var moved = await tenant.Host.Send(tenant.Info, new SaveSso("https://evil.example", IdentityProvider.ClientId));
        Assert.Equal("secret-again", Assert.Single(moved.Problems).Code);
        var tried = await tenant.Host.Send(tenant.Info, new TestSso("https://evil.example", IdentityProvider.ClientId, null));
        Assert.Equal("secret-again", Assert.Single(tried.Problems).Code);
        await tenant.Set(sso => sso with { Secret = null });
        await tenant.Knows("boss");
        Assert.True(await (await tenant.SignIn("boss")).IsIn());
    }

    private static async Task Refused(SsoTenant tenant, string who, string why)
    {
        var browser = await tenant.SignIn(who);
        Assert.Contains(why, browser.Text, StringComparison.Ordinal);
        Assert.False(await browser.IsIn());
    }
}
