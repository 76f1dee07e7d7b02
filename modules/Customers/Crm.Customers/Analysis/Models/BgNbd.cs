using static Crm.Customers.Analysis.Models.SpecialFunctions;

namespace Crm.Customers.Analysis.Models;

/// <summary>
/// How many purchases to expect of a customer, and whether they still buy: the beta-geometric/NBD model of Fader, Hardie and Lee,
/// "Counting Your Customers" the Easy Way (Marketing Science 24, 2005). Unit of time: weeks.
/// </summary>
/// <param name="R">Shape of the gamma distribution of buying rates.</param>
/// <param name="Alpha">Its scale.</param>
/// <param name="A">First parameter of the beta distribution of dropping out after a purchase.</param>
/// <param name="B">Second.</param>
/// <param name="LogLikelihood">Of what the parameters were fitted to.</param>
internal sealed record BgNbd(double R, double Alpha, double A, double B, double LogLikelihood)
{
    /// <summary>Fewer customers than this say nothing.</summary>
    public const int Fewest = 50;

    /// <summary>The parameters under which these histories are likeliest; null when there are too few, or nobody ever came back.</summary>
    public static BgNbd? Fit(IReadOnlyList<BuyerHistory> customers)
    {
        if (customers.Count < Fewest || !customers.Any(c => c.Repeats > 0)) return null;

        // Customers of the same history count once, with their number: days make many alike.
        var groups = customers.CountBy(c => (c.Repeats, c.LastAfter, c.Watched)).Select(g => (g.Key.Repeats, g.Key.LastAfter, g.Key.Watched, g.Value)).ToArray();
        double Cost(double[] at) => at.Any(p => Math.Abs(p) > 12) ? 1e12 : -LogLikelihoodOf(groups, Math.Exp(at[0]), Math.Exp(at[1]), Math.Exp(at[2]), Math.Exp(at[3]));
        var best = Simplex.Minimise(Cost, [0, Math.Log(4), 0, Math.Log(2)]);
        return new(Math.Exp(best[0]), Math.Exp(best[1]), Math.Exp(best[2]), Math.Exp(best[3]), -Cost(best));
    }

    private static double LogLikelihoodOf((int X, double Last, double Watched, int Count)[] groups, double r, double alpha, double a, double b)
    {
        double sum = 0, gammaR = LnGamma(r), gammaAB = LnGamma(a + b), gammaB = LnGamma(b), logAlpha = Math.Log(alpha);
        foreach (var (x, last, watched, count) in groups)
        {
            var common = LnGamma(r + x) - gammaR + (r * logAlpha) + gammaAB + LnGamma(b + x) - gammaB - LnGamma(a + b + x);
            var alive = -(r + x) * Math.Log(alpha + watched);
            if (x == 0)
            {
                sum += count * (common + alive);
                continue;
            }

            var gone = Math.Log(a) - Math.Log(b + x - 1) - ((r + x) * Math.Log(alpha + last));
            var larger = Math.Max(alive, gone);
            sum += count * (common + larger + Math.Log(Math.Exp(alive - larger) + Math.Exp(gone - larger)));
        }

        return sum;
    }

    /// <summary>The probability that a customer still buys, 0 to 1. Who bought once only cannot have dropped out in this model.</summary>
    public double Alive(BuyerHistory customer)
    {
        if (customer.Repeats == 0) return 1;
        var odds = A / (B + customer.Repeats - 1) * Math.Exp((R + customer.Repeats) * Math.Log((Alpha + customer.Watched) / (Alpha + customer.LastAfter)));
        return 1 / (1 + odds);
    }

    /// <summary>Purchases to expect of a customer in the next weeks (equation 10 of the paper).</summary>
    public double Expected(BuyerHistory customer, double weeks)
    {
        var x = customer.Repeats;
        var z = weeks / (Alpha + customer.Watched + weeks);

        // By Euler's transformation, because the series itself ends late when z is near 1: 2F1(a,b;c;z) = (1−z)^(c−a−b) 2F1(c−a,c−b;c;z).
        var c = A + B + x - 1;
        var f = Math.Exp((c - R - x - B - x) * Math.Log(1 - z)) * Hypergeometric(c - R - x, c - B - x, c, z);
        var first = (A + B + x - 1) / (A - 1);
        var second = 1 - (Math.Exp((R + x) * Math.Log((Alpha + customer.Watched) / (Alpha + customer.Watched + weeks))) * f);
        return Math.Max(0, first * second * Alive(customer));
    }
}

/// <summary>
/// What a purchase of a customer is worth: the gamma-gamma model of Fader and Hardie (2013, brucehardie.com/notes/025). It takes for given
/// that the amount does not depend on how often somebody buys.
/// </summary>
/// <param name="P">Shape of the amounts of one customer.</param>
/// <param name="Q">Shape of how customers differ.</param>
/// <param name="V">Scale of how customers differ.</param>
/// <param name="LogLikelihood">Of what the parameters were fitted to.</param>
internal sealed record GammaGamma(double P, double Q, double V, double LogLikelihood)
{
    /// <summary>The parameters under which the mean values of those who came back are likeliest; null when there are too few.</summary>
    public static GammaGamma? Fit(IReadOnlyList<BuyerHistory> customers)
    {
        var repeat = customers.Where(c => c is { Repeats: > 0, RepeatValue: not null }).Select(c => (X: (double)c.Repeats, Z: c.RepeatValue!.Value)).ToArray();
        if (repeat.Length < BgNbd.Fewest) return null;

        // Amounts of about 30, whatever the currency, so that one beginning fits all: v is a scale and is set back at the end.
        var scale = repeat.Average(c => c.Z) / 30;
        double Cost(double[] at)
        {
            if (at.Any(p => Math.Abs(p) > 12)) return 1e12;
            var (p, q, v) = (Math.Exp(at[0]), Math.Exp(at[1]), Math.Exp(at[2]));
            double sum = 0, gammaQ = LnGamma(q), logV = Math.Log(v);
            foreach (var (x, value) in repeat)
            {
                var z = value / scale;
                sum += LnGamma((p * x) + q) - LnGamma(p * x) - gammaQ + (q * logV) + (((p * x) - 1) * Math.Log(z)) + (p * x * Math.Log(x)) - (((p * x) + q) * Math.Log((x * z) + v));
            }

            return -sum;
        }

        var best = Simplex.Minimise(Cost, [Math.Log(5), Math.Log(3), Math.Log(15)]);
        return new(Math.Exp(best[0]), Math.Exp(best[1]), Math.Exp(best[2]) * scale, -Cost(best) - (repeat.Length * Math.Log(scale)));
    }

    /// <summary>The mean amount to expect of a customer's purchases: between their own mean and everybody's.</summary>
    public double Expected(BuyerHistory customer)
    {
        var x = customer.RepeatValue is null ? 0 : customer.Repeats;
        var everybody = P * V / (Q - 1);
        var weight = (Q - 1) / ((P * x) + Q - 1);
        return (weight * everybody) + ((1 - weight) * (customer.RepeatValue ?? 0));
    }

    /// <summary>Whether the model has a mean at all.</summary>
    public bool HasMean => Q > 1.001;
}
