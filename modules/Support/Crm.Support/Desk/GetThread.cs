using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Mailing;
using Crm.Support.Replies;
using MediatR;

namespace Crm.Support.Desk;

/// <summary>The messages of an inquiry, oldest first, with their files; where an answer goes, and the words for it; and what is linked to it, from either side.</summary>
internal sealed record GetThread(Guid InquiryId) : IRequest<Result<ThreadView>>;

internal sealed record ThreadView(IReadOnlyList<ThreadEntry> Entries, string? AnswerTo, IReadOnlyList<(Guid Id, string Name, string Text)> Templates, IReadOnlyList<LinkedInquiry> Linked);

internal sealed record ThreadEntry(Guid Id, string Kind, DateTimeOffset At, string? From, string? Address, string? Cc, string Text, string Quoted, string? Delivery, IReadOnlyList<(Guid Id, string Name)> Files);

/// <summary>An inquiry linked to this one.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Id">The other inquiry.</param>
/// <param name="Subject">What it is called; or null when that is hidden.</param>
/// <param name="Status">What has become of it.</param>
/// <param name="Kind">What it is to this one.</param>
internal sealed record LinkedInquiry(Guid LinkId, Guid Id, string? Subject, string Status, Label Kind);

/// <summary>Asks for all of it at once, as lists: the rights of whoever looks hold by themselves.</summary>
internal sealed class GetThreadHandler(Recipients recipients, IMediator mediator, IUser user) : IRequestHandler<GetThread, Result<ThreadView>>
{
    private const int AtMost = 500;

    public async Task<Result<ThreadView>> Handle(GetThread query, CancellationToken cancellationToken)
    {
        var id = query.InquiryId;
        var ofInquiry = Filter.Eq("inquiryId", id);
        var asked = await mediator.Send(
            new ListRecordsTogether(
            [
                new(SupportContract.Inquiry) { Filter = new Filter.Ids(id), Fields = ["number", "subject", "typeId", "fromName", "fromEmail", "personId", "companyId"] },
                new(SupportContract.Message) { Filter = ofInquiry, Sort = [new("at", Descending: true)], Fields = ["kind", "at", "fromName", "address", "cc", "text", "delivery"], Limit = AtMost },
                new(SupportContract.Attachment) { Filter = ofInquiry, Fields = ["name", "messageId"], Limit = AtMost },
                new(SupportContract.Link) { Filter = new Filter.Any(ofInquiry, Filter.Eq("otherId", id)), Fields = ["inquiryId", "otherId", "kind"], Limit = AtMost },
                new(SupportContract.ReplyTemplate) { Fields = ["name", "text", "typeId"], Sort = [new("position")], Limit = AtMost },
            ]),
            cancellationToken);
        if (asked.Failed) return asked.Problems[0];
        if (asked.Value[0].Failed) return asked.Value[0].Problems[0];
        if (asked.Value[0].Value.Read().FirstOrDefault() is not { } inquiry) return Problems.NotFound(SupportContract.Inquiry, id);

        var files = Rows(asked.Value[2]).Where(a => a.Reference("messageId") is not null).ToLookup(a => a.Reference("messageId")!.Value, a => (a.Id, a.Text("name") ?? ""));
        var cards = await recipients.Cards(inquiry.Reference("personId"), inquiry.Reference("companyId"), cancellationToken);
        var asker = inquiry.Text("fromName") ?? Name(cards, CustomersContract.Person);
        return new ThreadView(
            [.. Rows(asked.Value[1]).Reverse().Select(m => Entry(m, asker, files[m.Id]))],
            await AnswerTo(asked.Value[0].Value, inquiry, cancellationToken), Templates(inquiry, asker, cards, [.. Rows(asked.Value[4])]),
            await Linked(id, [.. Rows(asked.Value[3])], cancellationToken));
    }

    /// <summary>Who said something and is not named by it is the customer.</summary>
    private static ThreadEntry Entry(Row message, string? asker, IEnumerable<(Guid Id, string Name)> files)
    {
        var (kind, text) = (message.Text("kind") ?? MessageKinds.Note, message.Text("text") ?? "");
        var (fresh, quoted) = kind == MessageKinds.Customer ? MailText.Split(text) : (text, "");
        return new ThreadEntry(message.Id, kind, message.Moment("at") ?? default, message.Text("fromName") ?? (kind == MessageKinds.Customer ? asker : null), message.Text("address"), message.Text("cc"), fresh, quoted, message.Text("delivery"), [.. files]);
    }

    /// <summary>Nobody is shown an address who may not see addresses of inquiries.</summary>
    private async Task<string?> AnswerTo(RecordPage page, Row inquiry, CancellationToken cancellation) =>
        page.Fields.All(f => f.Key != "fromEmail") ? null
        : inquiry.Text("fromEmail") is { Length: > 0 } theirs ? theirs
        : await recipients.AddressOf(inquiry.Reference("personId"), inquiry.Reference("companyId"), cancellation);

    /// <summary>Those of its type first, with their places filled.</summary>
    private IReadOnlyList<(Guid Id, string Name, string Text)> Templates(Row inquiry, string? asker, IReadOnlyList<CustomerCard> cards, IReadOnlyList<Row> templates)
    {
        var type = inquiry.Reference("typeId");
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [Placeholders.Customer] = Name(cards, CustomersContract.Person) ?? asker ?? Texts.L("お客様", "customer"), [Placeholders.Company] = Name(cards, CustomersContract.Company),
            [Placeholders.Number] = inquiry.Text("number"), [Placeholders.Subject] = inquiry.Text("subject"), [Placeholders.Staff] = user.Name,
        };
        return
        [
            .. templates.Where(t => t.Reference("typeId") is not { } of || of == type).OrderBy(t => t.Reference("typeId") is null)
                .Select(t => (t.Id, t.Text("name") ?? "", Placeholders.Fill(t.Text("text") ?? "", values))),
        ];
    }

    private static string? Name(IReadOnlyList<CustomerCard> cards, string type) => cards.FirstOrDefault(c => c.RecordType == type)?.Name;

    private async Task<List<LinkedInquiry>> Linked(Guid id, IReadOnlyList<Row> links, CancellationToken cancellation)
    {
        if (links.Count == 0) return [];
        Guid[] ends = [.. links.SelectMany(l => new[] { l.Reference("inquiryId"), l.Reference("otherId") }).OfType<Guid>().Where(end => end != id).Distinct()];
        var page = await mediator.Send(new ListRecords(SupportContract.Inquiry) { Filter = new Filter.Ids(ends), Fields = ["subject", "status"], Limit = AtMost }, cancellation);
        var others = Rows(page).ToDictionary(i => i.Id);
        return
        [
            .. from link in links
               let fromHere = link.Reference("inquiryId") == id
               let other = others.GetValueOrDefault((fromHere ? link.Reference("otherId") : link.Reference("inquiryId")) ?? Guid.Empty)
               where other is not null
               select new LinkedInquiry(link.Id, other.Id, other.Text("subject"), other.Text("status") ?? SupportContract.Status.New, LinkKinds.OfOther(link.Text("kind") ?? LinkKinds.Related, fromHere)),
        ];
    }

    private static IEnumerable<Row> Rows(Result<RecordPage> page) => page.Failed ? [] : page.Value.Read();
}
