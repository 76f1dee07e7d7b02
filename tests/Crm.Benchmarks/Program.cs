using System.Text.Json;
using Crm.Benchmarks;
using Crm.Benchmarks.Serving;

// ./crm bench: measures the workloads of the design through the real product and, in the same run, what the same work takes without it.
if (args is [BareServer.Word, ..]) return await BareServer.Run(args);
if (args is [MicroBenchmarks.Word, ..]) return MicroBenchmarks.Run(args[1..]);
if (Arguments.Read(args) is not { } arguments) return 2;
var report = new Report();
foreach (var database in arguments.Databases)
{
    if (database == "PostgreSql" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES")))
    {
        Console.WriteLine($"{database}: CRM_TEST_POSTGRES がないため省略 / left out, CRM_TEST_POSTGRES is not set");
        continue;
    }

    // Requests at the mediator, then the same product behind its own door: each on a database of its own.
    if (Workloads.Names.Concat(Knowing.Names).Append("W6").Any(arguments.Wants))
    {
        await using var bench = (await Workbench.Open(database, arguments.Keep))!;
        await using var floor = new Floor(bench);
        await new Workloads(bench, arguments, report).Run(floor);
        await new Knowing(bench, arguments, report).Run(floor);
        if (arguments.Wants("W6")) await new OwnField(bench, arguments, report).Run(floor);
    }

    await On(database, Starting.Workloads, site => new Starting(site, arguments, report).Run());
    await On(database, Pages.Workloads, site => new Pages(site, arguments, report).Run());
    await On(database, Mailing.Workloads, site => new Mailing(site, arguments, report).Run());
    await On(database, Working.Workloads, site => new Working(site, arguments, report).Run());
}

if (arguments.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report.Figures, new JsonSerializerOptions { WriteIndented = true }));
return 0;

async Task On(string database, string[] workloads, Func<Site, Task> run)
{
    if (!workloads.Any(arguments.Wants)) return;
    await using var site = (await Site.Open(database, arguments.Host))!;
    try
    {
        await run(site);
    }
    catch (Exception e)
    {
        // The workloads after it are measured all the same, and the table names the one that is missing.
        report.Add(new Figure(string.Join(' ', workloads.Where(arguments.Wants)), database, "not measured: " + e.Message, 0, 0, 0));
    }
}
