using System.Diagnostics;
using Crm.Customers.Contracts;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Benchmarks;

/// <summary>
/// A tenant's own field on many people: described as an admin does in the browser, filled, then made an indexed one while others save.
/// Then lists are filtered and sorted by it, and the database says how it finds their pages.
/// </summary>
internal sealed class OwnField(Workbench bench, Arguments arguments, Report report)
{
    private const string Person = CustomersContract.Person;
    private const int Batch = 5_000;
    private const int Values = 10_000;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);
    private static readonly string[] Shown = ["lastName", "firstName", "phone", "email"];
    private static readonly FieldDefinition Points = new() { Kind = FieldKind.Number, Ja = "点数", En = "Points", Min = 0 };

    public async Task Run(Floor floor)
    {
        var tenant = await bench.TenantOf("fields");
        var key = await bench.Ask(new DefineField(Person, "points", Points), tenant);
        await Fill(tenant, key);
        await bench.Settle();
        await Index(tenant, key);
        await Lists(floor, tenant, key);
    }

    private async Task Fill(TenantInfo tenant, string key)
    {
        var began = Stopwatch.GetTimestamp();
        for (var at = 0; at < arguments.Rows; at += Batch)
        {
            await bench.Ask(new SaveRecords(Person, [.. Enumerable.Range(at, Math.Min(Batch, arguments.Rows - at)).Select(i => Row(i, key))]), tenant);
            if (at % 50_000 == 0) await Console.Error.WriteLineAsync($"{bench.Database}: {at:N0} people, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        }
    }

    private async Task Index(TenantInfo tenant, string key)
    {
        var began = Stopwatch.GetTimestamp();
        await bench.Ask(new DefineField(Person, "points", Points with { Indexed = true }), tenant);
        await bench.Ask(new ListRecords(Person) { Limit = 1, Fields = [key] }, tenant);
        var usable = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var indexed = bench.Indexed(tenant, Person);
        var (saves, slowest) = (0, 0.0);
        while (!indexed.IsCompleted)
        {
            var save = Stopwatch.GetTimestamp();
            await bench.Ask(new SaveRecord(Person, null, new Dictionary<string, object?> { ["lastName"] = "佐藤", ["firstName"] = "花子", [key] = PointsOf(saves++) }), tenant);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(save).TotalMilliseconds);
        }

        await indexed;
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        report.Add(new Figure("W6", bench.Database, "described, until usable", usable, usable, 0));
        report.Add(new Figure("W6", bench.Database, $"described, until its index is there, {arguments.Rows:N0} rows", took, took, 0)
        {
            Note = $"{saves} saves meanwhile, the slowest {slowest:0} ms",
        });
    }

    private async Task Lists(Floor floor, TenantInfo tenant, string key)
    {
        ListRecords Filtered(int i) => new(Person) { Filter = Filter.Eq(key, PointsOf(i)), Limit = 25, Fields = [.. Shown, key] };
        ListRecords Sorted(string? after) => new(Person) { Sort = [new(key, true)], Limit = 25, Fields = [.. Shown, key], After = after };

        var dialect = bench.Databases.Dialect;
        var points = dialect.Expression((await bench.TypeOf(tenant, Person))[key]);
        var field = (await bench.TypeOf(tenant, Person))[key];
        async Task Bare(Func<System.Data.Common.DbCommand, string> condition, string order)
        {
            await using var command = await floor.Command(c =>
                $"SELECT t.id, t.version, t.last_name, t.first_name, t.phone, t.email, t.ext FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(tenant.Id))}"
                + $" AND t.deleted_at IS NULL AND {condition(c)} ORDER BY {order}{dialect.Limit(26)}", tenant);
            await floor.Query(command);
        }

        var took = await Measure.Calls(i => bench.Ask(Filtered(i), tenant), Short);
        var bare = await Measure.Calls(i => Bare(c => $"{points} = {dialect.Bind(c, dialect.ToDb(field, PointsOf(i)))}", "t.created_at DESC, t.id DESC"), Short);
        report.Add(Figure.Of("W6", bench.Database, "list filtered by it", took, bare));
        Report.Add("how the rows are found:", await bench.Explain(Filtered(1), tenant));

        string? next = null;
        for (var i = 0; i < 20; i++) next = (await bench.Ask(Sorted(next) with { Limit = 500 }, tenant)).Next;
        took = await Measure.Calls(_ => bench.Ask(Sorted(next), tenant), Short);
        bare = await Measure.Calls(i => Bare(c => $"{points} < {dialect.Bind(c, dialect.ToDb(field, PointsOf(i)))}", $"{points} DESC, t.id DESC"), Short);
        report.Add(Figure.Of("W6", bench.Database, "list sorted by it, 10,000 rows down", took, bare));
        Report.Add("how the rows are found:", await bench.Explain(Sorted(next), tenant));
    }

    private static Dictionary<string, object?> Row(int number, string key)
    {
        var guest = Guests.Row(number);
        var row = Shown.ToDictionary(column => column, column => guest[column]);
        row[key] = PointsOf(number);
        return row;
    }

    private static decimal PointsOf(int number) => number * 7_919L % Values;
}
