using Crm.Customers.Contracts;
using Crm.Customers.PersonRights;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>
/// What must stay although its time is over, and why: a person said so before, a module or plugin says that it is open or kept by law, or
/// other records still point to it.
/// </summary>
internal sealed class PurgeHolds(CustomersDb db, GoingAlong along, IMediator mediator, TimeProvider clock, ITenant tenant)
{
    private const int AtOnce = 500;

    private static readonly Label ByHand = ("残すと決めた記録", "Somebody decided that it stays");

    public async Task<IReadOnlyDictionary<Guid, Label>> Of(string type, string deed, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var held = new Dictionary<Guid, Label>();
        var kept = await db.PurgeItems.Where(i => i.RecordType == type && i.State == ItemStates.Kept && ids.Contains(i.RecordId)).Select(i => i.RecordId).ToListAsync(cancellation);
        foreach (var id in kept) held[id] = ByHand;

        foreach (var (id, reason) in await Said(type, ids, cancellation)) held.TryAdd(id, reason);
        if (type == CustomersContract.Person)
        {
            await KeptByLaw(ids, held, cancellation);
            return held;
        }

        // What would go along may have to stay itself: then so does what it belongs to.
        var goes = await along.Of(type, [.. ids.Where(i => !held.ContainsKey(i))], erase: false, cancellation);
        foreach (var part in goes.GroupBy(a => a.Type.Key))
        {
            var roots = part.ToDictionary(a => a.Id, a => a.Root);
            foreach (var some in roots.Keys.Chunk(AtOnce))
            {
                foreach (var (id, reason) in await Said(part.Key, some, cancellation)) held.TryAdd(roots[id], reason);
            }
        }

        if (deed == Deeds.Purge) await PointedTo(type, ids, goes.Select(a => a.Id).ToHashSet(), held, cancellation);
        return held;
    }

    private async Task<List<(Guid Id, Label Reason)>> Said(string type, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var asked = new CollectRetentionHolds(type, ids, clock.Today(tenant));
        await mediator.Publish(asked, cancellation);
        Answered(asked.Missing);
        return [.. asked.Parts.Where(h => ids.Contains(h.Id)).Select(h => (h.Id, h.Reason))];
    }

    /// <summary>An erasure takes all that points to a person along, but for what the law keeps: then the person stays too.</summary>
    private async Task KeptByLaw(IReadOnlyList<Guid> people, Dictionary<Guid, Label> held, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        foreach (var id in people.Where(p => !held.ContainsKey(p)))
        {
            var asked = new ErasePersonalData(CustomersContract.Person, id, today, erase: false);
            await mediator.Publish(asked, cancellation);
            Answered(asked.Missing);
            if (asked.Parts.FirstOrDefault(k => k.Ids.Count > 0 && k.Until >= today) is { } kept) held[id] = new($"法令により保存: {kept.Ground.Ja}", $"Kept by law: {kept.Ground.En}");
        }
    }

    /// <summary>What points to a record would point to nothing, but for what goes along.</summary>
    private async Task PointedTo(string type, IReadOnlyList<Guid> ids, HashSet<Guid> goes, Dictionary<Guid, Label> held, CancellationToken cancellation)
    {
        var types = (await mediator.Send(new GetRecordTypes(), cancellation)).OrThrow("The record types could not be read");
        foreach (var other in types)
        {
            foreach (var field in other.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == type && f.Key != other.PartOf))
            {
                object?[] open = [.. ids.Where(i => !held.ContainsKey(i)).Cast<object?>()];
                if (open.Length == 0) return;
                for (string? after = null, next = ""; next is not null; after = next)
                {
                    var page = (await mediator.Send(
                        new ListRecords(other.Key) { Filter = new Filter.Compare(field.Key, FilterOp.In, open), Fields = [field.Key], Sort = [new("createdAt")], Limit = AtOnce, After = after }, cancellation)).OrThrow("What points to the records could not be read");
                    next = page.Next;
                    foreach (var row in page.Read())
                    {
                        // A record that points to itself keeps itself for no reason.
                        if (row.Reference(field.Key) is { } id && row.Id != id && !goes.Contains(row.Id)) held.TryAdd(id, new($"ほかの記録が参照: {other.Label.Ja}", $"Other records point to it: {other.Plural.En}"));
                    }
                }
            }
        }
    }

    /// <summary>Whoever does not answer may know why something stays.</summary>
    private static void Answered(IReadOnlyList<string> missing)
    {
        if (missing.Count > 0) throw new InvalidOperationException($"These did not say what must stay: {string.Join(", ", missing)}");
    }
}

