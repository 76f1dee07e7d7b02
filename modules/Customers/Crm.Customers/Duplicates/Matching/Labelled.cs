// Labelled people: files of the Febrl project and a Japanese set made here. They say how well duplicates are found.
using System.Globalization;
using Crm.Sdk.Japan;
using Crm.Sdk.Text;

namespace Crm.Customers.Duplicates.Matching;

/// <summary>A record of which it is known who it is about.</summary>
/// <param name="Who">The same for all records of one customer.</param>
/// <param name="Profile">As it is compared.</param>
internal sealed record Labelled(string Who, Profile Profile);

/// <summary>Files of the Febrl record linkage project: <c>rec-12-org</c>, <c>rec-12-dup-0</c>, with a comma and a blank between.</summary>
internal static class FebrlFile
{
    public static List<Labelled> Read(TextReader file)
    {
        var heading = (file.ReadLine() ?? "").Split(',').Select(h => h.Trim()).ToList();
        int At(string name) => heading.IndexOf(name) is var at and >= 0 ? at : throw new FormatException($"The file has no column {name}.");
        var (id, given, family, number, street, more, suburb, postal, birth, social) = (
            At("rec_id"), At("given_name"), At("surname"), At("street_number"), At("address_1"), At("address_2"), At("suburb"), At("postcode"), At("date_of_birth"), At("soc_sec_id"));
        var records = new List<Labelled>();
        while (file.ReadLine() is { } line)
        {
            var cells = line.Split(',').Select(c => c.Trim()).ToArray();
            if (cells.Length < heading.Count) continue;
            records.Add(new(cells[id].Split('-')[1], new Profile
            {
                Id = Sdk.Records.Ids.New(),
                Family = TextNormaliser.ForKey(cells[family]), Given = TextNormaliser.ForKey(cells[given]),
                Birth = cells[birth], PostalCode = cells[postal], Number = cells[social],
                Place = TextNormaliser.ForKey(string.Concat(cells[number], cells[street], cells[more].Length > 0 ? "" : cells[suburb])),
            }));
        }

        return records;
    }
}

/// <summary>
/// Japanese people and companies, some entered twice: old and new kanji, slips in kana, moved, half of the fields left out, 株式会社 in all
/// its forms; and what looks like a duplicate and is none: families behind one phone, twins, people of one name, branches.
/// </summary>
internal static class JapaneseSet
{
    private static readonly (string Kanji, string Kana, string? Other)[] Families =
    [
        ("佐藤", "サトウ", null), ("鈴木", "スズキ", null), ("高橋", "タカハシ", "髙橋"), ("田中", "タナカ", null), ("渡辺", "ワタナベ", "渡邉"), ("伊藤", "イトウ", null),
        ("斎藤", "サイトウ", "齋藤"), ("山崎", "ヤマザキ", "山﨑"), ("浜田", "ハマダ", "濵田"), ("広瀬", "ヒロセ", "廣瀬"), ("小沢", "オザワ", "小澤"), ("吉田", "ヨシダ", "𠮷田"),
        ("国分", "コクブ", "國分"), ("佐々木", "ササキ", "佐佐木"), ("中村", "ナカムラ", null), ("小林", "コバヤシ", null), ("加藤", "カトウ", null), ("松本", "マツモト", null),
        ("井上", "イノウエ", null), ("木村", "キムラ", null), ("林", "ハヤシ", null), ("清水", "シミズ", null), ("石川", "イシカワ", null), ("長谷川", "ハセガワ", null),
        ("黒沢", "クロサワ", "黒澤"), ("福田", "フクダ", null), ("三浦", "ミウラ", null), ("藤井", "フジイ", null), ("西村", "ニシムラ", null), ("岡本", "オカモト", null),
    ];

    private static readonly (string Kanji, string Kana)[] Givens =
    [
        ("翔太", "ショウタ"), ("大輔", "ダイスケ"), ("健一", "ケンイチ"), ("健太", "ケンタ"), ("誠", "マコト"), ("直樹", "ナオキ"), ("拓也", "タクヤ"), ("浩", "ヒロシ"), ("隆", "タカシ"),
        ("美咲", "ミサキ"), ("由美子", "ユミコ"), ("久美子", "クミコ"), ("真由美", "マユミ"), ("裕子", "ユウコ"), ("裕子", "ヒロコ"), ("恵子", "ケイコ"), ("陽子", "ヨウコ"), ("洋子", "ヨウコ"),
        ("さくら", "サクラ"), ("千尋", "チヒロ"), ("彩", "アヤ"), ("愛", "アイ"), ("幸子", "サチコ"), ("和子", "カズコ"), ("大翔", "ヒロト"), ("蓮", "レン"), ("葵", "アオイ"), ("結衣", "ユイ"),
        ("修", "オサム"), ("茂", "シゲル"), ("正雄", "マサオ"), ("健太郎", "ケンタロウ"), ("順子", "ジュンコ"), ("明美", "アケミ"), ("智子", "トモコ"), ("奈緒", "ナオ"), ("圭", "ケイ"), ("綾香", "アヤカ"),
    ];

