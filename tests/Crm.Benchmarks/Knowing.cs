using System.Diagnostics;
using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.Segments;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;

namespace Crm.Benchmarks;

/// <summary>W9 counts a segment over people and ten purchases each; W10 looks for duplicates on entry and among all.</summary>
internal sealed class Knowing(Workbench bench, Arguments arguments, Report report)
{
    private const int Batch = 5_000;
    private const int Templates = 1_000;
    private const int Each = 10;
    private const string Person = CustomersContract.Person;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);

    public static readonly string[] Names = ["W9", "W10"];

    public async Task Run(Floor floor)
    {
        if (!Names.Any(arguments.Wants)) return;
        var tenant = await bench.TenantOf("knowing");
        await People(tenant);
        if (arguments.Wants("W9")) await Segments(tenant, floor);
        if (arguments.Wants("W10")) await Duplicates(tenant, floor);
    }

    private async Task People(TenantInfo tenant)
    {
        if ((await bench.Ask(new ListRecords(Person) { Limit = 1, Count = true, Fields = [] }, tenant)).Count > 0) return;
        for (var at = 0; at < arguments.Rows; at += Batch)
        {
            await bench.Ask(new SaveRecords(Person, [.. Enumerable.Range(50_000_000 + at, Math.Min(Batch, arguments.Rows - at)).Select(Guests.Row)]), tenant);
        }

        await bench.Settle();
    }

    /// <summary>Ten purchases for each of the people, copied in the database from a thousand that were saved as any other.</summary>
    private async Task Purchases(TenantInfo tenant, Floor floor)
    {
        if ((await bench.Ask(new ListRecords(CustomersContract.Purchase) { Limit = 1, Count = true, Fields = [] }, tenant)).Count > Templates) return;
        var first = (await bench.Ask(new ListRecords(Person) { Limit = 1, Fields = [] }, tenant)).Rows[0].Id;
        var random = new Random(5);
        await bench.Ask(
            new SaveRecords(CustomersContract.Purchase, [.. Enumerable.Range(0, Templates).Select(_ => new Dictionary<string, object?>
            {
                ["personId"] = first, ["boughtOn"] = new DateOnly(2024, 1, 1).AddDays(random.Next(1_000)), ["amount"] = (decimal)random.Next(300, 90_000), ["channel"] = random.Next(3) == 0 ? "ec" : "store",
            })]), tenant);
        var id = bench.Database == "Sqlite" ? "randomblob(16)" : "gen_random_uuid()";
        string[] copied = ["tenant_id", "version", "created_at", "updated_at", "bought_on", "amount", "channel", "ext"];
        var dialect = bench.Databases.Dialect;
        await using var command = await floor.Command(
            c =>
            {
                var of = dialect.Bind(c, dialect.ToColumn(tenant.Id));
                return $"""
                    INSERT INTO customers_purchase (id, person_id, {string.Join(", ", copied)})
                    SELECT {id}, p.id, {string.Join(", ", copied.Select(n => "t." + n))}
                    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM customers_person WHERE tenant_id = {of}) p
                    CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) k
                    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers_purchase WHERE tenant_id = {of}) t ON t.n = (p.n * 17 + k.k * 101) % {Templates} + 1
                    """;
            }, tenant);
        command.CommandTimeout = 3_600;
        await command.ExecuteNonQueryAsync();

        // The copies went past the product, and so past what keeps the summary of a customer.
        await using var summary = await floor.Command(
            c =>
            {
                var of = dialect.Bind(c, dialect.ToColumn(tenant.Id));
                return $"""
                    UPDATE customers_person SET purchase_total = s.total, last_purchase_on = s.last
                    FROM (SELECT person_id, SUM(amount) AS total, MAX(bought_on) AS last FROM customers_purchase WHERE tenant_id = {of} GROUP BY person_id) s
                    WHERE customers_person.tenant_id = {of} AND customers_person.id = s.person_id
                    """;
            }, tenant);
        summary.CommandTimeout = 3_600;
        await summary.ExecuteNonQueryAsync();
        await bench.Settle();
    }

    /// <summary>W9: six conditions, three of them on purchases; and the two conditions of a builder in which one is being changed.</summary>
    private async Task Segments(TenantInfo tenant, Floor floor)
    {
        await Purchases(tenant, floor);
        var six = new SegmentNode.All(
        [
            new SegmentNode.FieldIs("prefecture", "in", "東京都,大阪府,神奈川県"), new SegmentNode.FieldIs("birthDate", "gte", "1960-01-01"), new SegmentNode.FieldIs("email", "filled", null),
            new SegmentNode.Purchases("amount", "gte", 100_000) { WithinDays = 730 }, new SegmentNode.Any([new SegmentNode.Purchases("days", "gte", 4) { Channel = "ec" }, new SegmentNode.Rfm("R", "gte", 3)]),
        ]);
        var two = new SegmentNode.All([new SegmentNode.FieldIs("prefecture", "eq", "東京都"), new SegmentNode.FieldIs("purchaseTotal", "gte", "100000")]);

        // Today: as of a day before they were entered nobody is in it.
        var asOf = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var (counted, byHand) = ((await bench.Ask(new PreviewSegment(Person, six, asOf), tenant)).Count, await ByHand(tenant, floor, Six(asOf)));
        if (counted != byHand || counted == 0) throw new InvalidOperationException($"The segment has {counted} people, by hand {byHand}: two questions are measured, or none.");
        Add("W9", $"segment, 6 conditions, {arguments.Rows:N0} people, {arguments.Rows * Each:N0} purchases", await Few(() => bench.Ask(new PreviewSegment(Person, six, asOf), tenant)), await Few(() => ByHand(tenant, floor, Six(asOf))));
        Add("W9", "live count on summary fields", await Few(() => bench.Ask(new PreviewSegment(Person, two, asOf), tenant)), await Few(() => ByHand(tenant, floor, Two)));
    }

    private static string Six(DateOnly asOf) => $$"""
        t.address_prefecture IN ('東京都', '大阪府', '神奈川県') AND t.birth_date >= '1960-01-01' AND t.email IS NOT NULL
        AND t.id IN (SELECT person_id FROM customers_purchase WHERE tenant_id = {0} AND deleted_at IS NULL AND bought_on > '{{asOf.AddDays(-730):yyyy-MM-dd}}' AND bought_on <= '{{asOf:yyyy-MM-dd}}' GROUP BY person_id HAVING SUM(amount) >= {1})
        AND (t.id IN (SELECT person_id FROM customers_purchase WHERE tenant_id = {0} AND deleted_at IS NULL AND channel = 'ec' GROUP BY person_id HAVING COUNT(DISTINCT bought_on) >= 4)
          OR EXISTS (SELECT 1 FROM customers_purchase p WHERE p.tenant_id = {0} AND p.deleted_at IS NULL AND p.person_id = t.id AND p.bought_on >= '{{asOf.AddDays(-180):yyyy-MM-dd}}'))
        """;

    private const string Two = "t.address_prefecture = '東京都' AND t.purchase_total >= {1}";

    /// <summary>The same conditions as somebody writes them who knows the tables, without rights: how many, and the first few.</summary>
    private async Task<int> ByHand(TenantInfo tenant, Floor floor, string where)
    {
        var dialect = bench.Databases.Dialect;
        var type = await bench.TypeOf(tenant, CustomersContract.Purchase);
        await using var command = await floor.Command(
            c =>
            {
                var condition = string.Format(CultureInfo.InvariantCulture, where, dialect.Bind(c, dialect.ToColumn(tenant.Id)), dialect.Bind(c, dialect.ToDb(type["amount"], 100_000m)));
                return $"SELECT COUNT(*) FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(tenant.Id))} AND t.deleted_at IS NULL AND {condition}";
            }, tenant);
        command.CommandTimeout = 600;
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>W10: what a form asks while it is filled in, and the job over everything.</summary>
    private async Task Duplicates(TenantInfo tenant, Floor floor)
    {
        var process = Process.GetCurrentProcess();
        var began = Stopwatch.GetTimestamp();
        await using (var scope = await bench.Scope(tenant))
        {
            await scope.Of<ScanForDuplicates>("customers").Run(new Alone(), CancellationToken.None);
        }

        process.Refresh();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        report.Add(new Figure("W10", bench.Database, $"scan of {arguments.Rows:N0} people", seconds * 1_000, seconds * 1_000, arguments.Rows / seconds, arguments.Rows / await Reading(tenant, floor)) { Note = $"{seconds:0.0} s, {process.PeakWorkingSet64 / 1_048_576} MiB at most" });
        var took = await Measure.Calls(i => bench.Ask(new FindLike(Person, null, Typed(i)), tenant), Short);
        var typed = Enumerable.Range(0, 200).Select(Typed).ToList();
        var dialect = bench.Databases.Dialect;
        var bare = await Measure.Calls(async i =>
        {
            await using var command = await floor.Command(c =>
                $"SELECT * FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(tenant.Id))} AND t.last_name = {dialect.Bind(c, typed[i % typed.Count]["lastName"])} AND t.first_name = {dialect.Bind(c, typed[i % typed.Count]["firstName"])}{dialect.LimitUnordered(20)}", tenant);
            await floor.Query(command);
        }, Short);
        report.Add(Figure.Of("W10", bench.Database, "check on entry (bare: the same name, without an index of its own)", took, bare));
    }

    /// <summary>Seconds it takes to read all people once.</summary>
    private async Task<double> Reading(TenantInfo tenant, Floor floor)
    {
        var dialect = bench.Databases.Dialect;
        var began = Stopwatch.GetTimestamp();
        await using var command = await floor.Command(c => $"SELECT * FROM customers_person t WHERE t.tenant_id = {dialect.Bind(c, dialect.ToColumn(tenant.Id))}", tenant);
        await floor.Query(command);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static Dictionary<string, string?> Typed(int number) =>
        Guests.Row(50_000_000 + number).Where(f => f.Key is "lastName" or "firstName" or "lastNameKana" or "firstNameKana" or "phone" or "email" or "birthDate").ToDictionary(f => f.Key, f => f.Value?.ToString());

    private static async Task<double[]> Few<T>(Func<Task<T>> work)
    {
        await work();
        var took = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await work();
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        took.Sort();
        return [.. took];
    }

    private void Add(string workload, string what, double[] took, double[] bare) => report.Add(Figure.Of(workload, bench.Database, what, took, bare));

    private sealed class Alone : JobRun
    {
        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null) => Task.CompletedTask;
    }
}
