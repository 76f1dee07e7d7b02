// Names of invented companies: a stem and a trade, with a legal form before or after.
using Crm.Customers.Companies;

namespace Crm.Customers.Demo;

/// <summary>A line of business as it stands at the end of a company's name.</summary>
internal sealed record Trade(string Text, string Kana, string Industry, string Form, string Business);

/// <summary>The name of a company in its parts.</summary>
internal sealed record CompanyNameParts(string Full, string Kana, string Stem, string StemKana, Trade Trade, string Kind);

internal static class SampleCompanies
{
    private const string Any = "any";
    private const string Medical = "medical";
    private const string School = "school";
    private const string Welfare = "welfare";

    private static readonly SampleName[] Stems = SampleName.Read("""
        東洋/トウヨウ 大和/ダイワ 富士/フジ 三栄/サンエイ 日進/ニッシン 共和/キョウワ 太平/タイヘイ 旭/アサヒ 光陽/コウヨウ 北斗/ホクト 東亜/トウア
        昭栄/ショウエイ 丸三/マルサン 山信/ヤマシン 新和/シンワ 協栄/キョウエイ 三協/サンキョウ 大成/タイセイ 第一/ダイイチ 中央/チュウオウ 南部/ナンブ
        みどり/ミドリ さくら/サクラ あおぞら/アオゾラ ひかり/ヒカリ みらい/ミライ はやぶさ/ハヤブサ つばさ/ツバサ わかば/ワカバ ことぶき/コトブキ
        アルファ/アルファ ノヴァ/ノヴァ オリオン/オリオン グリーン/グリーン サンライズ/サンライズ ユニオン/ユニオン エース/エース フロンティア/フロンティア
        山田/ヤマダ 鈴木/スズキ 佐藤/サトウ 髙橋/タカハシ 渡邉/ワタナベ 伊藤/イトウ 小林/コバヤシ 齋藤/サイトウ 松本/マツモト 井上/イノウエ 濱田/ハマダ
        越後/エチゴ 信濃/シナノ 尾張/オワリ 播磨/ハリマ 駿河/スルガ 筑紫/ツクシ 讃岐/サヌキ 武蔵/ムサシ 相模/サガミ 奥州/オウシュウ 近江/オウミ 湘南/ショウナン
        """);

    private static readonly Trade[] Trades =
    [
        new("製作所", "セイサクショ", "manufacturing", Any, "金属部品の切削・組立"), new("工業", "コウギョウ", "manufacturing", Any, "産業機械の製造"),
        new("電機", "デンキ", "manufacturing", Any, "制御盤・配電盤の製造"), new("精機", "セイキ", "manufacturing", Any, "精密機器の製造"),
        new("化学", "カガク", "manufacturing", Any, "工業用接着剤・塗料の製造"), new("食品", "ショクヒン", "manufacturing", Any, "惣菜・冷凍食品の製造"),
        new("紙工", "シコウ", "manufacturing", Any, "段ボール・紙器の製造"), new("樹脂", "ジュシ", "manufacturing", Any, "プラスチック成形"),
        new("建設", "ケンセツ", "construction", Any, "土木・建築工事"), new("工務店", "コウムテン", "construction", Any, "住宅の新築・改修"),
        new("設備", "セツビ", "construction", Any, "給排水・空調設備工事"), new("塗装", "トソウ", "construction", Any, "建築塗装・防水工事"),
        new("運輸", "ウンユ", "transport", Any, "一般貨物運送"), new("物流", "ブツリュウ", "transport", Any, "倉庫・共同配送"),
        new("商事", "ショウジ", "wholesale-retail", Any, "産業資材の卸売"), new("商店", "ショウテン", "wholesale-retail", Any, "日用雑貨の販売"),
        new("薬局", "ヤッキョク", "wholesale-retail", Any, "調剤・医薬品の販売"), new("フーズ", "フーズ", "hospitality", Any, "飲食店の運営"),
        new("システムズ", "システムズ", "information", Any, "業務システムの開発"), new("印刷", "インサツ", "manufacturing", Any, "商業印刷・シール印刷"),
        new("不動産", "フドウサン", "real-estate", Any, "賃貸管理・仲介"), new("リース", "リース", "real-estate", Any, "建機・仮設資材のレンタル"),
        new("ホテル", "ホテル", "hospitality", Any, "ホテルの運営"), new("農園", "ノウエン", "agriculture", Any, "野菜・花きの生産"),
        new("水産", "スイサン", "fisheries", Any, "水産物の加工・販売"), new("ビルサービス", "ビルサービス", "services", Any, "清掃・設備管理"),
        new("病院", "ビョウイン", "medical", Medical, "総合病院"), new("クリニック", "クリニック", "medical", Medical, "内科・小児科"),
        new("学園", "ガクエン", "education", School, "私立中学・高校"), new("福祉会", "フクシカイ", "medical", Welfare, "特別養護老人ホームの運営"),
    ];

    /// <summary>A name nobody in <paramref name="taken"/> has yet.</summary>
    public static CompanyNameParts Name(Dice dice, HashSet<string> taken, IReadOnlyList<Trade>? trades = null)
    {
        while (true)
        {
            var stem = dice.Pick(Stems);
            var trade = dice.Pick(trades ?? Trades);
            if (!taken.Add(stem.Kana + trade.Kana)) continue;
            var name = stem.Text + trade.Text;
            var (full, kind) = trade.Form switch
            {
                Medical => ("医療法人社団" + name, CompanyKinds.Corporation),
                School => ("学校法人" + name, CompanyKinds.Corporation),
                Welfare => ("社会福祉法人" + name, CompanyKinds.Corporation),
                _ => dice.Between(1, 100) switch
                {
                    <= 42 => ("株式会社" + name, CompanyKinds.Corporation),
                    <= 72 => (name + "株式会社", CompanyKinds.Corporation),
                    <= 84 => ("有限会社" + name, CompanyKinds.Corporation),
                    <= 92 => ("合同会社" + name, CompanyKinds.Corporation),
                    _ => (name, CompanyKinds.SoleProprietor),
                },
            };
            return new(full, stem.Kana + trade.Kana, stem.Text, stem.Kana, trade, kind);
        }
    }

    public static IReadOnlyList<Trade> TradesOf(params string[] industries) => [.. Trades.Where(t => industries.Contains(t.Industry))];

    /// <summary>A corporate number with its check digit that no registry office gives out (9999).</summary>
    public static string CorporateNumber(Dice dice)
    {
        var digits = "9999" + dice.Digits(8);
        var sum = 0;
        for (var n = 1; n <= 12; n++) sum += (digits[12 - n] - '0') * (n % 2 == 0 ? 2 : 1);
        return $"{9 - (sum % 9)}{digits}";
    }
}