    private static readonly (string Postal, string Town)[] Towns =
    [
        ("1080014", "東京都港区芝"), ("1500001", "東京都渋谷区神宮前"), ("5300001", "大阪府大阪市北区梅田"), ("4600008", "愛知県名古屋市中区栄"), ("8120011", "福岡県福岡市博多区博多駅前"),
        ("0600001", "北海道札幌市中央区北一条西"), ("9800811", "宮城県仙台市青葉区一番町"), ("2200012", "神奈川県横浜市西区みなとみらい"), ("6008008", "京都府京都市下京区四条通"), ("7300011", "広島県広島市中区基町"),
    ];

    private static readonly string[] Trades = ["製作所", "商事", "工業", "運輸", "建設", "食品", "電機", "印刷", "物産", "環境サービス", "硝子", "化成"];

    /// <summary>Makes the set; the same seed makes the same.</summary>
    public static List<Labelled> Make(int seed, int people = 4_000, int companies = 800)
    {
        var random = new Random(seed);
        var records = new List<Labelled>();
        for (var i = 0; i < people; i++)
        {
            var person = Draw(random);
            records.Add(new($"p{i}", person.Profile()));
            if (random.NextDouble() < 0.3) records.Add(new($"p{i}", person.Again(random).Profile()));

            // Somebody else of the household: the same phone, address and family name; now and then a twin.
            if (random.NextDouble() < 0.25) records.Add(new($"h{i}", person.Relative(random, twin: random.NextDouble() < 0.1).Profile()));

            // Somebody else of the same name.
            if (random.NextDouble() < 0.1) records.Add(new($"s{i}", (Draw(random) with { Family = person.Family, FamilyKana = person.FamilyKana, Given = person.Given, GivenKana = person.GivenKana }).Profile()));
        }

        for (var i = 0; i < companies; i++) Company(records, random, i);
        return records;
    }

    private static void Company(List<Labelled> records, Random random, int number)
    {
        var (kanji, _, _) = Families[random.Next(Families.Length)];
        var name = kanji + Pick(random, Trades) + (random.Next(3) == 0 ? "" : Pick(random, (string[])["東", "西", "中央", "第一", "新", "三", "丸", "光", "栄", "大和", "平和", "富士"]));
        var (postal, town) = Towns[random.Next(Towns.Length)];
        var (block, phone) = ($"{random.Next(1, 9)}丁目{random.Next(1, 40)}番{random.Next(1, 30)}号", $"03-{random.Next(3000, 6999)}-{random.Next(1000, 9999)}");
        records.Add(new($"c{number}", Profile("株式会社" + name, postal, town + block, phone)));
        if (random.NextDouble() < 0.35)
        {
            var again = Pick(random, (string[])["㈱", "(株)", "（株）", "カ)"]) + name;
            records.Add(new($"c{number}", random.Next(3) switch
            {
                0 => Profile(again, postal, town + block.Replace("丁目", "-", StringComparison.Ordinal).Replace("番", "-", StringComparison.Ordinal).Replace("号", "", StringComparison.Ordinal), ""),
                1 => Profile(name + "株式会社", postal, "", phone.Replace("-", "", StringComparison.Ordinal)),
                _ => Profile(again, postal, town + block, phone),
            }));
        }

        // A branch elsewhere, and a neighbour in the same building behind the same switchboard.
        if (random.NextDouble() < 0.2)
        {
            var (branchPostal, branchTown) = Towns[random.Next(Towns.Length)];
            records.Add(new($"b{number}", Profile("株式会社" + name, branchPostal, branchTown + $"{random.Next(10, 19)}-{random.Next(41, 80)}", $"06-{random.Next(6000, 6999)}-{random.Next(1000, 9999)}")));
        }

        if (random.NextDouble() < 0.1) records.Add(new($"n{number}", Profile("有限会社" + name[..1] + Pick(random, Trades) + "サポート", postal, town + block, phone)));

        static Profile Profile(string name, string postal, string street, string phone) => new()
        {
            Id = Sdk.Records.Ids.New(), IsCompany = true, Family = CompanyName.Parse(name).Key, PostalCode = postal, Phones = Matching.Profile.PhonesOf(phone),
            Place = Matching.Profile.PlaceOf(new() { Street = street }),
        };
    }

