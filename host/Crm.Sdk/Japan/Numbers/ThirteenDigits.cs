// Reads the thirteen digits that corporate and invoice numbers have in common.
namespace Crm.Sdk.Japan;

internal static class ThirteenDigits
{
    /// <summary>Fills <paramref name="digits"/>; false unless the text holds exactly thirteen and nothing beside but spaces and hyphens.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> digits)
    {
        var count = 0;
        foreach (var typed in text)
        {
            var c = typed is >= '０' and <= '９' ? (char)(typed - '０' + '0') : typed;
            if (char.IsAsciiDigit(c))
            {
                if (count == digits.Length) return false;
                digits[count++] = c;
            }
            else if (!char.IsWhiteSpace(c) && !Dashes.Any.Contains(c))
            {
                return false;
            }
        }

        return count == digits.Length;
    }
}
