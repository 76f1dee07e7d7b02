// 適格請求書発行事業者の登録番号: T and thirteen digits; a corporation's are its corporate number.
namespace Crm.Sdk.Japan;

/// <summary>
/// The registration number of an issuer of qualified invoices (T番号). (Source: 消費税法 57条の2 and design notes, H.)
/// Whether it was registered on a day is another question: registrations lapse and are revoked.
/// </summary>
public readonly record struct InvoiceNumber
{
    private static readonly Problem WrongForm = new(
        "invoice-number.form",
        ("登録番号は T と13桁の数字です。", "A registration number is T and 13 digits."),
        ("T に続けて13桁の数字を入力してください。", "Enter T followed by 13 digits."));

    private static readonly Problem NotOfACorporation = new(
        "invoice-number.not-corporate",
        ("この登録番号は、法人番号としては検査用数字が合いません。", "As a corporate number this would have a wrong check digit."),
        ("個人事業主などの番号であればこのままで構いません。法人の番号であれば打ち間違いがないかご確認ください。", "Leave it if it belongs to a sole proprietor; if it belongs to a corporation, look for a typing mistake."));

    private readonly string? value;

    private InvoiceNumber(string value) => this.value = value;

    /// <summary>The corporate number inside, or null when the digits are none, as those of sole proprietors.</summary>
    public CorporateNumber? CorporateNumber =>
        value is not null && Japan.CorporateNumber.TryParse(value[1..], out var number, out _) ? number : null;

    /// <summary>T and thirteen digits.</summary>
    public override string ToString() => value ?? "";

    /// <summary>
    /// Reads a number. False with a <paramref name="flaw"/> when it is none; <b>true with a flaw</b> when its digits are no corporate
    /// number, which is right for sole proprietors and so only a warning.
    /// </summary>
    public static bool TryParse(string? text, out InvoiceNumber number, out InputFlaw? flaw)
    {
        number = default;
        var typed = text.AsSpan().Trim();
        Span<char> digits = stackalloc char[13];
        var hasT = typed is ['T' or 't' or 'Ｔ' or 'ｔ', ..];
        if (!ThirteenDigits.TryRead(hasT ? typed[1..] : typed, digits))
        {
            flaw = new(WrongForm);
            return false;
        }

        var withT = string.Concat("T", digits);
        if (!hasT)
        {
            flaw = new(WrongForm, withT);
            return false;
        }

        number = new(withT);
        flaw = Japan.CorporateNumber.HasCheckDigit(digits) ? null : new(NotOfACorporation);
        return true;
    }
}
