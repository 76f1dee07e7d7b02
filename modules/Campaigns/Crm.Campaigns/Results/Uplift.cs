namespace Crm.Campaigns.Results;

/// <summary>A difference and the range in which the true one lies in 95 of 100 such campaigns.</summary>
internal sealed record Difference(double Value, double Low, double High)
{
    /// <summary>Whether the range leaves out zero: more than chance.</summary>
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>What a campaign brought beyond what would have come anyway: those who were to get it against the control group.</summary>
internal static class Uplift
{
    // The 97.5 % point of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Difference of two shares with Newcombe's interval (1998, method 10: from Wilson's intervals of both), which holds its 95 % for small
    /// groups and for shares near 0 too. Null when one group is empty.
    /// </summary>
    public static Difference? OfShares(int treatedYes, int treated, int controlYes, int control)
    {
        if (treated == 0 || control == 0) return null;
        var (p1, p0) = ((double)treatedYes / treated, (double)controlYes / control);
        var (low1, high1) = Wilson(p1, treated);
        var (low0, high0) = Wilson(p0, control);
        var difference = p1 - p0;
        return new(
            difference,
            difference - Math.Sqrt(Square(p1 - low1) + Square(high0 - p0)),
            difference + Math.Sqrt(Square(high1 - p1) + Square(p0 - low0)));
    }

    /// <summary>
    /// Difference of two means, such as revenue a head, with the interval of two unequal variances (Welch; the normal distribution stands for
    /// Student's, groups being in the hundreds). Null when a group has fewer than two.
    /// </summary>
    public static Difference? OfMeans(Moments treated, Moments control)
    {
        if (treated.Count < 2 || control.Count < 2) return null;
        var difference = treated.Mean - control.Mean;
        var reach = Z * Math.Sqrt((treated.Variance / treated.Count) + (control.Variance / control.Count));
        return new(difference, difference - reach, difference + reach);
    }

    private static (double Low, double High) Wilson(double share, int count)
    {
        var (centre, reach) = (share + (Z * Z / (2 * count)), Z * Math.Sqrt((share * (1 - share) / count) + (Z * Z / (4.0 * count * count))));
        var below = 1 + (Z * Z / count);
        return ((centre - reach) / below, (centre + reach) / below);
    }

    private static double Square(double value) => value * value;
}

/// <summary>How many, their sum and the sum of their squares: enough for mean and variance.</summary>
internal readonly record struct Moments(int Count, double Sum, double Squares)
{
    public double Mean => Count == 0 ? 0 : Sum / Count;

    public double Variance => Count < 2 ? 0 : Math.Max(0, (Squares - (Sum * Sum / Count)) / (Count - 1));

    /// <summary>Of some values among so many heads; the others are zero.</summary>
    public static Moments Of(int heads, IEnumerable<decimal> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            sum += (double)value;
            squares += (double)value * (double)value;
        }

        return new(heads, sum, squares);
    }
}
