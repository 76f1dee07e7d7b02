// Numbers as people write them in Japan: ￥1,234 1,234円 ▲1,234 (1,234) １２．５％.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Crm.Platform.Tabular;

internal static partial class NumberText
{
    public static Parsed<decimal> Read(string raw)
    {
        var text = CellText.Normal(raw);
        if (text.Length == 0) return Parsed<decimal>.Empty;

        var match = Written().Match(text);
        if (!match.Success || (match.Groups["open"].Success != match.Groups["close"].Success)) return ValueProblems.NumberInvalid(raw);
        var negatives = match.Groups["minus"].Captures.Count + match.Groups["open"].Captures.Count;
        if (negatives > 1 || (match.Groups["yen"].Success && match.Groups["unit"].Success)) return ValueProblems.NumberInvalid(raw);

        var digits = match.Groups["digits"].Value.Replace(",", "", StringComparison.Ordinal);
        var power = 0;
        if (match.Groups["power"].Success)
        {
            // 9.01E+11 shows three of twelve digits; what the others were is not in the file.
            var decimals = digits.Length - 1 - digits.IndexOf('.', StringComparison.Ordinal);
            if (!digits.Contains('.', StringComparison.Ordinal)) decimals = 0;
            power = int.Parse(match.Groups["power"].Value, CultureInfo.InvariantCulture);
            if (power > decimals) return ValueProblems.DigitsLost(raw);
        }
        var invariant = power == 0 ? digits : string.Create(CultureInfo.InvariantCulture, $"{digits}E{power}");
        if (!decimal.TryParse(invariant, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return ValueProblems.NumberRange(raw);
        if (match.Groups["percent"].Success) value /= 100;
        return negatives == 1 ? -value : value;
    }

    // − (U+2212) survives width folding; so do the accountants' triangles.
    [GeneratedRegex("""
        ^ (?<open>\()? \ ? (?<minus>[-−–▲△])? \ ? \+? (?<yen>[¥\\])? \ ? (?<minus>[-−–▲△])? \ ?
        (?<digits> (?: [0-9]{1,3}(?:,[0-9]{3})+ | [0-9]+ ) (?:\.[0-9]*)? | \.[0-9]+ )
        (?:[Ee](?<power>[-+]?[0-9]{1,3}))?
        \ ? (?:(?<unit>円)|(?<percent>%))? \ ? (?<close>\))? $
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();
}
