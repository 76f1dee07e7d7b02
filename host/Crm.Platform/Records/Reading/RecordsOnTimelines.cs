using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>
/// Puts records on the timelines of what they point to, where their type says <see cref="RecordType{T}.OnTimelineOf"/>. Asked as lists are, so
/// rights and hidden fields hold here too.
/// </summary>
internal sealed class RecordsOnTimelines(Current current, IMediator mediator) : INotificationHandler<CollectTimeline>
{
    private const int MostPerPage = 500;

    /// <summary>When a record was first saved.</summary>
    private const string Entered = "createdAt";

    /// <summary>More of a list than a page of the timeline has room for: of the last day there are seldom more.</summary>
    private const int Margin = 25;

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        var wanted = Math.Clamp(notification.Limit, 1, MostPerPage - 1);
        var open = Sources(notification.RecordType).Select(s => new Source(s.Type, s.When, List(s.Type, s.Pointing, s.When, notification, wanted))).ToList();
        var sources = open.ToList();
        while (open.Count > 0)
        {
            var pages = await mediator.Send(new ListRecordsTogether([.. open.Select(s => s.Asked)]), cancellationToken);
            foreach (var (source, page) in open.Zip(pages.Value)) source.Take(page, wanted);
            open.RemoveAll(s => s.Asked.After is null);
        }

        foreach (var source in sources)
        {
            foreach (var (page, row) in source.Found.TakeWhile((f, i) => i < wanted || Equals(f.Row[source.When.Key], source.Found[wanted - 1].Row[source.When.Key])))
            {
                notification.Add(new TimelineEntry(Moment(row[source.When.Key]!), source.Type.Key, source.Type.Label, Title(source.Type, page, row)) 
                {
                    RecordType = source.Type.Key, RecordId = row.Id, Icon = source.Type.Icon, Text = source.Type.TimelineText?.Text(row), Entered = row.Moment(Entered),
                });
            }
        }
    }

    /// <summary>Types that stand on the timelines of this one, by which field, and the day or moment that places them.</summary>
    private IEnumerable<(RecordType Type, Field Pointing, Field When)> Sources(string recordType) =>
        from described in current.Catalog.RecordTypes
        where described.TimelineDate is not null
        let type = current.See(described.Key)
        where type is not null
        let when = type.TryGet(described.TimelineDate!, out var date) ? date : null
        where when is not null
        from key in described.TimelineOf
        let pointing = type.TryGet(key, out var field) && field.References == recordType ? field : null
        where pointing is not null
        select (type!, pointing!, when!);

    private ListRecords List(RecordType type, Field pointing, Field when, CollectTimeline gather, int wanted) => new(type.Key)
    {
        Filter = new Filter.All(Filter.Eq(pointing.Key, gather.Id), new Filter.Compare(when.Key, FilterOp.Empty, false), Before(when, gather.Before)),
        Sort = [new(when.Key, Descending: true)], Limit = Math.Min(wanted + 1 + Margin, MostPerPage), 
        Fields = [.. new[] { when.Key, Entered }.Concat(type.TitleFields).Concat(type.TimelineText?.Fields ?? []).Distinct().Where(f => type.TryGet(f, out _))], Titles = true,
    };

    /// <summary>A day stands on the timeline at its beginning.</summary>
    private Filter Before(Field when, DateTimeOffset? before)
    {
        if (before is not { } moment) return new Filter.All();
        if (when.Kind == FieldKind.DateTime) return new Filter.Compare(when.Key, FilterOp.Lt, moment);
        var day = current.Tenant.DayOf(moment);
        return new Filter.Compare(when.Key, current.Tenant.StartOf(day) < moment ? FilterOp.Lte : FilterOp.Lt, day);
    }

    private DateTimeOffset Moment(object value) => value is DateTimeOffset moment ? moment : current.Tenant.StartOf((DateOnly)value);

    private string Title(RecordType type, RecordPage page, Row row)
    {
        var title = string.Join(' ', type.TitleFields.Where(f => type.TryGet(f, out _)).Select(f => ValueText.Of(type[f], row[f], current.Tenant, page.Titles)).Where(t => t.Length > 0));
        return title.Length > 0 ? title : type.Label.ToString();
    }

    /// <summary>Records of one type, newest first, up to the limit and then on to the end of the last moment, so that nothing falls between two pages.</summary>
    private sealed class Source(RecordType type, Field when, ListRecords first)
    {
        public RecordType Type => type;

        public Field When => when;

        /// <summary>What to ask next; after nothing when all is there.</summary>
        public ListRecords Asked { get; private set; } = first;

        public List<(RecordPage Page, Row Row)> Found { get; } = [];

        public void Take(Result<RecordPage> page, int wanted)
        {
            Asked = Asked with { After = null };
            if (page.Failed) return;
            Found.AddRange(page.Value.Read().Select(r => (page.Value, r)));
            if (page.Value.Next is { } next && Equals(Found[^1].Row[when.Key], Found[wanted - 1].Row[when.Key])) Asked = Asked with { After = next };
        }
    }
}
