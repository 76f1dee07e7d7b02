// Which row names the columns: below title rows, one or two rows high, or none at all.
using System.Globalization;

namespace Crm.Platform.Tabular;

/// <summary>The header found: its first row (0 for none), how many rows high, where data begins, and the names it gives.</summary>
internal sealed record Header(
    int Row, int Height, long DataFrom, IReadOnlyList<TabularColumn> Columns, IReadOnlyList<TabularProblem> Warnings)
{
    private const int LongestName = 100, TitleRows = 30;

    public static Header Find(IReadOnlyList<RawRow> rows, TabularOptions options)
    {
        var filled = rows.Where(r => !r.IsBlank).ToList();
        if (options.HeaderRow is 0) return None(filled, 1);
        if (options.HeaderRow is { } chosen) return Named(rows, chosen, Math.Clamp(options.HeaderHeight ?? 1, 1, 2));

        // Titles, print dates and notes above a table fill few of its columns.
        var usual = Usual(filled);
        var tops = filled.Take(TitleRows).Where(r => Count(r) >= Math.Max(1, 0.6 * usual)).ToList();
        if (tops.Count == 0) return None(filled, 1);
        var top = tops[0];
        if (!Likeness(top, filled).IsHeader)
        {
            var fuller = tops.Find(r => Count(r) > Count(top) && Likeness(r, filled).IsSurelyHeader);
            if (fuller.Cells is null) return None(filled, top.Number);
            top = fuller;
        }
        var below = filled.SkipWhile(r => r.Number <= top.Number).ToList();
        var height = options.HeaderHeight ?? (below.Count > 1 && IsSplit(top, below[0], below[1..]) ? 2 : 1);
        if (height == 1 && Group(rows, top) is { } group) return Named(rows, (int)group.Number, 2);
        return Named(rows, (int)top.Number, Math.Clamp(height, 1, 2));
    }

    /// <summary>As many cells as at least this share of the rows have.</summary>
    private static int Width(IReadOnlyList<RawRow> rows, double share)
    {
        var lengths = rows.Where(r => !r.IsBlank).Select(r => r.Cells.Length).OrderDescending().ToList();
        return lengths.Count == 0 ? 1 : Math.Max(1, lengths[Math.Min(lengths.Count - 1, (int)(lengths.Count * share))]);
    }

    private static int Usual(List<RawRow> rows) =>
        rows.Select(Count).GroupBy(n => n).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;

    private static int Count(RawRow row) => row.Cells?.Count(c => !c.IsEmpty) ?? 0;

    /// <summary>Names are distinct texts that look unlike the values below them.</summary>
    private static (bool IsHeader, bool IsSurelyHeader) Likeness(RawRow top, List<RawRow> filled)
    {
        var below = filled.SkipWhile(r => r.Number <= top.Number).ToList();
        int names = 0, namesOverValues = 0, values = 0, repeated = 0;
        for (var column = 0; column < top.Cells.Length; column++)
        {
            var cell = top[column];
            if (cell.IsEmpty) continue;
            var under = below.Select(r => r[column]).Where(c => !c.IsEmpty).Take(50).ToList();
            if (IsYear(cell) && under.Count > 0 && !under.TrueForAll(IsYear)) continue; // 会社名, 2025, 2026: sums of years
            if (LooksLikeValue(cell) || cell.ToString().Length > LongestName) values++;
            else if (under.Exists(v => v.ToString() == cell.ToString())) repeated++;
            else
            {
                names++;
                if (under.Count > 0 && under.Count(LooksLikeValue) * 10 >= under.Count * 7) namesOverValues++;
            }
        }
        var sure = values + repeated == 0 && namesOverValues > 0;
        var likely = values == 0 ? repeated == 0 || namesOverValues > 0 : namesOverValues > values + repeated || below.Count == 0;
        return (names > 0 && likely, sure);
    }

    private static bool IsYear(Cell cell) =>
        int.TryParse(cell.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and <= 2100;

    /// <summary>A merged heading over several names: where one row is empty the other speaks.</summary>
    private static bool IsSplit(RawRow top, RawRow second, List<RawRow> data)
    {
        var width = Math.Max(top.Cells.Length, second.Cells.Length);
        if (second.Cells.Any(LooksLikeValue) || second.Number != top.Number + 1) return false;
        var columns = Enumerable.Range(0, width).ToList();
        var under = columns.Where(c => top[c].IsEmpty).ToList();
        return under.Count > 0
            && under.All(c => !second[c].IsEmpty)
            && under.Exists(c => c > 0 && !second[c - 1].IsEmpty)
            && columns.Exists(c => second[c].IsEmpty && data.Exists(r => !r[c].IsEmpty));
    }

    /// <summary>The row just above, when it tells equal names apart (請求先 電話 / 納品先 電話).</summary>
    private static RawRow? Group(IReadOnlyList<RawRow> rows, RawRow names)
    {
        var texts = names.Cells.Where(c => !c.IsEmpty).Select(c => Clean(c.ToString())).ToList();
        if (texts.Distinct().Count() == texts.Count) return null;
        var above = rows.FirstOrDefault(r => r.Number == names.Number - 1);
        return above.Cells is not null && Count(above) > 1 && !above.Cells.Any(LooksLikeValue) ? above : null;
    }

    private static Header None(IReadOnlyList<RawRow> rows, long dataFrom) =>
        new(0, 0, dataFrom, [.. Enumerable.Range(1, Width(rows, 0.1)).Select(n => Unnamed(n))], [TabularProblems.NoHeader]);

    private static Header Named(IReadOnlyList<RawRow> rows, int row, int height)
    {
        var top = rows.FirstOrDefault(r => r.Number == row);
        var second = height == 2 ? rows.FirstOrDefault(r => r.Number == row + 1) : default;
        var width = Math.Max(top.Cells?.Length ?? 0, second.Cells?.Length ?? 0);
        width = Math.Max(width, Width([.. rows.SkipWhile(r => r.Number < (long)row + height)], 0.5)); // columns nobody named

        var columns = new List<TabularColumn>(width);
        var warnings = new List<TabularProblem>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var group = "";
        for (var column = 0; column < width; column++)
        {
            var first = top.Cells is null ? "" : Clean(top[column].ToString());
            var name = second.Cells is null ? "" : Clean(second[column].ToString());
            if (first.Length > 0) group = first;
            // A heading reaches to the right over the names under it, never over columns without one.
            var text = height == 1 ? first : name.Length == 0 ? first : group.Length == 0 ? name : $"{group} {name}";
            if (text.Length == 0)
            {
                columns.Add(Unnamed(column + 1));
                continue;
            }
            var times = seen[text] = seen.GetValueOrDefault(text) + 1;
            if (times > 1)
            {
                if (times == 2) warnings.Add(TabularProblems.DuplicateHeader(text).At(row, column + 1));
                text = string.Create(CultureInfo.InvariantCulture, $"{text} ({times})");
            }
            columns.Add(new(column + 1, text, text, Named: true));
        }
        return new(row, height, (long)row + height, columns, warnings);
    }

    private static TabularColumn Unnamed(int position) => new(position,
        string.Create(CultureInfo.InvariantCulture, $"列{position}"),
        string.Create(CultureInfo.InvariantCulture, $"Column {position}"), Named: false);

    private static string Clean(string name) =>
        string.Join(' ', name.Split([' ', '\t', '\r', '\n', '\u3000', '\u00A0'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Numbers, dates, phones, mail and web addresses are values, not names of columns.</summary>
    private static bool LooksLikeValue(Cell cell)
    {
        if (cell.Kind is not (CellKind.Text or CellKind.Empty)) return true;
        var text = CellText.Normal(cell.ToString());
        return text.Length > 0
            && (text.AsSpan().IndexOfAnyExcept("0123456789-+()/., ") < 0
                || (text.Contains('@', StringComparison.Ordinal) && text.Contains('.', StringComparison.Ordinal))
                || text.Contains("://", StringComparison.Ordinal)
                || CellValues.Number(cell).HasValue || CellValues.Date(cell).HasValue);
    }
}
