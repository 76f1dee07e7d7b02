using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.PersonRights;

/// <summary>Erases a person from every module and plugin, at their request or because the time is over. Stopped in between, it can be done again.</summary>
internal sealed class PersonErasure(CustomersDb db, IMediator mediator, PersonRecords records)
{
    /// <summary>The family name of an emptied record.</summary>
    public const string Erased = "（消去済み）";

    /// <summary>The same, while the law keeps something of them.</summary>
    public const string KeptOnly = "（法令により保存）";

    private static readonly string[] NotErased = [CustomersContract.PersonRequest];

    /// <summary>Erases all but what the law keeps, and answers with that.</summary>
    /// <param name="id">The person.</param>
    /// <param name="today">The day it is where the tenant is.</param>
    /// <param name="emptied">Whether the record itself stays, without anything personal, because something points to it.</param>
    /// <param name="noting">Is told of the records that go, before they do; or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<IReadOnlyList<KeptByLaw>>> Erase(Guid id, DateOnly today, bool emptied, Func<string, IReadOnlyList<Guid>, Task>? noting = null, CancellationToken cancellation = default)
    {
        var asked = new ErasePersonalData(CustomersContract.Person, id, today, erase: false);
        await mediator.Publish(asked, cancellation);
        if (asked.Missing.Count > 0) return NotAll(asked.Missing);
        var kept = asked.Parts.Where(k => k.Ids.Count > 0 && k.Until >= today).ToList();
        var stays = kept.SelectMany(k => k.Ids.Select(i => (k.RecordType, Id: i))).ToHashSet();

        // First each module in its own way, such as a deal of a company that only loses its contact; then whatever still points to the person.
        var told = new ErasePersonalData(CustomersContract.Person, id, today, erase: true);
        await mediator.Publish(told, cancellation);
        if (told.Missing.Count > 0) return NotAll(told.Missing);
        var about = await records.About(id, cancellation);
        if (about.Failed) return Result<IReadOnlyList<KeptByLaw>>.Fail(about.Problems);
        foreach (var (type, ids) in about.Value.Where(a => !NotErased.Contains(a.Type.Key)))
        {
            foreach (var some in ids.Where(i => !stays.Contains((type.Key, i))).Chunk(5_000))
            {
                if (noting is not null) await noting(type.Key, some);
                var gone = await mediator.Send(new EraseRecords(type.Key, some), cancellation);
                if (gone.Failed) return Result<IReadOnlyList<KeptByLaw>>.Fail(gone.Problems);
            }
        }

        var merged = await Merged(id, cancellation);
        if (noting is not null && merged.Count > 0) await noting(CustomersContract.Person, merged);
        var twins = await mediator.Send(new EraseRecords(CustomersContract.Person, merged), cancellation);
        if (twins.Failed) return Result<IReadOnlyList<KeptByLaw>>.Fail(twins.Problems);
        Guid[] all = [id, .. merged];
        await db.MatchKeys.Where(k => all.Contains(k.CustomerId)).ExecuteDeleteAsync(cancellation);
        await db.DuplicatePairs.Where(p => all.Contains(p.FirstId) || all.Contains(p.SecondId)).ExecuteDeleteAsync(cancellation);
        await db.Merges.Where(m => all.Contains(m.SurvivorId) || all.Contains(m.MergedId)).ExecuteDeleteAsync(cancellation);

        var last = emptied || kept.Count > 0 ? await Empty(id, kept.Count > 0, cancellation) : Result.Done;
        if (last.Failed) return Result<IReadOnlyList<KeptByLaw>>.Fail(last.Problems);
        var end = await mediator.Send(new EraseRecords(CustomersContract.Person, [id]) { HistoryOnly = emptied || kept.Count > 0 }, cancellation);
        return end.Failed ? Result<IReadOnlyList<KeptByLaw>>.Fail(end.Problems) : kept;
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

    /// <summary>The record stays, emptied, when the request of the person or what the law keeps points to it.</summary>
    private async Task<Result> Empty(Guid id, bool keptByLaw, CancellationToken cancellation)
    {
        var type = await mediator.Send(new GetRecord(CustomersContract.Person, id), cancellation);
        if (type.Failed) return type;
        var empty = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Value.Type.Fields.Where(f => !f.ReadOnly && !f.Hidden && f.Key is not ("owner" or "mailMagazine" or "directMail" or "phoneCalls"))) empty[field.Key] = null;
        empty["lastName"] = keptByLaw ? KeptOnly : Erased;
        foreach (var permission in (string[])["mailMagazine", "directMail", "phoneCalls"]) empty[permission] = CustomersContract.Contact.No;
        return await mediator.Send(new SaveRecord(CustomersContract.Person, id, empty), cancellation);
    }

    private static Problem NotAll(IReadOnlyList<string> missing) => new(
        "customers.erase-incomplete", ($"次の機能が応答しないため消去を始めませんでした: {string.Join("、", missing)}", $"Nothing was erased, because these did not answer: {string.Join(", ", missing)}"),
        ("しばらくしてからやり直してください。", "Try again later."));
}
