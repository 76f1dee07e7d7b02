using System.Net;
using System.Text;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

public sealed class SecondFactorTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public void The_test_app_makes_the_codes_of_RFC_6238()
    {
        var key = Encoding.ASCII.GetBytes("12345678901234567890");
        Assert.Equal("94287082", Totp.Code(key, 59 / 30, 8));
        Assert.Equal("07081804", Totp.Code(key, 1111111109 / 30, 8));
        Assert.Equal("65353130", Totp.Code(key, 20000000000 / 30, 8));
    }

    [Fact]
    public async Task With_the_second_step_on_the_password_alone_opens_nothing_and_a_code_opens_once()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@totp.example");
        var (key, _) = await SwitchOn(await crm.Browser().SignIn("taro@totp.example"));

        var browser = await crm.Browser().SignIn("taro@totp.example");
        Assert.False(await browser.IsIn());

        var code = Totp.Code(key, steps: 1);
        await browser.SignIn("taro@totp.example");
        await browser.Submit("/sign-in/code", ("code", "000000"));
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        await browser.Submit("/sign-in/code", ("code", code));
        Assert.True(await browser.IsIn());

        var second = await crm.Browser().SignIn("taro@totp.example");
        await second.Submit("/sign-in/code", ("code", code));
        Assert.False(await second.IsIn());
    }

    [Fact]
    public async Task A_recovery_code_replaces_the_app_once()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@recover.example");
        var (_, codes) = await SwitchOn(await crm.Browser().SignIn("taro@recover.example"));
        Assert.Equal(10, codes.Length);

        var browser = await crm.Browser().SignIn("taro@recover.example");
        await browser.Submit("/sign-in/code", ("code", codes[3].ToLowerInvariant()));
        Assert.True(await browser.IsIn());

        var again = await crm.Browser().SignIn("taro@recover.example");
        await again.Submit("/sign-in/code", ("code", codes[3]));
        Assert.False(await again.IsIn());
    }

    [Fact]
    public async Task Wrong_codes_lock_like_wrong_passwords_and_a_right_password_does_not_forgive_them()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@guess.example");
        var (key, _) = await SwitchOn(await crm.Browser().SignIn("taro@guess.example"));
        for (var i = 0; i < 5; i++)
        {
            var guesser = await crm.Browser().SignIn("taro@guess.example");
            await guesser.Submit("/sign-in/code", ("code", "00000" + i));
        }

        var browser = await crm.Browser().SignIn("taro@guess.example");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.Null(browser.Page.QuerySelector("[name=code]"));
        Assert.NotEmpty(key);
    }

    [Fact]
    public async Task Switching_the_second_step_off_needs_the_password()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@off.example");
        var browser = await crm.Browser().SignIn("taro@off.example");
        await SwitchOn(browser);

        await browser.Get("/me");
        await browser.Submit("/me/totp/off", ("current", "まちがったパスワード"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        await browser.Submit("/me/totp/off", ("current", SignInHost.Password));
        Assert.True(await (await crm.Browser().SignIn("taro@off.example")).IsIn());
    }

    [Fact]
    public async Task Once_a_code_was_used_those_before_it_open_nothing_either()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@older.example");
        var (key, _) = await SwitchOn(await crm.Browser().SignIn("taro@older.example"));
        var (next, afterNext) = (Totp.Code(key, steps: 1), Totp.Code(key, steps: 2));

        Assert.True(await In("taro@older.example", afterNext));
        Assert.False(await In("taro@older.example", next));
        Assert.False(await In("taro@older.example", Totp.Code(key)));
    }

    [Fact]
    public async Task Of_requests_with_one_code_sent_side_by_side_one_gets_in()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@race.example");
        var (key, codes) = await SwitchOn(await crm.Browser().SignIn("taro@race.example"));
        foreach (var code in new[] { Totp.Code(key, steps: 1), codes[0] })
        {
            var browsers = new List<Browser>();
            for (var i = 0; i < 4; i++) browsers.Add(await crm.Browser().SignIn("taro@race.example"));
            await Task.WhenAll(browsers.Select(b => Task.Run(() => b.Submit("/sign-in/code", ("code", code)))));
            Assert.Single(browsers, b => b.Status == HttpStatusCode.Redirect);
            await crm.Browser().SignIn("taro@race.example");
            await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
            await db.Users.Where(u => u.EmailKey == "taro@race.example").ExecuteUpdateAsync(s => s.SetProperty(u => u.FailedCount, 0));
        }
    }

    [Fact]
    public async Task An_open_screen_without_the_password_switches_no_second_step_on_and_adds_no_passkey()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@open.example");
        var browser = await crm.Browser().SignIn("taro@open.example");
        await browser.Get("/me/totp");
        var key = browser.Page.QuerySelector("[data-totp-key]")!.TextContent;
        await browser.Submit("/me/totp", ("code", Totp.Code(key)), ("current", "まちがったパスワード"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.True(await (await crm.Browser().SignIn("taro@open.example")).IsIn());

        using var authenticator = new SoftAuthenticator("https://crm.example");
        await browser.Get("/me");
        await browser.PostJson("/me/passkeys/options", new { current = "まちがったパスワード" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        var options = await browser.PostJson("/me/passkeys/options", new { current = SignInHost.Password });
        await browser.PostJson("/me/passkeys", new { credential = authenticator.Create(options), name = "x" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
    }

    [Fact]
    public async Task A_password_set_by_link_ends_passkeys_and_one_changed_by_its_owner_does_unless_they_keep_them()
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, "taro@keep.example");
        using var authenticator = new SoftAuthenticator("https://crm.example");
        var browser = await crm.Browser().SignIn("taro@keep.example");
        await AddPasskey(browser, authenticator);

        await browser.Get("/me");
        await browser.Submit("/me/password", ("current", SignInHost.Password), ("password", "うゐのおくやまけふこえて"));
        Assert.Equal(HttpStatusCode.OK, await PasskeyAnswer(authenticator));

        var link = (await crm.Ask(tenant, new ResetPassword(user))).Path;
        var other = crm.Browser();
        await other.Get(link);
        await other.Post(link, ("__RequestVerificationToken", other.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), ("password", "あさきゆめみしゑひもせず"));
        Assert.Equal("/sign-in?ready=1", other.LeadsTo);
        Assert.Equal(HttpStatusCode.Unauthorized, await PasskeyAnswer(authenticator));
    }

    [Fact]
    public async Task Neither_the_apps_secret_nor_recovery_codes_stand_readable_in_the_database()
    {
        var user = await crm.NewUser(await crm.NewTenant(), "taro@rest.example");
        var (key, codes) = await SwitchOn(await crm.Browser().SignIn("taro@rest.example"));

        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
        var row = await db.Users.AsNoTracking().SingleAsync(u => u.Id == user);
        Assert.DoesNotContain(key.Replace(" ", "", StringComparison.Ordinal), row.TotpKey, StringComparison.Ordinal);
        Assert.Empty(row.RecoveryCodes.Intersect(codes));
        Assert.DoesNotContain(SignInHost.Password, row.PasswordHash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_qr_code_says_what_the_key_says()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@qr.example");
        var browser = await crm.Browser().SignIn("taro@qr.example");
        await browser.Get("/me/totp");
        var key = browser.Page.QuerySelector("[data-totp-key]")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains($"secret={key}", browser.Page.QuerySelector("a[href^='otpauth:']")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("svg[role=img] path"));
    }

    [Fact]
    public async Task A_passkey_signs_in_without_address_and_password()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@passkey.example");
        using var authenticator = new SoftAuthenticator("https://crm.example");
        await AddPasskey(await crm.Browser().SignIn("taro@passkey.example"), authenticator);

        var browser = crm.Browser();
        await browser.Get("/sign-in");
        var options = await browser.PostJson("/sign-in/passkey/options", new { });
        var answer = await browser.PostJson("/sign-in/passkey", new { credential = authenticator.Get(options), @return = "/me" });
        Assert.Equal("/me", answer.GetProperty("href").GetString());
        Assert.True(await browser.IsIn());
        Assert.Contains("taro@passkey.example", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passkey_made_for_another_site_or_an_answer_to_an_old_question_opens_nothing()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@phish.example");
        using var authenticator = new SoftAuthenticator("https://crm.example");
        await AddPasskey(await crm.Browser().SignIn("taro@phish.example"), authenticator);

        var browser = crm.Browser();
        await browser.Get("/sign-in");
        var old = authenticator.Get(await browser.PostJson("/sign-in/passkey/options", new { }));
        await browser.PostJson("/sign-in/passkey/options", new { });
        await browser.PostJson("/sign-in/passkey", new { credential = old });
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);

        using var elsewhere = new SoftAuthenticator("https://evil.example");
        var victim = await crm.Browser().SignIn("taro@phish.example");
        await victim.Get("/me");
        var options = await victim.PostJson("/me/passkeys/options", new { current = SignInHost.Password });
        await victim.PostJson("/me/passkeys", new { credential = elsewhere.Create(options), name = "x", current = SignInHost.Password });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, victim.Status);
    }

    [Fact]
    public async Task A_removed_passkey_and_that_of_a_deactivated_user_open_nothing()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@gone.example");
        var user = await crm.NewUser(tenant, "taro@gone.example");
        using var authenticator = new SoftAuthenticator("https://crm.example");
        await AddPasskey(await crm.Browser().SignIn("taro@gone.example"), authenticator);
        await crm.Send(tenant, new SetUserActive(user, false));
        Assert.Equal(HttpStatusCode.Unauthorized, await PasskeyAnswer(authenticator));

        await crm.Send(tenant, new SetUserActive(user, true));
        Assert.Equal(HttpStatusCode.OK, await PasskeyAnswer(authenticator));
        await crm.Ask(tenant, new ResetPassword(user) { SecondFactorToo = true });
        Assert.Equal(HttpStatusCode.Unauthorized, await PasskeyAnswer(authenticator));
    }

    private async Task<bool> In(string email, string code)
    {
        var browser = await crm.Browser().SignIn(email);
        await browser.Submit("/sign-in/code", ("code", code));
        return await browser.IsIn();
    }

    private async Task<HttpStatusCode> PasskeyAnswer(SoftAuthenticator authenticator)
    {
        var browser = crm.Browser();
        await browser.Get("/sign-in");
        var options = await browser.PostJson("/sign-in/passkey/options", new { });
        await browser.PostJson("/sign-in/passkey", new { credential = authenticator.Get(options) });
        return browser.Status;
    }

    private static async Task AddPasskey(Browser browser, SoftAuthenticator authenticator)
    {
        await browser.Get("/me");
        var options = await browser.PostJson("/me/passkeys/options", new { current = SignInHost.Password });
        await browser.PostJson("/me/passkeys", new { credential = authenticator.Create(options), name = "会社のPC", current = SignInHost.Password });
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        await browser.Get("/me");
        Assert.Contains("会社のPC", browser.Text, StringComparison.Ordinal);
    }

    private static async Task<(string Key, string[] Codes)> SwitchOn(Browser browser)
    {
        await browser.Get("/me/totp");
        var key = browser.Page.QuerySelector("[data-totp-key]")!.TextContent;
        await browser.Submit("/me/totp", ("code", Totp.Code(key)), ("current", SignInHost.Password));
        return (key, [.. browser.Page.QuerySelectorAll("[data-recovery-codes] code").Select(c => c.TextContent)]);
    }
}
