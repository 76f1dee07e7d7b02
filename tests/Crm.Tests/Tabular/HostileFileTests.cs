// Bombs, external entities, truncated and mutated files: always a problem, never an exception, never memory.
using System.IO.Compression;
using System.Text;
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class HostileFileTests
{
    [Fact]
    public async Task A_zip_bomb_is_refused_before_it_inflates()
    {
        var file = Bomb("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "<x>1</x>", 5_000_000);
        var opened = await Files.Try(file);

        // The sheet itself streams, so its first rows may be read; the bomb ends the reading.
        var problem = opened.Problem ?? (await opened.Value!.All())[^1].Problems[0];
        Assert.Equal(TabularCodes.FileUnsafe, problem.Code);
    }

    [Fact]
    public async Task A_bomb_in_the_shared_texts_is_refused()
    {
        var opened = await Files.Try(Bomb("xl/sharedStrings.xml", "<sst>", "<si><t>A</t></si>", 3_000_000));
        Assert.Equal(TabularCodes.FileUnsafe, opened.Problem!.Code);
    }

    [Theory]
    [InlineData("<sst><si><t>", "AAAAAAAAAAAAAAAA")]
    [InlineData("<sst><si><t><![CDATA[", "<<<<<<<<<<<<<<<<")]
    [InlineData("<sst x='", "AAAAAAAAAAAAAAAA")]
    public async Task One_text_without_end_is_refused(string start, string piece) =>
        Assert.Equal(TabularCodes.FileUnsafe, (await Files.Try(Bomb("xl/sharedStrings.xml", start, piece, 1_000_000))).Problem!.Code);

    [Fact]
    public async Task A_text_of_hundreds_of_thousands_of_formatted_parts_is_refused()
    {
        var opened = await Files.Try(Shared("<si>" + string.Concat(Enumerable.Repeat("<r><t>a</t></r>", 300_000)) + "</si>"));
        Assert.Equal(TabularCodes.FileUnsafe, opened.Problem!.Code);
    }

    [Fact]
    public async Task As_many_formatted_parts_as_Excel_allows_are_one_text()
    {
        var opened = await Files.Open(Shared("<si>" + string.Concat(Enumerable.Repeat("<r><t>a</t></r>", 32_767)) + "</si>"), new() { HeaderRow = 0 });
        Assert.Equal(new string('a', 32_767), (await opened.All())[0].Cells[0].ToString());
    }

    [Fact]
    public async Task More_shared_texts_than_memory_is_given_for_are_refused()
    {
        var opened = await Files.Try(
            Shared(string.Concat(Enumerable.Repeat("<si><t>a</t></si>", 101))), new() { Limits = new() { MaxSharedTexts = 100 } });
        Assert.Equal(TabularCodes.FileUnsafe, opened.Problem!.Code);
    }

    [Fact]
    public void Whoever_goes_away_while_a_workbook_is_opened_stops_the_reading() =>
        Assert.Throws<OperationCanceledException>(() => XlsxRows.Open(Shared("<si><t>青葉</t></si>"), new(), new CancellationToken(canceled: true)));

    [Fact]
    public async Task Too_many_entries_are_refused()
    {
        var parts = Enumerable.Range(0, 10_001).Select(n => ($"x{n}.xml", "")).ToArray();
        Assert.Equal(TabularCodes.FileUnsafe, (await Files.Try(Files.Zip(parts))).Problem!.Code);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>", "&e;")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>", "&b;")]
    [InlineData("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">", "x")]
    public async Task A_document_type_is_refused_and_nothing_outside_is_read(string prolog, string text)
    {
        var opened = await Files.Try(Files.Workbook($"""<row r="1">{Files.Text("A1", text)}</row>""", prolog: prolog));
        Assert.Equal(TabularCodes.FileBroken, opened.Problem!.Code);
    }

    [Fact]
    public async Task A_zip_that_is_no_workbook_is_named_as_such()
    {
        Assert.Equal(TabularCodes.FileNotATable, (await Files.Try(Files.Zip(("content.xml", "<x/>")))).Problem!.Code);
        Assert.Equal(TabularCodes.FileNotATable, (await Files.Try(Files.Zip(("xl/workbook.bin", "")))).Problem!.Code);
    }

    [Fact]
    public async Task A_workbook_behind_a_password_says_so()
    {
        var bytes = Files.Embedded("people.xls").ToArray();
        var workbook = bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Workbook")); // the name of the stream in the container
        Encoding.Unicode.GetBytes("EncryptedPackage").CopyTo(bytes, workbook);
        Assert.Equal(TabularCodes.FilePassword, (await Files.Try(new MemoryStream(bytes))).Problem!.Code);
    }

    [Fact]
    public async Task A_sheet_that_breaks_off_reports_where_and_keeps_what_came_before()
    {
        var rows = string.Concat(Enumerable.Range(2, 1_000).Select(n => $"""<row r="{n}">{Files.Text($"A{n}", "佐藤")}</row>"""));
        var file = Files.Workbook($"""<row r="1">{Files.Text("A1", "氏名")}</row>{rows}<row r="1002"><c></row>""");
        var read = await (await Files.Open(file)).All();

        Assert.Equal(1_001, read.Count);
        Assert.True(read[^1].Last);
        Assert.Equal((TabularCodes.FileBroken, 1_002L), (read[^1].Codes(), read[^1].Number));
    }

    [Theory]
    [InlineData("""<row r="5"/><row r="4"/>""")]
    [InlineData("""<row r="99999999999999999999"/>""")]
    [InlineData("""<row r="2000000"/>""")]
    [InlineData("""<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row>""")]
    public async Task Impossible_places_are_refused(string rows)
    {
        var opened = await Files.Try(Files.Workbook($"""{rows}<row><c><v>1</v></c></row>"""));
        var problem = opened.Problem ?? (await opened.Value!.All())[^1].Problems[0];
        Assert.Equal(TabularCodes.FileBroken, problem.Code);
    }

    [Fact]
    public async Task Values_that_lie_about_their_type_are_problems_of_their_cell()
    {
        var file = Files.Workbook($"""<row r="1">{Files.Text("A1", "数")}</row><row r="2"><c r="A2" t="s"><v>7</v></c></row><row r="3"><c r="A3"><v>1e999</v></c></row><row r="4"><c r="A4"><v>abc</v></c></row><row r="5"><c r="A5" t="d"><v>x</v></c></row>""");
        var rows = await (await Files.Open(file)).All();
        Assert.Equal(4, rows.Count);
        Assert.All(rows, r => Assert.Equal(TabularCodes.FileBroken, r.Codes()));
    }

    [Theory]
    [InlineData("people.xlsx", 400)]
    [InlineData("people.xls", 300)]
    public async Task Mutated_workbooks_never_throw(string name, int times)
    {
        var sound = Files.Embedded(name).ToArray();
        var random = new Random(20260105);
        for (var time = 0; time < times; time++)
        {
            var bytes = (byte[])sound.Clone();
            for (var change = random.Next(1, 8); change > 0; change--) bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
            await ReadThrough(bytes, $"{name} mutation {time}");
        }
    }

    [Theory]
    [InlineData("people.xlsx")]
    [InlineData("people.xls")]
    public async Task Truncated_workbooks_never_throw(string name)
    {
        var sound = Files.Embedded(name).ToArray();
        for (var length = 0; length < sound.Length; length += 37) await ReadThrough(sound[..length], $"{name} cut at {length}");
    }

    /// <summary>Changes inside the XML, which a change of packed bytes hardly ever reaches.</summary>
    [Fact]
    public async Task Mutated_sheets_never_throw()
    {
        const string sheet = """<worksheet><dimension ref="A1:B9"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>数</t></is></c></row><row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" s="1"><f>1+1</f><v>46032.5</v></c></row></sheetData></worksheet>""";
        const string pieces = "<>/=\"'& rtsvc0123456789ABZ-.eE_x&#";
        var random = new Random(7);
        for (var time = 0; time < 600; time++)
        {
            var text = new StringBuilder(sheet);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(text.Length);
                if (random.Next(3) == 0) text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                else text.Insert(at, pieces[random.Next(pieces.Length)]);
            }
            var file = Files.Zip(
                ("xl/workbook.xml", """<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" r:id="a"/></sheets></workbook>"""),
                ("xl/_rels/workbook.xml.rels", """<Relationships><Relationship Id="a" Type="x/worksheet" Target="sheet.xml"/></Relationships>"""),
                ("xl/sheet.xml", text.ToString()));
            await ReadThrough(file.ToArray(), $"sheet mutation {time}");
        }
    }

    [Fact]
    public async Task Random_bytes_never_throw()
    {
        var random = new Random(11);
        byte[][] starts = [[], [.. "PK\u0003\u0004"u8], [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0x1B, 0x24, 0x42]];
        for (var time = 0; time < 600; time++)
        {
            var bytes = new byte[random.Next(0, 3_000)];
            random.NextBytes(bytes);
            if (time % 3 == 0) // text-like: mostly letters, delimiters, quotes, line ends
                for (var at = 0; at < bytes.Length; at++)
                    if (bytes[at] < 0xF0) bytes[at] = "abc,;\t\"\"\r\n =1"u8[bytes[at] % 13];
            await ReadThrough([.. starts[time % starts.Length], .. bytes], $"random {time}");
        }
    }

    /// <summary>Opens and reads to the end in bounded time, generous for a busy machine; a problem is fine, an exception is not.</summary>
    private static async Task ReadThrough(byte[] bytes, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            foreach (var encoding in new[] { null, "cp932" })
            {
                var opened = await TabularFile.Open(new MemoryStream(bytes), "x.csv", new() { Encoding = encoding }, patience.Token);
                Assert.True(opened.Value is not null ^ opened.Problem is not null);
                if (opened.Value is null) continue;
                await foreach (var row in opened.Value.Rows(patience.Token))
                {
                    Assert.True(row.Cells.Length == opened.Value.Columns.Count);
                    foreach (var cell in row.Cells)
                    {
                        _ = CellValues.Text(cell);
                        _ = CellValues.Number(cell);
                        _ = CellValues.DateTime(cell, new("d-M-yy"));
                        _ = CellValues.Time(cell);
                        _ = CellValues.Bool(cell);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            Assert.Fail($"{what}: {exception}");
        }
    }

    private static MemoryStream Bomb(string part, string start, string piece, int times)
    {
        var file = Files.Workbook("<row r=\"1\"><c><v>1</v></c></row>");
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true)) zip.GetEntry(part)!.Delete();
        var packed = new MemoryStream();
        using (var old = new ZipArchive(file))
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in old.Entries)
            {
                using var from = entry.Open();
                using var to = zip.CreateEntry(entry.FullName).Open();
                from.CopyTo(to);
            }
            using var bomb = zip.CreateEntry(part, CompressionLevel.SmallestSize).Open();
            bomb.Write(Encoding.UTF8.GetBytes(start));
            var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 1_000)));
            for (var time = 0; time < times / 1_000; time++) bomb.Write(chunk);
        }
        return packed;
    }

    /// <summary>A sheet with one number and one cell that is the first shared text.</summary>
    private static MemoryStream Shared(string texts) => Files.Workbook(
        """<row r="1"><c t="s"><v>0</v></c></row><row r="2"><c t="s"><v>0</v></c></row>""", shared: $"<sst>{texts}</sst>");
}