    private static Someone Draw(Random random)
    {
        var (family, familyKana, _) = Families[random.Next(Families.Length)];
        var (given, givenKana) = Givens[random.Next(Givens.Length)];
        var (postal, town) = Towns[random.Next(Towns.Length)];
        return new Someone(
            family, given, familyKana, givenKana, new DateOnly(1940, 1, 1).AddDays(random.Next(25_000)), postal,
            $"{town}{random.Next(1, 9)}丁目{random.Next(1, 40)}番{random.Next(1, 30)}号", $"090-{random.Next(1000, 9999)}-{random.Next(1000, 9999)}",
            $"{(char)('a' + random.Next(26))}{random.Next(100_000, 999_999)}@{Pick(random, (string[])["example.jp", "docomo.ne.jp", "gmail.com"])}");
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private sealed record Someone(string Family, string Given, string FamilyKana, string GivenKana, DateOnly? Birth, string Postal, string Street, string Phone, string Email)
    {
        public Profile Profile() => new()
        {
            Id = Sdk.Records.Ids.New(),
            Family = PersonName.Key(Family), Given = PersonName.Key(Given), FamilyKana = PersonName.KanaKey(FamilyKana), GivenKana = PersonName.KanaKey(GivenKana),
            Birth = Birth?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "", PostalCode = Matching.Profile.PostalOf(Postal), Phones = Matching.Profile.PhonesOf(Phone),
            Email = EmailKey.TryParse(Email, out var email) ? email.Strict : "", WeakEmail = email.Weak ?? "",
            Place = Matching.Profile.PlaceOf(new() { Street = Street }),
        };

        /// <summary>The same person as somebody else typed them: one to three things come out otherwise.</summary>
        public Someone Again(Random random)
        {
            var again = this;
            for (var left = random.Next(1, 4); left > 0; left--)
            {
                again = random.Next(9) switch
                {
                    0 when Families.FirstOrDefault(f => f.Kanji == Family).Other is { } other => again with { Family = other },
                    0 or 1 => again with { GivenKana = Slip(again.GivenKana, random) },
                    2 => again with { Street = Street.Replace("丁目", "-", StringComparison.Ordinal).Replace("番", "-", StringComparison.Ordinal).Replace("号", "", StringComparison.Ordinal) },
                    3 when again.Phone == Phone && again.Birth == Birth => Moved(again, random),
                    4 when again.Street.Length > 0 && again.Birth == Birth => again with { Phone = "" },
                    5 when again.Phone == Phone => again with { Birth = null },
                    6 => again with { Given = GivenKana },
                    7 => again with { Phone = Phone.Replace("-", "", StringComparison.Ordinal), Email = Email.ToUpperInvariant() },
                    _ => again with { Email = "", FamilyKana = "", GivenKana = "" },
                };
            }

            // Written in kana, the reading must be there for anybody to know who is meant.
            return again.Given == GivenKana && again.GivenKana.Length == 0 ? again with { Given = Given } : again;
        }

        private static Someone Moved(Someone person, Random random)
        {
            var (postal, town) = Towns[random.Next(Towns.Length)];
            return person with { Postal = postal, Street = $"{town}{random.Next(1, 9)}-{random.Next(1, 40)}-{random.Next(1, 30)}" };
        }

        public Someone Relative(Random random, bool twin)
        {
            (string Kanji, string Kana) given;
            do given = Givens[random.Next(Givens.Length)];
            while (given.Kanji == Given || given.Kana == GivenKana);
            return this with
            {
                Given = given.Kanji, GivenKana = given.Kana, Birth = twin ? Birth : new DateOnly(1940, 1, 1).AddDays(random.Next(25_000)),
                Email = $"{(char)('a' + random.Next(26))}{random.Next(100_000, 999_999)}@example.jp",
            };
        }

        private static string Slip(string kana, Random random)
        {
            if (kana.Length < 3) return kana;
            var at = random.Next(kana.Length - 1);
            return random.Next(2) == 0 ? kana.Remove(at, 1) : kana[..at] + kana[at + 1] + kana[at] + kana[(at + 2)..];
        }
    }
}

/// <summary>How well duplicates are found where the truth is known.</summary>
/// <param name="Records">Records looked at.</param>
/// <param name="True">Pairs that are one customer.</param>
/// <param name="Found">Pairs found.</param>
/// <param name="Right">Of them, those that are one customer.</param>
internal sealed record Evaluation(int Records, int True, int Found, int Right)
{
    public double Precision => Found == 0 ? 1 : (double)Right / Found;

    public double Recall => True == 0 ? 1 : (double)Right / True;

    public double F => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    public static Evaluation Of(IReadOnlyList<Labelled> records, int from)
    {
        var who = records.ToDictionary(r => r.Profile.Id, r => r.Who);
        var found = PairSearch.Among([.. records.Select(r => r.Profile)], from).ToList();
        return new(
            records.Count, records.GroupBy(r => r.Who).Sum(g => g.Count() * (g.Count() - 1) / 2),
            found.Count, found.Count(f => who[f.A.Id] == who[f.B.Id]));
    }
}
