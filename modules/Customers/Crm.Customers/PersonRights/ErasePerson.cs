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

internal sealed class ErasePersonHandler(CustomersDb db, PersonErasure erasure, TimeProvider clock, ITenant tenant) : IRequestHandler<ErasePerson, Result>
{
    public async Task<Result> Handle(ErasePerson erase, CancellationToken cancellationToken)
    {
        var request = await db.Load<PersonRequest>(erase.RequestId, RecordAction.Edit, cancellation: cancellationToken);
        if (request.Failed) return request;
        if (request.Value.IdentityCheck is null or PersonRequestFields.NotChecked)
        {
            return new Problem("customers.identity-not-checked", ("本人確認が済んでいません。", "The identity has not been checked."), ("本人確認の方法を記録してから消去してください。", "Record how it was checked first."), "identityCheck");
        }

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
