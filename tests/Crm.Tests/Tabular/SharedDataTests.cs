// The public data sets, as they are.
using System.IO.Compression;
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class SharedDataTests
{
    [SharedDataFact]
    public async Task The_sales_companies_read_whole()
    {
        var (source, rows) = await Read("crm-sales/accounts.csv");
        Assert.Equal("account|sector|year_established|revenue|employees|office_location|subsidiary_of", source.Names());
        Assert.Equal((85, 85L), (rows.Count, source.ApproximateRows));
        Assert.Equal(1100.04m, CellValues.Number(rows[0].Cells[3]).Value);
    }

    [SharedDataFact]
    public async Task The_deals_dates_are_proposed_as_day_month_year()
    {
        var (source, rows) = await Read("crm-sales/sales_pipeline.csv");
        var engaged = source.Columns.Single(c => c.Ja == "engage_date").Position - 1;
        var guess = DateFormatGuess.Of(rows.Take(500).Select(r => r.Cells[engaged]));

        Assert.Equal(8_800, rows.Count);
        Assert.Equal("d-M-yy", guess.Format);
        Assert.Equal(new DateOnly(2016, 10, 20), CellValues.Date(rows[0].Cells[engaged], new(guess.Format)).Value);
        Assert.All(rows, r => Assert.Null(CellValues.Date(r.Cells[engaged], new(guess.Format)).Problem));
    }

    [SharedDataFact]
    public async Task The_CDNOW_purchases_fall_into_five_columns_without_a_header()
    {
        var (source, rows) = await Read("cdnow/CDNOW_sample.txt");
        Assert.Equal((Delimiters.Blanks, 0, 5), (source.Delimiter, source.HeaderRow, source.Columns.Count));
        Assert.Equal((6_919, 6_919L), (rows.Count, source.ApproximateRows));
        Assert.Equal(2_357, rows.Select(r => r.Cells[0].Text).Distinct().Count());
        Assert.Equal(new DateOnly(1997, 1, 1), CellValues.Date(rows[0].Cells[2]).Value);
        Assert.All(rows, r => Assert.True(CellValues.Number(r.Cells[4]).HasValue && r.Problems.Count == 0));
    }

    [SharedDataFact]
    public async Task The_people_with_duplicates_read_whole()
    {
        var (source, rows) = await Read("febrl/febrl2.csv");
        Assert.Equal("rec_id|given_name|surname|street_number", string.Join('|', source.Columns.Take(4).Select(c => c.Ja)));
        Assert.Equal(5_000, rows.Count);
        Assert.Equal("bruhn", CellValues.Text(rows[0].Cells[2]).Value);
    }

    [SharedDataFact]
    public async Task The_hotel_bookings_dates_need_their_format()
    {
        var (source, rows) = await Read("hotel/hotel_bookings_2015.csv");
        Assert.Equal((5_000, 32), (rows.Count, source.Columns.Count));
        Assert.Equal("M/d/yyyy", DateFormatGuess.Of(rows.Select(r => r.Cells[^1])).Format);
    }

    [SharedDataFact]
    public async Task The_postal_codes_read_whole_and_survive_CP932()
    {
        await using var packed = File.OpenRead(Path.Combine(SharedDataFactAttribute.Folder!, "postal-codes.tsv.gz"));
        using var file = new MemoryStream();
        await using (var unpacked = new GZipStream(packed, CompressionMode.Decompress)) await unpacked.CopyToAsync(file);
        var source = await Files.Open(file, name: "postal-codes.tsv");
        Assert.Equal((Delimiters.Tab, 0, 5), (source.Delimiter, source.HeaderRow, source.Columns.Count));
        var rows = await source.All();
        Assert.InRange(rows.Count, 110_000, 140_000);

        using var exported = new MemoryStream();
        await using var writer = TabularWriter.Csv(exported, "cp932");
        foreach (var row in rows) await writer.Row(row.Cells);
        Assert.True((await writer.Finish()).IsComplete);
        var back = await (await Files.Open(exported, new() { HeaderRow = 0 })).All();
        Assert.Equal(rows.Select(r => r.Joined()), back.Select(r => r.Joined()));
    }

    private static async Task<(TabularSource Source, List<TabularRow> Rows)> Read(string name)
    {
        await using var file = File.OpenRead(Path.Combine(SharedDataFactAttribute.Folder!, name));
        var source = await Files.Open(file, name: name);
        return (source, await source.All());
    }
}
