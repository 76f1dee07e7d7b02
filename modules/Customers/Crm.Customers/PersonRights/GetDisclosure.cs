// The file a person gets who asks what we keep about them: every record of every module and plugin that points to them, and what modules add.
using System.Net;
using System.Text;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Customers.PersonRights;

/// <summary>The disclosure of a person as a page that prints and opens anywhere.</summary>
/// <param name="PersonId">The person.</param>
[Requires(CustomersContract.PersonRights)]
internal sealed record GetDisclosure(Guid PersonId) : IRequest<Result<Download>>;

internal sealed class GetDisclosureHandler(IMediator mediator, PersonRecords records, ITenant tenant, TimeProvider clock) : IRequestHandler<GetDisclosure, Result<Download>>
{
    public async Task<Result<Download>> Handle(GetDisclosure get, CancellationToken cancellationToken)
    {
        var person = await mediator.Send(new GetRecord(CustomersContract.Person, get.PersonId) { EvenDeleted = true }, cancellationToken);
        if (person.Failed) return Result<Download>.Fail(person.Problems);
        var found = await records.About(get.PersonId, cancellationToken);
        if (found.Failed) return Result<Download>.Fail(found.Problems);
        var more = new CollectPersonalData(CustomersContract.Person, get.PersonId);
        await mediator.Publish(more, cancellationToken);

        var page = new StringBuilder();
        var title = Texts.L("保有個人データの開示", "Disclosure of personal data");
        page.Append("<!doctype html><meta charset=\"utf-8\"><title>").Append(title).Append("</title><style>body{font:14px/1.7 sans-serif;margin:2rem;max-width:60rem}table{border-collapse:collapse;margin:0 0 1.5rem}th,td{border:1px solid #bbb;padding:.2rem .6rem;text-align:left;vertical-align:top}th{background:#f3f3f3;white-space:nowrap}</style>");
        page.Append("<h1>").Append(title).Append("</h1><p>").Append(Html(person.Value.Title)).Append(Texts.L(" 様", "")).Append("<br>").Append(Html(tenant.Name)).Append(" · ").Append(ValueText.Day(clock.Today(tenant))).Append("</p>");
        Part(page, person.Value.Type.Label.ToString(), [Entry(person.Value)]);
        foreach (var (type, ids) in found.Value)
        {
            var entries = new List<IReadOnlyDictionary<string, string>>();
            foreach (var id in ids)
            {
                var record = await mediator.Send(new GetRecord(type.Key, id), cancellationToken);
                if (!record.Failed) entries.Add(Entry(record.Value));
            }

            Part(page, type.Label.ToString(), entries);
        }

        foreach (var part in more.Parts) Part(page, part.Title.ToString(), part.Entries);
        if (more.Missing.Count > 0)
        {
            page.Append("<p><strong>").Append(Texts.L("次の機能からは取得できませんでした。解決してから開示してください: ", "These could not answer; disclose only when they can: ")).Append(Html(string.Join(", ", more.Missing))).Append("</strong></p>");
        }

        return Download.Of($"{title}_{ValueText.Day(clock.Today(tenant)).Replace("/", "", StringComparison.Ordinal)}.html", "text/html", page.ToString());
    }

    private Dictionary<string, string> Entry(RecordView record)
    {
        var entry = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in record.Type.Fields.Where(f => !f.Hidden && record[f.Key] is not null)) entry[field.Label.ToString()] = ValueText.Of(field, record[field.Key], tenant, record.Titles);
        return entry;
    }

    private static void Part(StringBuilder page, string title, IReadOnlyList<IReadOnlyDictionary<string, string>> entries)
    {
        if (entries.Count == 0) return;
        page.Append("<h2>").Append(Html(title)).Append("</h2>");
        foreach (var entry in entries)
        {
            page.Append("<table>");
            foreach (var (name, value) in entry) page.Append("<tr><th>").Append(Html(name)).Append("</th><td>").Append(Html(value).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</td></tr>");
            page.Append("</table>");
        }
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>Every record that points to a person, by type: the types say which fields do.</summary>
internal sealed class PersonRecords(IMediator mediator)
{
    private const int AtOnce = 500;

    public async Task<Result<IReadOnlyList<(RecordType Type, IReadOnlyList<Guid> Ids)>>> About(Guid person, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        if (types.Failed) return Result<IReadOnlyList<(RecordType, IReadOnlyList<Guid>)>>.Fail(types.Problems);
        var found = new List<(RecordType, IReadOnlyList<Guid>)>();
        foreach (var type in types.Value)
        {
            var pointers = type.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == CustomersContract.Person).Select(f => Filter.Eq(f.Key, person)).ToArray();
            if (pointers.Length == 0) continue;
            var ids = new List<Guid>();
            foreach (var deleted in (bool[])[false, true])
            {
                for (string? after = null, next = ""; next is not null; after = next)
                {
                    var page = await mediator.Send(new ListRecords(type.Key) { Filter = new Filter.Any(pointers), Fields = [], Sort = [new("createdAt")], Limit = AtOnce, After = after, Deleted = deleted }, cancellation);
                    if (page.Failed) return Result<IReadOnlyList<(RecordType, IReadOnlyList<Guid>)>>.Fail(page.Problems);
                    ids.AddRange(page.Value.Rows.Select(r => r.Id));
                    next = page.Value.Next;
                }
            }

            if (ids.Count > 0) found.Add((type, ids));
        }

        return found;
    }
}
