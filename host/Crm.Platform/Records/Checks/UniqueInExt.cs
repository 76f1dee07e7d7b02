using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>
/// Keeps unique fields in <c>Ext</c> unique. No index does: indexes over <c>Ext</c> are shared by tenants, for some of which the field is
/// not unique. So whoever writes such a value looks once more inside the transaction, one writer of a field at a time.
/// </summary>
internal sealed class UniqueInExt(Session session, Current current, RecordLoader loader)
{
    public async Task Check(DbConnection connection, DbTransaction transaction, IEnumerable<RecordChange> changes, CancellationToken cancellation)
    {
        // Always in the same order, so that two who save the same fields wait for one another instead of locking each other out.
        foreach (var group in changes.GroupBy(c => c.Type).OrderBy(g => g.Key.Key, StringComparer.Ordinal))
        {
            foreach (var field in group.Key.Fields.Where(f => f is { Unique: true, InExt: true }).OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                var claims = group.Where(c => Claims(c, field)).ToList();
                if (claims.Count == 0) continue;
                await session.Dialect.OneAtATime(connection, transaction, $"{current.Tenant.Id:n}:{group.Key.Key}:{field.Key}", cancellation);
                await Check(group.Key, field, claims, group, cancellation);
            }
        }
    }

    private static bool Claims(RecordChange change, Field field) =>
        change.Action is not RecordActions.Deleted
        && (change.Action != RecordActions.Updated || change.Fields.Any(f => f.Field == field))
        && field.Get(change.Record) is not (null or "");

    private async Task Check(RecordType type, Field field, List<RecordChange> claims, IEnumerable<RecordChange> changes, CancellationToken cancellation)
    {
        var claimed = new Dictionary<object, Guid>();
        foreach (var claim in claims)
        {
            var value = field.Get(claim.Record)!;
            if (!claimed.TryAdd(value, claim.Record.Id)) throw new TakenMeanwhileException(field, value);
        }

        foreach (var holder in await loader.ByField(type, field, claimed.Keys, cancellation))
        {
            var value = field.Get(holder)!;
            if (claimed.TryGetValue(value, out var claimant) && claimant == holder.Id) continue;

            // A record that lets go of the value in the same save is not in the way.
            var change = changes.FirstOrDefault(c => c.Record.Id == holder.Id);
            if (change is not null && (change.Action == RecordActions.Deleted || !Field.Same(field.Get(change.Record), value))) continue;
            throw new TakenMeanwhileException(field, value);
        }
    }
}

/// <summary>Unwinds a transaction that would have given two records the same unique value; whoever saves turns it into a problem.</summary>
#pragma warning disable RCS1194 // it exists to carry field and value
internal sealed class TakenMeanwhileException(Field field, object value) : Exception($"Another record has got the same {field.Key}.")
#pragma warning restore RCS1194
{
    public Crm.Sdk.Problem Problem { get; } = RecordProblems.Taken(field, value);
}
