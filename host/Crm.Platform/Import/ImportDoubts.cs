using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Import;

/// <summary>
/// Settles what looks as if a spreadsheet had spoilt it: a number without its leading zero. What the record itself says was kept knowingly
/// and comes back from an export as it is; anything else is refused until somebody decides.
/// </summary>
internal sealed class ImportDoubts(Current current, RecordLoader loader)
{
    public async Task Settle(RecordType type, IReadOnlyList<ImportRow> rows, IReadOnlyList<string> match, CancellationToken cancellation)
    {
        var doubtful = rows.Where(r => r.Doubts.Count > 0).ToList();
        if (doubtful.Count == 0) return;
        var input = new FieldInput(current.Tenant);
        var stored = await Stored(type, doubtful, match, input, cancellation);
        foreach (var row in doubtful)
        {
            foreach (var (field, problem) in row.Doubts)
            {
                if (stored.GetValueOrDefault(row) is { } record && Field.Same(field.Get(record), input.Read(field, row.Values[field.Key]).Value)) continue;
                row.Problems.Add(problem);
                row.Unread[field.Key] = row.Values[field.Key]?.ToString() ?? "";
                row.Values.Remove(field.Key);
            }

            row.Doubts.Clear();
        }
    }

    /// <summary>The records the rows are about, by id or by the fields that match; those the user may not see are not there.</summary>
    private async Task<Dictionary<ImportRow, Record>> Stored(
        RecordType type, List<ImportRow> rows, IReadOnlyList<string> match, FieldInput input, CancellationToken cancellation)
    {
        var found = new Dictionary<ImportRow, Record>();
        var ids = rows.Where(r => IdOf(r) is not null).ToLookup(r => IdOf(r)!.Value);
        if (ids.Count > 0)
        {
            foreach (var record in (await loader.ByIds(type, [.. ids.Select(g => g.Key)], cancellation)).Where(Visible))
            {
                foreach (var row in ids[record.Id]) found[row] = record;
            }
        }

        if (match.Count == 0 || !type.TryGet(match[0], out var first)) return found;
        var keys = match.Select(k => type[k]).ToList();
        var values = rows.Where(r => !found.ContainsKey(r)).Select(r => Key(r, first)).OfType<object>().Distinct().ToList();
        if (values.Count == 0) return found;
        var records = (await loader.ByField(type, first, values, cancellation)).Where(Visible).ToList();
        foreach (var row in rows.Where(r => !found.ContainsKey(r)))
        {
            if (records.Where(r => keys.TrueForAll(k => Field.Same(k.Get(r), Key(row, k)))).ToList() is [var only]) found[row] = only;
        }

        return found;

        bool Visible(Record record) => current.Actor.MayAct(type.Key, record.OwnerId, RecordAction.Read);

        object? Key(ImportRow row, Field field) => input.Read(field, row.Values.GetValueOrDefault(field.Key)).Value;
    }

    private static Guid? IdOf(ImportRow row) => row.Values.GetValueOrDefault("id") is string text && Guid.TryParse(text, out var id) ? id : null;
}
