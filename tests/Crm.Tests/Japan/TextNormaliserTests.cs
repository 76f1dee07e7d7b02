// Keys, readings and search tokens: what counts as the same text.
using Crm.Sdk.Text;
using Xunit;

namespace Crm.Tests.Japan;

public class TextNormaliserTests
{
    [Theory]
    [InlineData("渡邉", "渡邊", "渡辺")]
    [InlineData("齋藤", "齊藤", "斎藤", "斉藤")]
    [InlineData("髙橋", "高橋", "高 橋", "高　橋")]
    [InlineData("山﨑", "山崎")]
    [InlineData("濵田", "濱田", "浜田")]
    [InlineData("𠮷野家", "吉野家")]
    [InlineData("國分", "国分")]
    [InlineData("澤井", "沢井")]
    [InlineData("廣瀨", "広瀬")]
    [InlineData("德永", "徳永")]
    [InlineData("葛\U000E0100城", "葛城")]
    [InlineData("神\uFA19", "神神")]
    [InlineData("㈱ヤマダ", "(株)ヤマダ", "（株）やまだ", "株ﾔﾏﾀﾞ")]
    [InlineData("①", "1", "１")]
    [InlineData("ガーデン", "ｶﾞｰﾃﾞﾝ", "がーでん", "か\u3099ーて\u3099ん", "カ゛ーデン")]
    [InlineData("パン", "ﾊﾟﾝ", "は\u309Aん")]
    [InlineData("ABC商会", "ａｂｃ商会", "Abc商会", "A・B・C 商会")]
    [InlineData("霞ヶ関", "霞ケ関")]
    [InlineData("03-1234", "031234", "０３ー１２３４", "03−1234")]
    [InlineData("Café", "cafe\u0301")]
    [InlineData("𝐀𝐁", "ab")]
    public void Spellings_of_the_same_text_have_one_key(params string[] spellings) =>
        Assert.Single(spellings.Select(TextNormaliser.ForKey).Distinct());

    [Theory]
    [InlineData("田中", "中田")]
    [InlineData("阪本", "坂本")]
    [InlineData("ビル", "ビール")]
    [InlineData("ハン", "パン")]
    public void Different_texts_keep_different_keys(string one, string other) =>
        Assert.NotEqual(TextNormaliser.ForKey(one), TextNormaliser.ForKey(other));

