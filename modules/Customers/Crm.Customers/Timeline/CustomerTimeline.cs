// What Customers knows to tell on a timeline. It asks through the same queries as a list does, so rights and hidden fields hold here too.
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Customers.Timeline;

/// <summary>
/// Purchases, notes, posts, subscriptions and former names of a person, or of a company and the people whose main company it is.
/// </summary>
internal sealed class CustomerTimeline(IMediator mediator, ITenant tenant) : INotificationHandler<CollectTimeline>
{
    private const int PeopleAtMost = 200;

    private static readonly Label Purchase = ("購入", "Purchase");
    private static readonly Label Note = ("メモ", "Note");
    private static readonly Label Post = ("人事", "Personnel");
    private static readonly Label Subscription = ("契約", "Subscription");
    private static readonly Label FormerName = ("社名", "Company name");

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        var reader = new Reader(mediator, tenant, notification.Before, notification.Limit, cancellationToken);
        var entries = notification.RecordType switch
        {
            CustomersContract.Person => await OfPerson(reader, notification.Id),
            CustomersContract.Company => await OfCompany(reader, notification.Id),
            _ => [],
        };
        foreach (var entry in entries.DistinctBy(e => (e.RecordId, e.Icon))) notification.Add(entry);
    }

    private async Task<IEnumerable<TimelineEntry>> OfPerson(Reader reader, Guid id)
    {
        var person = Filter.Eq("personId", id);
        return
        [
            .. await Purchases(reader, person),
            .. await Notes(reader, person),
            .. await Posts(reader, person, "companyId"),
            .. await Subscriptions(reader, person),
        ];
    }

    private async Task<IEnumerable<TimelineEntry>> OfCompany(Reader reader, Guid id)
    {
        var company = Filter.Eq("companyId", id);
        List<TimelineEntry> entries =
        [
            .. await Purchases(reader, company),
            .. await Notes(reader, company),
            .. await Posts(reader, company, "personId"),
            .. await Subscriptions(reader, company),
            .. await FormerNames(reader, new Filter.Any(company, Filter.Eq("successorId", id))),
        ];
        var people = await reader.Ids(CustomersContract.Person, company, PeopleAtMost);
        if (people.Count == 0) return entries;

        // Apart from the company's own, so that each query walks one index.
        var theirs = new Filter.Compare("personId", FilterOp.In, [.. people.Cast<object?>()]);
        return
        [
            .. entries,
            .. await Purchases(reader, theirs),
            .. await Notes(reader, theirs),
            .. await Subscriptions(reader, theirs),
        ];
    }

    private async Task<IEnumerable<TimelineEntry>> Purchases(Reader reader, Filter whose) =>
        from row in await reader.ByDay(CustomersContract.Purchase, whose, "boughtOn", "productName", "productId", "quantity", "amount", "channel", "personId")
        let amount = row.Number("amount")
        select reader.At(row.Day("boughtOn")!.Value, "purchase", Purchase, "shopping-cart", CustomersContract.Purchase, row.Id) with
        {
            Title = Line(" ", row.Text("productName") ?? row.Title("productId") ?? Purchase.ToString(), row.Number("quantity") is { } q and not 1 ? $"× {q:0.##}" : null),
            Text = Line(" · ", amount is null ? null : ValueText.Money(amount.Value, tenant), row.Choice("channel"), row.Title("personId")),
        };

    private static async Task<IEnumerable<TimelineEntry>> Notes(Reader reader, Filter whose) =>
        from row in await reader.ByMoment(CustomersContract.Note, whose, "writtenAt", "title", "text", "personId")
        select new TimelineEntry(
            row.Moment("writtenAt")!.Value, "note", Note, row.Text("title") ?? Note.ToString())
        {
            Text = row.Text("text"), RecordType = CustomersContract.Note, RecordId = row.Id, Icon = "note",
        };

    /// <summary>A person's posts name the company, a company's the people.</summary>
    private static async Task<IEnumerable<TimelineEntry>> Posts(Reader reader, Filter whose, string other)
    {
        string[] fields = [other, "department", "title"];
        var started = from row in await reader.ByDay(CustomersContract.Employment, whose, "startedOn", fields)
                      select reader.At(row.Day("startedOn")!.Value, "post", Post, "user-plus", CustomersContract.Employment, row.Id) with
                      {
                          Title = new Label($"着任: {row.Title(other)}", $"Joined: {row.Title(other)}").ToString(),
                          Text = Line(" ", row.Text("department"), row.Text("title")),
                      };
        var ended = from row in await reader.ByDay(CustomersContract.Employment, whose, "endedOn", fields)
                    select reader.At(row.Day("endedOn")!.Value, "post", Post, "user-minus", CustomersContract.Employment, row.Id) with
                    {
                        Title = new Label($"離任: {row.Title(other)}", $"Left: {row.Title(other)}").ToString(),
                        Text = Line(" ", row.Text("department"), row.Text("title")),
                    };
        return started.Concat(ended);
    }

    private async Task<IEnumerable<TimelineEntry>> Subscriptions(Reader reader, Filter whose)
    {
        string[] fields = ["planName", "price", "billingPeriod", "cancelReason"];
        var started = from row in await reader.ByDay(CustomersContract.Subscription, whose, "startedOn", fields)
                      select reader.At(row.Day("startedOn")!.Value, "subscription", Subscription, "repeat", CustomersContract.Subscription, row.Id) with
                      {
                          Title = new Label($"契約開始: {row.Text("planName")}", $"Subscribed: {row.Text("planName")}").ToString(),
                          Text = row.Number("price") is { } price ? $"{ValueText.Money(price, tenant)} / {row.Choice("billingPeriod")}" : null,
                      };
        var ended = from row in await reader.ByDay(CustomersContract.Subscription, whose, "cancelledOn", fields)
                    select reader.At(row.Day("cancelledOn")!.Value, "subscription", Subscription, "repeat-off", CustomersContract.Subscription, row.Id) with
                    {
                        Title = new Label($"解約: {row.Text("planName")}", $"Cancelled: {row.Text("planName")}").ToString(),
                        Text = row.Text("cancelReason"),
                    };
        return started.Concat(ended);
    }

    private static async Task<IEnumerable<TimelineEntry>> FormerNames(Reader reader, Filter whose) =>
        from row in await reader.ByDay(CustomersContract.FormerName, whose, "until", "name", "kind", "successorId")
        select reader.At(row.Day("until")!.Value, "name", FormerName, "history", CustomersContract.FormerName, row.Id) with
        {
            Title = new Label($"{row.Choice("kind")}: 旧 {row.Text("name")}", $"{row.Choice("kind")}: formerly {row.Text("name")}").ToString(),
            Text = row.Title("successorId"),
        };

    private static string Line(string between, params IEnumerable<string?> parts) => string.Join(between, parts.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>Reads records newest first, up to the limit, and then on to the end of the last moment, so that nothing falls between two pages.</summary>
    private sealed class Reader(IMediator mediator, ITenant tenant, DateTimeOffset? before, int limit, CancellationToken cancellation)
    {
        private const int MostPerPage = 500;

        private Dictionary<string, HashSet<string>>? types;

        public TimelineEntry At(DateOnly day, string kind, Label label, string icon, string recordType, Guid id) =>
            new(tenant.StartOf(day), kind, label, "") { RecordType = recordType, RecordId = id, Icon = icon };

        public Task<List<Row>> ByDay(string type, Filter whose, string date, params string[] fields)
        {
            // A day stands on the timeline at its beginning.
            Filter earlier = before is not { } moment ? new Filter.Compare(date, FilterOp.Empty, false)
                : LocalDay(moment) is var day && tenant.StartOf(day) < moment ? new Filter.Compare(date, FilterOp.Lte, day)
                : new Filter.Compare(date, FilterOp.Lt, LocalDay(moment));
            return Read(type, new Filter.All(whose, earlier), date, fields);
        }

        public Task<List<Row>> ByMoment(string type, Filter whose, string moment, params string[] fields) =>
            Read(type, new Filter.All(whose, before is null ? new Filter.Compare(moment, FilterOp.Empty, false) : new Filter.Compare(moment, FilterOp.Lt, before)), moment, fields);

        public async Task<List<Guid>> Ids(string type, Filter filter, int atMost)
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = filter, Sort = [new("createdAt", Descending: true)], Limit = atMost, Fields = [] }, cancellation);
            return page.Failed ? [] : [.. page.Value.Rows.Select(r => r.Id)];
        }

        private async Task<HashSet<string>?> Visible(string type)
        {
            types ??= (await mediator.Send(new GetRecordTypes(), cancellation)).Value.ToDictionary(t => t.Key, t => t.Fields.Select(f => f.Key).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
            return types.GetValueOrDefault(type);
        }

        private async Task<List<Row>> Read(string type, Filter filter, string by, string[] fields)
        {
            // A field that is hidden from whoever looks leaves its place empty; the entry stays.
            if (await Visible(type) is not { } visible || !visible.Contains(by)) return [];
            fields = [.. fields.Where(visible.Contains)];
            var wanted = Math.Clamp(limit, 1, MostPerPage - 1);
            var asked = new ListRecords(type)
            {
                Filter = filter, Sort = [new(by, Descending: true)], Limit = wanted + 1, Fields = [by, .. fields], Titles = true,
            };
            var rows = new List<Row>();
            for (string? after = null, next = ""; next is not null; after = next)
            {
                var page = await mediator.Send(asked with { After = after }, cancellation);
                if (page.Failed) return rows; // no right to see them
                rows.AddRange(page.Value.Read());
                next = page.Value.Next is not null && Equals(rows[^1][by], rows[wanted - 1][by]) ? page.Value.Next : null;
            }

            return rows.Count <= wanted ? rows : [.. rows.TakeWhile((row, i) => i < wanted || Equals(row[by], rows[wanted - 1][by]))];
        }

        private DateOnly LocalDay(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, tenant.TimeZone).DateTime);
    }
}