/// <summary>Customers' own: purchases are kept as long as tax law says, and nobody is purged whose subscription runs or whose request waits.</summary>
internal sealed class CustomersHolds(CustomersDb db, ISettings settings) : INotificationHandler<CollectRetentionHolds>
{
    private static readonly Label Purchases = ("法令により保存: 購入記録（法人税法施行規則59条）", "Kept by law: purchases (tax law)");
    private static readonly Label Running = ("契約が続いています", "A subscription runs");
    private static readonly Label Asked = ("本人からの請求に対応中です", "A request of the person waits");
    private static readonly Label Erased = ("既に消去済み（請求などの記録のため枠だけ残る）", "Erased already; an empty record stays for the file of a request");
    private static readonly Label Incident = ("漏えい等の対応中です", "An incident is not closed");

    public async Task Handle(CollectRetentionHolds notification, CancellationToken cancellationToken)
    {
        var ids = notification.Ids;
        switch (notification.RecordType)
        {
            case CustomersContract.Purchase:
                var from = notification.Today.AddYears(-settings.Of<CustomersSettings>().KeepPurchasesYears);
                Add(await db.Purchases.IgnoreQueryFilters().Where(p => p.TenantId == db.TenantId && ids.Contains(p.Id) && p.BoughtOn >= from).Select(p => p.Id).ToListAsync(cancellationToken), Purchases);
                break;
            case CustomersContract.Subscription:
                Add(await db.Subscriptions.Where(s => ids.Contains(s.Id) && (s.CancelledOn == null || s.CancelledOn > notification.Today) && (s.RenewsByItself || s.RenewsOn == null || s.RenewsOn > notification.Today)).Select(s => s.Id).ToListAsync(cancellationToken), Running);
                break;
            case CustomersContract.PersonRequest:
                Add(await db.PersonRequests.Where(r => ids.Contains(r.Id) && r.State == PersonRequestStates.Open).Select(r => r.Id).ToListAsync(cancellationToken), Asked);
                break;
            case CustomersContract.Incident:
                Add(await db.Incidents.Where(i => ids.Contains(i.Id) && i.ClosedOn == null).Select(i => i.Id).ToListAsync(cancellationToken), Incident);
                break;
            case CustomersContract.Person:
                Add(await db.People.Where(p => ids.Contains(p.Id) && (p.LastName == PersonErasure.Erased || p.LastName == PersonErasure.KeptOnly)).Select(p => p.Id).ToListAsync(cancellationToken), Erased);
                Add(await db.Subscriptions.Where(s => s.PersonId != null && ids.Contains(s.PersonId.Value) && (s.CancelledOn == null || s.CancelledOn > notification.Today) && (s.RenewsByItself || s.RenewsOn == null || s.RenewsOn > notification.Today)).Select(s => s.PersonId!.Value).ToListAsync(cancellationToken), Running);
                Add(await db.PersonRequests.Where(r => r.PersonId != null && ids.Contains(r.PersonId.Value) && r.State == PersonRequestStates.Open).Select(r => r.PersonId!.Value).ToListAsync(cancellationToken), Asked);
                Add(await db.IncidentPeople.Where(p => p.PersonId != null && ids.Contains(p.PersonId.Value) && db.Incidents.Any(i => i.Id == p.IncidentId && i.ClosedOn == null)).Select(p => p.PersonId!.Value).ToListAsync(cancellationToken), Incident);
                break;
        }

        void Add(List<Guid> found, Label reason)
        {
            foreach (var id in found.Distinct()) notification.Add(new RetentionHold(id, reason));
        }
    }
}
