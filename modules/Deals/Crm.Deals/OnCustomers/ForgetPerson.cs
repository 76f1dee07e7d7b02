using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Deals.OnCustomers;

/// <summary>
/// A person is forgotten: a deal with a company goes on without its contact; one with the person alone goes with all that belongs to it,
/// unless a quote was issued: copies of quotes are kept as long as tax law says.
/// </summary>
internal sealed class ForgetPerson(IMediator mediator) : INotificationHandler<ErasePersonalData>
{
    /// <summary>法人税法施行規則 59条1項3号: papers of trade, copies of quotes among them.</summary>
    public const int Years = 7;

    private const int AtOnce = 500;

    private static readonly Label Copies = ("見積書の控え（法人税法施行規則59条）", "Copies of quotes (tax law)");
    private static readonly Label Quotes = ("見積書の控えがある案件（同上）", "Deals with copies of quotes (tax law)");
    private static readonly string[] Parts = [DealsContract.Activity, DealsContract.Participant, DealsContract.Line, DealsContract.Quote];

    public async Task Handle(ErasePersonalData notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != CustomersContract.Person) return;
        var deals = await All(DealsContract.Deal, Filter.Eq("personId", notification.Id), "companyId", cancellationToken);
        var own = deals.Where(d => d.Reference("companyId") is null).Select(d => d.Id).ToHashSet();
        var copies = await Issued([.. deals.Select(d => d.Id)], notification.Today.AddYears(-Years), cancellationToken);
        var kept = copies.Select(q => q.Reference("dealId")!.Value).Where(own.Contains).ToHashSet();
        if (!notification.Erase)
        {
            if (copies.Count == 0) return;
            var until = copies.Max(q => q.Day("issuedOn")!.Value).AddYears(Years);
            notification.Add(new KeptByLaw(DealsContract.Quote, [.. copies.Select(q => q.Id)], until, Copies));
            if (kept.Count > 0) notification.Add(new KeptByLaw(DealsContract.Deal, [.. kept], until, Quotes));
            return;
        }

        foreach (var some in deals.Where(d => d.Reference("companyId") is not null).Chunk(AtOnce))
        {
            await Must(new SaveRecords(DealsContract.Deal, [.. some.Select(d => new Dictionary<string, object?> { ["id"] = d.Id, ["personId"] = null })]) { Reason = Texts.L("本人の請求による消去", "Erasure at the person's request") }, cancellationToken);
        }

        foreach (var deal in own.Except(kept))
        {
            foreach (var type in Parts)
            {
                var parts = await All(type, Filter.Eq("dealId", deal), "dealId", cancellationToken);
                if (type == DealsContract.Quote)
                {
                    foreach (var quote in parts) await Erase(DealsContract.QuoteLine, await All(DealsContract.QuoteLine, Filter.Eq("quoteId", quote.Id), "quoteId", cancellationToken), cancellationToken);
                }

                await Erase(type, parts, cancellationToken);
            }
        }
    }

    /// <summary>Quotes of these deals that must be kept; those to companies name the person too.</summary>
    private async Task<List<Row>> Issued(IReadOnlyList<Guid> deals, DateOnly from, CancellationToken cancellation)
    {
        var found = new List<Row>();
        foreach (var some in deals.Chunk(AtOnce))
        {
            var issued = new Filter.All(new Filter.Compare("dealId", FilterOp.In, [.. some.Cast<object?>()]), new Filter.Compare("issuedOn", FilterOp.Gte, from));
            found.AddRange(await All(DealsContract.Quote, issued, "dealId", cancellation, "issuedOn"));
        }

        return found;
    }

    private async Task<List<Row>> All(string type, Filter filter, string field, CancellationToken cancellation, params string[] more)
    {
        var rows = new List<Row>();
        foreach (var deleted in (bool[])[false, true])
        {
            for (string? after = null, next = ""; next is not null; after = next)
            {
                var page = await mediator.Send(new ListRecords(type) { Filter = filter, Fields = [field, .. more], Sort = [new("createdAt")], Limit = AtOnce, After = after, Deleted = deleted }, cancellation);
                page.OrThrow($"{type} could not be read");
                rows.AddRange(page.Value.Read());
                next = page.Value.Next;
            }
        }

        return rows;
    }

    private async Task Erase(string type, List<Row> rows, CancellationToken cancellation)
    {
        if (rows.Count > 0) await Must(new EraseRecords(type, [.. rows.Select(r => r.Id)]), cancellation);
    }

    /// <summary>A part that cannot be done is a hole in the answer, and the erasure stops.</summary>
    private async Task Must<T>(IRequest<Result<T>> request, CancellationToken cancellation)
    {
        var done = await mediator.Send(request, cancellation);
        done.OrThrow(request.GetType().Name);
        if (done.Value is SavedRecords { Rows: var rows } && rows.FirstOrDefault(r => r.Problems.Count > 0).Problems is { Count: > 0 } problems) throw new InvalidOperationException($"{problems[0].Code} {problems[0].Field}");
    }
}
