using Crm.Customers.Contracts;
using Crm.Customers.PersonRights;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>
/// Removes or anonymises records of a purge, with what is part of them and, for people, with what is about them. What goes along is noted
/// before it goes, so that the certificate counts it also after a stop. Doing it again does no harm.
/// </summary>
internal sealed class RecordRemoval(CustomersDb db, PersonErasure people, GoingAlong along, IMediator mediator, TimeProvider clock, ITenant tenant)
{
    private const int AtOnce = 500;
    private const string Blank = "（匿名化済み）";

    /// <summary>Answers with those that could not be, and why.</summary>
    public async Task<IReadOnlyDictionary<Guid, Label>> Remove(Guid purge, string type, string deed, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var refused = new Dictionary<Guid, Label>();
        if (type == CustomersContract.Person)
        {
            foreach (var id in ids)
            {
                if (await Person(purge, id, deed, cancellation) is { } why) refused[id] = why;
            }

            return refused;
        }

        var types = (await mediator.Send(new GetRecordTypes(), cancellation)).OrThrow("The record types could not be read");
        var parts = (await along.Of(type, ids, deed == Deeds.Purge, cancellation)).GroupBy(a => a.Type.Key).ToList();
        foreach (var part in parts) await Note(purge, part.Key, [.. part.Select(a => a.Id)], cancellation);

        // Parts first: without what they are part of nobody could find them again.
        foreach (var (part, of) in Enumerable.Reverse(parts).Select(g => (g.First().Type, g.Select(a => a.Id).ToArray())).Append((types.First(t => t.Key == type), [.. ids])))
        {
            foreach (var some in of.Chunk(AtOnce))
            {
                if (deed == Deeds.Anonymise)
                {
                    foreach (var id in some)
                    {
                        if (await Anonymise(part, id, cancellation) is { } why) refused[part.Key == type ? id : ids[0]] = why;
                    }
                }
                else if (await mediator.Send(new EraseRecords(part.Key, some), cancellation) is { Failed: true } gone)
                {
                    foreach (var id in ids) refused[id] = Why(gone.Problems);
                    return refused;
                }
            }
        }

        return refused;
    }

    private async Task<Label?> Person(Guid purge, Guid id, string deed, CancellationToken cancellation)
    {
        // One in the bin cannot be emptied any more, and nobody looks for it there.
        var alive = await db.People.AnyAsync(p => p.Id == id, cancellation);
        var emptied = alive && (deed == Deeds.Anonymise || await db.PersonRequests.AnyAsync(r => r.PersonId == id, cancellation));
        var erased = await people.Erase(id, clock.Today(tenant), emptied, (type, ids) => Note(purge, type, ids, cancellation), cancellation);
        return erased.Failed ? Why(erased.Problems) : null;
    }

    /// <summary>Empties what is personal, and what people write freely; what is left says nothing of anybody.</summary>
    private async Task<Label?> Anonymise(RecordType type, Guid id, CancellationToken cancellation)
    {
        var record = await mediator.Send(new GetRecord(type.Key, id) { EvenDeleted = true }, cancellation);
        if (record.Failed) return null;
        if (record.Value.DeletedAt is not null) return await mediator.Send(new EraseRecords(type.Key, [id]), cancellation) is { Failed: true } kept ? Why(kept.Problems) : null;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Fields.Where(f => !f.ReadOnly && Tells(type, f) && record.Value[f.Key] is not null))
        {
            values[field.Key] = field.Required && field.Kind == FieldKind.Text ? Blank : null;
        }

        if (values.Count > 0 && await mediator.Send(new SaveRecord(type.Key, id, values), cancellation) is { Failed: true } saved) return Why(saved.Problems);
        if (await mediator.Send(new EraseRecords(type.Key, [id]) { HistoryOnly = true }, cancellation) is { Failed: true } history) return Why(history.Problems);

        // What a module keeps itself cannot be typed over: then it is said that something is left.
        var left = (await mediator.Send(new GetRecord(type.Key, id), cancellation)).OrThrow("The record could not be read again");
        return type.Fields.Any(f => f.Personal != PersonalData.None && !f.Hidden && left[f.Key] is not null and not Blank)
            ? ("個人データの項目が残るため匿名化できません", "Personal data is left in it: it can be purged only")
            : null;
    }

    private static bool Tells(RecordType type, Field field) =>
        field.Personal != PersonalData.None
        || field.Kind is FieldKind.LongText or FieldKind.Markdown or FieldKind.File or FieldKind.Email or FieldKind.Phone or FieldKind.PostalCode
        || (field.Kind == FieldKind.Reference && field.References == CustomersContract.Person)
        || (field.Kind == FieldKind.Text && type.TitleFields.Contains(field.Key));

    private async Task Note(Guid purge, string type, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            var noted = await db.PurgeItems.Where(i => i.PurgeId == purge && i.RecordType == type && some.Contains(i.RecordId)).Select(i => i.RecordId).ToListAsync(cancellation);
            db.PurgeItems.AddRange(some.Except(noted).Select(id => new PurgeItem { TenantId = db.TenantId, PurgeId = purge, RecordType = type, RecordId = id, State = ItemStates.Going, Along = true }));
            (await db.SaveAsync(cancellation: cancellation)).OrThrow("What goes along could not be noted");
        }
    }

    /// <summary>By its code: the message may quote what the record says.</summary>
    private static Label Why(IReadOnlyList<Problem> problems) => ($"規則により変更できません（{problems[0].Code}）", $"A rule refuses it ({problems[0].Code})");
}
