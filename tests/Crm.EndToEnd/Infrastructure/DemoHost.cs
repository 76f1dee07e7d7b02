namespace Crm.EndToEnd.Infrastructure;

/// <summary>One host full of sample data and one browser, for all tests of a collection; each test has contexts (cookies, windows) of its own.</summary>
public sealed class DemoHost : IAsyncLifetime
{
    private readonly Dictionary<string, string> signedIn = [];
    private Installation? installation;
    private HostProcess? host;
    private IPlaywright? playwright;
    private IBrowser? browser;

    internal Installation Installation => installation!;

    internal string Address => host!.Address;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null) return;
        SetDefaultExpectTimeout(20_000);
        // The identity provider of these tests is on this machine.
        installation = new Installation("--Webhooks:AllowInside", "true", "--SingleSignOn:AllowLoopback", "true");
        var starting = HostProcess.Serve(installation, "demo", "--no-browser");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Path,
            // Chromium refuses its sandbox to root, which is who runs tests in a container; /dev/shm is small there.
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
        });
        host = await starting;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (host is not null) await host.DisposeAsync();
        installation?.Dispose();
    }

    /// <summary>A fresh browser window without cookies.</summary>
    internal async Task<IBrowserContext> Open(BrowserNewContextOptions options, Device device)
    {
        options.BaseURL = Address;
        options.Locale ??= "ja-JP";
        options.TimezoneId = "Asia/Tokyo";
        options.ReducedMotion = ReducedMotion.Reduce;
        options.ViewportSize = device == Device.Phone ? new() { Width = 390, Height = 844 } : new() { Width = 1440, Height = 900 };
        (options.IsMobile, options.HasTouch) = (device == Device.Phone, device == Device.Phone);
        var context = await browser!.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return context;
    }

    /// <summary>The cookies of somebody of the demonstration, signed in once for all tests that are not about signing in.</summary>
    internal async Task<string> CookiesOf(string account)
    {
        if (signedIn.TryGetValue(account, out var known)) return known;
        var context = await Open(new(), Device.Desktop);
        await SignIn(await context.NewPageAsync(), account);
        signedIn[account] = known = await context.StorageStateAsync();
        await context.CloseAsync();
        return known;
    }

    /// <summary>Signs in by the form, as a person does.</summary>
    internal static async Task SignIn(IPage page, string account)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("メールアドレス").FillAsync($"{account}@trading.example");
        await page.GetByLabel("パスワード", new() { Exact = true }).FillAsync(Installation.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "サインイン", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToHaveTextAsync("サインイン");
    }
}

[CollectionDefinition(Name)]
public sealed class DemoCollection : ICollectionFixture<DemoHost>
{
    public const string Name = "demo";
}

/// <summary>Tests that visit all pages one after the other have a host of their own, beside the one for the others.</summary>
[CollectionDefinition(Name)]
public sealed class EveryPageCollection : ICollectionFixture<DemoHost>
{
    public const string Name = "every page";
}
