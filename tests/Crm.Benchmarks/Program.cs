using System.Text.Json;
using Crm.Benchmarks;

// ./crm bench: measures the workloads of the design through the real platform and, in the same run, what the driver alone takes.
if (Arguments.Read(args) is not { } arguments) return 2;
var report = new Report();
foreach (var database in arguments.Databases)
{
    await using var bench = await Workbench.Open(database, arguments.Keep);
    if (bench is null)
    {
        Console.WriteLine($"{database}: CRM_TEST_POSTGRES がないため省略 / left out, CRM_TEST_POSTGRES is not set");
        continue;
    }

    await using var floor = new Floor(bench);
    await new Workloads(bench, arguments, report).Run(floor);
    await new Knowing(bench, arguments, report).Run(floor);
    if (arguments.Wants("fields")) await new OwnField(bench, arguments, report).Run(floor);
}

if (arguments.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report.Figures, new JsonSerializerOptions { WriteIndented = true }));
return 0;
