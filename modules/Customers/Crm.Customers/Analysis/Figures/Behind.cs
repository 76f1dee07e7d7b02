using System.Globalization;

namespace Crm.Customers.Analysis.Figures;

/// <summary>
/// Who is behind a figure of the analysis. A figure is named by words with colons: <c>repeaters</c>, <c>cohort:2026-03:2</c>,
/// <c>both:PRODUCT:PRODUCT</c>.
/// </summary>
internal static class Behind
{
    public const string Buyers = "buyers";
    public const string Repeaters = "repeaters";
    public const string New = "new";
    public const string Repeat = "repeat";
    public const string InMonth = "month";
    public const string Everybody = "all";
    public const string KnownCost = "margin";
    public const string Rfm = "rfm";
    public const string Cohort = "cohort";
    public const string Product = "product";
    public const string ProductName = "product-name";
    public const string Attribute = "attribute";
    public const string Both = "both";
    public const string NotYetBoth = "open";
    public const string Upgraded = "upgraded";
    public const string NotYetUpgraded = "to-upgrade";

    /// <summary>The customers; null when there is no such figure.</summary>
    /// <param name="figure">Its name.</param>
    /// <param name="lines">What was bought.</param>
    /// <param name="attributes">Attributes of customers, for figures by attribute.</param>
    public static IReadOnlyList<Guid>? Of(string figure, AnalysisLines lines, IReadOnlyDictionary<Guid, string> attributes)
    {
        IReadOnlyList<Guid> Those(Func<IGrouping<Guid, Bought>, bool> which) => [.. lines.Customers.Where(which).Select(c => c.Key)];
        bool In(Bought line) => line.On >= lines.From;
        return figure.Split(':') switch
        {
            [Everybody] => Those(_ => true),
            [Buyers] => Those(c => c.Any(In)),
            [Repeaters] or [Repeat] => Those(c => c.Where(In).Any(b => b.On > First(c))),
            [New] => Those(c => First(c) >= lines.From),
            [InMonth, var month] when Month(month) is { } m => Those(c => c.Any(b => In(b) && IsIn(b.On, m))),
            [New, var month] when Month(month) is { } m => Those(c => First(c) >= lines.From && IsIn(First(c), m)),
            [Repeat, var month] when Month(month) is { } m => Those(c => c.Where(In).Any(b => IsIn(b.On, m) && b.On > First(c))),
            [KnownCost] => lines.ShowsCosts ? Those(c => c.Any(b => In(b) && b.Cost is not null)) : null,
            [Rfm, var group] => Those(c => lines.Scores[c.Key].Group == group),
            [Cohort, var month] when Month(month) is { } m => Those(c => IsIn(First(c), m)),
            [Cohort, var month, var later] when Month(month) is { } m && int.TryParse(later, NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months < 1200 =>
                Those(c => IsIn(First(c), m) && c.Any(b => IsIn(b.On, m.AddMonths(months)))),
            [Product, var id] when Guid.TryParse(id, out var product) => Those(c => c.Any(b => In(b) && b.Product == product)),
            [ProductName, .. var name] => Those(c => c.Any(b => In(b) && b.Product is null && (b.ProductName ?? "–") == string.Join(':', name))),
            [Attribute, .. var key] when lines.ShowsAttributes => Those(c => attributes.TryGetValue(c.Key, out var known) && known == string.Join(':', key)),
            [Both, var one, var other] when Pair(one, other) is var (a, b) => Those(c => Has(c, a) && Has(c, b)),
            [NotYetBoth, var one, var other] when Pair(one, other) is var (a, b) => Those(c => Has(c, a) && !Has(c, b)),
            [Upgraded, var one, var other] when Pair(one, other) is var (a, b) => Those(c => Began(c, a, lines) is { } on && c.Any(l => l.Product == b && l.On > on)),
            [NotYetUpgraded, var one, var other] when Pair(one, other) is var (a, b) => Those(c => Began(c, a, lines) is { } on && !c.Any(l => l.Product == b && l.On > on)),
            _ => null,
        };
    }

    private static DateOnly First(IEnumerable<Bought> customer) => customer.Min(b => b.On);

    private static bool Has(IEnumerable<Bought> customer, Guid product) => customer.Any(b => b.Product == product);

    /// <summary>When a customer bought a product as the first of its category; null when they did not.</summary>
    private static DateOnly? Began(IEnumerable<Bought> customer, Guid product, AnalysisLines lines)
    {
        if (!lines.Products.TryGetValue(product, out var known) || known.Category.Length == 0) return null;
        var inOrder = customer.Where(b => b.Product is { } p && lines.Products.TryGetValue(p, out var other) && other.Category == known.Category).OrderBy(b => b.On).ThenBy(b => lines.Products[b.Product!.Value].Price).ToList();
        return inOrder.Count > 0 && inOrder[0].Product == product ? inOrder[0].On : null;
    }

    private static bool IsIn(DateOnly day, DateOnly month) => day.Year == month.Year && day.Month == month.Month;

    private static DateOnly? Month(string text) => DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year < 9000 ? month : null;

    private static (Guid, Guid)? Pair(string one, string other) => Guid.TryParse(one, out var a) && Guid.TryParse(other, out var b) ? (a, b) : null;
}
