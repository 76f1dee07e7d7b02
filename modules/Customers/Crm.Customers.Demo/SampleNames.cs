// Names as common in Japan: family names in order of frequency, given names by decade of birth.
namespace Crm.Customers.Demo;

/// <summary>A name in kanji (or kana) and its reading in katakana.</summary>
internal readonly record struct SampleName(string Text, string Kana)
{
    public static SampleName[] Read(string list) =>
        [.. list.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('/')).Select(p => new SampleName(p[0], p[1]))];
}

internal static class SampleNames
{
    public static readonly SampleName[] Family = SampleName.Read("""
        佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ
        吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ 斎藤/サイトウ 清水/シミズ
        山崎/ヤマザキ 阿部/アベ 森/モリ 池田/イケダ 橋本/ハシモト 石川/イシカワ 山下/ヤマシタ 小川/オガワ 石井/イシイ 長谷川/ハセガワ
        後藤/ゴトウ 岡田/オカダ 近藤/コンドウ 前田/マエダ 藤田/フジタ 遠藤/エンドウ 青木/アオキ 坂本/サカモト 村上/ムラカミ 太田/オオタ
        金子/カネコ 藤井/フジイ 福田/フクダ 西村/ニシムラ 三浦/ミウラ 竹内/タケウチ 中川/ナカガワ 岡本/オカモト 松田/マツダ 原田/ハラダ
        中野/ナカノ 小野/オノ 田村/タムラ 藤原/フジワラ 中山/ナカヤマ 石田/イシダ 小島/コジマ 和田/ワダ 森田/モリタ 内田/ウチダ
        柴田/シバタ 酒井/サカイ 原/ハラ 高木/タカギ 横山/ヨコヤマ 安藤/アンドウ 宮崎/ミヤザキ 上田/ウエダ 島田/シマダ 工藤/クドウ
        大野/オオノ 宮本/ミヤモト 杉山/スギヤマ 今井/イマイ 丸山/マルヤマ 増田/マスダ 高田/タカダ 村田/ムラタ 平野/ヒラノ 大塚/オオツカ
        菅原/スガワラ 武田/タケダ 新井/アライ 小山/コヤマ 野口/ノグチ 桜井/サクライ 千葉/チバ 岩崎/イワサキ 佐野/サノ 谷口/タニグチ
        上野/ウエノ 松井/マツイ 河野/コウノ 古川/フルカワ 野村/ノムラ 木下/キノシタ 渡部/ワタナベ 菊地/キクチ 水野/ミズノ 市川/イチカワ
        久保/クボ 大西/オオニシ 菅野/カンノ 五十嵐/イガラシ 浜田/ハマダ 秋山/アキヤマ 永井/ナガイ 川口/カワグチ 広瀬/ヒロセ 星野/ホシノ
        飯田/イイダ 荒木/アラキ 矢野/ヤノ 服部/ハットリ 小沢/オザワ 福島/フクシマ 国分/コクブ 大久保/オオクボ 川村/カワムラ 浅野/アサノ
        長田/オサダ 黒沢/クロサワ 東海林/ショウジ 小鳥遊/タカナシ 八木/ヤギ 辻/ツジ 関/セキ 堀/ホリ 比嘉/ヒガ 金城/キンジョウ
        """);

    /// <summary>Spellings people insist on; the reading stays.</summary>
    public static readonly (string Common, string Own)[] Variants =
    [
        ("渡辺", "渡邉"), ("渡辺", "渡邊"), ("高橋", "髙橋"), ("斎藤", "齋藤"), ("斎藤", "齊藤"), ("斎藤", "斉藤"), ("山崎", "山﨑"), ("宮崎", "宮﨑"),
        ("岩崎", "岩﨑"), ("浜田", "濱田"), ("浜田", "濵田"), ("広瀬", "廣瀬"), ("小沢", "小澤"), ("黒沢", "黒澤"), ("国分", "國分"), ("小島", "小嶋"),
        ("福島", "福嶋"), ("桜井", "櫻井"), ("高木", "髙木"), ("高田", "髙田"), ("渡部", "渡邉"), ("関", "關"), ("辻", "辻\U000E0100"), ("吉田", "𠮷田"),
    ];

