using Crm.Customers.Contracts;
using Crm.Customers.People;
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

internal sealed class ErasePersonHandler(CustomersDb db, IMediator mediator, PersonRecords records, TimeProvider clock, ITenant tenant) : IRequestHandler<ErasePerson, Result>
{
    private static readonly string[] NotErased = [CustomersContract.PersonRequest];

    public async Task<Result> Handle(ErasePerson erase, CancellationToken cancellationToken)
    {
        var request = await db.Load<PersonRequest>(erase.RequestId, RecordAction.Edit, cancellation: cancellationToken);
        if (request.Failed) return request;
        if (request.Value.IdentityCheck is null or PersonRequestFields.NotChecked)
        {
            return new Problem("customers.identity-not-checked", ("本人確認が済んでいません。", "The identity has not been checked."), ("本人確認の方法を記録してから消去してください。", "Record how it was checked first."), "identityCheck");
        }

        if (request.Value.PersonId is not { } id || await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } person) return Problems.NotFound(CustomersContract.Person, request.Value.PersonId ?? Guid.Empty);
        var today = clock.Today(tenant);
        var asked = new ErasePersonalData(CustomersContract.Person, id, today, erase: false);
        await mediator.Publish(asked, cancellationToken);
        if (asked.Missing.Count > 0) return NotAll(asked.Missing);

        var kept = asked.Parts.Where(k => k.Ids.Count > 0 && k.Until >= today).ToList();
        var stays = kept.SelectMany(k => k.Ids.Select(i => (k.RecordType, Id: i))).ToHashSet();

        // First each module in its own way, such as a deal of a company that only loses its contact; then whatever still points to the person.
        var told = new ErasePersonalData(CustomersContract.Person, id, today, erase: true);
        await mediator.Publish(told, cancellationToken);
        if (told.Missing.Count > 0) return NotAll(told.Missing);
        var about = await records.About(id, cancellationToken);
        if (about.Failed) return about;
        foreach (var (type, ids) in about.Value.Where(a => !NotErased.Contains(a.Type.Key)))
        {
            foreach (var some in ids.Where(i => !stays.Contains((type.Key, i))).Chunk(5_000))
            {
                var gone = await mediator.Send(new EraseRecords(type.Key, some), cancellationToken);
                if (gone.Failed) return gone;
            }
        }

        var merged = await Merged(id, cancellationToken);
        var twins = await mediator.Send(new EraseRecords(CustomersContract.Person, merged), cancellationToken);
        if (twins.Failed) return twins;
        var last = await Person(person, stays.Count > 0, cancellationToken);
        if (last.Failed) return last;
        Guid[] all = [id, .. merged];
        await db.MatchKeys.Where(k => all.Contains(k.CustomerId)).ExecuteDeleteAsync(cancellationToken);
        await db.DuplicatePairs.Where(p => all.Contains(p.FirstId) || all.Contains(p.SecondId)).ExecuteDeleteAsync(cancellationToken);
        await db.Merges.Where(m => all.Contains(m.SurvivorId) || all.Contains(m.MergedId)).ExecuteDeleteAsync(cancellationToken);

        request.Value.State = kept.Count > 0 ? PersonRequestStates.Partly : PersonRequestStates.Done;
        request.Value.AnsweredOn = today;
        request.Value.KeptUntil = kept.Count > 0 ? kept.Max(k => k.Until) : null;
        request.Value.Result = kept.Count == 0
            ? Texts.L("すべて消去しました。", "All was erased.")
            : Texts.L("次を除き消去しました。", "All was erased but this: ") + string.Join(Texts.L("、", ", "), kept.Select(k => Texts.L($"{k.Ground.Ja} {k.Ids.Count}件（{k.Until:yyyy-MM-dd}まで）", $"{k.Ground.En}, {k.Ids.Count} (until {k.Until:yyyy-MM-dd})")));
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    /// <summary>Records of the same person that lie in the bin since they were merged.</summary>
    private async Task<List<Guid>> Merged(Guid survivor, CancellationToken cancellation)
    {
        List<Guid> found = [];
        for (List<Guid> next = [survivor]; next.Count > 0;)
        {
            var last = next;
            next = await db.Merges.Where(m => last.Contains(m.SurvivorId) && m.UndoneAt == null).Select(m => m.MergedId).ToListAsync(cancellation);
            next.RemoveAll(found.Contains);
            found.AddRange(next);
        }

        return found;
    }

    /// <summary>The record always stays, emptied, because the request of the person points to it: the proof that it was answered.</summary>
    private async Task<Result> Person(Person person, bool keptByLaw, CancellationToken cancellation)
    {
        var type = await mediator.Send(new GetRecord(CustomersContract.Person, person.Id), cancellation);
        if (type.Failed) return type;
        var empty = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Value.Type.Fields.Where(f => !f.ReadOnly && !f.Hidden && f.Key is not ("owner" or "mailMagazine" or "directMail" or "phoneCalls"))) empty[field.Key] = null;
        empty["lastName"] = keptByLaw ? "（法令により保存）" : "（消去済み）";
        foreach (var permission in (string[])["mailMagazine", "directMail", "phoneCalls"]) empty[permission] = CustomersContract.Contact.No;
        var saved = await mediator.Send(new SaveRecord(CustomersContract.Person, person.Id, empty), cancellation);
        return saved.Failed ? saved : await mediator.Send(new EraseRecords(CustomersContract.Person, [person.Id]) { HistoryOnly = true }, cancellation);
    }

    private static Problem NotAll(IReadOnlyList<string> missing) => new(
        "customers.erase-incomplete", ($"次の機能が応答しないため消去を始めませんでした: {string.Join("、", missing)}", $"Nothing was erased, because these did not answer: {string.Join(", ", missing)}"),
        ("しばらくしてからやり直してください。", "Try again later."));
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
