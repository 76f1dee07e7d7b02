using System.Globalization;

namespace Crm.Benchmarks;

/// <summary>The table of figures, printed as they come.</summary>
internal sealed class Report
{
    private readonly List<Figure> figures = [];

    public Report() => Console.WriteLine($"{"",-7}{"",-11}{"",-52}{"p50 ms",10}{"p95 ms",10}{"per s",10}{"bare /s",10}{"of bare",9}");

    public IReadOnlyList<Figure> Figures => figures;

    public void Add(Figure figure)
    {
        figures.Add(figure);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{figure.Workload,-7}{figure.Database,-11}{figure.What,-52}{Or(figure.P50),10}{Or(figure.P95),10}{figure.PerSecond,10:0}{figure.Floor,10:0}{figure.OfFloor,9:0.000}  {figure.Note}"));
    }

    /// <summary>How a database finds the rows of a query.</summary>
    public static void Add(string what, IEnumerable<string> plans)
    {
        Console.WriteLine("  " + what);
        foreach (var line in plans.SelectMany(p => p.Split('\n'))) Console.WriteLine("    " + line);
    }

    private static string Or(double ms) => ms > 0 ? ms.ToString("0.00", CultureInfo.InvariantCulture) : "";
}
