using System.Diagnostics;
using Crm.EndToEnd.Infrastructure;
using Microsoft.Playwright;

namespace Crm.Benchmarks.Serving;

/// <summary>
/// The board of deals as somebody sees it (W15): from asking for it to the first paint in Chromium, beside the same for a bare table of as
/// many rows; and from letting a dragged card go to the server's word that it is stored.
/// </summary>
internal static class BoardInBrowser
{
    private const int Looks = 25;

    public static async Task Measure(Report report, string database, Uri host, string email, Uri bare)
    {
        if (Chromium.Path is null)
        {
            Console.WriteLine("  W15 in a browser: left out. " + Chromium.Missing);
            return;
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.GotoAsync(new Uri(host, "/sign-in").ToString());
        await page.Locator("input[name=email]").FillAsync(email);
        await page.Locator("input[name=password]").FillAsync(Site.Password);
        await page.Locator("form:has(input[name=password]) button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));

        var board = new Uri(host, "/x/deals/board").ToString();
        var painted = await FirstPaints(page, board);
        var floor = await FirstPaints(await browser.NewPageAsync(), new Uri(bare, "/board").ToString());
        report.Add(Figure.Of("W15", database, "board in Chromium until its first paint", painted, floor));
        report.Add(Figure.Of("W15", database, "… until a dropped card is stored", await Drops(page, board), null));
    }

    private static async Task<double[]> FirstPaints(IPage page, string address)
    {
        var took = new List<double>();
        for (var i = -5; i < Looks; i++)
        {
            await page.GotoAsync(address);
            var paint = await page.EvaluateAsync<double>("new Promise(r => new PerformanceObserver(l => r(l.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true }))");
            if (i >= 0) took.Add(paint);
        }

        took.Sort();
        return [.. took];
    }

    /// <summary>The first card of the second stage to the third and back, in small steps as a hand moves.</summary>
    private static async Task<double[]> Drops(IPage page, string board)
    {
        await page.GotoAsync(board);
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-column]')].every(c => Object.keys(c).some(k => k.startsWith('Sortable')))");
        var id = await page.Locator("[data-column]").Nth(1).Locator("[data-id]").First.GetAttributeAsync("data-id");
        var took = new List<double>();
        var there = true;
        for (var i = -5; i < Looks; i++)
        {
            var card = page.Locator($"[data-id='{id}']");
            await card.ScrollIntoViewIfNeededAsync();
            var from = (await card.BoundingBoxAsync())!;
            var to = (await page.Locator("[data-column]").Nth(there ? 2 : 1).BoundingBoxAsync())!;
            there = !there;
            await page.Mouse.MoveAsync(from.X + 60, from.Y + 12);
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(from.X + 70, from.Y + 16, new() { Steps = 4 });
            await page.Mouse.MoveAsync(to.X + (to.Width / 2), to.Y + 40, new() { Steps = 12 });
            await page.Mouse.MoveAsync(to.X + (to.Width / 2), to.Y + 44, new() { Steps = 3 });
            var stored = page.WaitForResponseAsync(r => r.Url.Contains("/send/deals.move", StringComparison.Ordinal));
            var began = Stopwatch.GetTimestamp();
            await page.Mouse.UpAsync();
            if ((await stored).Status != 204) throw new InvalidOperationException($"A dropped card was answered with {(await stored).Status}.");
            if (i >= 0) took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await page.WaitForTimeoutAsync(200);
        }

        took.Sort();
        return [.. took];
    }
}
