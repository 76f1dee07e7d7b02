using System.Collections.Concurrent;
using System.Diagnostics;
using Crm.Customers.Contracts;

namespace Crm.Benchmarks.Serving;

/// <summary>People at work: while a plugin is replaced by its next version (W13), and fifty of them for a while on a large tenant (W14).</summary>
internal sealed class Working(Site site, Arguments arguments, Report report)
{
    private const int CallsASecond = 20;
    private const int People = 50;
    private const string Plugin = "bench0";

    private static readonly TimeSpan Upgrade = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Shorter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static readonly string[] Workloads = ["W13", "W14"];

    public async Task Run()
    {
        var companies = await site.Save(CustomersContract.Company, Math.Max(100, arguments.Rows / 5), i => new() { ["name"] = $"第{i:000000}工業株式会社", ["code"] = $"C{i:000000}", ["phone"] = $"03-1234-{i % 10_000:0000}" });
        var (email, token) = await site.NewUser();
        if (arguments.Wants("W13")) await WhileUpgraded(email, token);
        if (arguments.Wants("W14")) await MixedDay(email, token, companies);
    }

    /// <summary>W13: pages, commands and saves of a plugin, twenty a second, while its next version comes in by another node.</summary>
    private async Task WhileUpgraded(string email, string token)
    {
        await site.Install(SmallPlugin.Package(Plugin, "1.0.0"));
        await site.Switch(Plugin);
        await using var host = await site.Serve();
        using var user = await Visitor.SignIn(host.Address, email);
        using var program = Visitor.With(host.Address, token);
        var (took, failed) = (new ConcurrentBag<double>(), new ConcurrentBag<string>());
        var next = SmallPlugin.Package(Plugin, "1.1.0");
        var underWay = new List<Task>();
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / CallsASecond));
        var all = Stopwatch.StartNew();
        Task? installing = null;
        var before = 0.0;
        for (var n = 0; all.Elapsed < Upgrade; n++)
        {
            underWay.Add(One(n));
            if (installing is null && all.Elapsed > Upgrade / 3)
            {
                before = Measure.At([.. took.Order()], 0.5);
                took.Clear();
                installing = site.Install(next);
            }

            await clock.WaitForNextTickAsync();
        }

        await Task.WhenAll(underWay);
        await installing!;
        double[] sorted = [.. took.Order()];
        report.Add(new Figure("W13", site.Database, $"requests at {CallsASecond}/s from the upgrade on", Measure.At(sorted, 0.5), Measure.At(sorted, 0.95), underWay.Count / all.Elapsed.TotalSeconds, CallsASecond)
        {
            Note = $"p50 {before:0.0} ms before; {failed.Count} of {underWay.Count} failed{(failed.IsEmpty ? "" : " (" + failed.First() + ")")}; the slowest {sorted[^1]:0} ms",
        });

        async Task One(int n)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await ((n % 3) switch
                {
                    0 => user.Get($"/x/{Plugin}/board"),
                    1 => program.Post($"/api/v1/commands/{Plugin}.say", new { to = "花子" }),
                    _ => program.Post($"/api/v1/records/{Plugin}.note", new { text = $"付箋 {n}" }),
                });
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
            {
                failed.Add(e.Message);
            }
        }
    }

    /// <summary>W14: each of fifty people looks at lists and records, searches, and in one of five turns saves; half a second between.</summary>
    private async Task MixedDay(string email, string token, List<Guid> companies)
    {
        await site.Settle();
        await using var host = await site.Serve();
        using var user = await Visitor.SignIn(host.Address, email);
        using var program = Visitor.With(host.Address, token);
        await using var bare = await BareServer.Start(site);
        using var anybody = Visitor.With(bare.Address);
        await Turn(0, new Random(1));
        var day = TimeSpan.FromMinutes(arguments.Minutes);
        var before = host.Memory;
        var (sorted, failed) = await Together(Turn, day);
        var (floor, _) = await Together(BareTurn, Shorter);
        report.Add(new Figure(
            "W14", site.Database, $"{People} people for {arguments.Minutes} min, {companies.Count:N0} companies", Measure.At(sorted, 0.5), Measure.At(sorted, 0.95), sorted.Length / day.TotalSeconds, floor.Length / Shorter.TotalSeconds)
        {
            Note = $"bare p50 {Measure.At(floor, 0.5):0.0}, p95 {Measure.At(floor, 0.95):0.0} ms; {failed.Count} errors{(failed.IsEmpty ? "" : " (" + failed.First() + ")")}; memory {before:0} → {host.Memory:0} MiB; the slowest {sorted[^1]:0} ms",
        });

        Task BareTurn(int turn, Random random) => (turn % 5) switch
        {
            0 or 2 or 3 => anybody.Get("/list"),
            1 => anybody.Get($"/record/{companies[random.Next(companies.Count)]}"),
            _ => anybody.Post($"/touch/{companies[random.Next(companies.Count)]}", new { }),
        };

        Task Turn(int turn, Random random) => (turn % 5) switch
        {
            0 => user.Get("/r/customers.company"),
            1 => user.Get($"/r/customers.company/{companies[random.Next(companies.Count)]}"),
            2 => user.Get($"/r/customers.company?filter[code][starts]=C{random.Next(companies.Count / 100):0000}"),
            3 => user.Get("/search?q=" + random.Next(companies.Count).ToString("000000", System.Globalization.CultureInfo.InvariantCulture)),
            _ => program.Post("/api/v1/records/customers.note", new { companyId = companies[random.Next(companies.Count)], title = "電話", text = "折り返し連絡する。", writtenAt = "2026-11-20T10:00:00+09:00" }),
        };
    }

    /// <summary>All people take their turns for a while: the milliseconds of each turn in order of size, and what went wrong.</summary>
    private static async Task<(double[] Took, ConcurrentBag<string> Failed)> Together(Func<int, Random, Task> take, TimeSpan time)
    {
        var (took, failed, all) = (new ConcurrentBag<double>(), new ConcurrentBag<string>(), Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, People).Select(async person =>
        {
            var random = new Random(person);
            await Task.Delay(Pause * random.NextDouble());
            for (var turn = 0; all.Elapsed < time; turn++)
            {
                var began = Stopwatch.GetTimestamp();
                try
                {
                    await take(turn, random);
                    took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
                catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
                {
                    failed.Add(e.Message);
                }

                await Task.Delay(Pause);
            }
        }));
        return ([.. took.Order()], failed);
    }
}