    [Theory]
    [InlineData("Crm Modular", "crmmodular")]
    [InlineData("やまだ太郎", "ヤマダ太郎")]
    [InlineData("☆「」、。！", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("\uD842", "")]
    public void A_key_holds_letters_and_digits_only(string? text, string key) => Assert.Equal(key, TextNormaliser.ForKey(text));

    [Fact]
    public void A_key_of_a_key_is_itself() => AnyText.Always(text =>
    {
        var key = TextNormaliser.ForKey(text);
        Assert.Equal(key, TextNormaliser.ForKey(key));
    });

    [Fact]
    public void A_text_that_is_its_own_key_is_not_copied()
    {
        var text = new string("山田太郎");
        Assert.Same(text, TextNormaliser.ForKey(text));
    }

    [Fact]
    public void No_kanji_stands_in_two_groups_of_variants()
    {
        var twice = KanjiVariants.All.SelectMany(group => group.Distinct()).GroupBy(kanji => kanji).Where(g => g.Count() > 1).Select(g => g.Key.ToString());
        Assert.Equal([], twice);
    }

    [Fact]
    public void Variants_of_a_group_fold_to_its_first_which_folds_to_itself()
    {
        foreach (var group in KanjiVariants.All)
            foreach (var kanji in group)
                Assert.Equal(group[0].ToString(), TextNormaliser.ForKey(kanji.ToString()));
    }

    [Theory]
    [InlineData("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ")]
    [InlineData("やまだ　　たろう ", "ヤマダ タロウ")]
    [InlineData("ｳﾞｧｲｵﾘﾝ･ﾊﾟｰﾃｨｰ", "ヴァイオリン・パーティー")]
    [InlineData("か\u3099とう", "ガトウ")]
    [InlineData("ヤマダ", "ヤマダ")]
    [InlineData("ABC ｼｮｳｶｲ", "ABC ショウカイ")]
    public void A_reading_is_stored_in_full_width_katakana(string typed, string stored) => Assert.Equal(stored, TextNormaliser.ToKana(typed));

    [Fact]
    public void A_stored_reading_stays_as_it_is() => AnyText.Always(text =>
    {
        var kana = TextNormaliser.ToKana(text);
        Assert.Equal(kana, TextNormaliser.ToKana(kana));
    });

    [Fact]
    public void Pairs_of_neighbours_and_the_last_character_are_the_tokens()
    {
        Assert.Equal("山田 田太 太郎 郎", TextNormaliser.SearchText("山田太郎"));
        Assert.Equal("山", TextNormaliser.SearchText("山"));
        Assert.Equal("", TextNormaliser.SearchText(""));
        Assert.Equal("東京 京東 京", TextNormaliser.SearchText("東京東京"));
    }

    [Fact]
    public void A_surrogate_pair_is_one_character_of_a_token() =>
        Assert.Equal("𩸽ノ ノ𩸽 𩸽", TextNormaliser.SearchText("𩸽の𩸽"));

    [Fact]
    public void A_query_asks_for_the_pairs_of_each_of_its_words()
    {
        Assert.Equal([new("ヤマ", false), new("マダ", false), new("太郎", false)], TextNormaliser.SearchTokens("やまだ　太郎"));
        Assert.Equal([new("郎", true)], TextNormaliser.SearchTokens(" 郎 "));
        Assert.Equal([new("𩸽", true)], TextNormaliser.SearchTokens("𩸽"));
        Assert.Equal([], TextNormaliser.SearchTokens("☆ 。"));
    }

    [Theory]
    [InlineData("㈱つばさ製作所", "つばさ製作所")]
    [InlineData("（株）つばさ製作所", "つばさ製作所")]
    [InlineData("つばさ製作所 株式会社", "つばさ製作所 株式会社")]
    [InlineData("株式会社つばさ製作所", "つばさ製作所")]
    [InlineData("つばさ製作所株式会社東京支店", "つばさ製作所 東京支店")]
    [InlineData("ｶ)ﾂﾊﾞｻ", "ツバサ")]
    [InlineData("㈱", "株")]
    public void A_query_is_freed_of_the_legal_form_of_a_company(string query, string same) =>
        Assert.Equal(TextNormaliser.SearchTokens(same), TextNormaliser.SearchTokens(query));

    [Fact]
    public void A_query_keeps_what_is_no_legal_form()
    {
        Assert.Equal([new("有限", false)], TextNormaliser.SearchTokens("有限"));
        Assert.Equal([new("co", false)], TextNormaliser.SearchTokens("Co"));
    }

    [Theory]
    [InlineData("渡邉 花子", "わたなべ はなこ", "渡辺")]
    [InlineData("渡邉 花子", "わたなべ はなこ", "ﾜﾀﾅﾍﾞ")]
    [InlineData("渡邉 花子", "わたなべ はなこ", "花子 渡邊")]
    [InlineData("渡邉 花子", "わたなべ はなこ", "子")]
    [InlineData("𠮷田商店", null, "吉田")]
    public void What_a_record_holds_is_found_however_it_is_typed(string name, string? kana, string query) => Assert.True(Finds(query, name, kana));

    [Theory]
    [InlineData("渡邉 花子", "太郎")]
    [InlineData("渡邉 花子", "渡辺 太郎")]
    [InlineData("花子", "子花")]
    public void What_a_record_does_not_hold_is_not_found(string name, string query) => Assert.False(Finds(query, name));

    [Fact]
    public void Every_part_of_a_text_is_found_in_it() => AnyText.Always(text =>
    {
        var key = TextNormaliser.ForKey(text);
        var runes = key.EnumerateRunes().ToArray();
        for (var length = 1; length <= Math.Min(3, runes.Length); length++)
        {
            var part = string.Concat(runes.Skip(runes.Length / 2).Take(length));
            Assert.True(TextNormaliser.SearchTokens(part).All(token => Holds(TextNormaliser.SearchText(text), token)), part);
        }
    });

    [Fact]
    public void Texts_of_one_record_share_tokens_but_no_pair_spans_two()
    {
        Assert.Equal("山田 田 田中 中", TextNormaliser.SearchText("山田", null, "田中", "山田"));
        Assert.Equal("", TextNormaliser.SearchText());
    }

    private static bool Finds(string query, params string?[] texts)
    {
        var stored = TextNormaliser.SearchText(texts);
        return TextNormaliser.SearchTokens(query) is { Count: > 0 } tokens && tokens.All(token => Holds(stored, token));
    }

    private static bool Holds(string stored, SearchToken token) =>
        stored.Split(' ').Any(t => token.Prefix ? t.StartsWith(token.Text, StringComparison.Ordinal) : t == token.Text);
}
