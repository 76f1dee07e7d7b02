using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Benchmarks;

/// <summary>A plugin's fields on people: what a list is filtered and sorted by when it is measured.</summary>
public sealed class GuestsModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => "guests";

    /// <inheritdoc/>
    public override Label Name => ("宿泊客", "Guests");

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Records.Extend(CustomersContract.Person, person => person.Section("guests.stay", "ご滞在", "Stay", s => s
            .Text("guests.zone", "地区", "Zone").Max(20).Indexed()
            .Number("guests.score", "評価", "Score", decimals: 2).Indexed()
            .Date("guests.lastStay", "最終滞在日", "Last stay").Indexed()
            .Text("guests.pillow", "枕", "Pillow").Max(40)
            .YesNo("guests.member", "会員", "Member")));
    }
}

/// <summary>People as a file would bring them: 20 columns of text. The same number always gives the same person.</summary>
internal static class Guests
{
    public const int Zones = 50;

    private static readonly string[] Names = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 岡本 金子 三浦 中野 原田 松田 竹内 小野 中川 和田 石田 森田 上田 柴田 酒井 宮崎 横山 宮本 内田 高木 谷口 工藤 大野 今井 丸山".Split(' ');
    private static readonly string[] Given = "太郎 花子 健太 美咲 翔太 陽子 一郎 恵子 大輔 由美 直樹 真由美 誠 裕子 隆 久美子 学 幸子 剛 明美 拓也 麻衣 亮 彩 浩 智子 博 千尋 大樹 さくら".Split(' ');
    private static readonly string[] Kana = "サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト イノウエ キムラ ハヤシ サイトウ シミズ".Split(' ');
    private static readonly string[] GivenKana = "タロウ ハナコ ケンタ ミサキ ショウタ ヨウコ イチロウ ケイコ ダイスケ ユミ ナオキ マユミ マコト ユウコ タカシ クミコ マナブ サチコ ツヨシ アケミ".Split(' ');
    private static readonly (string Prefecture, string City, string Code)[] Places =
    [
        ("東京都", "新宿区", "1600022"), ("大阪府", "大阪市北区", "5300001"), ("愛知県", "名古屋市中区", "4600008"), ("北海道", "札幌市中央区", "0600001"),
        ("福岡県", "福岡市博多区", "8120011"), ("神奈川県", "横浜市西区", "2200011"), ("京都府", "京都市下京区", "6008216"), ("兵庫県", "神戸市中央区", "6500001"),
    ];

    private static readonly string[] Occupations = ["会社員", "公務員", "自営業", "教員", "医師", "学生", "主婦・主夫", "農業"];
    private static readonly string[] Hobbies = ["温泉めぐり", "登山、写真", "読書", "釣り", "将棋と囲碁", "料理", "映画鑑賞", "園芸", "日本酒"];

    public static Dictionary<string, object?> Row(int number)
    {
        var random = new Random(number);
        var place = Places[random.Next(Places.Length)];
        return new Dictionary<string, object?>(20)
        {
            ["code"] = $"G{number:0000000}",
            ["lastName"] = Names[random.Next(Names.Length)],
            ["firstName"] = Given[random.Next(Given.Length)],
            ["lastNameKana"] = Kana[random.Next(Kana.Length)],
            ["firstNameKana"] = GivenKana[random.Next(GivenKana.Length)],
            ["postalCode"] = place.Code,
            ["prefecture"] = place.Prefecture,
            ["city"] = place.City,
            ["street"] = $"{random.Next(1, 9)}丁目{random.Next(1, 30)}番{random.Next(1, 20)}号",
            ["phone"] = $"03-{random.Next(1000, 9999)}-{random.Next(1000, 9999)}",
            ["mobile"] = $"090-{random.Next(1000, 9999)}-{random.Next(1000, 9999)}",
            ["email"] = $"guest{number}@example{random.Next(500)}.co.jp",
            ["birthDate"] = $"{random.Next(1940, 2005)}/{random.Next(1, 13)}/{random.Next(1, 28)}",
            ["occupation"] = Occupations[random.Next(Occupations.Length)],
            ["hobbies"] = Hobbies[random.Next(Hobbies.Length)],
            ["guests.zone"] = $"Z{random.Next(Zones):00}",
            ["guests.score"] = (random.Next(10_000) / 100m).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["guests.lastStay"] = new DateOnly(2020, 1, 1).AddDays(random.Next(2_000)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["guests.pillow"] = random.Next(2) == 0 ? "そば殻" : "低反発",
            ["guests.member"] = random.Next(2) == 0 ? "はい" : "いいえ",
        };
    }

    /// <summary>Two characters somebody types: names that many have, and pairs nobody has.</summary>
    public static string Fragment(int number) => number % 2 == 0 ? Names[number / 2 % Names.Length].PadRight(2, '田')[..2] : Pair(number);

    // Characters of the names in an order no name has them in.
    private static string Pair(int number) => $"{Names[number % 40][^1]}{Names[number * 7 % 40][0]}";
}
