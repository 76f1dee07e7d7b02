using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Parts of a record, such as the lines of a deal, are changed only by whoever may edit the whole; the old and the new one when they move.</summary>
internal sealed class PartRights(Current current, RecordLoader loader)
{
    public async Task Check(RecordType type, IReadOnlyList<RecordDraft> drafts, CancellationToken cancellation)
    {
        if (type.PartOf is not { } key || drafts.Count == 0 || type[key] is not { References: { } whole } field) return;
        if (current.Actor.Owners(whole, RecordAction.Edit) is null || !current.Catalog.TryGet(whole, out var wholeType)) return;

        var moves = drafts.Select(d => (Draft: d, Before: d.IsNew ? null : d.Before(field) as Guid?, Now: field.Get(d.Record!) as Guid?)).ToList();
        var ids = moves.SelectMany(m => new[] { m.Before, m.Now }).OfType<Guid>().Distinct().ToList();
        var owners = (await loader.ByIds(wholeType, ids, cancellation)).ToDictionary(r => r.Id, r => r.OwnerId);
        foreach (var (draft, before, now) in moves)
        {
            // A new whole that they do not see is not there for them, as for any other reference.
            var refused = Refuses(before, RecordAction.Edit) || (now != before && Refuses(now, RecordAction.Edit) && !Refuses(now, RecordAction.Read));
            if (refused) draft.Problems.Add(Problems.Forbidden($"{whole}:edit"));
        }

        bool Refuses(Guid? id, RecordAction action) => id is { } one && owners.TryGetValue(one, out var owner) && !current.Actor.MayAct(whole, owner, action);
    }
}
