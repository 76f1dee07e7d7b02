// Proposes the one date pattern a column's texts fit; says so when there are several.
using System.Globalization;

namespace Crm.Platform.Tabular;

/// <summary>What a column of dates looks like.</summary>
/// <param name="Needed">False when the cells are dates without any format.</param>
/// <param name="Format">The pattern for <see cref="CellOptions.DateFormat"/>, null when none or several fit.</param>
/// <param name="Candidates">All that fit, for the user to choose from.</param>
internal sealed record DateFormatGuess(bool Needed, string? Format, IReadOnlyList<string> Candidates)
{
    private static readonly string[] Patterns =
    [
        .. from separator in new[] { "-", "/", ".", " " }
           from order in new[] { "d-M-yyyy", "M-d-yyyy", "d-M-yy", "M-d-yy", "yy-M-d" }
           select order.Replace("-", separator, StringComparison.Ordinal),
        "ddMMyyyy", "MMddyyyy", "yyMMdd", "ddMMyy", "MMddyy", "d-MMM-yy", "yy年M月d日",
    ];

    /// <summary>Some hundred cells decide more surely than twenty; the empty ones do not count.</summary>
    public static DateFormatGuess Of(IEnumerable<Cell> column)
    {
        var unread = column.Where(c => c.Kind is CellKind.Text or CellKind.Number && CellValues.DateTime(c).Problem is not null)
            .Select(c => CellText.Normal(c.ToString())).Distinct(StringComparer.Ordinal).ToList();
        if (unread.Count == 0) return new(Needed: false, Format: null, []);

        var fits = Patterns.Select(pattern => (Pattern: pattern, Days: Days(unread, pattern))).ToList();
        var most = fits.Max(f => f.Days.Count);
        if (most == 0 || most * 10 < unread.Count * 9) return new(Needed: true, Format: null, []);

        var best = fits.Where(f => f.Days.Count == most).ToList();
        // Days of a month spread over a column, years do not: 20-10-16 … 01-03-17 cannot be yy-M-d.
        if (most >= 20 && best.Exists(f => Spread(f.Days) >= 8)) best.RemoveAll(f => Spread(f.Days) <= 4);
        var candidates = best.Select(f => f.Pattern).ToList();
        return new(Needed: true, candidates.Count == 1 ? candidates[0] : null, candidates);
    }

    private static int Spread(List<DateOnly> days) => days.Select(d => d.Day).Distinct().Count();

    private static List<DateOnly> Days(List<string> texts, string pattern) =>
        [.. texts.Select(t => DateText.WithFormat(t, pattern)).Where(d => d is not null).Select(d => d!.Value.Date)];
}
