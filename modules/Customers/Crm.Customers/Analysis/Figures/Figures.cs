// The figures of the analysis pages, worked out from days of purchase. Pure; the definitions stand on the pages word for word.
namespace Crm.Customers.Analysis.Figures;

/// <summary>One line bought by one customer.</summary>
internal readonly record struct Bought(Guid Customer, DateOnly On, decimal Amount, Guid? Product, string? ProductName, decimal Quantity, decimal? Cost);

/// <summary>Points for recency, frequency and monetary value, 1 to 5 each.</summary>
internal readonly record struct RfmScore(int R, int F, int M)
{
    public override string ToString() => $"{R}{F}{M}";

    /// <summary>A name that a person can act on.</summary>
    public string Group => (R, F) switch
    {
        ( >= 4, >= 4) => RfmGroups.Loyal,
        ( >= 4, >= 2) => RfmGroups.Promising,
        ( >= 4, _) => RfmGroups.New,
        ( <= 2, >= 4) => RfmGroups.MustNotLose,
        (3, >= 3) => RfmGroups.Cooling,
        ( <= 2, >= 2) => RfmGroups.Slipping,
        (3, _) => RfmGroups.Occasional,
        _ => RfmGroups.Dormant,
    };
}

internal static class RfmGroups
{
    public const string Loyal = "loyal";
    public const string Promising = "promising";
    public const string New = "new";
    public const string MustNotLose = "must-not-lose";
    public const string Cooling = "cooling";
    public const string Slipping = "slipping";
    public const string Occasional = "occasional";
    public const string Dormant = "dormant";

    public static readonly IReadOnlyList<Sdk.Records.Choice> All =
    [
        Sdk.Records.Choice.Of(Loyal, "優良（R4–5・F4–5）", "Loyal (R 4–5, F 4–5)", "green"), Sdk.Records.Choice.Of(Promising, "有望（R4–5・F2–3）", "Promising (R 4–5, F 2–3)", "teal"),
        Sdk.Records.Choice.Of(New, "新規（R4–5・F1）", "New (R 4–5, F 1)", "cyan"), Sdk.Records.Choice.Of(Cooling, "冷め気味（R3・F3–5）", "Cooling (R 3, F 3–5)", "yellow"),
        Sdk.Records.Choice.Of(Occasional, "ときどき（R3・F1–2）", "Occasional (R 3, F 1–2)", "blue"), Sdk.Records.Choice.Of(MustNotLose, "離反注意（R1–2・F4–5）", "Must not lose (R 1–2, F 4–5)", "red"),
        Sdk.Records.Choice.Of(Slipping, "離反しかけ（R1–2・F2–3）", "Slipping (R 1–2, F 2–3)", "orange"), Sdk.Records.Choice.Of(Dormant, "休眠（R1–2・F1）", "Dormant (R 1–2, F 1)", "secondary"),
    ];
}

/// <summary>Where the points begin; each tenant its own.</summary>
/// <param name="Recency">Days up to which R is 5, 4, 3, 2.</param>
/// <param name="Frequency">Days of purchase from which F is 2, 3, 4, 5.</param>
/// <param name="Monetary">Amounts from which M is 2, 3, 4, 5.</param>
internal sealed record RfmBins(IReadOnlyList<decimal> Recency, IReadOnlyList<decimal> Frequency, IReadOnlyList<decimal> Monetary)
{
    /// <summary>How far back frequency and amount look.</summary>
    public const int Years = 2;

    public static RfmBins Of(CustomersSettings settings) =>
        new(CustomersSettings.Read(settings.RecencyDays), CustomersSettings.Read(settings.FrequencyCounts), CustomersSettings.Read(settings.MonetaryAmounts));

    public RfmScore Score(int daysSince, int count, decimal amount) =>
        new(5 - Recency.Count(limit => daysSince > limit), 1 + Frequency.Count(least => count >= least), 1 + Monetary.Count(least => amount >= least));
}

