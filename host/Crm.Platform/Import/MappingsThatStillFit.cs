using Crm.Platform.Tabular;
using Crm.Sdk.Text;

namespace Crm.Platform.Import;

/// <summary>
/// Read again with another encoding, separator or header, a file has other columns. What the user chose for a column is kept
/// where the column is still there: under its name, else at its place when there are as many as before.
/// </summary>
/// <param name="Names">What the columns were called before, by position; empty where the file named none.</param>
/// <param name="Chosen">Which fields they filled; a column that is not among them was left out.</param>
internal sealed record MappingsThatStillFit(IReadOnlyDictionary<int, string> Names, IReadOnlyList<ColumnMapping> Chosen)
{
    public IReadOnlyList<ColumnMapping> Over(IReadOnlyList<TabularColumn> columns, IReadOnlyList<ColumnMapping> guessed)
    {
        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (position, name) in Names.Where(n => n.Value.Length > 0)) before.TryAdd(TextNormaliser.ForKey(name), position);
        var found = columns.Where(c => c.Named).Select(c => before.GetValueOrDefault(TextNormaliser.ForKey(c.Ja))).ToHashSet();
        var (kept, open) = (new List<ColumnMapping>(), new List<int>());
        foreach (var column in columns)
        {
            var was = 0;
            var named = column.Named && before.TryGetValue(TextNormaliser.ForKey(column.Ja), out was);
            if (!named) was = columns.Count == Names.Count && !found.Contains(column.Position) ? column.Position : 0;
            var mappings = Chosen.Where(c => c.Column == was).ToList();
            kept.AddRange(mappings.Select(m => m with { Column = column.Position }));
            if (!named && mappings.Count == 0) open.Add(column.Position);
        }

        return [.. kept, .. guessed.Where(g => open.Contains(g.Column) && kept.TrueForAll(k => k.Field != g.Field))];
    }
}
