// Workbooks written by other programs and made by hand: typed cells, Japan's formats, furigana, cached formulas.
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class ExcelFileTests
{
    [Theory]
    [InlineData("people.xlsx", "xlsx")]
    [InlineData("people.xls", "xls")]
    public async Task The_same_workbook_reads_alike_in_every_Excel_format(string name, string kind)
    {
        var source = await Files.Open(Files.Embedded(name), name: name);

        Assert.Equal(kind, source.Kind);
        Assert.Equal(["顧客", "商品"], source.Sheets);
        Assert.Equal((2, "氏名|電話|生年月日|売上|会員|社員番号|備考"), (source.HeaderRow, source.Names()));
        var rows = await source.All();
        Assert.Equal([3L, 4L, 6L], rows.Select(r => r.Number));
        Assert.Equal("髙橋 花子|03-1234-5678|1985-01-03|1234.5|TRUE|00123|一行目\n二行目", rows[0].Joined());
        Assert.Equal("山﨑 太郎|090-1111-2222|2026-01-10|-5|FALSE|00007", string.Join('|', rows[1].Cells[..6].Select(c => c.ToString())));
        Assert.Equal("葛城 次郎|312345678|10:30||||=1+1", rows[2].Joined());
        Assert.Equal([CellKind.Date, CellKind.Number, CellKind.Bool], rows[0].Cells[2..5].Select(c => c.Kind));
        Assert.Equal(CellKind.Time, rows[2].Cells[2].Kind);
        Assert.Empty(source.Warnings);
    }

    [Theory]
    [InlineData("people.xlsx")]
    [InlineData("people.xls")]
    public async Task The_user_chooses_the_sheet(string name)
    {
        var source = await Files.Open(Files.Embedded(name), new() { Sheet = "商品" }, name);
        Assert.Equal("茶|500", Assert.Single(await source.All()).Joined());

        var unknown = await Files.Try(Files.Embedded(name), new() { Sheet = "在庫" });
        Assert.Equal(TabularCodes.OptionUnknown, unknown.Problem!.Code);
    }

    [Fact]
    public async Task An_error_cell_is_an_error_and_not_an_empty_cell()
    {
        var cell = (await (await Files.Open(Files.Embedded("people.xlsx"))).All())[1].Cells[6];
        Assert.Equal((CellKind.Error, "#N/A"), (cell.Kind, cell.ToString()));
        Assert.Equal(TabularCodes.CellError, CellValues.Text(cell).Problem!.Code);
    }

    [Fact]
    public async Task A_name_that_lies_is_noticed_and_the_content_counts()
    {
        var source = await Files.Open(Files.Embedded("people.xlsx"), name: "people.csv");
        Assert.Equal(TabularCodes.FileKindDiffers, Assert.Single(source.Warnings).Code);

        var text = await Files.Open(Files.Of("氏名\t電話\n佐藤\t03-1234-5678\n", Files.Cp932), name: "people.xls");
        Assert.Equal(("csv", Delimiters.Tab), (text.Kind, text.Delimiter));
    }

    [Theory]
    [InlineData(31, null)] // yyyy年m月d日 and the era formats are built in and spelt out in no file
    [InlineData(57, null)]
    [InlineData(14, null)]
    [InlineData(170, "[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@")]
    [InlineData(170, "[$-ja-JP-x-gannen]ge.m.d;@")]
    [InlineData(170, "m/d")]
    public async Task Japanese_date_formats_make_dates(int id, string? code)
    {
        var rows = Files.Text("A1", "氏名") + Files.Text("B1", "登録日");
        var file = Files.Workbook($"""<row r="1">{rows}</row><row r="2">{Files.Text("A2", "佐藤")}<c r="B2" s="1"><v>46032</v></c></row>""", Styles(id, code));
        var row = Assert.Single(await (await Files.Open(file)).All());
        Assert.Equal(new DateTime(2026, 1, 10), row.Cells[1].Date);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(170, "#,##0&quot;日&quot;")]
    [InlineData(170, "0.00E+00")]
    [InlineData(170, "[Red]0")]
    [InlineData(170, "[h]:mm")]
    public async Task Other_formats_leave_a_number_a_number(int id, string? code)
    {
        var file = Files.Workbook($"""<row r="1">{Files.Text("A1", "数")}</row><row r="2"><c r="A2" s="1"><v>46032</v></c></row>""", Styles(id, code));
        Assert.Equal(46032d, Assert.Single(await (await Files.Open(file)).All()).Cells[0].Number);
    }

    [Fact]
    public async Task Workbooks_that_count_from_1904_keep_their_days()
    {
        var file = Files.Workbook($"""<row r="1">{Files.Text("A1", "日")}</row><row r="2"><c r="A2" s="1"><v>44570</v></c></row>""", Styles(14, null), properties: """<workbookPr date1904="1"/>""");
        var source = await Files.Open(file);
        Assert.True(source.Date1904);
        Assert.Equal(new DateTime(2026, 1, 10), Assert.Single(await source.All()).Cells[0].Date);
    }

    [Fact]
    public async Task Furigana_kept_beside_a_name_is_not_part_of_it()
    {
        const string shared = """<sst><si><t>氏名</t></si><si><r><t>髙橋</t></r><r><t xml:space="preserve"> 花子</t></r><rPh sb="0" eb="2"><t>タカハシ</t></rPh></si></sst>""";
        var file = Files.Workbook("""<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>""", shared: shared);
        Assert.Equal("髙橋 花子", Assert.Single(await (await Files.Open(file)).All()).Cells[0].Text);
    }

    [Fact]
    public async Task A_formula_is_its_cached_value_and_without_one_a_problem()
    {
        var file = Files.Workbook($"""
            <row r="1">{Files.Text("A1", "計")}{Files.Text("B1", "名")}</row>
            <row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>A1</f><v>計_x000D_</v></c></row>
            <row r="3"><c r="A3"><f>1+1</f></c><c r="B3" t="str"><f>""</f><v></v></c></row>
            """);
        var rows = await (await Files.Open(file)).All();
        Assert.Equal("2|計\r", rows[0].Joined());
        Assert.Equal((3L, 1, TabularCodes.RowFormula), (rows[1].Problems[0].Row, rows[1].Problems[0].Column, Assert.Single(rows[1].Problems).Code));
    }

    [Fact]
    public async Task Cells_and_rows_without_references_follow_each_other()
    {
        var file = Files.Workbook("""<row><c t="inlineStr"><is><t>氏名</t></is></c><c t="inlineStr"><is><t>数</t></is></c></row><row><c t="inlineStr"><is><t>佐藤</t></is></c><c><v>12345678901234567</v></c></row>""");
        Assert.Equal("佐藤|12345678901234567", Assert.Single(await (await Files.Open(file)).All()).Joined());
    }

    [Fact]
    public async Task Ten_thousand_columns_are_refused_but_empty_formatted_ones_do_not_count()
    {
        string Cells(Func<int, string> cell) => string.Concat(Enumerable.Range(1, 10_000).Select(cell));
        var wide = await Files.Try(Files.Workbook($"""<row r="1">{Cells(n => $"<c><v>{n}</v></c>")}</row>"""));
        Assert.Equal(TabularCodes.FileTooManyColumns, wide.Problem!.Code);
        Assert.Contains("10,000", wide.Problem.En, StringComparison.Ordinal);

        var ghosts = await Files.Open(Files.Workbook($"""<row r="1">{Files.Text("A1", "氏名")}{Cells(_ => "<c s=\"0\"/>")}</row><row r="2">{Files.Text("A2", "佐藤")}</row>"""));
        Assert.Equal("氏名", ghosts.Names());
    }

    private static string Styles(int id, string? code) =>
        $"""<styleSheet><numFmts>{(code is null ? "" : $"""<numFmt numFmtId="{id}" formatCode="{code}"/>""")}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="{id}"/></cellXfs></styleSheet>""";
}
