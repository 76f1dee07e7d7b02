using System.Globalization;
using System.Text.Json;
using Crm.Benchmarks;

// ./crm bench: measures the workloads of the design through the real platform and, in the same run, what the driver alone takes.
if (Arguments.Read(args) is not { } arguments) return 2;
var all = new List<Figure>();
Program.Header();
foreach (var database in arguments.Databases)
{
    await using var bench = await Workbench.Open(database, arguments.Keep);
    if (bench is null)
    {
        Console.WriteLine($"{database}: CRM_TEST_POSTGRES がないため省略 / left out, CRM_TEST_POSTGRES is not set");
        continue;
    }

    all.AddRange(await new Workloads(bench, arguments).Run());
}

if (arguments.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(all, new JsonSerializerOptions { WriteIndented = true }));
return 0;

/// <summary>The table of figures.</summary>
internal static partial class Program
{
    internal static void Header() =>
        Console.WriteLine($"{"",-5}{"",-11}{"",-52}{"p50 ms",10}{"p95 ms",10}{"per s",10}{"bare /s",10}{"of bare",9}");

    internal static void Print(Figure figure) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{figure.Workload,-5}{figure.Database,-11}{figure.What,-52}{Or(figure.P50),10}{Or(figure.P95),10}{figure.PerSecond,10:0}{figure.Floor,10:0}{figure.OfFloor,9:0.000}  {figure.Note}"));

    private static string Or(double ms) => ms > 0 ? ms.ToString("0.00", CultureInfo.InvariantCulture) : "";
}
