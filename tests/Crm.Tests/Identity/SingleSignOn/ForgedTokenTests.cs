using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.SingleSignOn;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>Answers of a provider that are not right, each wrong in one thing.</summary>
public sealed class ForgedTokenTests : IAsyncLifetime
{
    private readonly SignInHost crm = new(_ => { }, settings: SsoHosts.OnThisMachine);
    private ForgingProvider provider = null!;

    public async Task InitializeAsync()
    {
        await crm.InitializeAsync();
        provider = await ForgingProvider.Start();
    }

    public async Task DisposeAsync()
    {
        await provider.DisposeAsync();
        await crm.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_taken_when_all_of_it_is_right_and_refused_when_one_thing_is_wrong()
    {
        using var stranger = RSA.Create(2048);
        var otherKey = new RsaSecurityKey(stranger) { KeyId = "one" };
        (string What, string? Reason, Func<JsonObject, string> Forge)[] answers =
        [
            ("right", null, c => provider.Sign(c)),
            ("the nonce of another attempt", "nonce", c => provider.Sign(With(c, "nonce", "another"))),
            ("no nonce", "nonce", c => provider.Sign(With(c, "nonce", null))),
            ("run out", "exp", c => provider.Sign(With(c, "exp", ForgingProvider.Now - 600))),
            ("without end", "exp", c => provider.Sign(With(c, "exp", null))),
            ("from the future", "exp", c => provider.Sign(With(c, "nbf", ForgingProvider.Now + 600))),
            ("for another application", "aud", c => provider.Sign(With(c, "aud", "other"))),
            ("for several, and not clearly for us", "azp", c => provider.Sign(With(c, "aud", new JsonArray("crm", "other")))),
            ("handed on by another application", "azp", c => provider.Sign(With(c, "azp", "other"))),
            ("of another provider", "iss", c => provider.Sign(With(c, "iss", "https://accounts.example"))),
            ("without subject", "sub", c => provider.Sign(With(c, "sub", null))),
            ("signed with another key", "signature", c => provider.Sign(c, otherKey)),
            ("with algorithm none", "signature", ForgingProvider.Unsigned),
            ("signed with the public key as a password", null, provider.SignWithPublicKey),
            ("changed after it was signed", "signature", c => Changed(provider.Sign(c))),
            ("no token", "token", _ => "abc"),
        ];
        foreach (var (what, reason, forge) in answers)
        {
            var (browser, back, nonce, email) = await Begin();
            provider.Token = forge(provider.Claims(nonce, email));
            await browser.Get(back);
            var page = browser.Text;
            Assert.True(what == "right" == await browser.IsIn(), what);
            if (reason is not null) Assert.True(page.Contains($"（{reason}）", StringComparison.Ordinal), $"{what}: {page}");
        }
    }

    [Fact]
    public async Task An_answer_is_taken_only_in_the_browser_that_asked_and_only_once()
    {
        var (browser, back, nonce, email) = await Begin();
        provider.Token = provider.Sign(provider.Claims(nonce, email));

        var other = crm.Browser(language: "ja");
        await other.Get(back);
        Assert.False(await other.IsIn());

        await browser.Get(back.Replace("state=", "state=x", StringComparison.Ordinal));
        Assert.False(await browser.IsIn());
        await browser.Get(back + "&iss=https%3A%2F%2Faccounts.example");
        Assert.False(await browser.IsIn());
        await browser.Get(back);
        Assert.Contains("期限切れ", browser.Text, StringComparison.Ordinal);

        (browser, back, nonce, email) = await Begin();
        provider.Token = provider.Sign(provider.Claims(nonce, email));
        await browser.Get(back);
        Assert.True(await browser.IsIn());
        await browser.Get("/me");
        await browser.Submit("/sign-out");
        await browser.Get(back);
        Assert.False(await browser.IsIn());
    }

    [Fact]
    public async Task Groups_that_stand_in_the_token_count_and_a_path_looks_inside()
    {
        var (browser, back, nonce, email) = await Begin(sso => sso with { GroupsClaim = "realm_access.roles", Groups = [new("crm-sales", "sales", null)] });
        provider.Token = provider.Sign(With(provider.Claims(nonce, email), "realm_access", new JsonObject { ["roles"] = new JsonArray("crm-sales", "offline_access") }));
        await browser.Get(back);
        await browser.Get("/api/v1/none");
        await browser.Get("/me");
        var roles = (await crm.Ask(tenant, new Platform.Identity.Users.ListUsers())).Single(u => u.Email == email).Roles;
        Assert.Equal(["sales", "viewer"], roles.Select(r => r.BuiltIn).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_provider_whose_own_addresses_are_not_https_is_not_used()
    {
        provider.Discovery = said => said["token_endpoint"] = "http://169.254.169.254/latest/meta-data";
        var made = await crm.NewTenant();
        var tried = await crm.Send(made, new TestSso(provider.Issuer, "crm", "s"));
        Assert.Equal("sso-not-a-provider", Assert.Single(tried.Problems).Code);
        Assert.Contains("token_endpoint", tried.Problems[0].Message.En, StringComparison.Ordinal);
    }

    private Platform.Tenancy.TenantInfo tenant = null!;

    /// <summary>A tenant of its own, a browser that was sent to the provider, and the address it would come back to.</summary>
    private async Task<(Browser Browser, string Back, string Nonce, string Email)> Begin(Func<SaveSso, SaveSso>? with = null)
    {
        tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"boss@{tenant.Key}.example");
        var settings = new SaveSso(provider.Issuer, "crm") { Secret = "s", Enabled = true, NewUsersRole = "viewer", Domains = [$"{tenant.Key}.example"] };
        Assert.False((await crm.Send(tenant, with is null ? settings : with(settings))).Failed);
        var browser = crm.Browser(language: "ja");
        await browser.Get($"/sign-in/sso/{tenant.Key}");
        var asked = QueryHelpers.ParseQuery(browser.Last.Headers.Location!.Query);
        Assert.Equal("S256", asked["code_challenge_method"]);
        return (browser, $"/sign-in/sso/{tenant.Key}/callback?code=c&state={Uri.EscapeDataString(asked["state"]!)}", asked["nonce"]!, $"taro@{tenant.Key}.example");
    }

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        claims.Remove(name);
        if (value is not null) claims[name] = value;
        return claims;
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        parts[1] = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("\"taro\"", "\"boss\"", StringComparison.Ordinal));
        return string.Join('.', parts);
    }
}
