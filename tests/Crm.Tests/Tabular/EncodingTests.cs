// Encodings are told by content, and bytes that are no character are named.
using System.Text;
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class EncodingTests
{
    private const string People = "氏名,フリガナ,住所\r\n髙橋花子,タカハシ ハナコ,東京都港区芝\r\n山﨑太郎,ﾔﾏｻﾞｷ ﾀﾛｳ,㈱第①ビルⅣ\r\n";
    private const string Plain = "氏名,フリガナ,住所\r\n佐藤花子,サトウ ハナコ,東京都港区芝\r\n鈴木太郎,スズキ タロウ,大阪市北区\r\n";

    public static TheoryData<string, string> Encoded() => new()
    {
        { "utf-8", "utf-8" }, { "utf-8-bom", "utf-8" }, { "utf-16le", "utf-16le" }, { "utf-16be", "utf-16be" },
        { "932", "cp932" }, { "51932", "euc-jp" }, { "50220", "iso-2022-jp" },
    };

    [Theory, MemberData(nameof(Encoded))]
    public async Task Every_Japanese_encoding_is_recognised(string written, string recognised)
    {
        var encoding = written switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-8-bom" => new UTF8Encoding(true),
            "utf-16le" => new UnicodeEncoding(false, true),
            "utf-16be" => new UnicodeEncoding(true, true),
            _ => CodePagesEncodingProvider.Instance.GetEncoding(int.Parse(written))!,
        };
        var text = written.StartsWith('5') ? Plain : People; // the variants are Microsoft's
        var source = await Files.Open(new MemoryStream([.. encoding.Preamble, .. encoding.GetBytes(text)]));

        Assert.Equal(recognised, source.Encoding);
        Assert.Equal("氏名|フリガナ|住所", source.Names());
        Assert.Equal(text.Split("\r\n")[2].Replace(',', '|'), (await source.All())[1].Joined());
    }

    [Fact]
    public async Task Japanese_that_starts_after_two_megabytes_of_ascii_is_still_seen()
    {
        var text = "code,name\r\n" + string.Concat(Enumerable.Range(1, 150_000).Select(n => $"{n},Smith and so on\r\n")) + "150001,髙橋花子\r\n";
        var source = await Files.Open(Files.Of(text, Files.Cp932));

        Assert.Equal("cp932", source.Encoding);
        Assert.Equal("150001|髙橋花子", (await source.All())[^1].Joined());
        Assert.InRange(source.ApproximateRows!.Value, 130_000, 170_000);
    }

    [Fact]
    public async Task Half_width_kana_of_a_bank_file_is_not_taken_for_EUC()
    {
        var source = await Files.Open(Files.Of("ｶﾅ,ｺｰﾄﾞ\r\nﾀﾅｶﾀﾛｳ,1\r\nｽｽﾞｷ,2\r\n", Files.Cp932));
        Assert.Equal("cp932", source.Encoding);
    }

    [Fact]
    public async Task The_user_may_overrule_the_encoding()
    {
        var source = await Files.Open(Files.Of(Plain, Files.Cp932), new() { Encoding = "Shift_JIS" });
        Assert.Equal("cp932", source.Encoding);

        var unknown = await Files.Try(Files.Of(Plain), new() { Encoding = "klingon" });
        Assert.Equal(TabularCodes.OptionUnknown, unknown.Problem!.Code);
    }

    [Fact]
    public async Task A_broken_byte_in_UTF8_is_a_problem_of_its_row_alone()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Plain), .. Encoding.UTF8.GetBytes("田中"), 0xFF, 0xE3, 0x81, .. Encoding.UTF8.GetBytes(",タナカ,京都市\r\n伊藤,イトウ,神戸市\r\n")];
        var rows = await (await Files.Open(new MemoryStream(bytes))).All();

        Assert.Equal(["", "", TabularCodes.RowUndecodable, ""], rows.Select(r => r.Codes()));
        var problem = Assert.Single(rows[2].Problems);
        Assert.Equal((4L, 1), (problem.Row, problem.Column));
        Assert.Contains("0xFF 0xE3 0x81", problem.En, StringComparison.Ordinal);
        Assert.Equal("田中〈FF〉〈E3〉〈81〉|タナカ|京都市", rows[2].Joined());
        Assert.Equal("伊藤|イトウ|神戸市", rows[3].Joined());
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x2C }, "0x81")] // a lead byte before the comma must not swallow it
    [InlineData(new byte[] { 0xFD, 0x2C }, "0xFD")] // the platform would call this U+F8F1
    [InlineData(new byte[] { 0x80, 0x2C }, "0x80")]
    [InlineData(new byte[] { 0x85, 0x40, 0x2C }, "0x85 0x40")] // an empty row of the code page
    [InlineData(new byte[] { 0x00, 0x2C }, "0x00")]
    public async Task Stray_bytes_in_CP932_are_named_and_the_cells_stay_apart(byte[] stray, string named)
    {
        byte[] bytes = [.. Files.Cp932.GetBytes(People + People + "田中"), .. stray, .. Files.Cp932.GetBytes("タナカ,京都市\r\n")];
        var row = (await (await Files.Open(new MemoryStream(bytes), new() { HeaderRow = 1 })).All())[^1];

        Assert.Equal(TabularCodes.RowUndecodable, row.Codes());
        Assert.Contains($"({named})", row.Problems[0].En, StringComparison.Ordinal);
        Assert.Equal("タナカ|京都市", string.Join('|', row.Cells[1], row.Cells[2]));
    }

    [Fact]
    public async Task A_lead_byte_at_the_end_of_a_line_does_not_join_two_rows()
    {
        byte[] bytes = [.. Files.Cp932.GetBytes(People), .. Files.Cp932.GetBytes("田中,タナカ,京"), 0x93, 0x0A, .. Files.Cp932.GetBytes("伊藤,イトウ,神戸市\n")];
        var rows = await (await Files.Open(new MemoryStream(bytes))).All();

        Assert.Equal(TabularCodes.RowUndecodable, rows[^2].Codes());
        Assert.Equal("伊藤|イトウ|神戸市", rows[^1].Joined());
    }

    [Fact]
    public async Task A_file_in_no_known_encoding_is_refused_with_a_cure()
    {
        var random = new Random(5);
        var bytes = Enumerable.Range(0, 5_000).Select(_ => (byte)random.Next(1, 256)).ToArray();
        var opened = await Files.Try(new MemoryStream(bytes));

        Assert.Equal(TabularCodes.EncodingUnknown, opened.Problem!.Code);
        Assert.NotEqual("", opened.Problem.CureJa);
    }
}
