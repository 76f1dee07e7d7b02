// Phone numbers as people in Japan type them. What was typed is kept; the E.164 form is only the key.
using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>
/// A phone number. (Source: design notes, H: 10 digits, or 11 after 070/080/090/050; the ministry's number plan, M: 11 after 060 and
/// 020 too.) A number shared by many people says nothing about their being one.
/// </summary>
/// <param name="Typed">As typed, for showing.</param>
/// <param name="E164">The key: <c>+81312345678</c>.</param>
/// <param name="Extension">Digits of the extension (内線), or null.</param>
public readonly record struct Phone(string Typed, string E164, string? Extension)
{
    private const int MostDigits = 15;

    private static readonly Problem Unreadable = new(
        "phone.unreadable",
        ("電話番号として読み取れません。", "This cannot be read as a phone number."),
        ("番号は1件だけ、数字とハイフンで入力してください（例：03-1234-5678）。", "Enter one number in digits and hyphens, such as 03-1234-5678."));

    private static readonly Problem WrongLength = new(
        "phone.length",
        ("電話番号の桁数が正しくありません。", "The phone number has the wrong number of digits."),
        ("固定電話は10桁、携帯電話とIP電話は11桁、海外の番号は + と国番号から入力してください。", "Enter 10 digits (11 for mobile and IP phones), or + and the country code for a number abroad."));

    private static readonly Problem ZeroLost = new(
        "phone.leading-zero",
        ("電話番号の先頭の 0 が抜けている可能性があります。", "The leading 0 of the phone number seems to be missing."),
        ("提案された番号を確認して選ぶか、正しい番号を入力してください。", "Check and accept the suggested number, or enter the right one."));

    private static readonly Problem PlusLost = new(
        "phone.plus",
        ("国番号 81 の前の + が抜けている可能性があります。", "The + before the country code 81 seems to be missing."),
        ("提案された番号を確認して選ぶか、正しい番号を入力してください。", "Check and accept the suggested number, or enter the right one."));

    private static readonly string[] Labels = ["電話番号", "携帯電話", "電話", "携帯", "直通", "代表", "telephone", "phone", "mobile", "tel", "fax"];

    /// <summary>Reads a number; when it cannot, <paramref name="flaw"/> says why and, for a lost leading zero, offers the number with it.</summary>
    public static bool TryParse(string? text, out Phone phone, out InputFlaw? flaw)
    {
        phone = default;
        flaw = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            flaw = new(Unreadable);
            return false;
        }

        var folded = new CharBuffer(stackalloc char[64]);
        CharacterFold.Append(text, ref folded, lettersOnly: false);
        Span<char> digits = stackalloc char[MostDigits + 4];
        var count = Read(folded.Written, digits, out var plus, out var extension);
        folded.Dispose();

        if (count < 0) flaw = new(Unreadable);
        else if (Key(digits[..count], plus) is { } e164) phone = new(text, e164, extension);
        else flaw = Wrong(text, digits[..count], plus);
        return flaw is null;
    }

    /// <summary>Collects the digits; returns how many, or -1 when it is no single number.</summary>
    private static int Read(ReadOnlySpan<char> text, Span<char> digits, out bool plus, out string? extension)
    {
        (plus, extension) = (false, null);
        var count = 0;
        text = WithoutLabel(text.Trim(' '));
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c))
            {
                if (count == digits.Length) return -1;
                digits[count++] = c;
            }
            else if (c == '+' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (c is not (' ' or '(' or ')' or '.' or '[' or ']') && !Dashes.Any.Contains(c))
            {
                if (count == 0) return -1;
                if (ExtensionMark(text[i..]) is var mark and > 0)
                {
                    extension = ExtensionDigits(text[(i + mark)..]);
                    return extension is null ? -1 : count;
                }

                var remark = RemarkLength(text[i..]);
                if (remark == 0) return -1;
                i += remark - 1;
            }
        }

        return count;
    }

    /// <summary>The E.164 form, or null when the digits make no number.</summary>
    private static string? Key(ReadOnlySpan<char> digits, bool plus)
    {
        if (!plus)
        {
            if (digits.StartsWith("0") && IsDomestic(digits[1..])) return string.Concat("+81", digits[1..]);
            // 010 is what one dials in Japan to call abroad.
            return digits.Length > 11 && digits.StartsWith("010") ? Key(digits[3..], plus: true) : null;
        }

        if (digits.StartsWith("81"))
        {
            var national = digits[2..];
            if (national.StartsWith("0")) national = national[1..]; // +81(0)3-…
            return IsDomestic(national) ? string.Concat("+81", national) : null;
        }

        return digits.Length is >= 7 and <= MostDigits && digits[0] != '0' ? string.Concat("+", digits) : null;
    }

    /// <summary>Whether the digits after the leading 0 make a Japanese number.</summary>
    private static bool IsDomestic(ReadOnlySpan<char> national)
    {
        if (national.Length is not (9 or 10) || national[0] == '0') return false;
        var eleven = national[1] == '0' && (national[0] == '2' || national[0] >= '5');
        return national.Length == (eleven ? 10 : 9);
    }

    private static InputFlaw Wrong(string text, ReadOnlySpan<char> digits, bool plus)
    {
        if (!plus && digits.Length > 0 && digits[0] != '0')
        {
            // The typed form keeps its hyphens when nothing stands before the number.
            var typed = text.AsSpan().Trim();
            if (IsDomestic(digits)) return new(ZeroLost, string.Concat("0", char.IsAsciiDigit(typed[0]) ? typed : digits));
            if (digits.StartsWith("81") && Key(digits, plus: true) is { } e164) return new(PlusLost, e164);
        }

        return new(WrongLength);
    }

    private static ReadOnlySpan<char> WithoutLabel(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0])) return text;
        foreach (var label in Labels)
            if (text.StartsWith(label)) return text[label.Length..].TrimStart(":. ");
        return text;
    }

    private static int ExtensionMark(ReadOnlySpan<char> text) =>
        text.StartsWith("内線") ? 2 : text.StartsWith("extension") ? 9 : text.StartsWith("ext") ? 3 : text[0] is '内' or 'x' or '#' ? 1 : 0;

    private static string? ExtensionDigits(ReadOnlySpan<char> text)
    {
        text = text.Trim(" .:)-番号");
        return text.Length is >= 1 and <= 8 && !text.ContainsAnyExceptInRange('0', '9') ? text.ToString() : null;
    }

    private static int RemarkLength(ReadOnlySpan<char> text) =>
        text.StartsWith("代表") || text.StartsWith("直通") || text.StartsWith("携帯") ? 2 : text[0] is '代' or '直' ? 1 : 0;
}
