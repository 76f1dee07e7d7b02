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
        IEnumerable<Part> parts = notification.RecordType switch
        {
            CustomersContract.Person => OfPerson(reader, notification.Id),
            CustomersContract.Company => await OfCompany(reader, notification.Id),
            _ => [],
        };
        foreach (var entry in (await reader.Read([.. parts])).DistinctBy(e => (e.RecordId, e.Icon))) notification.Add(entry);
    }

    private IEnumerable<Part> OfPerson(Reader reader, Guid id)
    {
        var person = Filter.Eq("personId", id);
        return [Purchases(reader, person), Notes(person), .. Posts(reader, person, "companyId"), .. Subscriptions(reader, person)];
    }

    private async Task<IEnumerable<Part>> OfCompany(Reader reader, Guid id)
    {
        var company = Filter.Eq("companyId", id);
        List<Part> parts =
        [
            Purchases(reader, company), Notes(company), .. Posts(reader, company, "personId"), .. Subscriptions(reader, company),
            FormerNames(reader, new Filter.Any(company, Filter.Eq("successorId", id))),
        ];
        var people = await reader.Ids(CustomersContract.Person, company, PeopleAtMost);
        if (people.Count == 0) return parts;

        // Apart from the company's own, so that each query walks one index.
        var theirs = new Filter.Compare("personId", FilterOp.In, [.. people.Cast<object?>()]);
        return [.. parts, Purchases(reader, theirs), Notes(theirs), .. Subscriptions(reader, theirs)];
    }

    private Part Purchases(Reader reader, Filter whose) => new(
        CustomersContract.Purchase, whose, "boughtOn", ["productName", "productId", "quantity", "amount", "channel", "personId"],
        row => reader.At(row.Day("boughtOn")!.Value, "purchase", Purchase, "shopping-cart", CustomersContract.Purchase, row.Id) with
        {
            Title = Line(" ", row.Text("productName") ?? row.Title("productId") ?? Purchase.ToString(), row.Number("quantity") is { } q and not 1 ? $"× {q:0.##}" : null),
            Text = Line(" · ", row.Number("amount") is { } amount ? ValueText.Money(amount, tenant) : null, row.Choice("channel"), row.Title("personId")),
        });

    private static Part Notes(Filter whose) => new(
        CustomersContract.Note, whose, "writtenAt", ["title", "text", "personId"],
        row => new TimelineEntry(row.Moment("writtenAt")!.Value, "note", Note, row.Text("title") ?? Note.ToString())
        {
            Text = row.Text("text"), RecordType = CustomersContract.Note, RecordId = row.Id, Icon = "note",
        });

    /// <summary>A person's posts name the company, a company's the people.</summary>
    private static IEnumerable<Part> Posts(Reader reader, Filter whose, string other)
    {
        string[] fields = [other, "department", "title"];
        return
        [
            new(CustomersContract.Employment, whose, "startedOn", fields, row => reader.At(row.Day("startedOn")!.Value, "post", Post, "user-plus", CustomersContract.Employment, row.Id) with
            {
                Title = new Label($"着任: {row.Title(other)}", $"Joined: {row.Title(other)}").ToString(),
                Text = Line(" ", row.Text("department"), row.Text("title")),
            }),
            new(CustomersContract.Employment, whose, "endedOn", fields, row => reader.At(row.Day("endedOn")!.Value, "post", Post, "user-minus", CustomersContract.Employment, row.Id) with
            {
                Title = new Label($"離任: {row.Title(other)}", $"Left: {row.Title(other)}").ToString(),
                Text = Line(" ", row.Text("department"), row.Text("title")),
            }),
        ];
    }

    private IEnumerable<Part> Subscriptions(Reader reader, Filter whose)
    {
        string[] fields = ["planName", "price", "billingPeriod", "cancelReason"];
        return
        [
            new(CustomersContract.Subscription, whose, "startedOn", fields, row => reader.At(row.Day("startedOn")!.Value, "subscription", Subscription, "repeat", CustomersContract.Subscription, row.Id) with
            {
                Title = new Label($"契約開始: {row.Text("planName")}", $"Subscribed: {row.Text("planName")}").ToString(),
                Text = row.Number("price") is { } price ? $"{ValueText.Money(price, tenant)} / {row.Choice("billingPeriod")}" : null,
            }),
            new(CustomersContract.Subscription, whose, "cancelledOn", fields, row => reader.At(row.Day("cancelledOn")!.Value, "subscription", Subscription, "repeat-off", CustomersContract.Subscription, row.Id) with
            {
                Title = new Label($"解約: {row.Text("planName")}", $"Cancelled: {row.Text("planName")}").ToString(),
                Text = row.Text("cancelReason"),
            }),
        ];
    }

    private static Part FormerNames(Reader reader, Filter whose) => new(
        CustomersContract.FormerName, whose, "until", ["name", "kind", "successorId"],
        row => reader.At(row.Day("until")!.Value, "name", FormerName, "history", CustomersContract.FormerName, row.Id) with
        {
            Title = new Label($"{row.Choice("kind")}: 旧 {row.Text("name")}", $"{row.Choice("kind")}: formerly {row.Text("name")}").ToString(),
            Text = row.Title("successorId"),
        });

    private static string Line(string between, params IEnumerable<string?> parts) => string.Join(between, parts.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>Records of one kind and what they look like on a timeline.</summary>
    /// <param name="Type">Their record type.</param>
    /// <param name="Whose">Which of them.</param>
    /// <param name="When">The day or moment that places them; those without one are not there.</param>
    /// <param name="Fields">What <paramref name="Entry"/> reads besides.</param>
    /// <param name="Entry">What one looks like.</param>
    private sealed record Part(string Type, Filter Whose, string When, string[] Fields, Func<Row, TimelineEntry> Entry);

    /// <summary>Reads records newest first, up to the limit, and then on to the end of the last moment, so that nothing falls between two pages.</summary>
    private sealed class Reader(IMediator mediator, ITenant tenant, DateTimeOffset? before, int limit, CancellationToken cancellation)
    {
        private const int MostPerPage = 500;

        /// <summary>More of a list than a page of the timeline has room for: of the last day there are seldom more.</summary>
        private const int Margin = 25;

        public TimelineEntry At(DateOnly day, string kind, Label label, string icon, string recordType, Guid id) =>
            new(tenant.StartOf(day), kind, label, "") { RecordType = recordType, RecordId = id, Icon = icon };

        public async Task<List<Guid>> Ids(string type, Filter filter, int atMost)
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = filter, Sort = [new("createdAt", Descending: true)], Limit = atMost, Fields = [] }, cancellation);
            return page.Failed ? [] : [.. page.Value.Rows.Select(r => r.Id)];
        }

        public async Task<IEnumerable<TimelineEntry>> Read(IReadOnlyList<Part> parts)
        {
            if (parts.Count == 0) return [];
            var types = (await mediator.Send(new GetRecordTypes(), cancellation)).Value.ToDictionary(t => t.Key, StringComparer.Ordinal);
            var wanted = Math.Clamp(limit, 1, MostPerPage - 1);
            var asked = parts.Where(p => types.TryGetValue(p.Type, out var type) && type.TryGet(p.When, out _))
                .Select(p => (Part: p, List: List(p, types[p.Type], wanted), Rows: new List<Row>())).ToList();
            for (var open = asked; open.Count > 0;)
            {
                var pages = await mediator.Send(new ListRecordsTogether([.. open.Select(o => o.List)]), cancellation);
                var more = new List<(Part Part, ListRecords List, List<Row> Rows)>();
                foreach (var ((part, list, rows), page) in open.Zip(pages.Value))
                {
                    if (page.Failed) continue; // no right to see them
                    rows.AddRange(page.Value.Read());
                    if (page.Value.Next is { } next && Equals(rows[^1][part.When], rows[wanted - 1][part.When])) more.Add((part, list with { After = next }, rows));
                }

                open = more;
            }

            return asked.SelectMany(a => a.Rows.TakeWhile((row, i) => i < wanted || Equals(row[a.Part.When], a.Rows[wanted - 1][a.Part.When])).Select(a.Part.Entry));
        }

        /// <summary>A field that is hidden from whoever looks leaves its place empty; the entry stays.</summary>
        private ListRecords List(Part part, RecordType type, int wanted) => new(part.Type)
        {
            Filter = new Filter.All(part.Whose, Earlier(type[part.When])), Sort = [new(part.When, Descending: true)], Limit = Math.Min(wanted + 1 + Margin, MostPerPage),
            Fields = [part.When, .. part.Fields.Where(f => type.TryGet(f, out _))], Titles = true,
        };

        /// <summary>A day stands on the timeline at its beginning.</summary>
        private Filter Earlier(Field when)
        {
            if (before is not { } moment) return new Filter.Compare(when.Key, FilterOp.Empty, false);
            if (when.Kind == FieldKind.DateTime) return new Filter.Compare(when.Key, FilterOp.Lt, moment);
            var day = tenant.DayOf(moment);
            return new Filter.Compare(when.Key, tenant.StartOf(day) < moment ? FilterOp.Lte : FilterOp.Lt, day);
        }
    }
}
