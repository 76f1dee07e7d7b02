using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
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

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        var sources = Sources(notification.RecordType).ToDictionary(s => new PointingField(s.Type.Key, s.Pointing.Key));
        if (sources.Count == 0) return;

        // Most records are on the timelines of few others: those that have none are not asked one by one.
        var pointing = await mediator.Send(new FindPointing(notification.Id, [.. sources.Keys]), cancellationToken);
        foreach (var (type, field, when) in sources.Where(s => pointing.Value.Contains(s.Key)).Select(s => s.Value))
        {
            foreach (var entry in await Read(type, field, when, notification, cancellationToken)) notification.Add(entry);
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

    /// <summary>Newest first, up to the limit and then on to the end of the last moment, so that nothing falls between two pages.</summary>
    private async Task<IEnumerable<TimelineEntry>> Read(RecordType type, Field pointing, Field when, CollectTimeline gather, CancellationToken cancellation)
    {
        var wanted = Math.Clamp(gather.Limit, 1, MostPerPage - 1);
        var asked = new ListRecords(type.Key)
        {
            Filter = new Filter.All(Filter.Eq(pointing.Key, gather.Id), new Filter.Compare(when.Key, FilterOp.Empty, false), Before(when, gather.Before)),
            Sort = [new(when.Key, Descending: true)], Limit = wanted + 1, Fields = [when.Key, .. type.TitleFields.Where(f => f != when.Key)], Titles = true,
        };
        var found = new List<(RecordPage Page, Row Row)>();
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(asked with { After = after }, cancellation);
            if (page.Failed) return [];
            found.AddRange(page.Value.Read().Select(r => (page.Value, r)));
            next = page.Value.Next is not null && Equals(found[^1].Row[when.Key], found[wanted - 1].Row[when.Key]) ? page.Value.Next : null;
        }

        return found.TakeWhile((f, i) => i < wanted || Equals(f.Row[when.Key], found[wanted - 1].Row[when.Key]))
            .Select(f => new TimelineEntry(Moment(f.Row[when.Key]!), type.Key, type.Label, Title(type, f.Page, f.Row)) { RecordType = type.Key, RecordId = f.Row.Id, Icon = type.Icon });
    }

    /// <summary>A day stands on the timeline at its beginning.</summary>
    private Filter Before(Field when, DateTimeOffset? before)
    {
        if (before is not { } moment) return new Filter.All();
        if (when.Kind == FieldKind.DateTime) return new Filter.Compare(when.Key, FilterOp.Lt, moment);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, current.Tenant.TimeZone).DateTime);
        return new Filter.Compare(when.Key, current.Tenant.StartOf(day) < moment ? FilterOp.Lte : FilterOp.Lt, day);
    }

    private DateTimeOffset Moment(object value) => value is DateTimeOffset moment ? moment : current.Tenant.StartOf((DateOnly)value);

    private string Title(RecordType type, RecordPage page, Row row)
    {
        var title = string.Join(' ', type.TitleFields.Where(f => type.TryGet(f, out _)).Select(f => ValueText.Of(type[f], row[f], current.Tenant, page.Titles)).Where(t => t.Length > 0));
        return title.Length > 0 ? title : type.Label.ToString();
    }
}
