// What a request costs in work done, not in time: the commands the server sent for it, as the driver tells them.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Crm.Tests.Performance;

/// <summary>What one request cost. Commands sent together are one round trip, and one line here. Beginning a transaction costs nothing of its own; a commit is one round trip more, which the driver does not tell.</summary>
/// <param name="Commands">What was sent.</param>
/// <param name="Read">How many bytes came from the database: rows and columns nobody needs would show here.</param>
internal sealed record RequestCost(IReadOnlyList<string> Commands, long Read)
{
    public int RoundTrips => Commands.Count;

    /// <summary>How often the most frequent command was sent: a question for each row of a list would show here.</summary>
    public int MostRepeated => Commands.Count == 0 ? 0 : Commands.GroupBy(c => c, StringComparer.Ordinal).Max(g => g.Count());

    /// <summary>Every command on a line of its own, for whoever looks for one that need not be.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RoundTrips} round trips, {Read:N0} bytes read\n{string.Join('\n', Commands.Select(c => "  " + Line(c)))}");

    private static string Line(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 600 ? line[..600] + "…" : line;
    }
}

/// <summary>
/// Watches requests by the trace they carry, so that nothing of what runs beside them is counted: neither other tests nor the host's own
/// work in the background.
/// </summary>
internal sealed class RequestCosts : IDisposable
{
    private const string Driver = "Npgsql";
    private const string Server = "Microsoft.AspNetCore";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ActivityTraceId, Watched> watched = new();
    private readonly ActivityListener listener;
    private readonly MeterListener bytes = new();

    public RequestCosts()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Driver or Server,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                watched.ContainsKey(options.Parent.TraceId) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(listener);
        bytes.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == Driver && instrument.Name.EndsWith("bytes_read", StringComparison.Ordinal)) to.EnableMeasurementEvents(instrument);
        };
        bytes.SetMeasurementEventCallback<long>((_, count, _, _) =>
        {
            if (Activity.Current is { } activity && watched.TryGetValue(activity.TraceId, out var seen)) Interlocked.Add(ref seen.Read, count);
        });
        bytes.Start();
    }

    /// <summary>What the one HTTP request costs that is sent.</summary>
    public async Task<RequestCost> Of(Func<Task> send)
    {
        using var trace = new Activity("cost").SetIdFormat(ActivityIdFormat.W3C).Start();
        var seen = watched[trace.TraceId] = new Watched();
        await send();

        // Looks at personal data are noted after the answer; they belong to what the request costs.
        await seen.Over.Task.WaitAsync(Patience);
        watched.TryRemove(trace.TraceId, out _);
        return new RequestCost([.. seen.Commands], seen.Read);
    }

    public void Dispose()
    {
        listener.Dispose();
        bytes.Dispose();
    }

    private void Stopped(Activity activity)
    {
        if (!watched.TryGetValue(activity.TraceId, out var seen)) return;
        if (activity.Source.Name == Server) seen.Over.TrySetResult();
        else if (activity.GetTagItem("db.query.text") is string text) seen.Commands.Enqueue(text);
    }

    private sealed class Watched
    {
        public long Read;

        public ConcurrentQueue<string> Commands { get; } = new();

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
