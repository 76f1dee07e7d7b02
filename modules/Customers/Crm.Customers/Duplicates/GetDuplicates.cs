// What the screens of duplicates ask for.
using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Customers.People;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Pairs that wait for somebody's decision, likeliest first.</summary>
/// <param name="RecordType">People or companies.</param>
/// <param name="State">Open, or those decided: <c>not-same</c>.</param>
internal sealed record GetDuplicates(string RecordType, string State = PairStates.Open) : IRequest<Result<DuplicateQueue>>;

internal sealed record DuplicateQueue(int Waiting, IReadOnlyList<WaitingPair> Pairs, IReadOnlyList<CustomerMerge> Merges);

internal sealed record WaitingPair(Guid FirstId, string First, Guid SecondId, string Second, int Score, IReadOnlyList<(Label What, double Points)> Reasons);

internal sealed class GetDuplicatesHandler(CustomersDb db, IMediator mediator, IUser user) : IRequestHandler<GetDuplicates, Result<DuplicateQueue>>
{
    private const int AtMost = 100;
    private const int Merges = 20;

    public async Task<Result<DuplicateQueue>> Handle(GetDuplicates query, CancellationToken cancellationToken)
    {
        if (user.Reach(query.RecordType, RecordAction.Read) == Reach.None) return Problems.Forbidden($"{query.RecordType}:read");
        var pairs = db.DuplicatePairs.AsNoTracking().Where(p => p.RecordType == query.RecordType && p.State == query.State);
        var waiting = await pairs.CountAsync(cancellationToken);
        var rows = await pairs.OrderByDescending(p => p.Score).ThenBy(p => p.FirstId).Take(AtMost).ToListAsync(cancellationToken);
        var merges = await db.Merges.AsNoTracking().Where(m => m.RecordType == query.RecordType).OrderByDescending(m => m.Id).Take(Merges).ToListAsync(cancellationToken);
        var cards = await mediator.Send(new GetCustomerCards([.. rows.SelectMany(p => (Guid[])[p.FirstId, p.SecondId]).Concat(merges.Select(m => m.SurvivorId)).Distinct()]), cancellationToken);
        if (cards.Failed) return Result<DuplicateQueue>.Fail(cards.Problems);
        return new DuplicateQueue(
            waiting,
            [
                // Whoever may not see both is not told of the pair.
                .. from p in rows
                   where cards.Value.ContainsKey(p.FirstId) && cards.Value.ContainsKey(p.SecondId)
                   select new WaitingPair(p.FirstId, Text(cards.Value[p.FirstId]), p.SecondId, Text(cards.Value[p.SecondId]), p.Score, Likeness.Read(p.Reasons)),
            ],
            [.. merges.Where(m => cards.Value.ContainsKey(m.SurvivorId))]);
    }

    private static string Text(CustomerCard card) => card.Code is null ? card.Name : $"{card.Name} ({card.Code})";
}

/// <summary>The merge by which a record went into the bin, unless it was undone; none, or one.</summary>
/// <param name="RecordType">People or companies.</param>
/// <param name="Id">The record that was merged.</param>
internal sealed record GetMergeOf(string RecordType, Guid Id) : IRequest<Result<IReadOnlyList<CustomerMerge>>>;

internal sealed class GetMergeOfHandler(IMediator mediator) : IRequestHandler<GetMergeOf, Result<IReadOnlyList<CustomerMerge>>>
{
    public async Task<Result<IReadOnlyList<CustomerMerge>>> Handle(GetMergeOf query, CancellationToken cancellationToken)
    {
        var seen = await mediator.Send(new GetRecord(query.RecordType, query.Id) { EvenDeleted = true }, cancellationToken);
        if (seen.Failed) return Result<IReadOnlyList<CustomerMerge>>.Fail(seen.Problems);
        return await mediator.Send(new GetOpenMerges([query.Id]), cancellationToken);
    }
}

/// <summary>Customers like what stands in a form.</summary>
/// <param name="RecordType">People or companies.</param>
/// <param name="Id">The record in the form; null for a new one.</param>
/// <param name="Values">Text by field key, as typed.</param>
internal sealed record FindLike(string RecordType, Guid? Id, IReadOnlyDictionary<string, string?> Values) : IRequest<Result<IReadOnlyList<LikeCustomer>>>;

internal sealed record LikeCustomer(CustomerCard Card, int Score, IReadOnlyList<(Label What, double Points)> Reasons);

internal sealed class FindLikeHandler(DuplicateFinder finder, IMediator mediator, ISettings settings) : IRequestHandler<FindLike, Result<IReadOnlyList<LikeCustomer>>>
{
    private const int AtMost = 5;

    /// <summary>In a form little is typed yet; a hint there costs nobody anything.</summary>
    private const int Sooner = 30;

    public async Task<Result<IReadOnlyList<LikeCustomer>>> Handle(FindLike find, CancellationToken cancellationToken)
    {
        var from = Math.Max(20, settings.Of<CustomersSettings>().DuplicatesFrom - Sooner);
        var found = (await finder.Like(Typed(find), from, cancellationToken)).Take(AtMost).ToList();
        if (found.Count == 0) return Array.Empty<LikeCustomer>();
        var cards = await mediator.Send(new GetCustomerCards([.. found.Select(f => f.Id)]), cancellationToken);
        return cards.Failed
            ? Result<IReadOnlyList<LikeCustomer>>.Fail(cards.Problems)
            : found.Where(f => cards.Value.ContainsKey(f.Id)).Select(f => new LikeCustomer(cards.Value[f.Id], f.Likeness.Score, Likeness.Read(f.Likeness.Reasons))).ToArray();
    }

    private static Profile Typed(FindLike form)
    {
        string? Of(string field) => form.Values.GetValueOrDefault(field) is { Length: > 0 } text ? text : null;
        var address = new PostalAddress { PostalCode = Of("postalCode"), Prefecture = Of("prefecture"), City = Of("city"), Street = Of("street"), Building = Of("building") };
        var profile = form.RecordType == CustomersContract.Company
            ? Profile.Of(new Company { Name = Of("name") ?? "", NameKana = Of("nameKana"), Phone = Of("phone"), Fax = Of("fax"), Email = Of("email"), CorporateNumber = Of("corporateNumber"), Address = address })
            : Profile.Of(new Person
            {
                LastName = Of("lastName") ?? "", FirstName = Of("firstName"), LastNameKana = Of("lastNameKana"), FirstNameKana = Of("firstNameKana"), Phone = Of("phone"), Mobile = Of("mobile"),
                Email = Of("email"), BirthDate = Sdk.Japan.JapaneseDate.TryParse(Of("birthDate"), out DateOnly birth) ? birth : null, Address = address,
            });
        return profile with { Id = form.Id ?? Guid.Empty };
    }
}
