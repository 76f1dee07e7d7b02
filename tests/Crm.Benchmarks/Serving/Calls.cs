namespace Crm.Benchmarks.Serving;

/// <summary>A workload, where, and the work in words.</summary>
internal readonly record struct Subject(string Workload, string Database, string What);

/// <summary>One kind of call measured: one at a time, sixteen at a time, and in time of the processor, which other work on the machine does not stretch.</summary>
internal static class Calls
{
    private const int Callers = 16;

    public static async Task Add(
        Report report, Subject subject, ServedProcess server, Func<int, Task> work, ServedProcess? bare, Func<int, Task>? bareWork, TimeSpan time, Func<string>? note = null)
    {
        var (took, processor) = await One(server, work, time);
        var floor = bare is null || bareWork is null ? null : ((double[] Took, double Processor)?)await One(bare, bareWork, time);
        var text = $"processor {processor:0.00} ms" + (floor is { } f ? $", bare {f.Processor:0.00} ms" : "") + (note is null ? "" : "; " + note());
        report.Add(Figure.Of(subject.Workload, subject.Database, subject.What, took, floor?.Took) with { Note = text });
        var busy = await Measure.Throughput(work, Callers, time);
        double? bareBusy = bareWork is null ? null : await Measure.Throughput(bareWork, Callers, time);
        report.Add(new Figure(subject.Workload, subject.Database, $"… {Callers} callers", 0, 0, busy, bareBusy));
    }

    /// <summary>Milliseconds of each call in order of size, and milliseconds of the server's processor time for one.</summary>
    private static async Task<(double[] Took, double Processor)> One(ServedProcess server, Func<int, Task> work, TimeSpan time)
    {
        // Warm: the server compiles what is used often once more, better.
        for (var i = 0; i < 200; i++) await work(i);
        var (before, calls) = (server.Worked, 0);
        var took = await Measure.Calls(i =>
        {
            calls++;
            return work(i);
        }, time);
        return (took, (server.Worked - before).TotalMilliseconds / calls);
    }
}
