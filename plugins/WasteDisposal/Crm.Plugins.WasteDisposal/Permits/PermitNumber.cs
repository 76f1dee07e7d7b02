using System.Text;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>
/// A permit number: 3 digits of the authority (001–047 prefectures, from 050 cities), 1 of the kind, 1 the authority uses as it likes, 6 of the
/// company, the same all over the country. Ten digits are an old number without its leading 0. (Source: design notes, H; 衛環21号.)
/// </summary>
internal readonly record struct PermitNumber(string Text)
{
    private const int Digits = 11;
    private const int FirstCity = 50;
    private const int Prefectures47 = 47;

    /// <summary>Code of the prefecture or city that gave it.</summary>
    public string Authority => Text[..3];

    /// <summary>The digit that says what is permitted.</summary>
    public char Kind => Text[3];

    /// <summary>The company, by the same six digits everywhere.</summary>
    public string Company => Text[5..];

    /// <summary>The prefecture that gave it; null when a city did.</summary>
    public Prefecture? Prefecture => int.Parse(Authority, System.Globalization.CultureInfo.InvariantCulture) is var code and <= Prefectures47 ? Prefectures.All[code - 1] : null;

    public static bool TryParse(string? text, out PermitNumber number)
    {
        number = default;
        if (text is null) return false;
        var digits = string.Concat(text.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '‐' or '−' or '第' or '号')));
        if (digits.Length == Digits - 1) digits = "0" + digits;
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit)) return false;
        var authority = int.Parse(digits.AsSpan(0, 3), provider: System.Globalization.CultureInfo.InvariantCulture);
        if (authority is 0 or (> Prefectures47 and < FirstCity)) return false;
        number = new(digits);
        return true;
    }

    public override string ToString() => Text;
}

/// <summary>The number has the form of one; what it is written in does not matter.</summary>
internal static class PermitNumberHasElevenDigits
{
    public static Problem? Check(Field field, object value, RuleContext record) => PermitNumber.TryParse((string)value, out _)
        ? null
        : new Problem(
            "waste.permit-number",
            ($"許可番号「{value}」は 11 桁の番号として読めません。", $"“{value}” is not a permit number of 11 digits."),
            ("先頭 3 桁は 001〜047(都道府県)か 050 以降(政令市)です。古い 10 桁の番号はそのまま入力できます。", "It begins with 001–047 (prefectures) or 050 and above (cities). An old number of 10 digits may be entered as it is."),
            field.Key);
}

/// <summary>What a permit allows, by the fourth digit of its number.</summary>
internal static class PermitKinds
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("0", "収集運搬(積替えなし)", "Transport"),
        Choice.Of("1", "収集運搬(積替えあり)", "Transport with transshipment"),
        Choice.Of("2", "処分(中間処理)", "Intermediate treatment"),
        Choice.Of("3", "処分(最終処分)", "Final disposal"),
        Choice.Of("4", "処分(中間・最終)", "Treatment and final disposal"),
        Choice.Of("5", "特管 収集運搬(積替えなし)", "Special: transport", "red"),
        Choice.Of("6", "特管 収集運搬(積替えあり)", "Special: transport with transshipment", "red"),
        Choice.Of("7", "特管 処分(中間処理)", "Special: intermediate treatment", "red"),
        Choice.Of("8", "特管 処分(最終処分)", "Special: final disposal", "red"),
        Choice.Of("9", "特管 処分(中間・最終)", "Special: treatment and final disposal", "red"),
    ];

    public static bool Transports(string? kind) => kind is "0" or "1" or "5" or "6";

    public static bool Disposes(string? kind) => kind is not null && !Transports(kind);

    public static bool Transships(string? kind) => kind is "1" or "6";

    public static bool IsSpecial(string? kind) => kind is ['5' or '6' or '7' or '8' or '9'];

    public static Label Name(string? kind) => All.FirstOrDefault(k => k.Key == kind)?.Label ?? ("許可", "Permit");
}
