using Crm.Sdk;

namespace Crm.Campaigns.Results;

/// <summary>What was spent on a channel in a month and what it brought.</summary>
internal readonly record struct Spending(string Channel, DateOnly Month, decimal Cost, decimal Revenue);

/// <summary>
/// How revenue follows cost on a channel: revenue = a × cost^b with b below 1, each further yen bringing a little less than the one before.
/// </summary>
/// <param name="A">The factor.</param>
/// <param name="B">The power, 0.05 to 0.95.</param>
/// <param name="Months">How many months with cost and revenue the power was learnt from.</param>
/// <param name="Guessed">Whether there was too little to learn the power from, so that it is the usual one.</param>
internal sealed record ResponseCurve(double A, double B, int Months, bool Guessed)
{
    private const double UsualPower = 0.7;
    private const int FewestMonths = 3;

    public double Revenue(double cost) => cost <= 0 ? 0 : A * Math.Pow(cost, B);

    /// <summary>What the next yen brings.</summary>
    public double Marginal(double cost) => cost <= 0 ? double.PositiveInfinity : A * B * Math.Pow(cost, B - 1);

    /// <summary>
    /// The power by least squares of the logarithms, over months that cost and earned something; the factor so that what was spent in all brings
    /// what was earned in all: by months that earned nothing, and in months that cost nothing, too, for what is printed in September sells in
    /// October. Null when nothing was spent or earned.
    /// </summary>
    public static ResponseCurve? Fit(IReadOnlyList<(double Cost, double Revenue)> months)
    {
        var seen = months.Where(m => m is { Cost: > 0, Revenue: > 0 }).Select(m => (X: Math.Log(m.Cost), Y: Math.Log(m.Revenue))).ToList();
        var earned = months.Sum(m => m.Revenue);
        if (earned <= 0 || months.All(m => m.Cost <= 0)) return null;
        var (x, y) = (seen.Select(s => s.X).DefaultIfEmpty().Average(), seen.Select(s => s.Y).DefaultIfEmpty().Average());
        var spread = seen.Sum(s => (s.X - x) * (s.X - x));
        var guessed = seen.Count < FewestMonths || spread < 0.01;
        var power = guessed ? UsualPower : Math.Clamp(seen.Sum(s => (s.X - x) * (s.Y - y)) / spread, 0.05, 0.95);
        return new(earned / months.Where(m => m.Cost > 0).Sum(m => Math.Pow(m.Cost, power)), power, seen.Count, guessed);
    }
}

/// <summary>A channel in the proposal: mean cost of a month until now, the cost proposed, and what either brings.</summary>
internal sealed record BudgetRow(string Channel, decimal Now, decimal Proposed, decimal RevenueNow, decimal RevenueProposed, decimal MarginalNow, decimal MarginalProposed, decimal Most, Label Why)
{
    /// <summary>What was earned in months that cost nothing; part of what the channel is reckoned to bring.</summary>
    public decimal EarnedWithoutCost { get; init; }
}

/// <summary>Shares a month's budget out so that the last yen brings the same everywhere: as long as it does not, moving it brings more.</summary>
internal static class BudgetPlan
{
    // Nobody has seen what happens far beyond what was spent so far.
    private const double Furthest = 2;

    public static IReadOnlyList<BudgetRow> Of(IReadOnlyList<Spending> past, decimal budget)
    {
        var channels = past.GroupBy(s => s.Channel, StringComparer.Ordinal).Select(g =>
        {
            var months = g.Where(s => s.Cost > 0).Select(s => ((double)s.Cost, (double)s.Revenue)).ToList();
            return (Channel: g.Key, Curve: ResponseCurve.Fit([.. g.Select(s => ((double)s.Cost, (double)s.Revenue))]), Later: g.Where(s => s.Cost <= 0).Sum(s => s.Revenue), Now: months.Count == 0 ? 0 : months.Average(m => m.Item1), Most: months.Count == 0 ? 0 : months.Max(m => m.Item1) * Furthest);
        }).Where(c => c.Curve is not null).OrderBy(c => c.Channel, StringComparer.Ordinal).ToList();
        if (channels.Count == 0 || budget <= 0) return [];

        // What the last yen must bring, found by halving: the higher it is, the less is spent.
        var (low, high) = (1e-9, 1e9);
        double Spent(double marginal) => channels.Sum(c => Cost(c.Curve!, c.Most, marginal));
        for (var i = 0; i < 200; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Spent(middle) > (double)budget) low = middle;
            else high = middle;
        }

        return [.. channels.Select(c =>
        {
            var proposed = Cost(c.Curve!, c.Most, high);
            return new BudgetRow(
                c.Channel, Money(c.Now), Money(proposed), Money(c.Curve!.Revenue(c.Now)), Money(c.Curve.Revenue(proposed)), Ratio(c.Curve.Marginal(c.Now)), Ratio(c.Curve.Marginal(proposed)), Money(c.Most),
                Why(c.Curve, c.Now, proposed, c.Most)) { EarnedWithoutCost = c.Later };
        })];
    }

    private static double Cost(ResponseCurve curve, double most, double marginal) => Math.Min(most, Math.Pow(curve.A * curve.B / marginal, 1 / (1 - curve.B)));

    private static Label Why(ResponseCurve curve, double now, double proposed, double most)
    {
        var (ja, en) = proposed >= most * 0.999 ? ("これまでの最大の2倍を上限としています。", "Held to twice the most spent so far.")
            : proposed > now * 1.02 ? ("次の1円の効果がほかより高いため増やします。", "The next yen brings more here than elsewhere: spend more.")
            : proposed < now * 0.98 ? ("次の1円の効果がほかより低いため減らします。", "The next yen brings less here than elsewhere: spend less.")
            : ("現在の配分がほぼ最適です。", "About right as it is.");
        return curve.Guessed
            ? ($"{ja}費用と売上のあった月が{curve.Months}か月と少なく、費用への反応は一般的な値（0.7乗）で見積もっています。", $"{en} Only {(curve.Months == 1 ? "one month" : $"{curve.Months} months")} with both cost and revenue to learn from so far; how revenue follows cost is the usual guess (power 0.7).")
            : ($"{ja}費用と売上のあった{curve.Months}か月の実績から、売上は費用の{curve.B:0.00}乗に比例します。", $"{en} By {curve.Months} months with revenue, revenue follows cost to the power {curve.B:0.00}.");
    }

    private static decimal Money(double value) => decimal.Round((decimal)Math.Min(value, 1e15));

    private static decimal Ratio(double value) => decimal.Round((decimal)Math.Min(value, 1e6), 2);
}
