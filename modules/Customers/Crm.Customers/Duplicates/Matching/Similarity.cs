// How alike two short texts are. Pure.
namespace Crm.Customers.Duplicates.Matching;

internal static class Similarity
{
    private const int Longest = 64;

    /// <summary>Jaro's similarity raised by a common beginning (Winkler 1990): 0 to 1.</summary>
    public static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length > Longest) a = a[..Longest];
        if (b.Length > Longest) b = b[..Longest];
        if (a.SequenceEqual(b)) return 1;
        if (a.IsEmpty || b.IsEmpty) return 0;

        var reach = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1);
        Span<bool> takenA = stackalloc bool[Longest];
        Span<bool> takenB = stackalloc bool[Longest];
        takenA.Clear();
        takenB.Clear();
        var common = 0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - reach); j < Math.Min(b.Length, i + reach + 1); j++)
            {
                if (takenB[j] || a[i] != b[j]) continue;
                takenA[i] = takenB[j] = true;
                common++;
                break;
            }
        }

        if (common == 0) return 0;
        var swapped = 0;
        for (int i = 0, j = 0; i < a.Length; i++)
        {
            if (!takenA[i]) continue;
            while (!takenB[j]) j++;
            if (a[i] != b[j++]) swapped++;
        }

        var jaro = (((double)common / a.Length) + ((double)common / b.Length) + ((common - (swapped / 2)) / (double)common)) / 3;
        var prefix = 0;
        while (prefix < Math.Min(4, Math.Min(a.Length, b.Length)) && a[prefix] == b[prefix]) prefix++;
        return jaro + (prefix * 0.1 * (1 - jaro));
    }

    /// <summary>Whether one slip of a finger makes one text the other: a character more, less or another, or two changed places.</summary>
    public static bool OneSlip(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length > b.Length)
        {
            var longer = a;
            a = b;
            b = longer;
        }

        if (b.Length - a.Length > 1) return false;
        var at = a.CommonPrefixLength(b);
        if (at == b.Length) return false; // they are the same
        if (a.Length < b.Length) return a[at..].SequenceEqual(b[(at + 1)..]);
        return a[(at + 1)..].SequenceEqual(b[(at + 1)..])
            || (at + 1 < a.Length && a[at] == b[at + 1] && a[at + 1] == b[at] && a[(at + 2)..].SequenceEqual(b[(at + 2)..]));
    }
}
