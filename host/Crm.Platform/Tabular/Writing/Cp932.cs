// What Shift_JIS as Windows means it (code page 932) can write, and the twin characters that stand for each other.
using System.Collections;
using System.Globalization;
using System.Text;

namespace Crm.Platform.Tabular;

internal static class Cp932
{
    /// <summary>Japan's mark for a character that is missing.</summary>
    public const char Missing = '〓';

    private static readonly BitArray Encodable = FindEncodable();

    /// <summary>Unicode has two of each; code page 932 has the second.</summary>
    private static char Twin(char c) => c switch
    {
        '\u301C' => '\uFF5E', // 〜 ～
        '\u2212' => '\uFF0D', // − －
        '\u2016' => '\u2225', // ‖ ∥
        '\u00A2' => '\uFFE0',
        '\u00A3' => '\uFFE1',
        '\u00AC' => '\uFFE2',
        '\u203E' => '\uFFE3',
        '\u00A5' => '\uFFE5', // ¥ ￥
        _ => c,
    };

    /// <summary>The text as it can be written; characters that cannot be are given to <paramref name="missing"/>.</summary>
    public static string Writable(string text, Action<string> missing)
    {
        if (Ascii.IsValid(text)) return text;
        var written = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var c = Twin(text[at]);
            if (Encodable[c])
            {
                written.Append(c);
                continue;
            }
            var length = char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            var character = text.Substring(at, length);
            // A variation selector is invisible alone: name it with the kanji before it.
            if (at > 0 && CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.NonSpacingMark) character = text[at - 1] + character;
            missing(character);
            written.Append(Missing);
            at += length - 1;
        }
        return written.ToString();
    }

    /// <summary>"U+845B U+E0100"</summary>
    public static string CodePoints(string character)
    {
        var points = new List<string>();
        for (var at = 0; at < character.Length; at++)
        {
            var pair = at + 1 < character.Length && char.IsSurrogatePair(character, at);
            points.Add("U+" + (pair ? char.ConvertToUtf32(character, at) : character[at]).ToString("X4", CultureInfo.InvariantCulture));
            if (pair) at++;
        }
        return string.Join(' ', points);
    }

    private static BitArray FindEncodable()
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(932, new EncoderReplacementFallback(""), DecoderFallback.ReplacementFallback)!;
        var encodable = new BitArray(char.MaxValue + 1);
        for (var c = 0; c <= char.MaxValue; c++)
        {
            // The platform also "encodes" these five to bytes other programs refuse.
            if (c is 0x80 or (>= 0xF8F0 and <= 0xF8F3)) continue;
            encodable[c] = !char.IsSurrogate((char)c) && encoding.GetByteCount([(char)c]) > 0;
        }
        return encodable;
    }
}
