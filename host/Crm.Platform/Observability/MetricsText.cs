using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Crm.Platform.Observability;

/// <summary>Sums up what the meters of this process measure, and writes it as OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec/).</summary>
internal sealed class MetricsText : IDisposable
{
    /// <summary>A tag with too many values must not fill the memory.</summary>
    private const int SeriesPerInstrument = 2000;

    private static readonly HashSet<string> Meters = new(StringComparer.Ordinal)
    {
        CrmMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.EntityFrameworkCore", "Npgsql", "System.Runtime",
    };

    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly ConcurrentDictionary<Instrument, Family> families = new();
    private readonly MeterListener listener = new();
    private readonly Lock scraping = new();

    public MetricsText()
    {
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (!Meters.Contains(instrument.Meter.Name)) return;
            me.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, i => new Family(i)));
        };
        listener.MeasurementsCompleted = (instrument, _) => families.TryRemove(instrument, out Family? _);
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => ((Family)family!).Record((double)value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        listener.Start();
    }

    public string Write()
    {
        lock (scraping)
        {
            foreach (var family in families.Values) family.ForgetObserved();
            listener.RecordObservableInstruments();
            var text = new StringBuilder();

            // Two meters may carry an instrument of the same name; a family stands once.
            foreach (var same in families.Values.GroupBy(f => f.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                same.First().WriteHead(text);
                foreach (var family in same) family.WriteSamples(text);
            }

            return text.Append("# EOF\n").ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private sealed class Family
    {
        private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
        private readonly Instrument instrument;
        private readonly string type;
        private readonly string? unit;
        private readonly bool observed;
        private readonly double[]? bounds;

        public Family(Instrument instrument)
        {
            this.instrument = instrument;
            var kind = instrument.GetType().Name;
            observed = instrument.IsObservable;
            type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
                : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter" : "gauge";
            unit = instrument.Unit switch { "s" => "seconds", "By" => "bytes", _ => null };
            var bare = instrument.Name.Replace('.', '_').Replace('-', '_');
            Name = unit is null || bare.EndsWith(unit, StringComparison.Ordinal) ? bare : $"{bare}_{unit}";
            if (type == "histogram") bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } ? [.. advised] : Seconds;
        }

        public string Name { get; }

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            if (!series.TryGetValue(labels, out var one))
            {
                if (series.Count >= SeriesPerInstrument) return;
                one = series.GetOrAdd(labels, _ => new Series(bounds?.Length ?? 0));
            }

            one.Record(value, bounds, replace: observed || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal));
        }

        public void ForgetObserved()
        {
            if (observed) series.Clear();
        }

        public void WriteHead(StringBuilder text)
        {
            text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
            if (unit is not null) text.Append("# UNIT ").Append(Name).Append(' ').Append(unit).Append('\n');
            if (instrument.Description is { } says) text.Append("# HELP ").Append(Name).Append(' ').Append(Escape(says)).Append('\n');
        }

        public void WriteSamples(StringBuilder text)
        {
            foreach (var (labels, one) in series.OrderBy(s => s.Key, StringComparer.Ordinal)) one.Write(text, Name, type, labels, bounds);
        }

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length == 0) return "";
            var parts = new List<string>(tags.Length);
            foreach (var (key, value) in tags)
            {
                parts.Add($"{key.Replace('.', '_').Replace('-', '_')}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
            }

            parts.Sort(StringComparer.Ordinal);
            return string.Join(',', parts);
        }

        private static string Escape(string text) => text
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    private sealed class Series(int buckets)
    {
        private readonly Lock sync = new();
        private readonly long[] counts = new long[buckets + 1];
        private double sum;
        private long count;

        public void Record(double value, double[]? bounds, bool replace)
        {
            lock (sync)
            {
                sum = replace ? value : sum + value;
                count++;
                if (bounds is null) return;
                var bucket = Array.FindIndex(bounds, b => value <= b);
                counts[bucket < 0 ? bounds.Length : bucket]++;
            }
        }

        public void Write(StringBuilder text, string name, string type, string labels, double[]? bounds)
        {
            lock (sync)
            {
                if (bounds is null)
                {
                    Sample(text, type == "counter" ? name + "_total" : name, labels, sum);
                    return;
                }

                long upTo = 0;
                for (var i = 0; i <= bounds.Length; i++)
                {
                    upTo += counts[i];
                    var bound = i == bounds.Length ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
                    Sample(text, name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", upTo);
                }

                Sample(text, name + "_count", labels, count);
                Sample(text, name + "_sum", labels, sum);
            }
        }

        private static void Sample(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
