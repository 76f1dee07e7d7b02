using System.Net;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Identity.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

public sealed class TokenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Theory]
    [InlineData(TokenScope.Read, "None False")]
    [InlineData(TokenScope.Write, "All False")]
    [InlineData(TokenScope.Admin, "All True")]
    public async Task A_token_carries_its_owners_rights_as_far_as_its_scope(string scope, string rights)
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, "taro@scope.example");
        var made = await crm.Ask(tenant, new CreateToken("連携", scope) { User = user });

        var answer = await Who(made.Token);
        Assert.Equal($"山田 太郎 {tenant.Key} Api {rights}", answer);
    }

    [Fact]
    public async Task A_token_follows_its_owners_rights()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@follow.example");
        var user = await crm.NewUser(tenant, "taro@follow.example");
        var made = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Admin) { User = user });
        Assert.EndsWith("All True", await Who(made.Token), StringComparison.Ordinal);

        Assert.False((await crm.Send(tenant, new ChangeUser(user, "taro@follow.example", "山田 太郎", ["viewer"], []))).Failed);
        Assert.EndsWith("None False", await Who(made.Token), StringComparison.Ordinal);

        await crm.Send(tenant, new SetUserActive(user, false));
        Assert.Equal("Unauthorized", await Who(made.Token));
    }

    [Fact]
    public async Task A_token_is_made_on_the_account_page_shown_once_and_revoked_there()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "taro@page.example");
        var browser = await crm.Browser().SignIn("taro@page.example");
        await browser.Get("/me");
        await browser.Submit("/me/tokens", ("name", "会計システム"), ("scope", "read"), ("days", "90"), ("current", "まちがったパスワード"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Null(browser.Page.QuerySelector("[data-new-token]"));
        await browser.Submit("/me/tokens", ("name", "会計システム"), ("scope", "read"), ("days", "90"), ("current", SignInHost.Password));
        var token = browser.Page.QuerySelector("[data-new-token]")!.GetAttribute("value")!;
        Assert.StartsWith("crm_", token, StringComparison.Ordinal);
        Assert.Contains(tenant.Key, await Who(token), StringComparison.Ordinal);

        await browser.Get("/me");
        Assert.Null(browser.Page.QuerySelector("[data-new-token]"));
        await browser.Submit("/me/tokens/revoke");
        Assert.Equal("Unauthorized", await Who(token));
    }

    [Fact]
    public async Task Tokens_end_when_an_administrator_resets_the_password_and_when_their_owner_changes_it()
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, "taro@stolen.example");
        var made = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Admin) { User = user });
        Assert.NotEqual("Unauthorized", await Who(made.Token));
        await crm.Ask(tenant, new ResetPassword(user));
        Assert.Equal("Unauthorized", await Who(made.Token));

        var again = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Admin) { User = user });
        var browser = await crm.Browser().SignIn("taro@stolen.example");
        await browser.Get("/me");
        Assert.NotNull(browser.Page.QuerySelector("input[name=tokensToo][checked]"));
        await browser.Submit("/me/password", ("current", SignInHost.Password), ("password", "うゐのおくやまけふこえて"), ("tokensToo", "true"));
        Assert.Equal("Unauthorized", await Who(again.Token));
    }

    [Fact]
    public async Task Only_a_tokens_hash_is_kept()
    {
        var tenant = await crm.NewTenant();
        var made = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Read) { User = await crm.NewUser(tenant, "taro@hash.example") });
        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
        var row = await db.Tokens.AsNoTracking().SingleAsync(t => t.Id == made.Id);
        Assert.Equal(32, row.Hash.Length);
        Assert.Equal(made.Token[..12], row.Prefix);
    }

    [Fact]
    public async Task A_token_with_one_letter_changed_does_not_count()
    {
        var tenant = await crm.NewTenant();
        var made = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Read) { User = await crm.NewUser(tenant, "taro@letter.example") });
        Assert.NotEqual("Unauthorized", await Who(made.Token));
        Assert.Equal("Unauthorized", await Who(made.Token[..^1] + (made.Token[^1] == 'A' ? 'B' : 'A')));
        Assert.Equal("Unauthorized", await Who("crm_"));
        Assert.Equal("Unauthorized", await Who(""));
    }

    [Fact]
    public async Task The_api_takes_no_cookie_and_screens_take_no_token()
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, "taro@mixed.example");
        var browser = await crm.Browser().SignIn("taro@mixed.example");
        await browser.Get("/api/v1/who");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.Equal("application/problem+json", browser.Last.Content.Headers.ContentType?.MediaType);

        var made = await crm.Ask(tenant, new CreateToken("連携", TokenScope.Admin) { User = user });
        var client = crm.Browser();
        await client.Get("/me", ("Authorization", "Bearer " + made.Token));
        Assert.Equal(HttpStatusCode.Forbidden, client.Status);
    }

    private async Task<string> Who(string token)
    {
        var client = crm.Browser();
        await client.Get("/api/v1/who", ("Authorization", "Bearer " + token));
        return client.Status == HttpStatusCode.OK ? await client.Last.Content.ReadAsStringAsync() : client.Status.ToString();
    }
}
