// Exports open in Excel without running anything, lose no character in silence, and read back as they were.
using System.IO.Compression;
using System.Text;
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class ExportTests
{
    private static readonly string[] Formulas =
        ["=1+1", "+81-3-1234-5678", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "''=1", "'0123", "'", "0123", "=HYPERLINK(\"http://x\",\"y\")", "－"];

    [Fact]
    public async Task No_cell_of_a_CSV_starts_like_a_formula_unless_it_is_a_number()
    {
        var (_, file) = await Csv("utf-8", ["値", "数"], Formulas.Select(f => new[] { Cell.Of(f), Cell.Of(-1234.5m) }));
        var lines = Encoding.UTF8.GetString(file.ToArray());

        Assert.Contains("'=1+1,-1234.5\r\n", lines, StringComparison.Ordinal);
        Assert.Contains("'-5,", lines, StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"", lines, StringComparison.Ordinal);
        var back = await (await Files.Open(file, new() { HeaderRow = 1 })).All();
        Assert.Equal(Formulas, back.Select(r => r.Cells[0].Text));
        Assert.All(back, r => Assert.Equal(-1234.5m, CellValues.Number(r.Cells[1]).Value));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("cp932")]
    [InlineData("xlsx")]
    public async Task A_round_trip_loses_nothing(string format)
    {
        var random = new Random(3);
        string[] pieces = [",", "\"", "\r\n", "\n", "'", "=", "-", "＝", " ", "　", "髙橋", "﨑", "㈱①Ⅳ", "～", "ｶﾅ", "0", "123", "_x000D_", "_", "&<>", "\t", ";", "|", "あ"];
        var rows = Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, 4)
            .Select(_ => Cell.Of(string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => pieces[random.Next(pieces.Length)])))).Append(Cell.Of("終")).ToArray()).ToList();

        var (export, file) = format == "xlsx" ? await Xlsx(["一", "二", "三", "四", "五"], rows) : await Csv(format, ["一", "二", "三", "四", "五"], rows);
        Assert.True(export.IsComplete);
        Assert.Equal(400, export.Rows);
        var back = await (await Files.Open(file, new() { HeaderRow = 1 })).All();

        Assert.Equal(rows.Select(r => string.Join('¶', r.Select(c => c.ToString()))), back.Select(r => string.Join('¶', r.Cells.Select(c => c.ToString()))));
        Assert.All(back, r => Assert.Empty(r.Problems));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("xlsx")]
    public async Task Characters_of_every_plane_survive(string format)
    {
        string[] texts = ["𠮷野家", "👩‍👩‍👧", "葛\U000E0100城", "—", "\u00A0", "ゔ", "あ\u000Bい", "\uFFFE"];
        var (_, file) = format == "xlsx" ? await Xlsx(["名"], texts.Select(t => new[] { Cell.Of(t) })) : await Csv(format, ["名"], texts.Select(t => new[] { Cell.Of(t) }));
        Assert.Equal(texts, (await (await Files.Open(file, new() { HeaderRow = 1 })).All()).Select(r => r.Cells[0].Text));
    }

    [Fact]
    public async Task CP932_writes_what_Windows_calls_Shift_JIS()
    {
        var (export, file) = await Csv("cp932", ["名"], [[Cell.Of("髙﨑㈱①Ⅳ")]]);
        Assert.True(export.IsComplete);
        Assert.Equal("名\r\n髙﨑㈱①Ⅳ\r\n", Files.Cp932.GetString(file.ToArray()));
    }

    [Fact]
    public async Task What_CP932_cannot_hold_is_listed_by_row_column_and_character()
    {
        var (export, file) = await Csv("cp932", ["名", "𠮷"], [[Cell.Of("𠮷野"), Cell.Of("葛\U000E0100城")], [Cell.Of("佐藤"), Cell.Of("a—b🎉")]]);

        Assert.False(export.IsComplete);
        Assert.Equal(5, export.UnwrittenCount);
        Assert.Equal(
            [(1L, 2, "𠮷"), (2L, 1, "𠮷"), (2L, 2, "葛\U000E0100"), (3L, 2, "—"), (3L, 2, "🎉")],
            export.Unwritten.Select(u => (u.Row, u.Column, u.Character)));
        Assert.Contains("U+845B U+E0100", export.Unwritten[2].Problem.En, StringComparison.Ordinal);
        Assert.DoesNotContain("?", Files.Cp932.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twins_of_wave_dash_and_minus_are_mapped_and_not_lost()
    {
        var (export, file) = await Csv("cp932", ["値"], [[Cell.Of("10〜20")], [Cell.Of("10～20")], [Cell.Of("5−3")], [Cell.Of("5－3")], [Cell.Of("−3")]]);
        Assert.True(export.IsComplete);
        Assert.Equal(["10～20", "10～20", "5－3", "5－3", "－3"], (await (await Files.Open(file, new() { HeaderRow = 1 })).All()).Select(r => r.Cells[0].Text));
        Assert.Contains("'－3", Files.Cp932.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_not_reported_comes_back_from_CP932_and_all_else_is_reported()
    {
        var all = Enumerable.Range(1, char.MaxValue).Select(c => (char)c).Where(c => c is not ('\r' or '\n' or (>= '\uFE00' and <= '\uFE0F'))).ToArray(); // a selector takes its x along
        var (export, file) = await Csv("cp932", ["字"], all.Chunk(1).Select(c => new[] { Cell.Of($"x{c[0]}x") }));
        Assert.False(export.IsComplete);
        var back = await (await Files.Open(file, new() { HeaderRow = 1, Encoding = "cp932" })).All();

        Assert.All(back, r => Assert.Empty(r.Problems));
        var twins = "〜～−－‖∥¢￠£￡¬￢";
        var lost = 0;
        foreach (var (written, read) in all.Zip(back.Select(r => r.Cells[0].Text![1])))
        {
            if (read == '〓' && written != '〓') lost++;
            else Assert.True(read == written || twins.Contains($"{written}{read}", StringComparison.Ordinal), $"{written} became {read}");
        }
        Assert.Equal(export.UnwrittenCount, lost);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_reported_in_UTF8_too()
    {
        var (export, _) = await Csv("utf-8", ["名"], [[Cell.Of("佐\uD842藤")]]);
        Assert.Equal((2L, 1), (Assert.Single(export.Unwritten).Row, export.Unwritten[0].Column));
    }

    [Fact]
    public async Task UTF8_starts_with_a_BOM_and_CP932_never_looks_like_SYLK()
    {
        var (_, utf8) = await Csv("utf-8", ["ID"], [[Cell.Of(1d)]]);
        Assert.Equal([0xEF, 0xBB, 0xBF], utf8.ToArray()[..3]);
        var (_, cp932) = await Csv("cp932", ["ID"], [[Cell.Of(1d)]]);
        Assert.Equal("\"ID\"\r\n1\r\n", Encoding.ASCII.GetString(cp932.ToArray()));
    }

    [Fact]
    public async Task Typed_cells_keep_their_type_in_xlsx()
    {
        Cell[] row =
        [
            Cell.Of(12.5m), Cell.Of(1234567890123456.78m), Cell.Of(new DateOnly(2026, 1, 5)), Cell.Of(new DateTime(2026, 1, 5, 10, 30, 15)),
            Cell.Of(new TimeOnly(9, 30)), Cell.Of(true), Cell.Of("=1+1"), Cell.Of(new DateOnly(1868, 10, 23)), default, Cell.Of(123, "00123"),
        ];
        var (_, file) = await Xlsx([.. row.Select((_, n) => $"列{n}")], [row]);
        var back = Assert.Single(await (await Files.Open(file)).All());

        Assert.Equal(row.Select(c => c.ToString()), back.Cells.Select(c => c.ToString()));
        Assert.Equal(
            [CellKind.Number, CellKind.Text, CellKind.Date, CellKind.Date, CellKind.Time, CellKind.Bool, CellKind.Text, CellKind.Text, CellKind.Empty, CellKind.Text],
            back.Cells.Select(c => c.Kind));
    }

    [Fact]
    public async Task The_workbook_is_valid_by_the_schema_of_Office()
    {
        var (_, file) = await Xlsx(["氏名", "登録日"], [[Cell.Of("=佐藤"), Cell.Of(new DateOnly(2026, 1, 5))], [Cell.Of(true), Cell.Of(1.5)]]);
        file.Position = 0;
        using var workbook = DocumentFormat.OpenXml.Packaging.SpreadsheetDocument.Open(file, isEditable: false);
        Assert.Empty(new DocumentFormat.OpenXml.Validation.OpenXmlValidator().Validate(workbook).Select(e => $"{e.Part?.Uri} {e.Path?.XPath} {e.Description}"));
    }

    [Fact]
    public async Task Too_long_a_cell_for_Excel_is_reported()
    {
        var (export, _) = await Xlsx(["メモ"], [[Cell.Of(new string('あ', 40_000))]]);
        Assert.Equal(TabularCodes.ExportTooLong, Assert.Single(export.Unwritten).Problem.Code);
    }

    private static async Task<(TabularExport Export, MemoryStream File)> Csv(string encoding, string[] header, IEnumerable<Cell[]> rows)
    {
        var file = new MemoryStream();
        await using var writer = TabularWriter.Csv(file, encoding);
        return (await Write(writer, header, rows), file);
    }

    private static async Task<(TabularExport Export, MemoryStream File)> Xlsx(string[] header, IEnumerable<Cell[]> rows)
    {
        var file = new MemoryStream();
        await using var writer = TabularWriter.Xlsx(file, "顧客一覧");
        return (await Write(writer, header, rows), file);
    }

    private static async Task<TabularExport> Write(TabularWriter writer, string[] header, IEnumerable<Cell[]> rows)
    {
        await writer.Header(header);
        foreach (var row in rows) await writer.Row(row);
        return await writer.Finish();
    }
}
