// Kanji that people use for one another (異体字, 旧字体): the first of each group stands for all of it in keys.
// For keys only: what a customer typed is never rewritten. A wrong pair costs a needless candidate, a missing one a duplicate.
using System.Text;

namespace Crm.Sdk.Text;

internal static class KanjiVariants
{
    // Sources: 常用漢字表 (old forms in brackets), 人名用漢字 別表第二の二, JIS X 0213 replaced forms, and names as met (H for
    // those of the design notes, M for the rest). Forms that NFKC already folds (神 福 祥 隆 …) need no entry.
    private const string Groups =
        // names above all
        "辺邊邉 斎斉齋齊亝 高髙 崎﨑嵜㟢 浜濱濵 吉𠮷 沢澤 広廣 徳德 島嶋嶌㠀 富冨 館舘 淵渕渊 峰峯 柳栁桺 橋槗 桑桒 土圡 鶴靏靎鸖 " +
        "船舩 村邨 秋秌穐 園薗 磯礒 槙槇 真眞 瀬瀨 頼賴 滝瀧 弥彌 亀龜 竜龍 恵惠 栄榮 寿壽 実實 桜櫻 関關闗 塩鹽 条條 曽曾 巌巖 岳嶽 " +
        "彦彥 静靜 緑綠 郎郞 郷鄕鄉 聡聰 熙煕熈 晃晄 昇曻 昂昻 凜凛 喜㐂 松枩 柏栢 栃杤 桧檜 薮藪 芦蘆 砺礪 蛎蠣 荊荆 菟莵 萌萠 庵菴 枡桝 " +
        "欅﨔 猪豬 兎兔 祢禰 祷禱 尭堯 遥遙 瑶瑤 禄祿 礼禮 晋晉 恒恆 斌彬 穎頴 毘毗 卯夘 厩廐廏 莱萊 裏裡 蘇蘓 轟軣 梅楳 宮宫 蒋蔣 曹曺 " +
        "緒緖 呉吳 悦悅 鋭銳 湊凑 沖冲 涼凉 湧涌 隣鄰 雁鴈 鼓皷 壺壷 竈竃 鉤鈎 綿緜 烟煙 草艸 杯盃 峨峩 珍珎 略畧 奇竒 留畄 畝畆 " +
        // old and new forms of the 常用漢字表
        "亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 稲稻 飲飮 隠隱 営營 衛衞 駅驛 円圓 縁緣 艶艷 応應 欧歐 殴毆 奥奧 横橫 温溫 穏穩 仮假 価價 " +
        "画畫 会會 壊壞 懐懷 絵繪 概槪 拡擴 殻殼 覚覺 学學斈 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 歓歡 観觀 顔顏 気氣 既旣 帰歸 偽僞 戯戲 " +
        "犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 暁曉 区區 駆驅駈 勲勳 薫薰 群羣 径徑 茎莖 掲揭 渓溪谿 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 " +
        "撃擊 欠缺 研硏 県縣 倹儉 剣劍劔劒剱釼 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 戸戶户 効效 黄黃 鉱鑛礦砿 号號 国國圀囯 黒黑 砕碎 " +
        "済濟 剤劑 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 姉姊 歯齒 児兒 辞辭 湿濕 写寫 釈釋 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 叙敍敘 " +
        "尚尙 将將 称稱 渉涉 焼燒 証證 奨奬獎 状狀 乗乘 浄淨 剰剩 畳疊疂 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 " +
        "穂穗 随隨 髄髓 枢樞 数數 声聲 青靑 清淸 税稅 窃竊 摂攝 説說 絶絕 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 " +
        "捜搜 挿插 巣巢 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體軆躰 帯帶 滞滯 台臺 択擇 担擔 単單 胆膽 団團 断斷 " +
        "弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵銕鐡 点點 転轉 伝傳 灯燈 当當 党黨 盗盜 闘鬪鬭 独獨 読讀 届屆 " +
        "弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 瓶甁 払拂 仏佛 併倂 並竝 餅餠 変變 弁辨瓣辯 歩步 宝寶寳 豊豐 " +
        "褒襃 翻飜 毎每 万萬 満滿 麺麵 黙默 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 乱亂 覧覽 両兩 猟獵 塁壘 涙淚泪 励勵 霊靈灵 " +
        "隷隸 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 楼樓 録錄 湾灣 舎舍 内內 産產 戻戾 娯娛 告吿 査查 晩晚 脱脫 閲閱 間閒 氷冰 衆眾 姫姬 " +
        "歳歲 教敎 準凖 決决 減减 況况 韻韵 脈脉 詠咏 職軄 冊册 鬱欝 達逹 多夛 年秊 床牀 恥耻 " +
        // forms that JIS X 0213 replaced
        "侠俠 倶俱 剥剝 叱𠮟 呑吞 嘘噓 噛嚙 嚢囊 填塡 屏屛 掴摑 掻搔 潅灌 濤涛 溌潑 涜瀆 焔焰 箪簞 繋繫 繍繡 蝉蟬 蝋蠟 躯軀 迩邇 醤醬 " +
        "鴎鷗 鴬鶯 鯵鰺 鹸鹼 麹麴 頚頸 頬頰 顛顚 騨驒 諌諫 賎賤 穣穰 篭籠";

    /// <summary>Code point → the character that stands for its group.</summary>
    public static Dictionary<int, char> Representatives { get; } = Read();

    private static Dictionary<int, char> Read()
    {
        var all = new Dictionary<int, char>();
        foreach (var group in Groups.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            foreach (var rune in group.EnumerateRunes().Skip(1))
                all[rune.Value] = group[0];
        return all;
    }

    /// <summary>The groups as written, for the test that no kanji is in two of them.</summary>
    internal static IEnumerable<Rune[]> All => Groups.Split(' ').Select(g => g.EnumerateRunes().ToArray());
}
