// 法人番号: thirteen digits whose first is a check digit over the others.
namespace Crm.Sdk.Japan;

/// <summary>
/// A corporate number (法人番号) whose form is right. The check digit proves form, not existence: never show it as "verified".
/// (Source: 法人番号の指定等に関する省令 and design notes, H: first digit = 9 − (Σ Pₙ·Qₙ mod 9), n from the right, Q = 1 for odd n and 2 for even.)
/// </summary>
public readonly record struct CorporateNumber
{
    private static readonly Problem WrongLength = new(
        "corporate-number.length",
        ("法人番号は13桁の数字です。", "A corporate number has 13 digits."),
        ("13桁の数字を入力してください。", "Enter all 13 digits."));

    private static readonly Problem WrongCheckDigit = new(
        "corporate-number.check-digit",
        ("法人番号の検査用数字（先頭の1桁）が合いません。", "The check digit (the first one) does not fit the corporate number."),
        ("打ち間違いがないか、国税庁の法人番号公表サイトでご確認ください。", "Look for a typing mistake, or look the number up on the National Tax Agency's site."));

    private readonly string? value;

    private CorporateNumber(string value) => this.value = value;

    /// <summary>The thirteen digits.</summary>
    public override string ToString() => value ?? "";

    /// <summary>Reads a number; full width, spaces and hyphens do not matter.</summary>
    public static bool TryParse(string? text, out CorporateNumber number, out InputFlaw? flaw)
    {
        number = default;
        Span<char> digits = stackalloc char[13];
        flaw = !ThirteenDigits.TryRead(text, digits) ? new(WrongLength) : !HasCheckDigit(digits) ? new(WrongCheckDigit) : null;
        if (flaw is null) number = new(digits.SequenceEqual(text) ? text! : digits.ToString());
        return flaw is null;
    }

    internal static bool HasCheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var n = 1; n <= 12; n++) sum += (digits[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
        return digits[0] - '0' == 9 - (sum % 9);
    }
}
