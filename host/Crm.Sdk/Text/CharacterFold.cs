// One table that says for each character what it counts as in keys: width, case, kana and kanji variants folded.
// Made once from the framework's NFKC and categories (about 10 ms), then one look-up per character.
using System.Globalization;
using System.Text;

namespace Crm.Sdk.Text;

internal static class CharacterFold
{
    /// <summary>Katakana that take a voiced mark, each followed by what it becomes.</summary>
    private const string Voiced = "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴヽヾワヷヰヸヱヹヲヺ";
    private const string SemiVoiced = "ハパヒピフプヘペホポ";

    private const char Dropped = '\0';
    private const char LookCloser = '\uFFFF';

    private static readonly char[] Map = new char[0x10000];
    private static readonly ulong[] Kept = new ulong[0x10000 / 64];
    private static readonly Dictionary<char, string> Expansions = MakeTables();

    /// <summary>Whether a folded character is a letter or digit, and so part of a key.</summary>
    public static bool IsKept(char folded) => (Kept[folded >> 6] & (1UL << (folded & 63))) != 0;

    /// <summary>
    /// Appends the folded text. False when it holds combining marks that only a full normalisation can compose;
    /// what was appended is then without that composition.
    /// </summary>
    public static bool Append(ReadOnlySpan<char> text, ref CharBuffer to, bool lettersOnly)
    {
        var simple = true;
        for (var i = 0; i < text.Length; i++) simple &= AppendAt(text, ref i, ref to, lettersOnly);
        return simple;
    }

    /// <summary>Appends what the character at <paramref name="i"/> folds to; moves on to the second half of a surrogate pair.</summary>
    public static bool AppendAt(ReadOnlySpan<char> text, ref int i, ref CharBuffer to, bool lettersOnly)
    {
        var folded = Map[text[i]];
        if (folded == LookCloser) return AppendRare(text, ref i, ref to, lettersOnly);
        if (folded == Dropped) return true;
        if (lettersOnly)
        {
            if (!IsKept(folded)) return true;
            // After a digit a long vowel mark can only be meant as a dash.
            if (folded == 'ー' && char.IsAsciiDigit(to.Last)) return true;
        }

        to.Append(folded);
        return true;
    }

    /// <summary>The voiced form of a katakana (カ → ガ), or U+0000 if it has none.</summary>
    public static char Voice(char katakana, bool semi)
    {
        var pairs = semi ? SemiVoiced : Voiced;
        var at = pairs.IndexOf(katakana);
        return at >= 0 && at % 2 == 0 ? pairs[at + 1] : '\0';
    }

    /// <summary>Whether it is a voiced (1) or semi-voiced (2) sound mark standing by itself or combining; else 0.</summary>
    public static int VoiceMark(char c) => c switch
    {
        '\u3099' or '\u309B' or '\uFF9E' => 1,
        '\u309A' or '\u309C' or '\uFF9F' => 2,
        _ => 0,
    };

    public static char ToKatakana(char c) => c is >= 'ぁ' and <= 'ゖ' or 'ゝ' or 'ゞ' ? (char)(c + 0x60) : c;

    private static bool AppendRare(ReadOnlySpan<char> text, ref int i, ref CharBuffer to, bool lettersOnly)
    {
        var c = text[i];
        if (char.IsSurrogate(c)) return AppendPair(text, ref i, ref to, lettersOnly);

        if (VoiceMark(c) is var mark and not 0)
        {
            // A mark that finds nothing to voice says nothing.
            if (Voice(to.Last, semi: mark == 2) is var voiced and not '\0') to.ReplaceLast(voiced);
            return true;
        }

        if (Expansions.TryGetValue(c, out var expansion))
        {
            foreach (var e in expansion)
                if (!lettersOnly || IsKept(e)) to.Append(e);
            return true;
        }

        to.Append(c);
        return false;
    }

