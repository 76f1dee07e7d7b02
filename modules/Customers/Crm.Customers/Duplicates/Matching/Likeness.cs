// How likely two customers are one, and why. Pure; the points are those shown on the page and in the manual.
using System.Runtime.CompilerServices;
using Crm.Sdk;

namespace Crm.Customers.Duplicates.Matching;

/// <summary>One thing that speaks for (points above 0) or against (below) two records being the same customer.</summary>
/// <param name="Key">What was compared and how it came out: <c>birth-same</c>.</param>
/// <param name="Points">Bits of evidence: each doubles or halves the odds.</param>
internal readonly record struct Evidence(string Key, double Points);

/// <summary>What a comparison says.</summary>
/// <param name="Score">0 to 100: the probability that they are one, in percent, rounded down.</param>
/// <param name="Evidence">Why, strongest first.</param>
internal sealed record Likeness(int Score, IReadOnlyList<Evidence> Evidence)
{
    public static readonly Likeness None = new(0, []);

    /// <summary>As it is kept: <c>name-same:9;birth-other:-7</c>.</summary>
    public string Reasons => string.Join(';', Evidence.Select(e => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{e.Key}:{e.Points:0.#}")));

    public static IReadOnlyList<(Label What, double Points)> Read(string? reasons) =>
    [
        .. (reasons ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':')).Where(r => r.Length == 2)
            .Select(r => (Names.GetValueOrDefault(r[0], Label.Same(r[0])), double.Parse(r[1], System.Globalization.CultureInfo.InvariantCulture))),
    ];

    public static readonly IReadOnlyDictionary<string, Label> Names = new Dictionary<string, Label>(StringComparer.Ordinal)
    {
        ["name-same"] = ("名前が同じ", "same name"),
        ["name-swapped"] = ("姓と名が逆", "names swapped"),
        ["family-same"] = ("姓が同じ", "same family name"),
        ["family-near"] = ("姓が似ている", "similar family name"),
        ["family-other"] = ("姓が違う", "other family name"),
        ["given-same"] = ("名が同じ", "same given name"),
        ["given-near"] = ("名が似ている", "similar given name"),
        ["given-other"] = ("名が違う", "other given name"),
        ["company-near"] = ("社名が似ている", "similar company name"),
        ["company-other"] = ("社名が違う", "other company name"),
        ["kana-same"] = ("フリガナが同じ", "same reading"),
        ["kana-other"] = ("フリガナが違う", "other reading"),
        ["birth-same"] = ("生年月日が同じ", "same birth date"),
        ["birth-near"] = ("生年月日が1文字違い", "birth date one slip apart"),
        ["birth-other"] = ("生年月日が違う", "other birth date"),
        ["phone-same"] = ("電話番号が同じ", "same phone"),
        ["phone-other"] = ("電話番号が違う", "other phone"),
        ["email-same"] = ("メールアドレスが同じ", "same e-mail"),
        ["email-near"] = ("メールアドレスがほぼ同じ", "nearly the same e-mail"),
        ["email-other"] = ("メールアドレスが違う", "other e-mail"),
        ["address-same"] = ("住所が同じ", "same address"),
        ["address-near"] = ("住所が似ている", "similar address"),
        ["postal-same"] = ("郵便番号が同じ", "same postal code"),
        ["address-other"] = ("住所が違う", "other address"),
        ["number-same"] = ("公的な番号が同じ", "same official number"),
        ["number-near"] = ("公的な番号が1文字違い", "official number one slip apart"),
        ["number-other"] = ("公的な番号が違う", "other official number"),
        ["employer-same"] = ("勤務先が同じ", "same employer"),
        ["employer-other"] = ("勤務先が違う", "other employer"),
    };
}

/// <summary>
/// Adds up evidence in bits (Fellegi and Sunter 1969): points = log2 of how much more often a thing is seen in two records of one customer
/// than in records of two. Two records out of a block are one customer once in <c>2^Prior</c>.
/// </summary>
internal static class Comparison
{
    private const double Prior = 10;
    private const double NearText = 0.85;

    /// <summary>Compares two records.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="sharers">How many records have a phone number: one that many share says little.</param>
    public static Likeness Of(Profile a, Profile b, Func<string, int>? sharers = null) => AtLeast(0, a, b, sharers) ?? Likeness.None;

    /// <summary>Compares two records; null below a score. Of millions of pairs nearly all are, so nothing is made for them.</summary>
    public static Likeness? AtLeast(int from, Profile a, Profile b, Func<string, int>? sharers = null)
    {
        if (a.IsCompany != b.IsCompany || a.Parent == b.Id || b.Parent == a.Id) return null;
        var found = default(Found);
        if (a.IsCompany) CompanyName(a, b, ref found);
        else Name(a, b, ref found);
        Birth(a.Birth, b.Birth, ref found);
        Phone(a, b, sharers, ref found);
        Email(a, b, ref found);
        Address(a, b, ref found);
        Number(a.Number, b.Number, a.IsCompany, ref found);
        InContext(ref found);
        if (a.Company is { } one && b.Company is { } other) found.Add(one == other ? new("employer-same", 3) : new("employer-other", -1));

        var points = 0.0;
        for (var i = 0; i < found.Count; i++) points += found.All[i].Points;
        var score = (int)Math.Floor(100 / (1 + Math.Pow(2, Prior - points)));
        return score < from ? null : new(score, found.Strongest());
    }

    /// <summary>
    /// Evidence that explains itself counts less. Of two given names in one household, phone, address and family name are what families
    /// share, and the birth date what twins do. Where an official number is the same, a name was more likely mistyped than borne by another.
    /// </summary>
    private static void InContext(ref Found found)
    {
        var (given, family, number) = (-1, -1, false);
        for (var i = 0; i < found.Count; i++)
        {
            var key = found.All[i].Key;
            if (key == "given-other") given = i;
            else if (key == "family-other") family = i;
            else if (key is "number-same" or "number-near") number = true;
        }

        if (number)
        {
            if (given >= 0) found.All[given] = found.All[given] with { Points = -4 };
            if (family >= 0) found.All[family] = found.All[family] with { Points = -2 };
        }
        else if (given >= 0)
        {
            for (var i = 0; i < found.Count; i++)
            {
                if (found.All[i].Key is "phone-same" or "address-same" or "family-same" or "birth-same") found.All[i] = found.All[i] with { Points = found.All[i].Points / 2 };
            }
        }
    }

    private static void Name(Profile a, Profile b, ref Found found)
    {
        var (family, given) = (Part(a.Family, b.Family, a.FamilyKana, b.FamilyKana), Part(a.Given, b.Given, a.GivenKana, b.GivenKana));
        if (family == Same && given == Same)
        {
            found.Add(new("name-same", 9));
            Kana(a, b, ref found);
            return;
        }

        if (a.Given.Length > 0 && b.Given.Length > 0 && Alike(a.Family, b.Given) && Alike(a.Given, b.Family))
        {
            found.Add(new("name-swapped", 7));
            return;
        }

        if (family is { } f) found.Add(f == Same ? new("family-same", 4) : f == Near ? new("family-near", 3) : new("family-other", -4));
        if (given is { } g) found.Add(g == Same ? new("given-same", 4.5) : g == Near ? new("given-near", 3.5) : new("given-other", -10));
    }

    private static bool Alike(string a, string b) => a.Length > 0 && (a == b || (a.Length > 3 && Similarity.JaroWinkler(a, b) >= NearText));

    private const int Same = 2;
    private const int Near = 1;
    private const int Other = 0;

    /// <summary>Null when one is not known. Kanji one apart are another name; the same reading is what makes two spellings alike.</summary>
    private static int? Part(string a, string b, string kanaA, string kanaB)
    {
        if (a.Length == 0 || b.Length == 0) return null;
        if (a == b) return Same;
        if (kanaA.Length > 0 && kanaA == kanaB) return Near;
        if (Spelled(a) && Spelled(b)) return Similarity.JaroWinkler(a, b) >= NearText || Similarity.OneSlip(a, b) ? Near : Other;

        // Written in kana in one place and in kanji in the other: only the reading can tell.
        if (InKana(a) != InKana(b)) return (InKana(a) ? kanaB : kanaA) is not { Length: > 0 } reading ? null : reading == (InKana(a) ? a : b) ? Near : Other;
        return Other;
    }

    private static bool InKana(string text)
    {
        foreach (var c in text)
        {
            if (c is < 'ァ' or > 'ー') return false;
        }

        return true;
    }

    /// <summary>Letters and kana spell: one of them wrong is a slip.</summary>
    private static bool Spelled(string text)
    {
        foreach (var c in text)
        {
            if (c is >= '\u3040' and (< 'ァ' or > 'ー')) return false;
        }

        return text.Length > 2;
    }

    private static void Kana(Profile one, Profile other, ref Found found)
    {
        if (one.FamilyKana.Length + one.GivenKana.Length == 0 || other.FamilyKana.Length + other.GivenKana.Length == 0) return;
        if (one.FamilyKana == other.FamilyKana && one.GivenKana == other.GivenKana)
        {
            found.Add(new("kana-same", 1));
            return;
        }

        // Few come here: of the same name and with another reading.
        var (a, b) = (one.FamilyKana + one.GivenKana, other.FamilyKana + other.GivenKana);
        if (a == b) found.Add(new("kana-same", 1));
        else if (!Similarity.OneSlip(a, b) && Similarity.JaroWinkler(a, b) < NearText) found.Add(new("kana-other", -4));
    }

    private static void CompanyName(Profile a, Profile b, ref Found found)
    {
        if (a.Family.Length == 0 || b.Family.Length == 0) return;
        if (a.Family == b.Family) found.Add(new("name-same", 9));
        else if (a.FamilyKana.Length > 2 && a.FamilyKana == b.FamilyKana) found.Add(new("kana-same", 7));
        else if (a.Family.Length > 3 && b.Family.Length > 3 && Similarity.OneSlip(a.Family, b.Family)) found.Add(new("company-near", 4));
        else found.Add(new("company-other", -9));
    }

    private static void Birth(string a, string b, ref Found found)
    {
        if (a.Length == 0 || b.Length == 0) return;
        if (a == b) found.Add(new("birth-same", 8));
        else if (Similarity.OneSlip(a, b) || Swapped(a, b)) found.Add(new("birth-near", 3));
        else found.Add(new("birth-other", -7));
    }

    /// <summary>Month and day in each other's place.</summary>
    private static bool Swapped(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length == 8 && b.Length == 8 && a[..4].SequenceEqual(b[..4]) && a[4..6].SequenceEqual(b[6..]) && a[6..].SequenceEqual(b[4..6]);

    private static void Phone(Profile a, Profile b, Func<string, int>? sharers, ref Found found)
    {
        if (a.Phones.Length == 0 || b.Phones.Length == 0) return;
        var by = int.MaxValue;
        foreach (var phone in a.Phones)
        {
            if (Array.IndexOf(b.Phones, phone) >= 0) by = Math.Min(by, sharers?.Invoke(phone) ?? 2);
        }

        found.Add(by == int.MaxValue ? new("phone-other", -1) : new("phone-same", Math.Max(0.5, 7 - (2 * Math.Log2(Math.Max(1, by - 1))))));
    }

    private static void Email(Profile a, Profile b, ref Found found)
    {
        if (a.Email.Length == 0 || b.Email.Length == 0) return;
        found.Add(a.Email == b.Email ? new("email-same", 8) : a.WeakEmail == b.WeakEmail ? new("email-near", 6) : new("email-other", -0.5));
    }

    private static bool HasDigit(string text)
    {
        foreach (var c in text)
        {
            if (char.IsDigit(c)) return true;
        }

        return false;
    }

    private static void Address(Profile a, Profile b, ref Found found)
    {
        var postal = a.PostalCode.Length > 0 && a.PostalCode == b.PostalCode;
        if (a.Place.Length > 0 && b.Place.Length > 0)
        {
            if (a.Place == b.Place && HasDigit(a.Place))
            {
                found.Add(new("address-same", postal || a.PostalCode.Length == 0 || b.PostalCode.Length == 0 ? 5 : 3));
                return;
            }

            if (Spelled(a.Place) && Spelled(b.Place) && Similarity.JaroWinkler(a.Place, b.Place) >= 0.9)
            {
                found.Add(new("address-near", postal ? 5 : 4));
                return;
            }

            found.Add(postal ? new("postal-same", 2) : new("address-other", -1));
            return;
        }

        if (a.PostalCode.Length > 0 && b.PostalCode.Length > 0) found.Add(postal ? new("postal-same", 2.5) : new("address-other", -0.5));
    }

    private static void Number(string a, string b, bool company, ref Found found)
    {
        if (a.Length == 0 || b.Length == 0) return;
        found.Add(a == b ? new("number-same", 10) : a.Length > 5 && Similarity.OneSlip(a, b) ? new("number-near", 6) : new("number-other", company ? -8 : -1));
    }

    /// <summary>What was found so far, on the stack.</summary>
    private struct Found
    {
        public Room All;

        public int Count { get; private set; }

        public void Add(Evidence evidence) => All[Count++] = evidence;

        public readonly IReadOnlyList<Evidence> Strongest()
        {
            Evidence[] sorted = new Evidence[Count];
            for (var i = 0; i < Count; i++) sorted[i] = All[i];
            return [.. sorted.OrderByDescending(e => e.Points)];
        }
    }

    /// <summary>Room for one piece of evidence of each thing compared; a name may give two.</summary>
    [InlineArray(8)]
    private struct Room
    {
        private Evidence first;
    }
}