/// <summary>Shares of those who came back.</summary>
/// <param name="Buyers">Customers who bought in the period.</param>
/// <param name="Repeaters">Of them, those who had bought before or bought on a second day within it.</param>
/// <param name="NewAmount">Spent on first days of purchase.</param>
/// <param name="RepeatAmount">Spent on later days.</param>
internal sealed record RepeatFigures(int Buyers, int Repeaters, decimal NewAmount, decimal RepeatAmount)
{
    public decimal? Rate => Buyers == 0 ? null : (decimal)Repeaters / Buyers;

    public static RepeatFigures Of(IEnumerable<IGrouping<Guid, Bought>> customers, DateOnly from, DateOnly until)
    {
        var (buyers, repeaters, fresh, repeat) = (0, 0, 0m, 0m);
        foreach (var customer in customers)
        {
            var lines = customer.Where(b => b.On <= until).ToList();
            var within = lines.Where(b => b.On >= from).ToList();
            if (within.Count == 0) continue;
            var first = lines.Min(b => b.On);
            buyers++;
            if (within.Any(b => b.On > first)) repeaters++;
            fresh += within.Where(b => b.On == first).Sum(b => b.Amount);
            repeat += within.Where(b => b.On > first).Sum(b => b.Amount);
        }

        return new(buyers, repeaters, fresh, repeat);
    }
}

/// <summary>Customers by the month of their first purchase, and the share that bought in each month after.</summary>
/// <param name="Month">The first day of the month.</param>
/// <param name="Size">Customers who began in it.</param>
/// <param name="Bought">How many of them bought 0, 1, 2 … months later.</param>
internal sealed record Cohort(DateOnly Month, int Size, IReadOnlyList<int> Bought)
{
    public static IReadOnlyList<Cohort> Of(IEnumerable<IGrouping<Guid, Bought>> customers, DateOnly until, int months)
    {
        var last = (until.Year * 12) + until.Month - 1;
        var cohorts = new SortedDictionary<int, int[]>();
        var sizes = new Dictionary<int, int>();
        foreach (var customer in customers)
        {
            var active = customer.Where(b => b.On <= until).Select(b => (b.On.Year * 12) + b.On.Month - 1).Distinct().ToList();
            if (active.Count == 0) continue;
            var first = active.Min();
            if (first <= last - months) continue;
            if (!cohorts.TryGetValue(first, out var bought)) cohorts[first] = bought = new int[last - first + 1];
            sizes[first] = sizes.GetValueOrDefault(first) + 1;
            foreach (var month in active) bought[month - first]++;
        }

        return [.. cohorts.Select(c => new Cohort(new DateOnly(c.Key / 12, (c.Key % 12) + 1, 1), sizes[c.Key], c.Value))];
    }
}

/// <summary>One product in the ranking.</summary>
/// <param name="Product">The product; null when only its name is known.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Customers">How many bought it.</param>
/// <param name="Quantity">How many were sold.</param>
/// <param name="Amount">What they brought.</param>
/// <param name="Margin">Amount less cost; null when the cost of some of it is not known.</param>
internal sealed record ProductRank(Guid? Product, string Name, int Customers, decimal Quantity, decimal Amount, decimal? Margin)
{
    public static IReadOnlyList<ProductRank> Of(IEnumerable<Bought> lines) =>
    [
        .. lines.GroupBy(b => (b.Product, Name: b.Product is null ? b.ProductName ?? "–" : ""))
            .Select(g => new ProductRank(
                g.Key.Product, g.Key.Product is null ? g.Key.Name : g.Select(b => b.ProductName).FirstOrDefault(n => n is not null) ?? "–", g.Select(b => b.Customer).Distinct().Count(),
                g.Sum(b => b.Quantity), g.Sum(b => b.Amount), g.All(b => b.Cost is not null) ? g.Sum(b => b.Amount - b.Cost!.Value) : null))
            .OrderByDescending(p => p.Amount).ThenBy(p => p.Name, StringComparer.Ordinal),
    ];
}

