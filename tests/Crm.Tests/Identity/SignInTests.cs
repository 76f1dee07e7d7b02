using System.Net;
using Crm.Platform.Identity.Users;

namespace Crm.Tests.Identity;

public sealed class SignInTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task The_right_password_signs_in()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@right.example");
        var browser = await crm.Browser().SignIn("taro@right.example");

        Assert.Equal("/", browser.LeadsTo);
        await browser.Get("/me");
        Assert.Contains("taro@right.example", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_may_be_typed_in_capitals_and_full_width_letters()
    {
        await crm.NewUser(await crm.NewTenant(), "hanako@width.example");
        Assert.True(await (await crm.Browser().SignIn("ＨＡＮＡＫＯ@Width.example ")).IsIn());
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_other_sites_and_needs_https()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@cookie.example");
        var browser = await crm.Browser().SignIn("taro@cookie.example");

        var cookie = Assert.Single(browser.Last.Headers.GetValues("Set-Cookie"), c => c.StartsWith("crm.session=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("secure", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staying_signed_in_outlives_the_browser()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@stay.example");
        var browser = await crm.Browser().SignIn("taro@stay.example", stay: true);
        Assert.Contains(browser.Last.Headers.GetValues("Set-Cookie"), c => c.StartsWith("crm.session=", StringComparison.Ordinal) && c.Contains("expires", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_unknown_address_a_wrong_password_and_a_locked_a_deactivated_and_a_closed_account_are_refused_alike()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@alike.example");
        await crm.NewUser(tenant, "known@alike.example");
        await crm.NewUser(tenant, "locks@alike.example");
        var gone = await crm.NewUser(tenant, "gone1@alike.example");
        await crm.Send(tenant, new SetUserActive(gone, false));
        for (var i = 0; i < 5; i++) await crm.Browser().SignIn("locks@alike.example", "まちがったパスワード");

        var unknown = await Refusal("nobod@alike.example", SignInHost.Password);
        Assert.Equal(unknown, await Refusal("known@alike.example", "まちがったパスワード"));
        Assert.Equal(unknown, await Refusal("locks@alike.example", SignInHost.Password));
        Assert.Equal(unknown, await Refusal("gone1@alike.example", SignInHost.Password));
        Assert.StartsWith("Unauthorized", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_a_reset_by_an_administrator_opens_it()
    {
        var tenant = await crm.NewTenant();
        var user = await crm.NewUser(tenant, "taro@lock.example");
        for (var i = 0; i < 4; i++) await crm.Browser().SignIn("taro@lock.example", "まちがったパスワード");
        Assert.True(await (await crm.Browser().SignIn("taro@lock.example")).IsIn());

        for (var i = 0; i < 5; i++) await crm.Browser().SignIn("taro@lock.example", "まちがったパスワード");
        Assert.False(await (await crm.Browser().SignIn("taro@lock.example")).IsIn());

        await crm.Ask(tenant, new ResetPassword(user));
        Assert.True(await (await crm.Browser().SignIn("taro@lock.example")).IsIn());
    }

    [Fact]
    public async Task An_account_of_the_same_address_elsewhere_makes_no_guess_free()
    {
        var (victims, guessers) = (await crm.NewTenant(), await crm.NewTenant());
        await crm.NewUser(victims, "taro@twice.example");
        await crm.NewUser(guessers, "taro@twice.example", password: "まちがったあてずっぽう");
        for (var i = 0; i < 5; i++) await crm.Browser().SignIn("taro@twice.example", "まちがったあてずっぽう");

        Assert.False(await (await crm.Browser().SignIn("taro@twice.example")).IsIn());
    }

    [Fact]
    public async Task Guesses_sent_side_by_side_are_all_counted()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "taro@race.example");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => crm.Browser().SignIn("taro@race.example", "まちがったパスワード")));
        Assert.False(await (await crm.Browser().SignIn("taro@race.example")).IsIn());
    }

    [Theory]
    [InlineData("taro@often.example")]
    [InlineData("nobody@often.example")]
    public async Task Too_many_attempts_on_one_address_are_refused_whether_it_is_known_or_not(string email)
    {
        if (email.StartsWith("taro", StringComparison.Ordinal)) await crm.NewUser(await crm.NewTenant(), email);
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await crm.Browser().SignIn(email, "まちがったパスワード")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await crm.Browser().SignIn(email, "まちがったパスワード")).Status);
    }

    [Fact]
    public async Task Too_many_attempts_from_one_network_address_are_refused_and_told_when_to_come_back()
    {
        var strict = new SignInHost(settings => settings.AttemptsPerAddress = 3);
        await strict.InitializeAsync();
        try
        {
            for (var i = 0; i < 3; i++) await strict.Browser().SignIn($"u{i}@address.example");
            var browser = await strict.Browser().SignIn("u4@address.example");
            Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
            Assert.True(browser.Last.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }
        finally
        {
            await strict.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_same_address_in_two_tenants_is_asked_which()
    {
        var (first, second) = (await crm.NewTenant(), await crm.NewTenant());
        await crm.NewUser(first, "taro@both.example");
        var wanted = await crm.NewUser(second, "taro@both.example");
        var browser = await crm.Browser().SignIn("taro@both.example");
        Assert.Contains(first.Name, browser.Text, StringComparison.Ordinal);

        await browser.Submit("/sign-in/tenant", ("user", wanted.ToString()));
        await browser.Get("/me");
        Assert.Contains(second.Name, browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Name, browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenants_user_with_the_same_address_but_another_password_is_not_offered()
    {
        var (first, second) = (await crm.NewTenant(), await crm.NewTenant());
        await crm.NewUser(first, "taro@other.example");
        var foreign = await crm.NewUser(second, "taro@other.example", password: "まったく別のパスワード");
        var third = await crm.NewTenant();
        await crm.NewUser(third, "taro@other.example");

        var browser = await crm.Browser().SignIn("taro@other.example");
        Assert.DoesNotContain(second.Name, browser.Text, StringComparison.Ordinal);
        await browser.Submit("/sign-in/tenant", ("user", foreign.ToString()));
        Assert.False(await browser.IsIn());
    }

    [Fact]
    public async Task Somebody_who_is_not_signed_in_is_led_to_the_door_and_back()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@back.example");
        var browser = crm.Browser();
        await browser.Get("/me?tab=1");
        Assert.Equal("/sign-in?return=%2Fme%3Ftab%3D1", browser.LeadsTo);

        await browser.Get(browser.LeadsTo!);
        await browser.Submit("/sign-in", ("email", "taro@back.example"), ("password", SignInHost.Password));
        Assert.Equal("/me?tab=1", browser.LeadsTo);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task Signing_in_never_leads_to_another_site(string target)
    {
        var email = $"taro@{target.GetHashCode(StringComparison.Ordinal) & 0xffff}.example";
        await crm.NewUser(await crm.NewTenant(), email);
        var browser = crm.Browser();
        await browser.Get("/sign-in?return=" + Uri.EscapeDataString(target));
        await browser.Submit("/sign-in", ("email", email), ("password", SignInHost.Password));
        Assert.Equal("/", browser.LeadsTo);
    }

    [Fact]
    public async Task A_form_that_another_site_sends_signs_nobody_in_and_changes_nothing()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@forged.example");
        var browser = crm.Browser();
        await browser.Post("/sign-in", ("email", "taro@forged.example"), ("password", SignInHost.Password));
        Assert.False(await browser.IsIn());

        await browser.SignIn("taro@forged.example");
        await browser.Post("/me/password", ("current", SignInHost.Password), ("password", "あたらしいパスワード123"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.True(await (await crm.Browser().SignIn("taro@forged.example")).IsIn());
    }

    [Fact]
    public async Task A_one_time_link_sets_the_password_once()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@link.example");
        var invited = await crm.Ask(tenant, new InviteUser("hanako@link.example", "佐藤 花子") { Roles = ["sales"] });
        Assert.False(await (await crm.Browser().SignIn("hanako@link.example", "")).IsIn());

        var browser = crm.Browser();
        await browser.Get(invited.Link!.Path);
        Assert.Equal("hanako@link.example", browser.Page.QuerySelector("#email")!.GetAttribute("value"));
        await Post(browser, invited.Link.Path, "short");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        await Post(browser, invited.Link.Path, "つきひにせきもりなし");
        Assert.True(await (await crm.Browser().SignIn("hanako@link.example", "つきひにせきもりなし")).IsIn());

        await browser.Get(invited.Link.Path);
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_not_only_the_cookie()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@out.example");
        var browser = await crm.Browser().SignIn("taro@out.example");
        var stolen = crm.Browser();
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) stolen.Cookies.Add(new Cookie(cookie.Name, cookie.Value, cookie.Path, cookie.Domain) { Secure = cookie.Secure });
        Assert.True(await stolen.IsIn());

        await browser.Get("/me");
        await browser.Submit("/sign-out");
        Assert.False(await browser.IsIn());
        Assert.False(await stolen.IsIn());
    }

    [Fact]
    public async Task The_door_speaks_the_readers_language()
    {
        var browser = crm.Browser();
        await browser.Get("/sign-in", ("Accept-Language", "en"));
        Assert.Contains("Sign in", browser.Text, StringComparison.Ordinal);
        await browser.Get("/sign-in", ("Accept-Language", "ja"));
        Assert.Contains("サインイン", browser.Text, StringComparison.Ordinal);
    }

    private static async Task Post(Browser browser, string path, string password)
    {
        await browser.Get(path);
        var token = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await browser.Post(path, ("__RequestVerificationToken", token), ("password", password));
    }

    /// <summary>Status and page, but for what differs between any two pages: the form's token and the address that was typed.</summary>
    private async Task<string> Refusal(string email, string password)
    {
        var browser = await crm.Browser().SignIn(email, password);
        foreach (var token in browser.Page.QuerySelectorAll("input[name=__RequestVerificationToken]")) token.Remove();
        return browser.Status + browser.Page.DocumentElement.OuterHtml.Replace(email, "", StringComparison.Ordinal);
    }
}
