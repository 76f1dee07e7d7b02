// Takes a company's name apart into what identifies it and its legal form, so that ㈱山田商店 and 山田商店 株式会社 are
// seen to be the same company while the name itself stays as the customer writes it.

using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>Legal form of a company as spelt in its name. Not meant to be stored.</summary>
public enum CorporateForm
{
    /// <summary>None is spelt.</summary>
    None,

    /// <summary>株式会社.</summary>
    KabushikiKaisha,

    /// <summary>有限会社 (no new ones since 2006).</summary>
    YugenKaisha,

    /// <summary>合同会社.</summary>
    GodoKaisha,

    /// <summary>合資会社.</summary>
    GoshiKaisha,

    /// <summary>合名会社.</summary>
    GomeiKaisha,

    /// <summary>相互会社 (insurers).</summary>
    SogoKaisha,

    /// <summary>一般・公益・特例 社団法人.</summary>
    ShadanHojin,

    /// <summary>一般・公益・特例 財団法人.</summary>
    ZaidanHojin,

    /// <summary>医療法人, also 社団 and 財団.</summary>
    IryoHojin,

    /// <summary>学校法人.</summary>
    GakkoHojin,

    /// <summary>宗教法人.</summary>
    ShukyoHojin,

    /// <summary>社会福祉法人.</summary>
    ShakaiFukushiHojin,

    /// <summary>特定非営利活動法人, NPO法人.</summary>
    NpoHojin,

    /// <summary>独立行政法人, 国立大学法人 and other bodies of the state.</summary>
    DokuritsuGyoseiHojin,

    /// <summary>税理士法人, 弁護士法人, 監査法人 and other professional corporations.</summary>
    ShigyoHojin,

    /// <summary>協同組合 in its short form (協).</summary>
    KyodoKumiai,

    /// <summary>A foreign or English form: Inc., Co., Ltd., LLC, GmbH.</summary>
    Foreign,
}

/// <summary>Where the legal form stands.</summary>
public enum FormPosition
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>前株: before the name.</summary>
    Before,

    /// <summary>後株: after the name, also when a branch follows.</summary>
    After,
}

