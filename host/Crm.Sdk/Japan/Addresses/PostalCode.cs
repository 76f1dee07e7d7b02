// 郵便番号: seven digits, shown 123-4567.
using System.Globalization;

namespace Crm.Sdk.Japan;

/// <summary>A Japanese postal code. (Source: design notes, H.)</summary>
public readonly record struct PostalCode
{
    private static readonly Problem WrongForm = new(
        "postal-code.form",
        ("郵便番号は7桁の数字です。", "A postal code has 7 digits."),
        ("7桁の数字を入力してください（例：105-0014）。", "Enter 7 digits, such as 105-0014."));

    private static readonly Problem ZeroLost = new(
        "postal-code.leading-zero",
        ("郵便番号の先頭の 0 が抜けている可能性があります。", "The leading 0 of the postal code seems to be missing."),
        ("提案された郵便番号を確認して選ぶか、正しい番号を入力してください。", "Check and accept the suggested code, or enter the right one."));

    private PostalCode(int number) => Number = number;

    /// <summary>The seven digits without hyphen.</summary>
    public string Digits => Number.ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The code as a number: 10010 for 001-0010.</summary>
    internal int Number { get; }

    /// <summary>As shown: 123-4567.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number / 10000:D3}-{Number % 10000:D4}");

    /// <summary>
    /// Reads a code; 〒, full width, spaces and any dash do not matter. Six and five digits are what a spreadsheet leaves of codes that
    /// begin with 0 (Hokkaido, Tohoku): the flaw offers them with their zeros.
    /// </summary>
    public static bool TryParse(string? text, out PostalCode code, out InputFlaw? flaw)
    {
        code = default;
        var (number, count, clean) = (0, 0, true);
        foreach (var typed in text.AsSpan())
        {
            var c = typed is >= '０' and <= '９' ? (char)(typed - '０' + '0') : typed;
            if (char.IsAsciiDigit(c))
            {
                if (++count <= 7) number = (number * 10) + (c - '0');
            }
            else
            {
                clean &= char.IsWhiteSpace(c) || c is '〒' or '〠' || Dashes.Any.Contains(c);
            }
        }

        if (clean && count == 7)
        {
            code = new(number);
            flaw = null;
            return true;
        }

        flaw = clean && count is (5 or 6) ? new(ZeroLost, new PostalCode(number).ToString()) : new(WrongForm);
        return false;
    }
}
