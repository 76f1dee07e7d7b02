using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Tests.Infrastructure;
using Xunit.Sdk;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>A host on each database and one provider for all tests of single sign-on; each test makes tenants and people of its own.</summary>
public sealed class SsoHosts : IAsyncLifetime
{
    /// <summary>Lets a provider be on this machine; an installation for others never does.</summary>
    internal static readonly string[] OnThisMachine = ["--Webhooks:AllowInside=true", "--SingleSignOn:AllowLoopback=true"];

    private readonly Dictionary<string, Task<SignInHost>> hosts = new(StringComparer.Ordinal);

    internal IdentityProvider Provider { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (IdentityProvider.IsHere) Provider = await IdentityProvider.Start(Tree.Root);
    }

    public async Task DisposeAsync()
    {
        foreach (var host in hosts.Values) await (await host).DisposeAsync();
        if (Provider is not null) await Provider.DisposeAsync();
    }

    internal Task<SignInHost> On(string database)
    {
        lock (hosts)
        {
            return hosts.TryGetValue(database, out var known) ? known : hosts[database] = Start(database);
        }
    }

    /// <summary>A tenant with an administrator whose people sign in at the provider.</summary>
    internal async Task<SsoTenant> Tenant(string database, Func<SaveSso, SaveSso>? with = null)
    {
        var host = await On(database);
        var tenant = await host.NewTenant();
        await host.NewUser(tenant, $"boss@{tenant.Key}.example", name: "社長 一郎");
        await Provider.Allows($"https://crm.example/sign-in/sso/{tenant.Key}/callback", "https://crm.example/signed-out");
        var made = new SsoTenant(host, tenant, Provider);
        await made.Set(with);
        return made;
    }

    private static async Task<SignInHost> Start(string database)
    {
        var host = new SignInHost(_ => { }, database, OnThisMachine);
        await host.InitializeAsync();
        return host;
    }
}

[CollectionDefinition(Name)]
public sealed class SsoCollection : ICollectionFixture<SsoHosts>
{
    public const string Name = "single sign-on";
}

/// <summary>A theory on every database, skipped visibly where Node is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProviderTheoryAttribute : TheoryAttribute
{
    public ProviderTheoryAttribute()
    {
        if (!IdentityProvider.IsHere) Skip = IdentityProvider.NodeIsMissing;
    }
}

/// <summary>A tenant, and the browsers of its people.</summary>
internal sealed class SsoTenant(SignInHost host, TenantInfo info, IdentityProvider provider)
{
    private static readonly HtmlParser Parser = new();

    public SignInHost Host => host;

    public TenantInfo Info => info;

    public string Domain => $"{info.Key}.example";

    public string Boss => $"boss@{Domain}";

    public async Task Set(Func<SaveSso, SaveSso>? with = null)
    {
        var usual = new SaveSso(provider.Issuer, IdentityProvider.ClientId) { Secret = IdentityProvider.Secret, Enabled = true, Domains = [Domain] };
        var saved = await host.Send(info, with is null ? usual : with(usual));
        Assert.False(saved.Failed, string.Join("; ", saved.Problems.Select(p => p.Code)));
    }

    /// <summary>Somebody the provider knows, by the part of their address before the @.</summary>
    public Task Knows(string who, string name = "山田 太郎", bool verified = true, params string[] groups) => provider.Knows($"{who}-{info.Key}", $"{who}@{Domain}", name, verified, groups);

    /// <summary>Signs in as somebody the provider knows: button, its login form, back.</summary>
    public async Task<Browser> SignIn(string who, string? returnTo = null, Browser? browser = null)
    {
        browser ??= host.Browser(language: "ja");
        await browser.Get($"/sign-in/sso/{info.Key}" + (returnTo is null ? "" : "?return=" + Uri.EscapeDataString(returnTo)));
        Assert.True(browser.Status == HttpStatusCode.Redirect, browser.Text);
        await browser.Get(await AtProvider(browser.Last.Headers.Location!, $"{who}-{info.Key}"));
        return browser;
    }

    /// <summary>What the provider's own pages do with somebody; answers with the address they send the browser back to.</summary>
    public static async Task<string> AtProvider(Uri start, string login)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true });
        var at = start;
        for (var step = 0; step < 10; step++)
        {
            using var answer = await http.GetAsync(at);
            if (answer.Headers.Location is { } to)
            {
                at = new Uri(at, to);
                if (at.Host == "crm.example") return at.PathAndQuery;
                continue;
            }

            var page = await Parser.ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
            var form = page.Forms.OfType<IHtmlFormElement>().First();
            using var posted = await http.PostAsync(new Uri(at, form.GetAttribute("action")!), new FormUrlEncodedContent(
                new Dictionary<string, string> { ["prompt"] = "login", ["login"] = login, ["password"] = "なんでもよい" }));
            at = new Uri(at, posted.Headers.Location!);
        }

        throw new InvalidOperationException("The provider never came back.");
    }

    public async Task<UserLine> User(string who) => Assert.Single(await host.Ask(info, new ListUsers()), u => u.Email == $"{who}@{Domain}");

    /// <summary>Makes the administrator a break-glass account with an authenticator app.</summary>
    public async Task<string> BreakGlass()
    {
        await host.Send(info, new SetBreakGlass((await User("boss")).Id, true));
        var browser = await host.Browser(language: "ja").SignIn(Boss);
        await browser.Get("/me/totp");
        var key = browser.Page.QuerySelector("[data-totp-key]")!.TextContent;
        await browser.Submit("/me/totp", ("code", Totp.Code(key)), ("current", SignInHost.Password));
        return key;
    }
}
