// Delimiters, quotes, columns of blanks, headers: text files as people send them.
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class TextFileTests
{
    [Theory]
    [InlineData(",", "氏名,電話,メモ\n佐藤,03-1234-5678,a;b\n鈴木,03-9999-0000,c\td\n")]
    [InlineData(";", "氏名;電話;メモ\n佐藤;03-1234-5678;a,b\n鈴木;03-9999-0000;c\n")]
    [InlineData("\t", "氏名\t電話\tメモ\n佐藤\t03-1234-5678\ta,b\n鈴木\t03-9999-0000\tc,d\n")]
    [InlineData("|", "氏名|電話|メモ\n佐藤|03-1234-5678|a,b\n鈴木|03-9999-0000|c\n")]
    public async Task The_delimiter_is_found(string delimiter, string text)
    {
        var source = await Files.Open(text);
        Assert.Equal(delimiter, source.Delimiter);
        Assert.Equal("氏名|電話|メモ", source.Names());
        Assert.Equal("佐藤", (await source.All())[0].Cells[0].Text);
    }

    [Fact]
    public async Task A_list_of_names_is_one_column()
    {
        var source = await Files.Open("氏名\n佐藤 花子\n鈴木 太郎\n");
        Assert.Equal("氏名", source.Names());
        Assert.Equal(2, source.ApproximateRows);
    }

    [Fact]
    public async Task Quoted_cells_hold_delimiters_quotes_and_line_breaks()
    {
        var rows = await (await Files.Open("氏名,住所,メモ\r\n佐藤,\"東京都,港区\",\"一行目\r\n\"\"二\"\"行目\"\r\n鈴木, \"大阪\" ,5\" ディスク\r\n")).All();

        Assert.Equal(["東京都,港区", "一行目\r\n\"二\"行目"], rows[0].Cells[1..].Select(c => c.Text));
        Assert.Equal("鈴木|大阪|5\" ディスク", rows[1].Joined());
        Assert.Equal((3L, 4L), (rows[1].Number, rows[1].Line)); // third row of the sheet, fourth line of the editor
        Assert.All(rows, r => Assert.Empty(r.Problems));
    }

    [Theory]
    [InlineData("氏名,メモ\n佐藤,\"閉じない\n鈴木,二\n田中,三\n")]
    [InlineData("氏名,メモ\n佐藤,\"閉じない\n鈴木,\"二\"\n田中,三\n")]
    [InlineData("\"氏名\",\"メモ\"\n\"佐藤\",\"閉じない\n\"鈴木\",\"二\"\n\"田中\",\"三\"\n")]
    public async Task An_unclosed_quote_costs_its_own_row_only(string text)
    {
        var rows = await (await Files.Open(text, new() { HeaderRow = 1 })).All();

        Assert.Equal(["佐藤", "鈴木", "田中"], rows.Select(r => r.Cells[0].Text));
        Assert.Equal([TabularCodes.RowQuote, "", ""], rows.Select(r => r.Codes()));
        Assert.Equal("三", rows[2].Cells[1].Text);
    }

    [Fact]
    public async Task An_unclosed_quote_in_a_large_file_is_given_up_at_the_limit()
    {
        var text = "code,memo\n1,\"open\n" + string.Concat(Enumerable.Range(2, 200_000).Select(n => $"{n},note\n"));
        var rows = await (await Files.Open(text, new() { Limits = new() { MaxRowChars = 100_000 } })).All();

        Assert.Equal(200_001, rows.Count);
        Assert.Equal(TabularCodes.RowQuote, Assert.Single(rows, r => r.Problems.Count > 0).Codes());
    }

    [Fact]
    public async Task A_line_without_end_is_one_problem_and_the_next_row_is_read()
    {
        var text = "code,memo\n1," + new string('x', 300_000) + "\n2,fine\n";
        var rows = await (await Files.Open(text, new() { Limits = new() { MaxRowChars = 100_000 } })).All();

        Assert.Equal([TabularCodes.RowTooLong, ""], rows.Select(r => r.Codes()));
        Assert.Equal((3L, "2|fine"), (rows[1].Line, rows[1].Joined()));
    }

    [Fact]
    public async Task Text_after_a_closing_quote_is_a_problem()
    {
        var row = (await (await Files.Open("氏名,メモ\n\"佐\"藤,一\n鈴木,二\n", new() { HeaderRow = 1 })).All())[0];
        Assert.Equal(TabularCodes.RowQuote, row.Codes());
        Assert.Equal("一", row.Cells[1].Text);
    }

    [Fact]
    public async Task Too_many_cells_are_a_problem_and_too_few_are_empty()
    {
        var rows = await (await Files.Open("氏名,電話,メモ\n佐藤,03-1234-5678,a,b\n鈴木\n田中,1,2,,,\n", new() { HeaderRow = 1 })).All();

        Assert.Equal([TabularCodes.RowTooManyCells, "", ""], rows.Select(r => r.Codes()));
        Assert.Equal("鈴木||", rows[1].Joined());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public async Task Every_line_end_ends_a_line_and_blank_lines_count_but_are_not_rows(string end)
    {
        var rows = await (await Files.Open(string.Join(end, "氏名,電話", "佐藤,1", "", ",", "鈴木,2"))).All();
        Assert.Equal([2L, 5L], rows.Select(r => r.Number));
    }

    [Fact]
    public async Task Cells_longer_than_Excel_allows_are_read()
    {
        var memo = new string('あ', 100_000);
        var row = Assert.Single(await (await Files.Open($"氏名,メモ\n佐藤,\"{memo}\"\n")).All());
        Assert.Equal(memo, row.Cells[1].Text);
    }

    [Fact]
    public async Task Columns_apart_by_blanks_are_found_and_named()
    {
        var source = await Files.Open(" 00004 0001 19970101  2   29.33\r\n 00021 0002 19970113 11  111.77\r\n");

        Assert.Equal(Delimiters.Blanks, source.Delimiter);
        Assert.Equal("列1|列2|列3|列4|列5", source.Names());
        Assert.Equal("Column 5", source.Columns[4].En);
        Assert.Equal((0, "text"), (source.HeaderRow, source.Kind));
        Assert.Equal("00004|0001|19970101|2|29.33", (await source.All())[0].Joined());
    }

    [Fact]
    public async Task Fixed_columns_may_be_empty_and_hold_blanks_and_full_width_text()
    {
        string[] people = ["佐藤 花子  東京都    03-1234-5678", "鈴木 太郎            06-1111-2222", "Robert Lee 大阪市"];
        var lines = Enumerable.Range(0, 12).Select(n => people[n % 3]).Prepend("氏名       住所      電話");
        var source = await Files.Open(string.Join('\n', lines));

        Assert.Equal(Delimiters.FixedWidth, source.Delimiter);
        Assert.Equal("氏名|住所|電話", source.Names());
        var rows = await source.All();
        Assert.Equal(["佐藤 花子|東京都|03-1234-5678", "鈴木 太郎||06-1111-2222", "Robert Lee|大阪市|"], rows.Take(3).Select(r => r.Joined()));
    }

    [Fact]
    public async Task A_line_that_crosses_a_fixed_column_is_a_problem()
    {
        var lines = Enumerable.Repeat("佐藤 花子  東京都", 3_000).Append("勅使河原小百合 東京都");
        var source = await Files.Open(string.Join('\n', lines), new() { Delimiter = Delimiters.FixedWidth });
        Assert.Equal(TabularCodes.RowCut, (await source.All())[^1].Codes());
    }

    [Fact]
    public async Task Titles_above_the_header_are_skipped()
    {
        var source = await Files.Open("顧客一覧\n作成日,2026/1/5\n\n氏名,電話,住所\n佐藤,03-1234-5678,東京\n鈴木,03-1234-5679,大阪\n");
        Assert.Equal((4, "氏名|電話|住所"), (source.HeaderRow, source.Names()));
        Assert.Equal(2, (await source.All()).Count);
    }

    [Fact]
    public async Task Merged_headings_two_rows_high_become_one_name_per_column()
    {
        var source = await Files.Open("会社名,担当者,,,登録日\n,姓,名,電話,\n青葉商事,佐藤,花子,03-1234-5678,2026/1/5\n若葉工業,鈴木,太郎,03-1234-5679,2026/1/6\n");
        Assert.Equal("会社名|担当者 姓|担当者 名|担当者 電話|登録日", source.Names());
        Assert.Equal((1, 2), (source.HeaderRow, source.HeaderHeight));
        Assert.Equal("青葉商事", (await source.All())[0].Cells[0].Text);
    }

    [Fact]
    public async Task A_heading_above_tells_equal_names_apart()
    {
        var source = await Files.Open("請求先,,納品先,\n住所,電話,住所,電話\n東京,03-1234-5678,大阪,06-1234-5678\n");
        Assert.Equal("請求先 住所|請求先 電話|納品先 住所|納品先 電話", source.Names());
    }

    [Fact]
    public async Task Equal_names_are_numbered_with_a_warning_and_missing_ones_made_up()
    {
        var source = await Files.Open("氏名,電話,電話,\n佐藤,03-1234-5678,090-1111-2222,x\n");
        Assert.Equal("氏名|電話|電話 (2)|列4", source.Names());
        Assert.Contains(source.Warnings, w => w.Code == TabularCodes.HeaderDuplicate);
    }

    [Fact]
    public async Task Data_without_a_header_is_not_taken_for_one()
    {
        var source = await Files.Open("佐藤花子,hanako@example.jp,2026/1/5\n鈴木太郎,taro@example.jp,2026/1/6\n");
        Assert.Equal(0, source.HeaderRow);
        Assert.Equal(2, (await source.All()).Count);
        Assert.Contains(source.Warnings, w => w.Code == TabularCodes.HeaderNone);
    }

    [Fact]
    public async Task Years_may_be_names_of_columns_and_a_name_may_recur_as_a_value()
    {
        Assert.Equal("会社名|2025|2026", (await Files.Open("会社名,2025,2026\n青葉商事,1200,1300\n若葉工業,800,2025\n")).Names());
        Assert.Equal("番号|メモ", (await Files.Open("番号,メモ\n1,メモ\n2,なし\n")).Names());
        Assert.Equal(0, (await Files.Open("青葉商事,2025,東京\n若葉工業,2026,大阪\n")).HeaderRow);
    }

    [Fact]
    public async Task The_user_may_say_where_the_header_is()
    {
        const string text = "A,B\n氏名,電話\n佐藤,1\n";
        Assert.Equal("氏名|電話", (await Files.Open(text, new() { HeaderRow = 2 })).Names());
        Assert.Equal(3, (await (await Files.Open(text, new() { HeaderRow = 0 })).All()).Count);
        Assert.Equal("A 氏名|B 電話", (await Files.Open(text, new() { HeaderRow = 1, HeaderHeight = 2 })).Names());
        Assert.Equal(TabularCodes.OptionUnknown, (await Files.Try(Files.Of(text), new() { HeaderRow = 99 })).Problem!.Code);
    }

    [Fact]
    public async Task A_header_alone_is_a_file_without_rows()
    {
        var source = await Files.Open("氏名,電話\n");
        Assert.Equal(0, source.ApproximateRows);
        Assert.Empty(await source.All());
    }

    [Theory]
    [InlineData("", TabularCodes.FileEmpty)]
    [InlineData("\n\n,,\n", TabularCodes.FileEmpty)]
    [InlineData("<!DOCTYPE html><html><table>", TabularCodes.FileNotATable)]
    [InlineData("%PDF-1.7", TabularCodes.FileNotATable)]
    public async Task What_holds_no_rows_is_refused(string text, string code) =>
        Assert.Equal(code, (await Files.Try(Files.Of(text))).Problem!.Code);

    [Fact]
    public async Task Ten_thousand_columns_are_refused_with_both_numbers()
    {
        var text = string.Join(',', Enumerable.Range(1, 10_000).Select(n => $"列{n}")) + "\n";
        var problem = (await Files.Try(Files.Of(text))).Problem!;
        Assert.Equal(TabularCodes.FileTooManyColumns, problem.Code);
        Assert.Contains("10,000", problem.Ja, StringComparison.Ordinal);
        Assert.Contains("2,000", problem.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_is_the_first_twenty_rows()
    {
        var source = await Files.Open("氏名,番号\n" + string.Concat(Enumerable.Range(1, 50).Select(n => $"佐藤,{n}\n")));
        Assert.Equal(20, source.SampleRows.Count);
        Assert.Equal("佐藤|20", source.SampleRows[^1].Joined());
        Assert.Equal(50, source.ApproximateRows);
    }
}
