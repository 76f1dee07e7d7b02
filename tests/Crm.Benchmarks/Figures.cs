using System.Diagnostics;

namespace Crm.Benchmarks;

/// <summary>What one workload took, and what the bare driver took for the same work in the same run; trust the ratio more than the milliseconds.</summary>
/// <param name="Workload">Name in the design.</param>
/// <param name="Database">Where.</param>
/// <param name="What">The work, in words.</param>
/// <param name="P50">Milliseconds that half of the calls took at most.</param>
/// <param name="P95">Milliseconds that 95 of 100 calls took at most.</param>
/// <param name="PerSecond">Records or requests per second.</param>
/// <param name="Floor">The same of the bare driver: records or requests per second, one at a time; null where there is nothing to compare with.</param>
internal sealed record Figure(string Workload, string Database, string What, double P50, double P95, double PerSecond, double? Floor = null)
{
    /// <summary>The part of the bare driver's speed that is left.</summary>
    public double? OfFloor => Floor is > 0 ? PerSecond / Floor : null;

    /// <summary>What else was seen, such as memory.</summary>
    public string? Note { get; init; }

    /// <summary>From milliseconds in order of size, the platform's and, where there is something to compare with, the bare driver's.</summary>
    public static Figure Of(string workload, string database, string what, double[] took, double[]? bare) => new(
        workload, database, what, Measure.At(took, 0.5), Measure.At(took, 0.95), Measure.PerSecond(took), bare is null ? null : Measure.PerSecond(bare));
}

/// <summary>Calls measured one by one.</summary>
internal static class Measure
{
    /// <summary>Calls some work again and again, after a warm-up, for a time; answers with the milliseconds each call took, in order of size.</summary>
    public static async Task<double[]> Calls(Func<int, Task> work, TimeSpan time, int most = 5_000)
    {
        for (var i = 0; i < 50; i++) await work(i);
        var took = new List<double>();
        var all = Stopwatch.StartNew();
        for (var i = 50; took.Count < most && (took.Count < 20 || all.Elapsed < time); i++)
        {
            var began = Stopwatch.GetTimestamp();
            await work(i);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        took.Sort();
        return [.. took];
    }

    /// <summary>Calls per second of several callers at a time.</summary>
    public static async Task<double> Throughput(Func<int, Task> work, int callers, TimeSpan time)
    {
        var calls = 0;
        var all = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; all.Elapsed < time; i += callers)
            {
                await work(i);
                Interlocked.Increment(ref calls);
            }
        })));
        return calls / all.Elapsed.TotalSeconds;
    }

    public static double At(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];

    public static double PerSecond(double[] sorted) => 1000 * sorted.Length / sorted.Sum();
}
