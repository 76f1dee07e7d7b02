// What fitting a model by maximum likelihood needs: the logarithm of gamma and a search for the best parameters. Pure.
namespace Crm.Customers.Analysis.Models;

internal static class SpecialFunctions
{
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>ln Γ(x) for x above 0 (Lanczos, g = 7; 15 digits).</summary>
    public static double LnGamma(double x)
    {
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LnGamma(1 - x);
        x -= 1;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Gauss's hypergeometric function 2F1 for z from 0 to below 1, by its series.</summary>
    public static double Hypergeometric(double a, double b, double c, double z)
    {
        double term = 1, sum = 1;
        for (var n = 0; n < 10_000; n++)
        {
            term *= (a + n) * (b + n) / (c + n) * z / (n + 1);
            sum += term;
            if (Math.Abs(term) < Math.Abs(sum) * 1e-13) break;
        }

        return sum;
    }
}

/// <summary>Looks for the lowest point of a function without its derivatives (Nelder and Mead 1965).</summary>
internal static class Simplex
{
    /// <summary>The lowest point found from a beginning on; begun anew from where it ended until that gains nothing more.</summary>
    public static double[] Minimise(Func<double[], double> f, double[] start, int rounds = 6)
    {
        var best = start;
        var lowest = f(start);
        for (var round = 0; round < rounds; round++)
        {
            var found = Once(f, best, round == 0 ? 0.5 : 0.1);
            var value = f(found);
            var gained = lowest - value;
            if (value < lowest) (best, lowest) = (found, value);
            if (gained < 1e-9 * Math.Max(1, Math.Abs(lowest))) break;
        }

        return best;
    }

    private static double[] Once(Func<double[], double> f, double[] start, double step)
    {
        var n = start.Length;
        var points = new double[n + 1][];
        var values = new double[n + 1];
        for (var i = 0; i <= n; i++)
        {
            points[i] = [.. start];
            if (i > 0) points[i][i - 1] += step;
            values[i] = f(points[i]);
        }

        for (var iteration = 0; iteration < 2_000; iteration++)
        {
            Array.Sort(values, points);
            if (Math.Abs(values[n] - values[0]) < 1e-10 * (1 + Math.Abs(values[0]))) break;
            var centre = new double[n];
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++) centre[j] += points[i][j] / n;
            }

            double[] At(double factor) => [.. centre.Select((c, j) => c + (factor * (points[n][j] - c)))];
            var reflected = At(-1);
            var value = f(reflected);
            if (value < values[0])
            {
                var expanded = At(-2);
                var further = f(expanded);
                (points[n], values[n]) = further < value ? (expanded, further) : (reflected, value);
            }
            else if (value < values[n - 1])
            {
                (points[n], values[n]) = (reflected, value);
            }
            else
            {
                var contracted = At(value < values[n] ? -0.5 : 0.5);
                var nearer = f(contracted);
                if (nearer < Math.Min(value, values[n]))
                {
                    (points[n], values[n]) = (contracted, nearer);
                }
                else
                {
                    for (var i = 1; i <= n; i++)
                    {
                        points[i] = [.. points[i].Select((p, j) => points[0][j] + (0.5 * (p - points[0][j])))];
                        values[i] = f(points[i]);
                    }
                }
            }
        }

        Array.Sort(values, points);
        return points[0];
    }
}
