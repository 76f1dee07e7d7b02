using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.PersonRights;

/// <summary>
/// Erases a person from every module and plugin: records go for good with their history and search text; what the law makes us keep stays,
/// and the request's record says what and until when. While something stays, so does the person's record, without anything personal.
/// </summary>
/// <param name="RequestId">The request this answers; its identity check must be done.</param>
[Command("customers.erase-person")]
[Requires(CustomersContract.PersonRights)]
internal sealed record ErasePerson(Guid RequestId) : IRequest<Result>;

internal sealed class ErasePersonHandler(CustomersDb db, PersonErasure erasure, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<ErasePerson, Result>
{
    public async Task<Result> Handle(ErasePerson erase, CancellationToken cancellationToken)
    {
        var request = await db.Load<PersonRequest>(erase.RequestId, RecordAction.Edit, cancellation: cancellationToken);
        if (request.Failed) return request;
        if (request.Value.IdentityCheck is null or PersonRequestFields.NotChecked)
        {
            return new Problem("customers.identity-not-checked", ("本人確認が済んでいません。", "The identity has not been checked."), ("本人確認の方法を記録してから消去してください。", "Record how it was checked first."), "identityCheck");
        }

        if (request.Value.Kind != PersonRequestFields.Erasure || request.Value.State != PersonRequestStates.Open) return NotAsked;
        if (await NotEverywhere(cancellationToken) is { } refused) return refused;
        if (request.Value.PersonId is not { } id || !await db.People.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound(CustomersContract.Person, request.Value.PersonId ?? Guid.Empty);
        var today = clock.Today(tenant);
        var erased = await erasure.Erase(id, today, emptied: true, cancellation: cancellationToken);
        if (erased.Failed) return erased;

        var kept = erased.Value;
        request.Value.State = kept.Count > 0 ? PersonRequestStates.Partly : PersonRequestStates.Done;
        request.Value.AnsweredOn = today;
        request.Value.KeptUntil = kept.Count > 0 ? kept.Max(k => k.Until) : null;
        request.Value.Result = kept.Count == 0
            ? Texts.L("すべて消去しました。", "All was erased.")
            : Texts.L("次を除き消去しました。", "All was erased but this: ") + string.Join(Texts.L("、", ", "), kept.Select(k => Texts.L($"{k.Ground.Ja} {k.Ids.Count}件（{k.Until:yyyy-MM-dd}まで）", $"{k.Ground.En}, {k.Ids.Count} (until {k.Until:yyyy-MM-dd})")));
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    /// <summary>Whoever does not see or may not remove a part would leave it behind, and “all was erased” would be untrue.</summary>
    private async Task<Problem?> NotEverywhere(CancellationToken cancellation)
    {
        var (all, mine) = (await mediator.Send(new GetRecordTypes { EvenHidden = true }, cancellation), await mediator.Send(new GetRecordTypes(), cancellation));
        if (all.Failed || mine.Failed) return all.Failed ? all.Problems[0] : mine.Problems[0];
        var seen = mine.Value.ToDictionary(t => t.Key, StringComparer.Ordinal);
        var beyond = all.Value
            .Where(t => t.Key == CustomersContract.Person || t.Fields.Any(f => f is { Kind: FieldKind.Reference, References: CustomersContract.Person }))
            .Where(t => user.Reach(t.Key, RecordAction.Read) != Reach.All || user.Reach(t.Key, RecordAction.Delete) != Reach.All || !seen.TryGetValue(t.Key, out var own) || t.Fields.Any(f => !own.TryGet(f.Key, out _)))
            .ToList();
        if (beyond.Count == 0) return null;
        var names = (string.Join("、", beyond.Select(t => t.Label.Ja)), string.Join(", ", beyond.Select(t => t.Label.En)));
        return new Problem(
            "customers.erase-beyond-rights", ($"権限が足りないため消去を始めませんでした: {names.Item1}", $"Nothing was erased, because your rights do not reach all of: {names.Item2}"),
            ("すべての項目の閲覧と削除ができる管理者に依頼してください。", "Ask an administrator who sees and may remove all of it."), Kind: ProblemKind.Forbidden);
    }

    private static Problem NotAsked => new(
        "customers.erase-not-asked", ("対応中の消去の請求ではありません。", "This is no open request for erasure."), ("請求の種類と状態を確認してください。", "See kind and state of the request."), Kind: ProblemKind.Conflict);
}

/// <summary>Purchases are kept as long as tax law says (法人税法施行規則59条: 7 years).</summary>
internal sealed class KeepPurchasesByLaw(CustomersDb db, ISettings settings) : INotificationHandler<ErasePersonalData>
{
    private static readonly Label Ground = ("購入記録（法人税法施行規則59条）", "Purchases (tax law)");

    public async Task Handle(ErasePersonalData notification, CancellationToken cancellationToken)
    {
        if (notification.Erase || notification.RecordType != CustomersContract.Person) return;
        var years = settings.Of<CustomersSettings>().KeepPurchasesYears;
        var from = notification.Today.AddYears(-years);
        var kept = await db.Purchases.Where(p => p.PersonId == notification.Id && p.BoughtOn >= from).Select(p => new { p.Id, p.BoughtOn }).ToListAsync(cancellationToken);
        if (kept.Count > 0) notification.Add(new KeptByLaw(CustomersContract.Purchase, [.. kept.Select(k => k.Id)], kept.Max(k => k.BoughtOn!.Value).AddYears(years), Ground));
    }
}