/// <summary>
/// A company's name taken apart. (Source: design notes, corporate forms H; bank kana by the Zengin abbreviations, M.)
/// </summary>
/// <param name="Key">The name without its form, normalised by <see cref="TextNormaliser.ForKey"/>. Companies with the same key are candidates for being one.</param>
/// <param name="Form">The legal form as spelt.</param>
/// <param name="Position">Where it stands.</param>
public readonly record struct CompanyName(string Key, CorporateForm Form, FormPosition Position)
{
    // Spelt out, found at either end. Kana as in readings.
    private static readonly (string Text, CorporateForm Form)[] Spellings =
    [
        ("株式会社", CorporateForm.KabushikiKaisha), ("カブシキガイシャ", CorporateForm.KabushikiKaisha), ("カブシキカイシャ", CorporateForm.KabushikiKaisha),
        ("有限会社", CorporateForm.YugenKaisha), ("ユウゲンガイシャ", CorporateForm.YugenKaisha), ("ユウゲンカイシャ", CorporateForm.YugenKaisha),
        ("合同会社", CorporateForm.GodoKaisha), ("ゴウドウガイシャ", CorporateForm.GodoKaisha), ("ゴウドウカイシャ", CorporateForm.GodoKaisha),
        ("合資会社", CorporateForm.GoshiKaisha), ("ゴウシガイシャ", CorporateForm.GoshiKaisha), ("ゴウシカイシャ", CorporateForm.GoshiKaisha),
        ("合名会社", CorporateForm.GomeiKaisha), ("ゴウメイガイシャ", CorporateForm.GomeiKaisha), ("ゴウメイカイシャ", CorporateForm.GomeiKaisha),
        ("相互会社", CorporateForm.SogoKaisha),
        ("一般社団法人", CorporateForm.ShadanHojin), ("公益社団法人", CorporateForm.ShadanHojin), ("社団法人", CorporateForm.ShadanHojin), ("イッパンシャダンホウジン", CorporateForm.ShadanHojin),
        ("一般財団法人", CorporateForm.ZaidanHojin), ("公益財団法人", CorporateForm.ZaidanHojin), ("財団法人", CorporateForm.ZaidanHojin), ("イッパンザイダンホウジン", CorporateForm.ZaidanHojin),
        ("社会医療法人社団", CorporateForm.IryoHojin), ("社会医療法人財団", CorporateForm.IryoHojin), ("社会医療法人", CorporateForm.IryoHojin),
        ("医療法人社団", CorporateForm.IryoHojin), ("医療法人財団", CorporateForm.IryoHojin), ("医療法人", CorporateForm.IryoHojin), ("イリョウホウジン", CorporateForm.IryoHojin),
        ("学校法人", CorporateForm.GakkoHojin), ("ガッコウホウジン", CorporateForm.GakkoHojin),
        ("宗教法人", CorporateForm.ShukyoHojin), ("シュウキョウホウジン", CorporateForm.ShukyoHojin),
        ("社会福祉法人", CorporateForm.ShakaiFukushiHojin), ("シャカイフクシホウジン", CorporateForm.ShakaiFukushiHojin),
        ("認定特定非営利活動法人", CorporateForm.NpoHojin), ("特定非営利活動法人", CorporateForm.NpoHojin), ("認定NPO法人", CorporateForm.NpoHojin), ("NPO法人", CorporateForm.NpoHojin),
        ("国立研究開発法人", CorporateForm.DokuritsuGyoseiHojin), ("地方独立行政法人", CorporateForm.DokuritsuGyoseiHojin), ("独立行政法人", CorporateForm.DokuritsuGyoseiHojin),
        ("国立大学法人", CorporateForm.DokuritsuGyoseiHojin), ("公立大学法人", CorporateForm.DokuritsuGyoseiHojin),
        ("税理士法人", CorporateForm.ShigyoHojin), ("弁護士法人", CorporateForm.ShigyoHojin), ("司法書士法人", CorporateForm.ShigyoHojin),
        ("社会保険労務士法人", CorporateForm.ShigyoHojin), ("行政書士法人", CorporateForm.ShigyoHojin), ("有限責任監査法人", CorporateForm.ShigyoHojin), ("監査法人", CorporateForm.ShigyoHojin),
    ];

    // In brackets anywhere, (株); of the kana ones also the bank's half brackets, カ) and (カ.
    private static readonly (string Text, CorporateForm Form)[] Abbreviations =
    [
        ("株", CorporateForm.KabushikiKaisha), ("有", CorporateForm.YugenKaisha), ("同", CorporateForm.GodoKaisha), ("合", CorporateForm.GodoKaisha),
        ("資", CorporateForm.GoshiKaisha), ("名", CorporateForm.GomeiKaisha), ("相", CorporateForm.SogoKaisha),
        ("社", CorporateForm.ShadanHojin), ("一社", CorporateForm.ShadanHojin), ("公社", CorporateForm.ShadanHojin),
        ("財", CorporateForm.ZaidanHojin), ("一財", CorporateForm.ZaidanHojin), ("公財", CorporateForm.ZaidanHojin),
        ("医", CorporateForm.IryoHojin), ("医社", CorporateForm.IryoHojin), ("医財", CorporateForm.IryoHojin), ("学", CorporateForm.GakkoHojin), ("宗", CorporateForm.ShukyoHojin),
        ("福", CorporateForm.ShakaiFukushiHojin), ("社福", CorporateForm.ShakaiFukushiHojin), ("特非", CorporateForm.NpoHojin), ("特", CorporateForm.NpoHojin),
        ("独", CorporateForm.DokuritsuGyoseiHojin), ("税", CorporateForm.ShigyoHojin), ("弁", CorporateForm.ShigyoHojin), ("協", CorporateForm.KyodoKumiai),
        ("カ", CorporateForm.KabushikiKaisha), ("ユ", CorporateForm.YugenKaisha), ("ド", CorporateForm.GodoKaisha), ("シ", CorporateForm.GoshiKaisha), ("メ", CorporateForm.GomeiKaisha),
        ("ソ", CorporateForm.SogoKaisha), ("シャ", CorporateForm.ShadanHojin), ("シヤ", CorporateForm.ShadanHojin), ("ザイ", CorporateForm.ZaidanHojin),
        ("イ", CorporateForm.IryoHojin), ("ガク", CorporateForm.GakkoHojin), ("シュウ", CorporateForm.ShukyoHojin), ("シユウ", CorporateForm.ShukyoHojin),
        ("フク", CorporateForm.ShakaiFukushiHojin), ("トクヒ", CorporateForm.NpoHojin), ("ドク", CorporateForm.DokuritsuGyoseiHojin),
    ];

    private static readonly string[] CompaniesAnywhere = ["株式会社", "有限会社", "合同会社", "合資会社", "合名会社"];

    // Latin forms stand at the end, as words of their own; longest first.
    private static readonly string[] LatinEndings =
    [
        "company limited", "corporation", "incorporated", "pte ltd", "pty ltd", "limited", "co ltd", "coltd", "company", "gmbh", "corp", "inc", "ltd", "llc", "llp", "plc", "kk", "gk", "co",
    ];

    private static readonly Dictionary<char, (string Text, CorporateForm Form)[]> ByFirst = Bucket(t => t[0]);
    private static readonly Dictionary<char, (string Text, CorporateForm Form)[]> ByLast = Bucket(t => t[^1]);
    private static readonly Dictionary<string, CorporateForm> Short = Abbreviations.ToDictionary(a => Shaped(a.Text), a => a.Form);
    private static readonly Dictionary<string, CorporateForm>.AlternateLookup<ReadOnlySpan<char>> ShortLookup = Short.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Takes a name apart; never fails. A name that is nothing but a form is its own key.</summary>
    public static CompanyName Parse(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return new("", CorporateForm.None, FormPosition.None);
        var buffer = new CharBuffer(stackalloc char[256]);
        Shape(name, ref buffer);
        var shape = buffer.Written;

        var (start, length, form) = FindForm(shape);
        var position = form == CorporateForm.None ? FormPosition.None : start == 0 ? FormPosition.Before : FormPosition.After;
        var key = form == CorporateForm.None ? "" : KeyOf(shape[..start], shape[(start + length)..]);
        if (key.Length == 0)
        {
            key = KeyOf(shape, []);
            (form, position) = (CorporateForm.None, FormPosition.None);
        }

        buffer.Dispose();
        return new(key, form, position);
    }

    /// <summary>
    /// The words of a name as somebody types it to look for it, without its Japanese legal form: 「㈱青葉」 is 「青葉」, 「青葉株式会社東京支店」 is 「青葉」
    /// and 「東京支店」. The name itself where it spells none, or is nothing else.
    /// </summary>
    public static IReadOnlyList<string> WordsOf(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) return [];
        var buffer = new CharBuffer(stackalloc char[256]);
        Shape(name, ref buffer);
        var (start, length, form) = FindForm(buffer.Written);
        IReadOnlyList<string> words = [name];
        if (form is not (CorporateForm.None or CorporateForm.Foreign))
        {
            string[] parts = [buffer.Written[..start].Trim(' ').ToString(), buffer.Written[(start + length)..].Trim(' ').ToString()];
            if (parts.Any(p => p.Length > 0)) words = [.. parts.Where(p => p.Length > 0)];
        }

        buffer.Dispose();
        return words;
    }

    private static (int Start, int Length, CorporateForm Form) FindForm(ReadOnlySpan<char> shape)
    {
        if (shape.ContainsAny('(', ')') && FindBracketed(shape) is { Form: not CorporateForm.None } bracketed) return bracketed;

        if (ByFirst.TryGetValue(shape[0], out var starts))
            foreach (var (text, form) in starts)
                if (shape.StartsWith(text)) return (0, text.Length, form);

        if (ByLast.TryGetValue(shape[^1], out var ends))
            foreach (var (text, form) in ends)
                if (shape.EndsWith(text)) return (shape.Length - text.Length, text.Length, form);

        // 山田商店株式会社東京支店: the branch belongs to the key, the form does not.
        if (shape.IndexOf("会社") >= 2)
            foreach (var company in CompaniesAnywhere)
                if (shape.IndexOf(company) is var at and > 0)
                    return (at, company.Length, ByFirst[company[0]].First(f => f.Text == company).Form);

        return FindLatin(shape);
    }

    private static (int Start, int Length, CorporateForm Form) FindBracketed(ReadOnlySpan<char> shape)
    {
        for (var from = 0; from < shape.Length;)
        {
            var open = shape[from..].IndexOf('(');
            if (open < 0) break;
            open += from;
            var close = shape[open..].IndexOf(')');
            if (close > 0 && ShortLookup.TryGetValue(shape.Slice(open + 1, close - 1).Trim(' '), out var form)) return (open, close + 1, form);
            from = open + 1;
        }

        // Banks save a bracket at the ends: カ)ヤマダ and ヤマダ(カ.
        var first = shape.IndexOf(')');
        if (first is > 0 and <= 3 && IsKatakana(shape[0]) && ShortLookup.TryGetValue(shape[..first], out var before)) return (0, first + 1, before);
        var last = shape.LastIndexOf('(');
        if (last > 0 && last < shape.Length - 1 && IsKatakana(shape[last + 1]) && ShortLookup.TryGetValue(shape[(last + 1)..], out var after))
            return (last, shape.Length - last, after);
        return default;
    }

    private static (int Start, int Length, CorporateForm Form) FindLatin(ReadOnlySpan<char> shape)
    {
        if (shape.StartsWith("kk ")) return (0, 3, CorporateForm.KabushikiKaisha);
        if (!char.IsAsciiLetterLower(shape[^1])) return default;
        foreach (var ending in LatinEndings)
        {
            if (!shape.EndsWith(ending)) continue;
            var start = shape.Length - ending.Length;
            if (start > 0 && char.IsAsciiLetterOrDigit(shape[start - 1])) continue;
            var form = ending switch { "kk" => CorporateForm.KabushikiKaisha, "gk" => CorporateForm.GodoKaisha, _ => CorporateForm.Foreign };
            return (start, ending.Length, form);
        }

        return default;
    }

    /// <summary>Folded, but with its words and brackets still to be seen: "Yamada Co., Ltd." → "yamada co ltd".</summary>
    private static void Shape(ReadOnlySpan<char> name, ref CharBuffer to)
    {
        var folded = new CharBuffer(stackalloc char[256]);
        CharacterFold.Append(name, ref folded, lettersOnly: false);
        var chars = folded.Written;
        for (var i = 0; i < chars.Length; i++)
        {
            var c = chars[i];
            if (c is '(' or ')' || CharacterFold.IsKept(c) || char.IsSurrogate(c))
            {
                if (c is '(' or ')' && to.Last == ' ') to.ReplaceLast(c);
                else to.Append(c);
            }
            else if (c == '.' && char.IsAsciiLetterLower(to.Last) && (i + 1 == chars.Length || !char.IsAsciiDigit(chars[i + 1])))
            {
                continue; // L.L.C. and Inc.
            }
            else if (to.Length > 0 && to.Last is not (' ' or '(' or ')'))
            {
                to.Append(' ');
            }
        }

        if (to.Last == ' ') to.Truncate(to.Length - 1);
        if (to.Length == 0) to.Append(' ');
        folded.Dispose();
    }

    private static string KeyOf(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var buffer = new CharBuffer(stackalloc char[256]);
        foreach (var c in before)
            if (c is not (' ' or '(' or ')')) buffer.Append(c);
        foreach (var c in after)
            if (c is not (' ' or '(' or ')')) buffer.Append(c);
        var key = TextNormaliser.ForKey(buffer.ToString());
        buffer.Dispose();
        return key;
    }

    private static bool IsKatakana(char c) => c is >= 'ァ' and <= 'ヺ';

    private static string Shaped(string text)
    {
        var buffer = new CharBuffer(stackalloc char[64]);
        Shape(text, ref buffer);
        return buffer.ToString();
    }

    private static Dictionary<char, (string Text, CorporateForm Form)[]> Bucket(Func<string, char> by) => Spellings
        .Select(s => (Text: Shaped(s.Text), s.Form))
        .OrderByDescending(s => s.Text.Length)
        .GroupBy(s => by(s.Text))
        .ToDictionary(g => g.Key, g => g.ToArray());
}
