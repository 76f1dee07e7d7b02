// Somebody leaves or moves on: what they were in the middle of, as a sheet to go through together, and all that was theirs to somebody else.
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Customers.Handover;

/// <summary>All records of one user, of every module and plugin, become another's.</summary>
/// <param name="From">Who leaves.</param>
/// <param name="To">Who takes over.</param>
[Command("customers.hand-over")]
[Requires(CustomersContract.Handover)]
internal sealed record HandOver(Guid From, Guid To) : IRequest<Result<int>>;

internal sealed class HandOverHandler(IMediator mediator) : IRequestHandler<HandOver, Result<int>>
{
    private const int AtOnce = 500;

    public async Task<Result<int>> Handle(HandOver hand, CancellationToken cancellationToken)
    {
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<int>.Fail(staff.Problems);
        if (hand.From == hand.To || staff.Value.People.All(p => p.Id != hand.From) || staff.Value.People.FirstOrDefault(p => p.Id == hand.To) is not { Active: true })
        {
            return Problems.Invalid("customers.hand-over-to", "to", ("引き継ぎ先が正しくありません。", "This is nobody to hand over to."), ("在籍中の別の人を選んでください。", "Choose somebody else who can sign in."));
        }

        var types = await mediator.Send(new GetRecordTypes(), cancellationToken);
        if (types.Failed) return Result<int>.Fail(types.Problems);
        var (changeSet, moved) = (Ids.New(), 0);
        foreach (var type in types.Value)
        {
            if (!type.TryGet("owner", out var owner) || owner.ReadOnly) continue;
            while (true)
            {
                var page = await mediator.Send(new ListRecords(type.Key) { Filter = Filter.Eq("owner", hand.From), Fields = [], Limit = AtOnce }, cancellationToken);
                if (page.Failed) return Result<int>.Fail(page.Problems);
                if (page.Value.Rows.Count == 0) break;
                var rows = page.Value.Rows.Select(r => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?> { ["id"] = r.Id, ["owner"] = hand.To }).ToList();
                var saved = await mediator.Send(new SaveRecords(type.Key, rows) { ChangeSet = changeSet, Reason = Texts.L("担当の引き継ぎ", "Handover") }, cancellationToken);
                if (saved.Failed) return Result<int>.Fail(saved.Problems);

                // What a rule refuses would be found again for ever.
                if (saved.Value.Rows.FirstOrDefault(r => r.Problems.Count > 0) is { Problems: { Count: > 0 } problems }) return Result<int>.Fail(problems);
                moved += rows.Count;
            }
        }

        return moved;
    }
}

/// <summary>The sheet: customers of somebody with their last notes, and what every module says is open.</summary>
[Requires(CustomersContract.Handover)]
internal sealed record GetHandover(Guid From) : IRequest<Result<HandoverSheet>>;

internal sealed record HandoverSheet(Colleague? From, IReadOnlyList<Colleague> Others, IReadOnlyList<HandoverCustomer> Customers, IReadOnlyList<OpenWork> Open, IReadOnlyList<string> Missing, bool More);

internal sealed record HandoverCustomer(string Type, Guid Id, string Name, string? Rank, string? Phone, IReadOnlyList<(DateTimeOffset At, string Title, string? Text)> Notes);

internal sealed class GetHandoverHandler(IMediator mediator) : IRequestHandler<GetHandover, Result<HandoverSheet>>
{
    private const int AtMost = 200;
    private const int NotesEach = 3;

    public async Task<Result<HandoverSheet>> Handle(GetHandover get, CancellationToken cancellationToken)
    {
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<HandoverSheet>.Fail(staff.Problems);
        var from = staff.Value.People.FirstOrDefault(p => p.Id == get.From);
        Colleague[] others = [.. staff.Value.People.Where(p => p.Id != get.From).OrderBy(p => p.Name, StringComparer.CurrentCulture)];
        if (from is null) return new HandoverSheet(null, others, [], [], [], false);

        var open = new CollectOpenWork(get.From);
        await mediator.Publish(open, cancellationToken);
        var customers = new List<HandoverCustomer>();
        var more = false;
        foreach (var (type, pointer) in ((string, string)[])[(CustomersContract.Company, "companyId"), (CustomersContract.Person, "personId")])
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = Filter.Eq("owner", get.From), Fields = [], Limit = AtMost }, cancellationToken);
            if (page.Failed) continue;
            more |= page.Value.Next is not null;
            var cards = await mediator.Send(new GetCustomerCards([.. page.Value.Rows.Select(r => r.Id)]), cancellationToken);
            if (cards.Failed) continue;
            var notes = await Notes(pointer, [.. cards.Value.Keys], cancellationToken);
            customers.AddRange(cards.Value.Values.Select(c => new HandoverCustomer(type, c.Id, c.Name, c.Rank, c.Phone, [.. notes[c.Id].Take(NotesEach)])));
        }

        return new HandoverSheet(from, others, customers, [.. open.Parts.OrderBy(o => o.Due ?? DateOnly.MaxValue)], open.Missing, more);
    }

    private async Task<ILookup<Guid, (DateTimeOffset, string, string?)>> Notes(string pointer, IReadOnlyList<Guid> customers, CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Note) { Filter = new Filter.Compare(pointer, FilterOp.In, [.. customers.Cast<object?>()]), Sort = [new("writtenAt", Descending: true)], Fields = [pointer, "writtenAt", "title", "text"], Limit = 500 }, cancellation);
        return (page.Failed ? [] : page.Value.Read().Where(r => r.Reference(pointer) is not null))
            .ToLookup(r => r.Reference(pointer)!.Value, r => (r.Moment("writtenAt") ?? DateTimeOffset.MinValue, r.Text("title") ?? "", r.Text("text")));
    }
}
