// What Japanese spreadsheets call Shift_JIS: Microsoft's code page 932. Writes it without ever putting "?" for what it lacks.
using System.Buffers;
using System.Text;

namespace Crm.Sdk.Japan;

/// <summary>A piece of text that code page 932 has no code for.</summary>
/// <param name="Index">Where it begins in the text, in UTF-16 code units.</param>
/// <param name="Text">The character; with its variation selector if that is what has no code.</param>
public readonly record struct Unencodable(int Index, string Text);

/// <summary>
/// Code page 932 (Windows-31J). 髙 﨑 ㈱ ① Ⅳ have codes in it; 𠮷, emoji, variation selectors and — (U+2014) have none.
/// The signs that Unicode has twice because its two mappings disagreed (〜/～, −/－, ‖/∥, ¢/￠, £/￡, ¬/￢) are written by either.
/// (Source: Microsoft's code page table as the framework carries it, H.)
/// </summary>
public static class Cp932
{
    // JIS mapping, and Microsoft's mapping of the same code.
    private const string Twins = "〜～−－‖∥¢￠£￡¬￢";

    private static readonly Lazy<ushort[]> Codes = new(MakeCodes);

    /// <summary>The code page for readers of files; it throws for bytes that are no text instead of guessing.</summary>
    public static Encoding Encoding { get; } = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>What of <paramref name="text"/> has no code, in order; empty when all has.</summary>
    public static IReadOnlyList<Unencodable> Missing(ReadOnlySpan<char> text)
    {
        var codes = Codes.Value;
        List<Unencodable>? missing = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (codes[text[i]] != 0 || text[i] == '\0') continue;
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            var start = IsVariationSelector(text[i..]) && i > 0 ? i - 1 : i;
            if (start < i && start > 0 && char.IsLowSurrogate(text[start])) start--;
            // 𠮷 with a selector is one piece, already reported without it.
            if (missing is { Count: > 0 } && missing[^1].Index == start) missing.RemoveAt(missing.Count - 1);
            (missing ??= []).Add(new(start, text[start..(i + length)].ToString()));
            i += length - 1;
        }

        return missing ?? (IReadOnlyList<Unencodable>)[];
    }

    /// <summary>Writes the text; false, with nothing written, when something in it has no code (see <see cref="Missing"/>).</summary>
    public static bool TryEncode(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var codes = Codes.Value;
        var bytes = output.GetSpan(text.Length * 2);
        var count = 0;
        foreach (var c in text)
        {
            var code = codes[c];
            if (code == 0 && c != '\0') return false;
            if (code > 0xFF) bytes[count++] = (byte)(code >> 8);
            bytes[count++] = (byte)code;
        }

        output.Advance(count);
        return true;
    }

    /// <summary>The same into an array of its own; empty when it fails.</summary>
    public static bool TryEncode(string text, out byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(text.Length * 2, 1));
        var done = TryEncode(text, output);
        bytes = done ? output.WrittenSpan.ToArray() : [];
        return done;
    }

    private static bool IsVariationSelector(ReadOnlySpan<char> text) =>
        text[0] is >= '\uFE00' and <= '\uFE0F' || (text.Length > 1 && text[0] == '\uDB40' && text[1] is >= '\uDD00' and <= '\uDDEF');

    /// <summary>The code of each character of the basic plane, 0 for none: asked of the framework once, without its "best fits" (é for e).</summary>
    private static ushort[] MakeCodes()
    {
        const string nothing = "\u001A";
        var strict = CodePagesEncodingProvider.Instance.GetEncoding(932, new EncoderReplacementFallback(nothing), DecoderFallback.ExceptionFallback)!;
        var codes = new ushort[0x10000];
        Span<byte> bytes = stackalloc byte[8];
        for (var code = 1; code < 0x10000; code++)
        {
            var c = (char)code;
            if (char.IsSurrogate(c)) continue;
            var count = strict.GetBytes([c], bytes);
            if (count == 1 && bytes[0] == nothing[0] && c != nothing[0]) continue;
            codes[code] = count == 2 ? (ushort)((bytes[0] << 8) | bytes[1]) : bytes[0];
        }

        for (var i = 0; i < Twins.Length; i += 2) codes[Twins[i]] = codes[Twins[i + 1]];
        return codes;
    }
}