/// <summary>Who bought the one tends to buy the other.</summary>
/// <param name="If">What they bought.</param>
/// <param name="Then">What they also buy.</param>
/// <param name="Both">Customers who bought both.</param>
/// <param name="Support">Share of all customers who bought both.</param>
/// <param name="Confidence">Share of the buyers of <paramref name="If"/> who bought <paramref name="Then"/>.</param>
/// <param name="Lift">Confidence ÷ share of all customers who bought <paramref name="Then"/>: 1 means no connection.</param>
internal sealed record AssociationRule(Guid If, Guid Then, int Both, double Support, double Confidence, double Lift)
{
    /// <summary>Rules between pairs of products, strongest first.</summary>
    public static IReadOnlyList<AssociationRule> Of(IReadOnlyCollection<IReadOnlySet<Guid>> baskets, int least = 5, double leastLift = 1.2)
    {
        var single = baskets.SelectMany(b => b).CountBy(p => p).Where(p => p.Value >= least).ToDictionary();
        var pairs = new Dictionary<(Guid, Guid), int>();
        foreach (var basket in baskets)
        {
            var frequent = basket.Where(single.ContainsKey).Order().ToList();
            for (var i = 0; i < frequent.Count; i++)
            {
                for (var j = i + 1; j < frequent.Count; j++) pairs[(frequent[i], frequent[j])] = pairs.GetValueOrDefault((frequent[i], frequent[j])) + 1;
            }
        }

        double all = baskets.Count;
        return
        [
            .. pairs.Where(p => p.Value >= least)
                .SelectMany(p => (AssociationRule[])[Rule(p.Key.Item1, p.Key.Item2, p.Value), Rule(p.Key.Item2, p.Key.Item1, p.Value)])
                .Where(r => r.Lift >= leastLift).OrderByDescending(r => r.Lift).ThenByDescending(r => r.Both).ThenBy(r => r.If),
        ];

        AssociationRule Rule(Guid a, Guid b, int both) => new(a, b, both, both / all, (double)both / single[a], both * all / ((double)single[a] * single[b]));
    }
}

/// <summary>From which product of a category customers go on to a dearer one of the same category.</summary>
/// <param name="From">The first product of a category.</param>
/// <param name="To">A dearer one of the same category.</param>
/// <param name="Buyers">Customers whose first product of the category was <paramref name="From"/>.</param>
/// <param name="WentOn">Of them, those who later bought <paramref name="To"/>.</param>
internal sealed record UpgradePath(Guid From, Guid To, int Buyers, int WentOn)
{
    public double Share => Buyers == 0 ? 0 : (double)WentOn / Buyers;

    public static IReadOnlyList<UpgradePath> Of(IEnumerable<IGrouping<Guid, Bought>> customers, IReadOnlyDictionary<Guid, (string Category, decimal Price)> products, int least = 3)
    {
        var buyers = new Dictionary<Guid, int>();
        var moved = new Dictionary<(Guid, Guid), int>();
        foreach (var customer in customers)
        {
            foreach (var category in customer.Where(b => b.Product is { } p && products.ContainsKey(p)).GroupBy(b => products[b.Product!.Value].Category))
            {
                var inOrder = category.OrderBy(b => b.On).ThenBy(b => products[b.Product!.Value].Price).ToList();
                var first = inOrder[0];
                var from = first.Product!.Value;
                buyers[from] = buyers.GetValueOrDefault(from) + 1;
                foreach (var to in inOrder.Where(b => b.On > first.On && products[b.Product!.Value].Price > products[from].Price).Select(b => b.Product!.Value).Distinct())
                {
                    moved[(from, to)] = moved.GetValueOrDefault((from, to)) + 1;
                }
            }
        }

        return [.. moved.Where(m => m.Value >= least).Select(m => new UpgradePath(m.Key.Item1, m.Key.Item2, buyers[m.Key.Item1], m.Value)).OrderByDescending(p => p.Share).ThenBy(p => p.From)];
    }
}