    private static bool AppendPair(ReadOnlySpan<char> text, ref int i, ref CharBuffer to, bool lettersOnly)
    {
        if (Rune.DecodeFromUtf16(text[i..], out var rune, out _) != System.Buffers.OperationStatus.Done) return true;
        i++;
        if (KanjiVariants.Representatives.TryGetValue(rune.Value, out var representative))
        {
            to.Append(representative);
            return true;
        }

        // Extension blocks of kanji hold nothing to fold, except the compatibility block at the end of plane 2.
        Span<char> pair = stackalloc char[2];
        if (rune.Value is >= 0x20000 and < 0x2F800 or >= 0x30000 and < 0x40000)
        {
            rune.EncodeToUtf16(pair);
            to.Append(pair);
            return true;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.EnclosingMark:
            case UnicodeCategory.OtherNotAssigned when (rune.Value & 0xFFFE) == 0xFFFE:
            case UnicodeCategory.NonSpacingMark when rune.Value is >= 0xE0100 and <= 0xE01EF: // IVS: which shape of 葛, not which kanji
                return true;
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark:
                rune.EncodeToUtf16(pair);
                to.Append(pair);
                return false;
        }

        var spelt = rune.ToString();
        var normal = spelt.Normalize(NormalizationForm.FormKC);
        if (normal != spelt) return Append(normal, ref to, lettersOnly);
        if (lettersOnly && !IsLetterOrDigit(Rune.GetUnicodeCategory(rune))) return true;
        Rune.ToLowerInvariant(rune).EncodeToUtf16(pair);
        to.Append(pair);
        return true;
    }

    private static Dictionary<char, string> MakeTables()
    {
        var expansions = new Dictionary<char, string>();
        for (var code = 0; code < Map.Length; code++)
        {
            var c = (char)code;
            if (HasNoOtherForm(c))
            {
                Map[c] = c;
                Keep(c);
                continue;
            }

            var folded = char.IsSurrogate(c) || VoiceMark(c) != 0 ? null : FoldSlowly(c);
            if (folded is { Length: > 1 }) expansions[c] = folded;
            Map[c] = folded switch
            {
                "" => Dropped,
                { Length: 1 } => folded[0],
                _ => LookCloser,
            };
            if (IsLetterOrDigit(CharUnicodeInfo.GetUnicodeCategory(c))) Keep(c);
        }

        foreach (var (variant, representative) in KanjiVariants.Representatives)
            if (variant < Map.Length) Map[variant] = representative;
        return expansions;
    }

    private static void Keep(char c) => Kept[c >> 6] |= 1UL << (c & 63);

    /// <summary>Kanji, Hangul syllables and private use (gaiji): most of the table, and nothing to ask about.</summary>
    private static bool HasNoOtherForm(char c) =>
        c is (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3') or (>= '\uE000' and <= '\uF8FF');

    /// <summary>What a character folds to: nothing, one or several characters; null when it must be composed with its neighbours.</summary>
    private static string? FoldSlowly(char c)
    {
        if (c < 0x80) return char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c).ToString() : char.IsWhiteSpace(c) ? " " : char.IsControl(c) ? "" : c.ToString();

        var category = CharUnicodeInfo.GetUnicodeCategory(c);
        switch (category)
        {
            case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.EnclosingMark:
            case UnicodeCategory.NonSpacingMark when c is >= '\uFE00' and <= '\uFE0F' or >= '\u180B' and <= '\u180F':
            case UnicodeCategory.OtherNotAssigned when c is >= '\uFDD0' and <= '\uFDEF' or >= '\uFFFE':
                return "";
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                return " ";
        }

        if (NeedsComposing(c)) return null;

        if (category == UnicodeCategory.OtherNotAssigned) return c.ToString();

        var normal = c.ToString().Normalize(NormalizationForm.FormKC);
        if (normal.Any(NeedsComposing))
            return IsLetterOrDigit(category) ? null : c.ToString(); // ¨ and the like: a space with an accent

        return normal.Length == 1
            ? FoldOne(normal[0]).ToString()
            : string.Concat(normal.Select(FoldOne).Select(x => char.IsWhiteSpace(x) ? ' ' : x));
    }

    private static char FoldOne(char c)
    {
        c = ToKatakana(char.ToLowerInvariant(c));
        c = c switch { 'ヶ' => 'ケ', 'ヵ' => 'カ', _ => c };
        return KanjiVariants.Representatives.TryGetValue(c, out var representative) ? representative : c;
    }

    private static bool NeedsComposing(char c) =>
        c is >= '\u1100' and <= '\u11FF'
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Private use is kept: a gaiji that came with an old file is part of a name.
    private static bool IsLetterOrDigit(UnicodeCategory category) => category
        is <= UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
