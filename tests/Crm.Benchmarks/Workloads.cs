using System.Diagnostics;
using Crm.Customers.Contracts;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Benchmarks;

/// <summary>The workloads of the design that need no pages: import, list, read, create, search.</summary>
internal sealed class Workloads(Workbench bench, Arguments arguments, Report report)
{
    private const int Batch = 5_000;
    private const int OtherTenants = 20;
    private const string Person = CustomersContract.Person;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);
    private static readonly string[] Shown = ["lastName", "firstName", "phone", "email", "rank", "guests.zone", "guests.score", "guests.lastStay"];

    public static readonly string[] Names = ["W1", "W2", "W3r", "W3c", "W4"];

    private int Own => (int)(arguments.Rows * 0.3);

    public async Task Run(Floor floor)
    {
        if (!Names.Any(arguments.Wants)) return;
        await floor.MakeTable();
        if (arguments.Wants("W1")) await Import(floor);
        if (!((string[])["W2", "W3r", "W3c", "W4"]).Any(arguments.Wants)) return;
        await Fill();
        if (arguments.Wants("W2")) await List(floor);
        if (arguments.Wants("W3r")) await Read(floor);
        if (arguments.Wants("W3c")) await Create(floor);
        if (arguments.Wants("W4")) await Search(floor);
    }

    /// <summary>W1: people of 20 columns, with rules, history, search text and events; in a tenant of their own.</summary>
    private async Task Import(Floor floor)
    {
        var tenant = await bench.TenantOf("import" + Guid.CreateVersion7().ToString("n")[^8..]);
        foreach (var size in (int[])[1_000, 5_000])
        {
            var total = Math.Min(arguments.Rows, size * 8);
            var rows = Enumerable.Range(size * 1_000, total).Select(Guests.Row).Chunk(size).ToList();
            await bench.Ask(new SaveRecords(Person, [.. Enumerable.Range(size * 2_000, 500).Select(Guests.Row)]), tenant);
            var took = new List<double>();
            foreach (var some in rows)
            {
                var began = Stopwatch.GetTimestamp();
                var saved = await bench.Ask(new SaveRecords(Person, some) { Match = ["code"] }, tenant);
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (saved.Rows.FirstOrDefault(r => r.Problems is { Count: > 0 }) is { Problems: { } problems }) throw new InvalidOperationException(problems[0].Message.En);
            }

            var bare = new List<double>();
            await floor.Insert(size * 3_000, 500);
            for (var at = 0; at < total; at += size)
            {
                var began = Stopwatch.GetTimestamp();
                await floor.Insert(size * 1_000 + at, size);
                bare.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            took.Sort();
            Add(new Figure("W1", bench.Database, $"import, {size:N0} rows at once", took[took.Count / 2], took[^1], 1000 * total / took.Sum(), 1000 * total / bare.Sum())
            {
                Note = $"{GC.GetTotalMemory(false) / 1_048_576} MiB heap",
            });
        }

        var again = Enumerable.Range(1_000_000, 1_000).Select(Guests.Row).ToList();
        foreach (var row in again) row["hobbies"] = "茶道";
        var start = Stopwatch.GetTimestamp();
        await bench.Ask(new SaveRecords(Person, again) { Match = ["code"] }, tenant);
        var ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Add(new Figure("W1u", bench.Database, "update 1,000 rows matched by code", ms, ms, 1_000_000 / ms));
    }

    /// <summary>The people that reading is measured on.</summary>
    private async Task Fill()
    {
        await Fill(bench.Tenant, 0, Own);
        var each = (arguments.Rows - Own) / OtherTenants;
        for (var i = 0; i < OtherTenants; i++) await Fill(await bench.TenantOf("other" + i), 10_000_000 + (i * each), each);
        await bench.Indexed(bench.Tenant, Person);
        await bench.Settle();
    }

    private async Task Fill(TenantInfo tenant, int from, int count)
    {
        var page = await bench.Ask(new ListRecords(Person) { Limit = 1, Count = true, Fields = [] }, tenant);
        if (page.Count > 0) return;
        for (var at = 0; at < count; at += Batch)
        {
            await bench.Ask(new SaveRecords(Person, [.. Enumerable.Range(from + at, Math.Min(Batch, count - at)).Select(Guests.Row)]), tenant);
        }
    }

    private static ListRecords Page(int i) => new(Person)
    {
        Filter = Filter.Eq("guests.zone", $"Z{i % Guests.Zones:00}"), Sort = [new("guests.score", true)], Limit = 25, Fields = Shown,
    };

    /// <summary>W2: a page of 25, filtered by one field of a plugin and sorted by another.</summary>
    private async Task List(Floor floor)
    {
        var took = await Measure.Calls(i => bench.Ask(Page(i)), Short);
        var dialect = bench.Databases.Dialect;
        await using var scope = await bench.Scope();
        scope.Get<Current>().Catalog.TryGet(Person, out var type);
        var (zone, score) = (type!["guests.zone"], type["guests.score"]);
        async Task Bare(int i)
        {
            await using var command = await floor.Command(c =>
                $"SELECT t.id, t.version, t.last_name, t.first_name, t.phone, t.email, t.rank, t.ext FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(bench.Tenant.Id))}"
                + $" AND t.deleted_at IS NULL AND {dialect.Expression(zone)} = {dialect.Bind(c, dialect.ToDb(zone, $"Z{i % Guests.Zones:00}"))}"
                + $" AND {dialect.Expression(score)} IS NOT NULL ORDER BY {dialect.Expression(score)} DESC, t.id DESC{dialect.Limit(26)}");
            await floor.Query(command);
        }

        var bare = await Measure.Calls(Bare, Short);
        Add(Of("W2", $"list page, {arguments.Rows:N0} rows", took, bare));
        var busy = await Measure.Throughput(i => bench.Ask(Page(i)), callers: 16, Short);
        Add(new Figure("W2", bench.Database, "list page, 16 callers", 0, 0, busy));

        string? next = null;
        for (var i = 0; i < 20; i++) next = (await bench.Ask(new ListRecords(Person) { Sort = [new("guests.score", true)], Limit = 500, Fields = ["lastName"], After = next })).Next;
        var deep = await Measure.Calls(_ => bench.Ask(new ListRecords(Person) { Sort = [new("guests.score", true)], Limit = 25, Fields = Shown, After = next }), Short);
        Add(Of("W2", "list page, 10,000 rows down", deep, null));
        var first = await Measure.Calls(_ => bench.Ask(new ListRecords(Person) { Limit = 25, Fields = Shown, Count = true }), Short);
        Add(Of("W2", "list page, no filter, counted", first, null));
        var between = await Measure.Calls(i => bench.Ask(new ListRecords(Person)
        {
            Filter = new Filter.All(new Filter.Compare("guests.lastStay", FilterOp.Gte, $"2024-0{(i % 6) + 1}-01"), new Filter.Compare("guests.lastStay", FilterOp.Lt, $"2024-0{(i % 6) + 1}-08")),
            Limit = 25, Fields = Shown,
        }), Short);
        Add(Of("W2", "list page, a week of a date", between, null));
    }

    /// <summary>W3r: one person, whole; somebody's look at personal data is noted.</summary>
    private async Task Read(Floor floor)
    {
        var ids = (await bench.Ask(new ListRecords(Person) { Limit = 500, Fields = [] })).Rows.Select(r => r.Id).ToList();
        var took = await Measure.Calls(i => bench.Ask(new GetRecord(Person, ids[i * 7 % ids.Count])), Short);
        var dialect = bench.Databases.Dialect;
        async Task Bare(int i)
        {
            await using var command = await floor.Command(c =>
                $"SELECT * FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(bench.Tenant.Id))} AND t.id = {dialect.Bind(c, dialect.ToColumn(ids[i * 7 % ids.Count]))}");
            await floor.Query(command);
        }

        var bare = await Measure.Calls(Bare, Short);
        Add(Of("W3r", "read one person", took, bare));
        Add(new Figure("W3r", bench.Database, "read one, 16 callers", 0, 0, await Measure.Throughput(i => bench.Ask(new GetRecord(Person, ids[i * 7 % ids.Count])), 16, Short)));
    }

    /// <summary>W3c: one person made, with history, event and search text.</summary>
    private async Task Create(Floor floor)
    {
        var from = Random.Shared.Next(100_000_000, 1_000_000_000);
        var next = 0;
        Task Make(int i) => bench.Ask(new SaveRecord(Person, null, Guests.Row(from + Interlocked.Increment(ref next))));
        var took = await Measure.Calls(Make, Short);
        var bare = await Measure.Calls(i => floor.Insert(from + i, 1), Short);
        Add(Of("W3c", "create one person", took, bare));
        Add(new Figure("W3c", bench.Database, "create one, 16 callers", 0, 0, await Measure.Throughput(Make, 16, Short)));
        Add(new Figure("W3c", bench.Database, "create one, 64 callers", 0, 0, await Measure.Throughput(Make, 64, Short)));
    }

    /// <summary>W4: two characters somebody types into the search, half of them found nowhere.</summary>
    private async Task Search(Floor floor)
    {
        var found = 0;
        var took = await Measure.Calls(async i => found += (await bench.Ask(new SearchRecords(Guests.Fragment(i)))).Count > 0 ? 1 : 0, Short);
        var dialect = bench.Databases.Dialect;
        await using var scope = await bench.Scope();
        scope.Get<Current>().Catalog.TryGet(Person, out var type);
        async Task Bare(int i)
        {
            await using var command = await floor.Command(c => dialect.SearchIds(
                c, bench.Tenant, Person, SearchIndex.QueryTokens(bench.Tenant, type!, Guests.Fragment(i))) + dialect.LimitUnordered(5));
            await floor.Query(command);
        }

        var bare = await Measure.Calls(Bare, Short);
        Add(Of("W4", $"search, 2 characters, all types, {arguments.Rows:N0} people", took, bare) with { Note = $"{100 * found / (took.Length + 50)} % found something" });
        var filtered = await Measure.Calls(i => bench.Ask(new ListRecords(Person) { Filter = new Filter.Text(Guests.Fragment(i)), Limit = 25, Fields = Shown }), Short);
        Add(Of("W4", "list narrowed by 2 characters", filtered, null));
    }

    private Figure Of(string workload, string what, double[] took, double[]? bare) => Figure.Of(workload, bench.Database, what, took, bare);

    private void Add(Figure figure) => report.Add(figure);
}
