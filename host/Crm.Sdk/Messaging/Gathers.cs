using Crm.Sdk.Web;
using MediatR;

namespace Crm.Sdk.Messaging;

/// <summary>
/// A question to all: every module and plugin that is on for the tenant may add its part.
/// One that fails or is slow leaves a hole, named in <see cref="Missing"/>, and takes nobody down.
/// </summary>
/// <typeparam name="TPart">What is gathered.</typeparam>
public abstract class Gather<TPart> : INotification, IGather
{
    private readonly Lock sync = new();
    private readonly List<TPart> parts = [];
    private readonly List<string> missing = [];

    /// <summary>What has been added so far.</summary>
    public IReadOnlyList<TPart> Parts
    {
        get
        {
            lock (sync) return [.. parts];
        }
    }

    /// <summary>Modules and plugins whose part is missing because they failed or were too slow.</summary>
    public IReadOnlyList<string> Missing
    {
        get
        {
            lock (sync) return [.. missing];
        }
    }

    /// <summary>Adds a part.</summary>
    public void Add(TPart part)
    {
        lock (sync) parts.Add(part);
    }

    void IGather.MarkMissing(string module)
    {
        lock (sync) missing.Add(module);
    }
}

/// <summary>What the runtime needs to know of a gather.</summary>
internal interface IGather
{
    /// <summary>Notes that a module's part is missing.</summary>
    void MarkMissing(string module);
}

/// <summary>Entries of the timeline of one record, newest first wanted.</summary>
/// <param name="recordType">Key of the record's type.</param>
/// <param name="id">The record.</param>
/// <param name="before">Only entries before this moment; null for the newest.</param>
/// <param name="limit">No more than this many from each who answers, but always all of the last moment, so that nothing falls between two pages.</param>
public sealed class CollectTimeline(string recordType, Guid id, DateTimeOffset? before, int limit) : Gather<TimelineEntry>
{
    /// <summary>Key of the record's type.</summary>
    public string RecordType => recordType;

    /// <summary>The record.</summary>
    public Guid Id => id;

    /// <summary>Only entries before this moment; null for the newest.</summary>
    public DateTimeOffset? Before => before;

    /// <summary>No more than this many from each who answers.</summary>
    public int Limit => limit;
}

/// <summary>One entry of a timeline.</summary>
/// <param name="At">When (UTC); what is known to the day only, the beginning of the day where the tenant is.</param>
/// <param name="Kind">Groups entries for the filter: <c>purchase</c>, <c>note</c>, <c>deal</c>, …</param>
/// <param name="KindLabel">What the kind is called.</param>
/// <param name="Title">One line.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Kind, Label KindLabel, string Title)
{
    /// <summary>More, or null.</summary>
    public string? Text { get; init; }

    /// <summary>Type of the record behind it, or null.</summary>
    public string? RecordType { get; init; }

    /// <summary>The record behind it, or null.</summary>
    public Guid? RecordId { get; init; }

    /// <summary>A Tabler icon.</summary>
    public string Icon { get; init; } = "point";

    /// <summary>When it was entered (UTC), or null: the order among those of one <see cref="At"/>, such as of one day.</summary>
    public DateTimeOffset? Entered { get; init; }

    /// <summary>Newest first, and in the same order each time.</summary>
    internal static IOrderedEnumerable<TimelineEntry> NewestFirst(IEnumerable<TimelineEntry> entries) =>
        entries.OrderByDescending(e => e.At).ThenByDescending(e => e.Entered).ThenByDescending(e => e.RecordId);
}

/// <summary>What needs the attention of the current user now: overdue, assigned, expiring.</summary>
/// <param name="limit">No more than this many from each who answers.</param>
public sealed class CollectNotices(int limit) : Gather<Notice>
{
    /// <summary>No more than this many from each who answers.</summary>
    public int Limit => limit;
}

/// <summary>One thing that needs attention; it goes away when the thing is done, not when it is read.</summary>
/// <param name="Title">One line.</param>
/// <param name="Link">Where it is dealt with.</param>
/// <param name="Since">Since when it waits, or when it is due (UTC).</param>
public sealed record Notice(Label Title, string Link, DateTimeOffset Since)
{
    /// <summary>More, or null.</summary>
    public string? Text { get; init; }

    /// <summary>A Tabler icon.</summary>
    public string Icon { get; init; } = "bell";

    /// <summary>Whether it is late or about to be.</summary>
    public bool Urgent { get; init; }
}

/// <summary>Widgets for the dashboard of the current user.</summary>
public sealed class CollectWidgets : Gather<Widget>;

/// <summary>One figure, chart or short list of a dashboard.</summary>
/// <param name="Key">Unique.</param>
/// <param name="Title">Heading.</param>
public sealed record Widget(string Key, Label Title)
{
    /// <summary>The figure, formatted; or null.</summary>
    public string? Value { get; init; }

    /// <summary>A line below; or null.</summary>
    public string? Note { get; init; }

    /// <summary>Where a click leads; or null.</summary>
    public string? Link { get; init; }

    /// <summary>Lower comes first.</summary>
    public int Order { get; init; } = 100;

    /// <summary>Rows of a short list.</summary>
    public IReadOnlyList<WidgetRow> Rows { get; init; } = [];

    /// <summary>A chart instead of a figure or list; or null.</summary>
    public WidgetChart? Chart { get; init; }
}

/// <summary>A chart on the dashboard: the same data stands beside it as a table.</summary>
/// <param name="Kind"><c>line</c>, <c>bar</c>, <c>row</c> (horizontal bars), <c>pie</c>, <c>area</c> or <c>funnel</c>.</param>
/// <param name="LabelHeading">What the points are: 月, Month.</param>
/// <param name="Labels">Names of the points.</param>
/// <param name="Series">The values, one for each point.</param>
public sealed record WidgetChart(string Kind, string LabelHeading, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Where a click on a point leads, by point.</summary>
    public IReadOnlyList<string?> Links { get; init; } = [];

    /// <summary>Whether values are money.</summary>
    public bool Money { get; init; }
}

/// <summary>A row of a short list on the dashboard.</summary>
/// <param name="Text">One line.</param>
public sealed record WidgetRow(string Text)
{
    /// <summary>Where a click leads; or null.</summary>
    public string? Link { get; init; }
}
