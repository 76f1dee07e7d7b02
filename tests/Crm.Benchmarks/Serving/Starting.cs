using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Platform.Tenancy;

namespace Crm.Benchmarks.Serving;

/// <summary>How long the host takes to be there and what it holds (W5), and what more tenants and plugins cost (W12).</summary>
internal sealed class Starting(Site site, Arguments arguments, Report report)
{
    private const int Tenants = 100;
    private const int Plugins = 20;
    private const int Starts = 3;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    public static readonly string[] Workloads = ["W5", "W12"];

    public async Task Run()
    {
        await site.Save(CustomersContract.Company, 1_000, i => new() { ["name"] = $"第{i:0000}工業株式会社", ["code"] = $"C{i:0000}" });
        var (email, _) = await site.NewUser();
        if (arguments.Wants("W12")) await Pages("1 tenant, no plugin", email);
        foreach (var (id, package) in ServedProcess.Packages())
        {
            await site.Install(package);
            await site.Switch(id);
        }

        if (arguments.Wants("W5")) await Cold(email);
        if (!arguments.Wants("W12")) return;
        var others = new List<(TenantInfo Tenant, string Email)>();
        for (var i = 1; i < Tenants; i++)
        {
            var tenant = await site.NewTenant("t" + i.ToString(CultureInfo.InvariantCulture));
            others.Add((tenant, (await site.NewUser(tenant)).Email));
        }

        await Pages($"{Tenants} tenants, {ServedProcess.Packages().Count} plugins", email, others);
        for (var i = 0; i < Plugins; i++)
        {
            var id = "bench" + i.ToString(CultureInfo.InvariantCulture);
            await site.Install(SmallPlugin.Package(id, "1.0.0"));
            await site.Switch(id);
        }

        await Pages($"{Tenants} tenants, {ServedProcess.Packages().Count + Plugins} plugins", email);
    }

    /// <summary>W5: from the start of the process to ready, the first page after it, and what it holds when nothing happens.</summary>
    private async Task Cold(string email)
    {
        await site.Settle();
        var (took, first, memory) = (new List<double>(), new List<double>(), 0.0);
        var bare = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using (var floor = await BareServer.Start(site)) bare.Add(floor.Took.TotalMilliseconds);
            await using var host = await site.Serve();
            took.Add(host.Took.TotalMilliseconds);
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            using var user = await Visitor.SignIn(host.Address, email);
            await user.Get("/r/customers.company");
            first.Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (i < Starts - 1) continue;
            await Task.Delay(Rest);
            memory = host.Memory;
            report.Add(new Figure("W5", site.Database, $"cold start with {ServedProcess.Packages().Count} plugins, until ready", Middle(took), took.Max(), 1_000 / Middle(took), 1_000 / Middle(bare)) { Note = $"bare ready after {Middle(bare):0} ms; processor {host.Worked.TotalMilliseconds:0} ms until now; {memory:0} MiB after signing in, one page and {Rest.TotalSeconds:0} s" });
            report.Add(new Figure("W5", site.Database, "then: signed in and the first list shown", Middle(first), first.Max(), 0));
        }
    }

    /// <summary>W12: start, memory and a list page of the first tenant.</summary>
    private async Task Pages(string what, string email, IReadOnlyList<(TenantInfo Tenant, string Email)>? others = null)
    {
        await site.Settle();
        await using var host = await site.Serve();
        await using var bare = await BareServer.Start(site);
        using var anybody = Visitor.With(bare.Address);
        var before = host.Memory;
        using var user = await Visitor.SignIn(host.Address, email);
        await Calls.Add(report, new("W12", site.Database, "list page, " + what), host, _ => user.Get("/r/customers.company"), bare, _ => anybody.Get("/list"), Short, () => $"ready after {host.Took.TotalMilliseconds:0} ms, {before:0} MiB then, {host.Memory:0} MiB now");
        if (others is null) return;
        var idle = host.Memory;
        foreach (var other in others)
        {
            using var somebody = await Visitor.SignIn(host.Address, other.Email);
            await somebody.Get("/r/customers.company");
        }

        report.Add(new Figure("W12", site.Database, $"{others.Count} tenants used for the first time", 0, 0, 0) { Note = $"{(host.Memory - idle) / others.Count:0.00} MiB each" });
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
