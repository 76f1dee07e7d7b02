// The encodings files come in. Bytes that are no character become marks that name them, never '?'.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Crm.Platform.Tabular;

/// <summary>
/// An encoding, and the characters that show a row is not in it: marked bytes, NUL, and code points with which the
/// platform's decoder papers over stray bytes.
/// </summary>
/// <param name="Name">What it is called in settings, and by people who write Shift_JIS and mean code page 932.</param>
/// <param name="Charset">Its name in a Content-Type (IANA).</param>
/// <param name="Encoding">Reads and writes it.</param>
/// <param name="Undecodable">The characters of which none may stand in a good row.</param>
internal sealed record TextEncoding(string Name, string Charset, Encoding Encoding, SearchValues<char> Undecodable)
{
    public static readonly TextEncoding Utf8 = new("utf-8", "utf-8", Marking(new UTF8Encoding(true)), Marks(""));
    public static readonly TextEncoding Utf16Le = new("utf-16le", "utf-16le", Marking(new UnicodeEncoding(false, true)), Marks(""));
    public static readonly TextEncoding Utf16Be = new("utf-16be", "utf-16be", Marking(new UnicodeEncoding(true, true)), Marks(""));
    public static readonly TextEncoding Cp932 = new("cp932", "windows-31j", CodePage(932), Marks("\u0080\uF8F0\uF8F1\uF8F2\uF8F3"));
    public static readonly TextEncoding EucJp = new("euc-jp", "euc-jp", CodePage(51932), Marks(""));
    public static readonly TextEncoding Iso2022Jp = new("iso-2022-jp", "iso-2022-jp", CodePage(50221), Marks("\u001B"));

    public static readonly IReadOnlyList<TextEncoding> All = [Utf8, Cp932, EucJp, Iso2022Jp, Utf16Le, Utf16Be];

    public static TextEncoding? ByName(string name) => name.ToLowerInvariant() switch
    {
        "shift_jis" or "shift-jis" or "sjis" or "ms932" => Cp932,
        "utf-8-bom" or "utf8" => Utf8,
        "utf-16" => Utf16Le,
        var plain => All.FirstOrDefault(e => e.Name == plain || e.Charset == plain),
    };

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance
        .GetEncoding(number, EncoderFallback.ExceptionFallback, number == 932 ? new UndecodableBytes(NecSelectedCharacters.Of) : new UndecodableBytes())!;

    private static Encoding Marking(Encoding encoding)
    {
        var marking = (Encoding)encoding.Clone();
        marking.DecoderFallback = new UndecodableBytes();
        return marking;
    }

    private static SearchValues<char> Marks(string more) => SearchValues.Create(
        "\0" + more + string.Concat(Enumerable.Range(UndecodableBytes.High, 32).Select(c => (char)c)));
}

/// <summary>Turns a byte 0x81 into U+FDD8 U+FDE1: Unicode keeps these 32 code points free for a program's own use.</summary>
/// <param name="rescue">Knows characters for some pairs of bytes the decoder does not; or null.</param>
internal sealed class UndecodableBytes(Func<byte, byte, char?>? rescue = null) : DecoderFallback
{
    public const int High = 0xFDD0, Low = 0xFDE0;

    public override int MaxCharCount => 16;
    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(rescue);

    /// <summary>The bytes behind the marks of a text: "0x81 0xFF", at most eight.</summary>
    public static string Describe(ReadOnlySpan<char> text, SearchValues<char> undecodable)
    {
        var bytes = new List<string>();
        for (var at = text.IndexOfAny(undecodable); at >= 0 && bytes.Count < 8; at = text.IndexOfAny(undecodable))
        {
            var length = Take(text[at..], out var value);
            bytes.Add(value.ToString("X2", CultureInfo.InvariantCulture).Insert(0, "0x"));
            text = text[(at + length)..];
        }
        return string.Join(' ', bytes);
    }

    /// <summary>The text with 〈81〉 where a byte could not be decoded, for showing the row to its owner.</summary>
    public static string Readable(ReadOnlySpan<char> text, SearchValues<char> undecodable)
    {
        var readable = new StringBuilder();
        for (var at = text.IndexOfAny(undecodable); at >= 0; at = text.IndexOfAny(undecodable))
        {
            var length = Take(text[at..], out var value);
            readable.Append(text[..at]).Append(CultureInfo.InvariantCulture, $"〈{value:X2}〉");
            text = text[(at + length)..];
        }
        return readable.Append(text).ToString();
    }

    private static int Take(ReadOnlySpan<char> text, out int value)
    {
        var high = text[0] - High;
        if (high is >= 0 and < 16 && text.Length > 1 && text[1] - Low is >= 0 and < 16)
        {
            value = (high << 4) + (text[1] - Low);
            return 2;
        }
        value = text[0] switch { '\uF8F0' => 0xA0, >= '\uF8F1' and <= '\uF8F3' => text[0] - 0xF8F1 + 0xFD, _ => text[0] & 0xFF };
        return 1;
    }

    private sealed class Buffer(Func<byte, byte, char?>? rescue) : DecoderFallbackBuffer
    {
        private readonly char[] marks = new char[16];
        private int count, next;

        public override int Remaining => count - next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (count, next) = (0, 0);
            if (rescue is not null && bytesUnknown is [var lead, var trail] && rescue(lead, trail) is { } known)
            {
                marks[count++] = known;
                return true;
            }

            foreach (var value in bytesUnknown.AsSpan(0, Math.Min(bytesUnknown.Length, 8)))
            {
                // A broken lead byte must not swallow the comma, quote or line end behind it.
                if (value is (byte)'\r' or (byte)'\n' || (count > 0 && value is >= 0x20 and < 0x40))
                {
                    marks[count++] = (char)value;
                    continue;
                }
                marks[count++] = (char)(High + (value >> 4));
                marks[count++] = (char)(Low + (value & 15));
            }
            return count > 0;
        }

        public override char GetNextChar() => next < count ? marks[next++] : '\0';
        public override bool MovePrevious() => next > 0 && next-- > 0;
        public override void Reset() => (count, next) = (0, 0);
    }
}

/// <summary>
/// 髙, 﨑, 德 and some 370 others stand twice in Windows-31J: among IBM's extensions (0xFA40 to 0xFC4B), which the decoder knows, and among
/// those NEC chose from them (0xED40 to 0xEEFC), which it does not and which some programs write.
/// </summary>
internal static class NecSelectedCharacters
{
    private static readonly Encoding Ibm = CodePagesEncodingProvider.Instance.GetEncoding(932)!;

    /// <summary>The character of two bytes; null when they are none of these.</summary>
    public static char? Of(byte lead, byte trail)
    {
        if (lead is not (0xED or 0xEE) || trail is < 0x40 or 0x7F or > 0xFC) return null;
        var place = ((lead - 0xED) * 188) + trail - (trail > 0x7F ? 0x41 : 0x40);

        // The kanji follow one another in both; the small Roman numerals and four signs lie apart.
        const int Kanji = 360, SmallNumerals = 362, Signs = 372, All = 376;
        int? ibm = place < Kanji ? 28 + place
            : place is >= SmallNumerals and < Signs ? place - SmallNumerals
            : place is >= Signs and < All ? 20 + place - Signs
            : null;
        if (ibm is not { } at) return null;
        var second = at % 188;
        return Ibm.GetString([(byte)(0xFA + (at / 188)), (byte)(second + (second >= 0x3F ? 0x41 : 0x40))])[0];
    }
}
