// The one place that says when two texts count as the same, and into what pieces a text is cut for search.
// Every database searches what is made here, so that they all find the same.
using System.Text;
using Crm.Sdk.Japan;

namespace Crm.Sdk.Text;

/// <summary>
/// Normal forms of Japanese text: for comparing, for storing readings, and for search. All are pure and safe to call
/// from many threads; none of them changes what is shown to a person.
/// </summary>
public static class TextNormaliser
{
    private const int OnStack = 256;

    /// <summary>
    /// The form under which two spellings are the same: NFKC, lower case, katakana for hiragana, one kanji for its
    /// variants (渡邉 = 渡邊 = 渡辺), without spaces, punctuation and variation selectors. Applying it twice changes nothing.
    /// Empty when nothing but punctuation is left. (Source: design notes, matching keys; H for the named variants, M for the others.)
    /// </summary>
    public static string ForKey(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var buffer = new CharBuffer(stackalloc char[OnStack]);
        var simple = CharacterFold.Append(text, ref buffer, lettersOnly: true);
        var key = buffer.ToString(text);
        buffer.Dispose();
        return simple ? key : Compose(key);
    }

    /// <summary>
    /// A reading as it is stored: full-width katakana (half width composed with its voiced marks, hiragana converted), runs of
    /// spaces made one, ends trimmed. Anything that is not kana or a space stays as typed.
    /// </summary>
    public static string ToKana(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var buffer = new CharBuffer(stackalloc char[OnStack]);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                if (buffer.Length > 0 && buffer.Last != ' ') buffer.Append(' ');
            }
            else if (CharacterFold.VoiceMark(c) is var mark and not 0)
            {
                if (CharacterFold.Voice(buffer.Last, semi: mark == 2) is var voiced and not '\0') buffer.ReplaceLast(voiced);
                else buffer.Append(mark == 1 ? '゛' : '゜');
            }
            else
            {
                buffer.Append(c is >= '\uFF61' and <= '\uFF9D' ? HalfWidth[c - '\uFF61'] : CharacterFold.ToKatakana(c));
            }
        }

        var kana = buffer.Written.TrimEnd(' ') is var trimmed && trimmed.SequenceEqual(text) ? text : trimmed.ToString();
        buffer.Dispose();
        return kana;
    }

    /// <summary>
    /// What is stored for searching a record: the distinct tokens of all its searchable texts, separated by spaces. Tokens are each pair of
    /// neighbouring characters, and the last character by itself, so that a search for one character (a prefix) finds it wherever it stands.
    /// Characters are code points: 𠮷 and other surrogate pairs count as one.
    /// The texts are as typed; null and empty ones are passed over, and no token spans two of them.
    /// </summary>
    public static string SearchText(params ReadOnlySpan<string?> texts)
    {
        var buffer = new CharBuffer(stackalloc char[OnStack]);
        var seen = new HashSet<ulong>();
        foreach (var text in texts)
        {
            var key = ForKey(text);
            foreach (var token in new BigramRange(key, withLast: true))
            {
                var chars = key.AsSpan(token);
                if (!seen.Add(Identity(chars))) continue;
                if (buffer.Length > 0) buffer.Append(' ');
                buffer.Append(chars);
            }
        }

        var all = buffer.ToString();
        buffer.Dispose();
        return all;
    }

    /// <summary>
    /// What to look for when a person typed <paramref name="query"/>: a record must have all of these tokens. Words separated by
    /// spaces are looked for each by itself; a word of one character is a prefix. The legal form of a company is left off, because it is
    /// written in many ways (㈱, (株), 株式会社). Pairs may match out of order
    /// (東京都 also finds 京都東京): what is found is a candidate, and containing the word's <see cref="ForKey"/> decides where it matters.
    /// </summary>
    public static IReadOnlyList<SearchToken> SearchTokens(string? query)
    {
        if (string.IsNullOrWhiteSpace(query)) return [];
        var tokens = new List<SearchToken>();
        foreach (var word in query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(CompanyName.WordsOf))
        {
            var key = ForKey(word);
            var whole = key.Length == 1 || (key.Length == 2 && char.IsHighSurrogate(key[0]));
            foreach (var part in new BigramRange(key, withLast: whole))
            {
                var token = new SearchToken(key[part], whole);
                if (!tokens.Contains(token)) tokens.Add(token);
            }
        }

        return tokens;
    }

    // U+FF61 to U+FF9D in order.
    private const string HalfWidth = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

    /// <summary>Two code points in one number; a single one has zero for the second.</summary>
    private static ulong Identity(ReadOnlySpan<char> token)
    {
        ulong identity = 0;
        foreach (var rune in token.EnumerateRunes()) identity = (identity << 32) | (uint)rune.Value;
        return identity;
    }

    /// <summary>Accents and Hangul parts compose with what stands beside them after folding: repeat until nothing changes.</summary>
    private static string Compose(string key)
    {
        Span<char> onStack = stackalloc char[OnStack];
        for (var round = 0; round < 4; round++)
        {
            var normal = key.Normalize(NormalizationForm.FormKC);
            var buffer = new CharBuffer(onStack);
            CharacterFold.Append(normal, ref buffer, lettersOnly: true);
            var next = buffer.ToString(key);
            buffer.Dispose();
            if (ReferenceEquals(next, key)) break;
            key = next;
        }

        return key;
    }

    /// <summary>Walks the pairs of neighbouring code points of a text, then if asked its last code point.</summary>
    private struct BigramRange(string text, bool withLast)
    {
        private int start = -1;

        public Range Current { get; private set; }

        public readonly BigramRange GetEnumerator() => this;

        public bool MoveNext()
        {
            start = start < 0 ? 0 : start + Step(start);
            if (start >= text.Length) return false;
            var second = start + Step(start);
            if (second >= text.Length && !withLast) return false;
            Current = start..(second >= text.Length ? second : second + Step(second));
            return true;
        }

        private readonly int Step(int at) => char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
    }
}

/// <summary>One token a search looks for.</summary>
/// <param name="Text">Normalised characters, one or two.</param>
/// <param name="Prefix">True when tokens that begin with it count too; false when only the token itself does.</param>
public readonly record struct SearchToken(string Text, bool Prefix);
