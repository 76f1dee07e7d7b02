using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Customers.Retention.Purging;

/// <summary>A record that goes with one of a list, directly or by way of another.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">The record.</param>
/// <param name="Root">The record of the list.</param>
internal sealed record Along(RecordType Type, Guid Id, Guid Root);

/// <summary>What goes with records: their parts, what modules say belongs to them, and what goes with those in turn; in the bin too.</summary>
internal sealed class GoingAlong(IMediator mediator)
{
    private const int AtOnce = 500;

    /// <summary>Those nearest to the list come first. With <paramref name="erase"/> modules let go of what they keep elsewhere.</summary>
    public async Task<IReadOnlyList<Along>> Of(string type, IReadOnlyList<Guid> ids, bool erase, CancellationToken cancellation)
    {
        var types = (await mediator.Send(new GetRecordTypes(), cancellation)).OrThrow("The record types could not be read").ToDictionary(t => t.Key);
        var found = new Dictionary<Guid, Along>();
        var ring = types.TryGetValue(type, out var own) ? ids.Select(i => new Along(own, i, i)).ToList() : [];
        while (ring.Count > 0)
        {
            var next = new List<Along>();
            foreach (var of in ring.GroupBy(a => a.Type.Key))
            {
                foreach (var some in of.Chunk(AtOnce))
                {
                    foreach (var (owner, key, id) in await Next(types.Values, of.Key, some, erase, cancellation))
                    {
                        var root = some.First(a => a.Id == owner).Root;
                        if (!ids.Contains(id) && types.TryGetValue(key, out var its) && found.TryAdd(id, new(its, id, root))) next.Add(found[id]);
                    }
                }
            }

            ring = next;
        }

        return [.. found.Values];
    }

    private async Task<List<(Guid Of, string Type, Guid Id)>> Next(IEnumerable<RecordType> types, string of, Along[] some, bool erase, CancellationToken cancellation)
    {
        Guid[] ids = [.. some.Select(a => a.Id)];
        var asked = new CollectBelongings(of, ids, erase);
        await mediator.Publish(asked, cancellation);
        if (asked.Missing.Count > 0) throw new InvalidOperationException($"These did not say what belongs to the records: {string.Join(", ", asked.Missing)}");
        var found = asked.Parts.Where(p => ids.Contains(p.Of)).Select(p => (p.Of, p.RecordType, p.Id)).ToList();
        foreach (var type in types.Where(t => t.PartOf is { } whole && t.TryGet(whole, out var field) && field.References == of))
        {
            foreach (var deleted in (bool[])[false, true])
            {
                for (string? after = null, next = ""; next is not null; after = next)
                {
                    var page = (await mediator.Send(
                        new ListRecords(type.Key) { Filter = new Filter.Compare(type.PartOf!, FilterOp.In, [.. ids.Cast<object?>()]), Fields = [type.PartOf!], Sort = [new("createdAt")], Limit = AtOnce, After = after, Deleted = deleted },
                        cancellation)).OrThrow("The parts could not be read");
                    found.AddRange(page.Read().Select(r => (r.Reference(type.PartOf!)!.Value, type.Key, r.Id)));
                    next = page.Next;
                }
            }
        }

        return found;
    }
}
