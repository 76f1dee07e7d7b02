using Crm.Deals.Quotes;

namespace Crm.Tests.Deals.Quoting;

/// <summary>Consumption tax on documents, held to examples worked out by hand.</summary>
public sealed class TaxTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Theory]
    // Once per rate: 3 × 33 yen at 8 % are 99 × 0.08 = 7.92, down 7; line by line it would be 2 + 2 + 2 = 6.
    [InlineData("r33 r33 r33", "floor", 99, 7)]
    [InlineData("r33 r33 r33", "half-up", 99, 8)]
    [InlineData("r33 r33 r33", "ceiling", 99, 8)]
    // Mixed: 10 % of 1,085 = 108.5 and 8 % of 1,082 = 86.56, each rounded by itself.
    [InlineData("s1085 r1082", "floor", 2167, 194)]
    [InlineData("s1085 r1082", "half-up", 2167, 196)]
    [InlineData("s1085 r1082", "ceiling", 2167, 196)]
    // What bears no tax adds none.
    [InlineData("s1000 e500", "floor", 1500, 100)]
    // A discount of its own line lowers the base of its rate: (10,000 − 505) × 10 % = 949.5.
    [InlineData("s10000 s-505", "floor", 9495, 949)]
    [InlineData("s10000 s-505", "half-up", 9495, 950)]
    // More taken off than bought at one rate: the tax goes below zero and is rounded by size.
    [InlineData("s1000 r-155", "floor", 845, 88)]
    public void Tax_is_worked_out_and_rounded_once_per_rate(string lines, string rounding, decimal net, decimal tax)
    {
        var totals = DocumentTotals.Of(Lines(lines), Today, rounding, 0, pricesWithTax: false);

        Assert.Equal((net, tax, net + tax), (totals.Net, totals.Tax, totals.Total));
    }

    [Theory]
    // 1,080 with 8 % in it holds 80; 1,000 with 10 % in it holds 90.909.
    [InlineData("r1080", "floor", 1000, 80)]
    [InlineData("s1000", "floor", 910, 90)]
    [InlineData("s1000", "half-up", 909, 91)]
    [InlineData("s1100 r1080", "floor", 2000, 180)]
    public void Prices_that_contain_the_tax_give_it_up_once_per_rate(string lines, string rounding, decimal net, decimal tax)
    {
        var totals = DocumentTotals.Of(Lines(lines), Today, rounding, 0, pricesWithTax: true);

        Assert.Equal((net, tax), (totals.Net, totals.Tax));
    }

    [Fact]
    public void Fractions_of_lines_are_rounded_before_the_tax_and_currencies_keep_their_cents()
    {
        // 1.5 × 333 = 499.5 yen.
        Assert.Equal(499, DocumentTotals.Of([("standard", 499.5m)], Today, "floor", 0, false).Net);
        Assert.Equal((10.05m, 1.01m), DocumentTotals.Of([("standard", 10.05m)], Today, "half-up", 2, false) is var t ? (t.Net, t.Tax) : default);
    }

    [Theory]
    [InlineData("standard", "2019-09-30", 0.08)]
    [InlineData("standard", "2019-10-01", 0.10)]
    [InlineData("reduced", "2019-10-01", 0.08)]
    [InlineData("standard", "2014-03-31", 0.05)]
    [InlineData("exempt", "2026-11-20", 0)]
    public void The_rate_is_that_of_the_day(string kind, string day, decimal rate) =>
        Assert.Equal(rate, TaxRates.Of(kind, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("Q{yyyy}-{0000}", "Q2026-", 4, "")]
    [InlineData("{fy}年度-{00000}号", "2025年度-", 5, "号")]
    [InlineData("{yy}{mm}{000}", "2602", 3, "")]
    public void A_format_says_where_year_month_and_count_stand(string format, string before, int digits, string after) =>
        Assert.Equal((before, digits, after), NumberFormat.Of(format, new DateOnly(2026, 2, 1), 4));

    private static IEnumerable<(string? Rate, decimal Amount)> Lines(string lines) => lines.Split(' ').Select(l => (
        (string?)(l[0] switch { 'r' => TaxRates.Reduced, 'e' => TaxRates.Exempt, _ => TaxRates.Standard }), decimal.Parse(l[1..], System.Globalization.CultureInfo.InvariantCulture)));
}