    /// <summary>Given names of women by the decade they were born in.</summary>
    public static readonly IReadOnlyDictionary<int, SampleName[]> Women = new Dictionary<int, SampleName[]>
    {
        [1930] = SampleName.Read("和子/カズコ 幸子/サチコ 節子/セツコ 洋子/ヨウコ 弘子/ヒロコ 美智子/ミチコ 照子/テルコ 文子/フミコ トミ/トミ キヨ/キヨ"),
        [1940] = SampleName.Read("和子/カズコ 洋子/ヨウコ 幸子/サチコ 紀子/ノリコ 節子/セツコ 勝子/カツコ 悦子/エツコ 京子/キョウコ 久美子/クミコ 孝子/タカコ"),
        [1950] = SampleName.Read("恵子/ケイコ 幸子/サチコ 洋子/ヨウコ 和子/カズコ 京子/キョウコ 順子/ジュンコ 由美子/ユミコ 久美子/クミコ 裕子/ヒロコ 陽子/ヨウコ"),
        [1960] = SampleName.Read("由美子/ユミコ 明美/アケミ 真由美/マユミ 久美子/クミコ 裕子/ユウコ 智子/トモコ 恵子/ケイコ 直美/ナオミ 美由紀/ミユキ 洋子/ヨウコ"),
        [1970] = SampleName.Read("陽子/ヨウコ 智子/トモコ 裕子/ユウコ 真由美/マユミ 恵/メグミ 香織/カオリ 優子/ユウコ 美穂/ミホ 直子/ナオコ 久美子/クミコ 由香/ユカ"),
        [1980] = SampleName.Read("愛/アイ 裕子/ユウコ 麻衣/マイ 恵/メグミ 香織/カオリ 絵美/エミ 美穂/ミホ 智美/トモミ 彩/アヤ 千尋/チヒロ さやか/サヤカ 由佳/ユカ"),
        [1990] = SampleName.Read("美咲/ミサキ 愛/アイ 彩/アヤ 萌/モエ 真由/マユ 舞/マイ 優花/ユウカ 千夏/チナツ 遥/ハルカ 茜/アカネ 七海/ナナミ ひかり/ヒカリ"),
        [2000] = SampleName.Read("さくら/サクラ 美咲/ミサキ 葵/アオイ 陽菜/ヒナ 七海/ナナミ 結衣/ユイ 凜/リン 美優/ミユ 花/ハナ 優衣/ユイ 心愛/ココア 莉子/リコ"),
    };

    /// <summary>Given names of men by the decade they were born in.</summary>
    public static readonly IReadOnlyDictionary<int, SampleName[]> Men = new Dictionary<int, SampleName[]>
    {
        [1930] = SampleName.Read("清/キヨシ 弘/ヒロシ 勇/イサム 実/ミノル 正/タダシ 茂/シゲル 昭/アキラ 正雄/マサオ 三郎/サブロウ 博/ヒロシ"),
        [1940] = SampleName.Read("勝/マサル 勇/イサム 進/ススム 清/キヨシ 弘/ヒロシ 勲/イサオ 博/ヒロシ 隆/タカシ 武/タケシ 稔/ミノル 征夫/ユキオ"),
        [1950] = SampleName.Read("博/ヒロシ 隆/タカシ 茂/シゲル 誠/マコト 修/オサム 浩/ヒロシ 和夫/カズオ 幸雄/ユキオ 健一/ケンイチ 明/アキラ 豊/ユタカ"),
        [1960] = SampleName.Read("誠/マコト 浩/ヒロシ 浩一/コウイチ 隆/タカシ 健一/ケンイチ 和彦/カズヒコ 哲也/テツヤ 剛/ツヨシ 直樹/ナオキ 秀樹/ヒデキ 淳/ジュン"),
        [1970] = SampleName.Read("健一/ケンイチ 大輔/ダイスケ 誠/マコト 健太郎/ケンタロウ 剛/ツヨシ 学/マナブ 哲也/テツヤ 直樹/ナオキ 英樹/ヒデキ 洋平/ヨウヘイ 崇/タカシ"),
        [1980] = SampleName.Read("大輔/ダイスケ 翔太/ショウタ 拓也/タクヤ 健太/ケンタ 達也/タツヤ 雄太/ユウタ 直樹/ナオキ 亮/リョウ 和也/カズヤ 慎也/シンヤ 祐介/ユウスケ"),
        [1990] = SampleName.Read("翔太/ショウタ 拓也/タクヤ 翔/ショウ 大樹/ダイキ 健太/ケンタ 直人/ナオト 大地/ダイチ 涼/リョウ 匠/タクミ 優太/ユウタ 駿/シュン 海斗/カイト"),
        [2000] = SampleName.Read("翔/ショウ 大翔/ヒロト 蓮/レン 颯太/ソウタ 陸/リク 優斗/ユウト 大輝/ダイキ 悠斗/ユウト 拓海/タクミ 颯/ハヤテ 陽太/ヨウタ 湊/ミナト"),
    };

    /// <summary>Guests from abroad; family name first, as the record keeps it.</summary>
    public static readonly (string Family, string Given, string Country)[] Foreign =
    [
        ("Smith", "Emily", "US"), ("Johnson", "Michael", "US"), ("Müller", "Anna", "DE"), ("Schmidt", "Jonas", "DE"), ("Dubois", "Camille", "FR"),
        ("García", "Lucía", "ES"), ("Rossi", "Marco", "IT"), ("Brown", "Oliver", "GB"), ("Nguyễn", "Thị Lan", "VN"), ("Kim", "Minji", "KR"),
        ("Wang", "Wei", "CN"), ("Chen", "Yi-Ting", "TW"), ("Lee", "Ka Yan", "HK"), ("Tan", "Wei Ling", "SG"), ("Taylor", "Grace", "AU"), ("Somchai", "Anan", "TH"),
    ];
}
