using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Crm.EndToEnd.Infrastructure;

/// <summary>
/// What tests in a browser share: windows for the staff of the demonstration, a picture of each when the test ends, and the
/// demand that the browser had nothing to complain about: no error in the console, no refused script or style, no broken answer.
/// </summary>
[Collection(DemoCollection.Name)]
public abstract class Browsing(DemoHost demo) : IAsyncLifetime
{
    private readonly List<(string Name, IBrowserContext Context)> windows = [];
    private readonly ConcurrentQueue<string> complaints = new();
    private Func<string, bool> expected = _ => false;

    private protected DemoHost Demo { get; } = demo;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var (name, context) in windows)
        {
            foreach (var page in context.Pages) await page.ScreenshotAsync(new() { Path = Path.Combine(Built.Screens, name + ".png") });
            await context.CloseAsync();
        }

        Assert.DoesNotContain(complaints, c => !expected(c));
    }

    /// <summary>A window of somebody who is signed in.</summary>
    private protected async Task<IPage> As(string account, Device device = Device.Desktop, BrowserNewContextOptions? options = null, [CallerMemberName] string test = "")
    {
        options ??= new();
        options.StorageState = await Demo.CookiesOf(account);
        return await Window(device, options, test);
    }

    /// <summary>A window of nobody yet.</summary>
    private protected async Task<IPage> Window(Device device = Device.Desktop, BrowserNewContextOptions? options = null, [CallerMemberName] string test = "")
    {
        var context = await Demo.Open(options ?? new(), device);
        windows.Add(($"{GetType().Name}.{test}.{device}.{windows.Count + 1}", context));
        context.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Enqueue($"{message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => complaints.Enqueue(error.Error);
        context.Response += (_, answer) =>
        {
            if (answer.Status >= 500) complaints.Enqueue($"{answer.Status} {answer.Url}");
        };
        return await context.NewPageAsync();
    }

    /// <summary>A refusal that the test provokes on purpose is an error to the console as well.</summary>
    private protected void Expected(string words) => expected = complaint => complaint.Contains(words, StringComparison.Ordinal);
}
