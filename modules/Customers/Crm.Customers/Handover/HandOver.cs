// Somebody leaves or moves on: what they were in the middle of, as a sheet to go through together, and all that was theirs to somebody else.
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Customers.Handover;

/// <summary>All records of one user, of every module and plugin, become another's: all of them or, where a rule refuses one, none.</summary>
/// <param name="From">Who leaves.</param>
/// <param name="To">Who takes over.</param>
[Command("customers.hand-over")]
[Requires(CustomersContract.Handover)]
internal sealed record HandOver(Guid From, Guid? To) : IRequest<Result<int>>;

internal sealed class HandOverHandler(IMediator mediator) : IRequestHandler<HandOver, Result<int>>
{
    private const int AtOnce = 500;
    private const int Named = 10;

    public async Task<Result<int>> Handle(HandOver hand, CancellationToken cancellationToken)
    {
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<int>.Fail(staff.Problems);
        if (hand.To is not { } to || hand.From == to || staff.Value.People.All(p => p.Id != hand.From) || staff.Value.People.FirstOrDefault(p => p.Id == to) is not { Active: true })
        {
            return Problems.Invalid("customers.hand-over-to", "to", ("引き継ぎ先が正しくありません。", "This is nobody to hand over to."), ("在籍中の別の人を選んでください。", "Choose somebody else who can sign in."));
        }

        var found = await OwnedTypes.All(mediator, cancellationToken);
        if (found.Failed) return Result<int>.Fail(found.Problems);
        var changeSet = Ids.New();
        foreach (var dryRun in (bool[])[true, false])
        {
            var moved = 0;
            var refused = new List<Problem>();
            foreach (var type in found.Value)
            {
                var (count, problems) = await Move(type, hand.From, to, changeSet, dryRun, cancellationToken);
                moved += count;
                refused.AddRange(problems);
            }

            if (refused.Count == 0 && !dryRun) return moved;
            if (refused.Count == 0) continue;

            // Refused only now: somebody changed it since it was checked.
            if (!dryRun && await mediator.Send(new UndoChangeSet(changeSet), CancellationToken.None) is { Failed: true } kept) refused.AddRange(kept.Problems);
            return Result<int>.Fail([.. refused.Take(Named)]);
        }

        return 0;
    }

    private async Task<(int Moved, IReadOnlyList<Problem> Refused)> Move(RecordType type, Guid from, Guid to, Guid changeSet, bool dryRun, CancellationToken cancellation)
    {
        var moved = 0;
        var refused = new List<Problem>();
        string? after = null;
        do
        {
            var page = await mediator.Send(new ListRecords(type.Key) { Filter = Filter.Eq("owner", from), Fields = type.TitleFields, Limit = AtOnce, After = after }, cancellation);
            if (page.Failed) return (moved, page.Problems);
            var rows = page.Value.Rows.Select(r => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?> { ["id"] = r.Id, ["owner"] = to }).ToList();
            if (rows.Count == 0) break;
            var saved = await mediator.Send(new SaveRecords(type.Key, rows) { ChangeSet = changeSet, DryRun = dryRun, Reason = Texts.L("担当の引き継ぎ", "Handover") }, cancellation);
            if (saved.Failed) return (moved, saved.Problems);
            refused.AddRange(saved.Value.Rows.Zip(page.Value.Rows).SelectMany(r => r.First.Problems.Select(p => Of(type, r.Second, p))));
            moved += rows.Count;
            after = page.Value.Next;
        }
        while (after is not null && refused.Count < Named);
        return (moved, refused);
    }

    // Which record it is about: its rule knows only what is wrong with it.
    private static Problem Of(RecordType type, RecordRow row, Problem problem)
    {
        var title = string.Join(' ', row.Values.OfType<string>());
        return problem with
        {
            Field = null,
            Message = ($"{type.Label.Ja}「{title}」: {problem.Message.Ja}", $"{type.Label.En} “{title}”: {problem.Message.En}"),
        };
    }
}

/// <summary>The types whose records somebody is responsible for and may be given to somebody else.</summary>
internal static class OwnedTypes
{
    public static async Task<Result<IReadOnlyList<RecordType>>> All(IMediator mediator, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        return types.Failed
            ? Result<IReadOnlyList<RecordType>>.Fail(types.Problems)
            : types.Value.Where(t => t.TryGet("owner", out var owner) && !owner.ReadOnly).ToList();
    }
}

/// <summary>The sheet: customers of somebody with their last notes, and what every module says is open.</summary>
[Requires(CustomersContract.Handover)]
internal sealed record GetHandover(Guid From) : IRequest<Result<HandoverSheet>>;

internal sealed record HandoverSheet(Colleague? From, IReadOnlyList<Colleague> Others, IReadOnlyList<HandoverCustomer> Customers, IReadOnlyList<OpenWork> Open, IReadOnlyList<string> Missing, bool More)
{
    /// <summary>How many records of which type change hands.</summary>
    public IReadOnlyList<(Label Type, long Records)> Owned { get; init; } = [];

    /// <summary>How many there are in all.</summary>
    public long InAll => Owned.Sum(o => o.Records);
}

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

        return new HandoverSheet(from, others, customers, [.. open.Parts.OrderBy(o => o.Due ?? DateOnly.MaxValue)], open.Missing, more) { Owned = await Owned(get.From, cancellationToken) };
    }

    private async Task<IReadOnlyList<(Label, long)>> Owned(Guid from, CancellationToken cancellation)
    {
        var types = await OwnedTypes.All(mediator, cancellation);
        if (types.Failed) return [];
        var counted = await mediator.Send(new ListRecordsTogether([.. types.Value.Select(t => new ListRecords(t.Key) { Filter = Filter.Eq("owner", from), Fields = [], Limit = 0, Count = true })]), cancellation);
        return counted.Failed ? [] : [.. types.Value.Zip(counted.Value).Where(t => !t.Second.Failed && t.Second.Value.Count > 0).Select(t => (t.First.Plural, t.Second.Value.Count!.Value))];
    }

    private async Task<ILookup<Guid, (DateTimeOffset, string, string?)>> Notes(string pointer, IReadOnlyList<Guid> customers, CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Note) { Filter = new Filter.Compare(pointer, FilterOp.In, [.. customers.Cast<object?>()]), Sort = [new("writtenAt", Descending: true)], Fields = [pointer, "writtenAt", "title", "text"], Limit = 500 }, cancellation);
        return (page.Failed ? [] : page.Value.Read().Where(r => r.Reference(pointer) is not null))
            .ToLookup(r => r.Reference(pointer)!.Value, r => (r.Moment("writtenAt") ?? DateTimeOffset.MinValue, r.Text("title") ?? "", r.Text("text")));
    }
}
