// Japanese consumption tax on documents. Pure; the tests hold it to worked examples.
using Crm.Sdk.Records;

namespace Crm.Deals.Quotes;

/// <summary>Rates of consumption tax by kind and day: a law is data with a day from which it holds.</summary>
/// <remarks>
/// 消費税法 第29条 and 地方税法 第72条の83 (10 % together) since 2019-10-01; reduced rate for food and newspapers (8 %): 平成28年法律第15号 附則第34条.
/// Before: 8 % since 2014-04-01, 5 % since 1997-04-01, 3 % since 1989-04-01.
/// </remarks>
internal static class TaxRates
{
    public const string Standard = "standard";
    public const string Reduced = "reduced";
    public const string Exempt = "exempt";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Standard, "10%", "10 %"),
        Choice.Of(Reduced, "8%（軽減）", "8 % (reduced)", "green"),
        Choice.Of(Exempt, "対象外", "No tax"),
    ];

    private static readonly (DateOnly From, decimal Standard, decimal Reduced)[] Law =
    [
        (new(2019, 10, 1), 0.10m, 0.08m), (new(2014, 4, 1), 0.08m, 0.08m), (new(1997, 4, 1), 0.05m, 0.05m), (new(1989, 4, 1), 0.03m, 0.03m),
    ];

    /// <summary>The rate, 0 to 1, on a day; there is none for days before the tax.</summary>
    public static decimal Of(string? kind, DateOnly on)
    {
        if (on < Law[^1].From) throw new ArgumentOutOfRangeException(nameof(on), on, "There was no consumption tax.");
        var law = Law.First(l => l.From <= on);
        return kind switch { Exempt => 0, Reduced => law.Reduced, _ => law.Standard };
    }
}

/// <summary>What becomes of fractions.</summary>
internal static class Roundings
{
    public const string Floor = "floor";
    public const string HalfUp = "half-up";
    public const string Ceiling = "ceiling";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Floor, "切り捨て", "Down"), Choice.Of(HalfUp, "四捨五入", "Half up"), Choice.Of(Ceiling, "切り上げ", "Up"),
    ];

    /// <summary>Rounds by size and keeps the sign, so that a discount takes off what the same line without minus would add.</summary>
    public static decimal Round(decimal amount, string? rounding, int digits)
    {
        var unit = digits == 0 ? 1m : 0.01m;
        var size = Math.Abs(amount) / unit;
        var whole = rounding switch
        {
            HalfUp => Math.Round(size, MidpointRounding.AwayFromZero),
            Ceiling => Math.Ceiling(size),
            _ => Math.Floor(size),
        };
        return Math.Sign(amount) * whole * unit;
    }
}

/// <summary>The amount of a line before any rounding: quantity × unit price − discount; no quantity counts as one.</summary>
internal static class LineAmount
{
    public static decimal Of(decimal? quantity, decimal? unitPrice, decimal? discount) => decimal.Round(((quantity ?? 1) * (unitPrice ?? 0)) - (discount ?? 0), 4);

    /// <summary>
    /// A price and a discount that make a line of an amount: the price as it is and the rest as discount, or, where the amount is larger than
    /// that, a price just high enough.
    /// </summary>
    public static (decimal UnitPrice, decimal Discount) Making(decimal amount, decimal quantity, decimal unitPrice)
    {
        var price = decimal.Round(unitPrice, 4);
        if (Of(quantity, price, amount) < 0 && quantity != 0)
        {
            var exact = amount / quantity * 10_000;
            price = (quantity > 0 ? decimal.Ceiling(exact) : decimal.Floor(exact)) / 10_000;
        }

        return (price, Of(quantity, price, amount));
    }
}

/// <summary>Sums of a document: net and tax by rate, and all together.</summary>
/// <remarks>
/// The rule of the qualified invoice (消費税法 第57条の4 第1項第5号, 消費税法施行令 第70条の10, インボイス通達 3-12): tax is worked out from the sum of
/// each rate and rounded once per rate and document, never line by line. Amounts of lines without tax may be rounded before.
/// </remarks>
internal sealed record DocumentTotals(IReadOnlyList<RateTotal> Rates, decimal Net, decimal Tax, decimal Total)
{
    /// <summary>Adds up lines given as kind of rate and amount.</summary>
    /// <param name="lines">Each with the key of its rate and its amount, before rounding.</param>
    /// <param name="day">The day whose rates hold.</param>
    /// <param name="rounding">One of <see cref="Roundings"/>.</param>
    /// <param name="digits">Digits after the point the currency has.</param>
    /// <param name="pricesWithTax">Whether the amounts contain the tax (税込).</param>
    public static DocumentTotals Of(IEnumerable<(string? Rate, decimal Amount)> lines, DateOnly day, string? rounding, int digits, bool pricesWithTax)
    {
        var rates = (
            from line in lines
            group Roundings.Round(line.Amount, rounding, digits) by line.Rate ?? TaxRates.Standard into same
            let rate = TaxRates.Of(same.Key, day)
            let sum = same.Sum()
            let tax = Roundings.Round(pricesWithTax ? sum * rate / (1 + rate) : sum * rate, rounding, digits)
            orderby rate descending
            select new RateTotal(same.Key, rate, pricesWithTax ? sum - tax : sum, tax)).ToList();
        var (net, taxes) = (rates.Sum(r => r.Net), rates.Sum(r => r.Tax));
        return new(rates, net, taxes, net + taxes);
    }
}

/// <summary>What falls to one rate.</summary>
/// <param name="Kind">Key in <see cref="TaxRates"/>.</param>
/// <param name="Rate">0 to 1.</param>
/// <param name="Net">Without tax.</param>
/// <param name="Tax">Rounded once.</param>
internal sealed record RateTotal(string Kind, decimal Rate, decimal Net, decimal Tax);

/// <summary>What lines of deals and of quotes have in common: all that is typed in a line.</summary>
internal interface IPricedLine
{
    int Position { get; set; }

    Guid? ProductId { get; set; }

    string? Name { get; set; }

    decimal? Quantity { get; set; }

    string? Unit { get; set; }

    decimal? UnitPrice { get; set; }

    decimal? Discount { get; set; }

    string? TaxRate { get; set; }
}
