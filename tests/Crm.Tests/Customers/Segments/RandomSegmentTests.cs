using System.Globalization;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Segments;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Segments;

/// <summary>Whatever is asked, as of whichever day: the database finds the people a plain evaluation in memory finds.</summary>
public sealed class RandomSegmentTests
{
    private static readonly string[] Ranks = ["VIP", "good", "regular", "new"];
    private static readonly string[] Places = ["東京都", "大阪府", "北海道"];
    private static readonly string[] Names = ["田中", "田村", "佐藤", "中田"];
    private static readonly string[] Subjects = ["電話", "訪問"];
    private static readonly string[] Comparisons = ["eq", "ne", "gte", "lte", "gt", "lt"];
    private static readonly DateOnly Last = new(2036, 6, 30);

    /// <summary>The second is before the later half was entered, and before anybody bought.</summary>
    private static readonly DateOnly[] Days = [Last, new(2030, 2, 11), Last.AddDays(-213), new(2036, 2, 29)];

    private sealed record Someone(Guid Id, string Name, string? Rank, string? Place, DateOnly? Birth, DateOnly Entered)
    {
        public required decimal? Grade { get; init; }

        public required decimal? Handicap { get; init; }

        public required DateOnly? Joined { get; init; }

        public required IReadOnlyList<(DateOnly On, decimal Amount, string Channel, Guid? Product)> Bought { get; init; }

        public required IReadOnlyList<(DateOnly On, string Subject)> Notes { get; init; }

        public bool Listed { get; init; }
    }

    private sealed record World(string Grade, Guid Product, Guid List, IReadOnlyDictionary<Guid, SegmentNode> Segments, IReadOnlyList<Someone> People);

    [Theory, EveryDatabase]
    public async Task Five_hundred_random_segments_have_the_members_a_naive_evaluation_finds(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule(), new GolfModule());
        var random = new Random(11);
        var world = await Made(crm, random, 60);
        var (some, all) = (0, 0);
        var asked = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 500; i++)
        {
            var (tree, day) = (Group(world, random, 3), Days[random.Next(Days.Length)]);
            var preview = await crm.Ask(new PreviewSegment(CustomersContract.Person, SegmentNode.Read(tree.Write())!, day, Sample: 100));

            var there = world.People.Where(p => p.Entered <= day).ToList();
            var expected = there.Where(p => new Naive(world, p, day).Holds(tree)).Select(p => p.Id).Order().ToList();
            Assert.True(expected.SequenceEqual(preview.Sample.Rows.Select(r => r.Id).Order()), $"{day:O} {tree.Write()}");
            Assert.Equal(expected.Count, preview.Count);
            if (expected.Count > 0) some++;
            if (expected.Count == there.Count) all++;
            Count(world, tree, asked);
        }

        // A generator that no longer asks one of them would show nothing about it.
        string[] every = ["all", "any", "none", "core", "own", "plugin", "month", "purchases", "rfm", "related", "condition", "list", "segment"];
        Assert.All(every, kind => Assert.True(asked.GetValueOrDefault(kind) >= 40, $"{kind}: {asked.GetValueOrDefault(kind)}"));
        Assert.True(some > 150 && all < 350, $"{some} {all}: too one-sided to prove anything");
    }

    private static async Task<World> Made(TestHost crm, Random random, int count)
    {
        var grade = await crm.Ask(new DefineField(CustomersContract.Person, "grade", new FieldDefinition { Kind = FieldKind.Number, Ja = "評価", En = "Grade", Indexed = true, Min = 1, Max = 5 }));
        var product = await crm.Save(CustomersContract.Product, ("code", "G-1"), ("name", "手袋"));
        var list = await crm.Save(CustomersContract.Segment, ("name", "来場者"), ("customerType", CustomersContract.Person), ("static", true));
        var people = new List<Someone>();
        for (var i = 0; i < count; i++)
        {
            if (i == count / 2) crm.Clock.Advance(TimeSpan.FromDays(3_000));
            people.Add(await Entered(crm, random, grade, product, list));
        }

        // One of conditions, and one of that and others.
        var world = new World(grade, product, list, new Dictionary<Guid, SegmentNode>(), people);
        for (var i = 0; i < 2; i++)
        {
            var tree = Group(world, random, 1);
            var made = await crm.Save(CustomersContract.Segment, ("name", $"条件 {i}"), ("customerType", CustomersContract.Person), ("definition", tree.Write()));
            world = world with { Segments = new Dictionary<Guid, SegmentNode>(world.Segments) { [made] = tree } };
        }

        return world;
    }

    private static async Task<Someone> Entered(TestHost crm, Random random, string grade, Guid product, Guid list)
    {
        T? Maybe<T>(T value) where T : class => random.Next(5) == 0 ? null : value;
        T? Sometimes<T>(T value) where T : struct => random.Next(5) == 0 ? null : value;
        var someone = new Someone(
            Guid.Empty, Of(random, Names), Maybe(Of(random, Ranks)), Maybe(Of(random, Places)), Sometimes(new DateOnly(1950, 1, 1).AddDays(random.Next(20_000))),
            DateOnly.FromDateTime(crm.Clock.GetUtcNow().UtcDateTime))
        {
            Grade = Sometimes((decimal)random.Next(1, 6)),
            Handicap = Sometimes((decimal)random.Next(0, 37)),
            Joined = Sometimes(Last.AddDays(-random.Next(0, 3_000))),
            Bought = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (Last.AddDays(random.Next(-900, 60)), (decimal)random.Next(100, 200_000), random.Next(2) == 0 ? "store" : "ec", Sometimes(product)))],
            Notes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (Last.AddDays(random.Next(-600, 0)), Of(random, Subjects)))],
            Listed = random.Next(3) == 0,
        };
        var id = await crm.Person(
            someone.Name, "花子", ("rank", someone.Rank), ("prefecture", someone.Place), ("birthDate", someone.Birth), (grade, someone.Grade), (GolfModule.Handicap, someone.Handicap), (GolfModule.Joined, someone.Joined));
        await Many(crm, CustomersContract.Purchase, someone.Bought.Select(b => new Dictionary<string, object?> { ["personId"] = id, ["boughtOn"] = b.On, ["amount"] = b.Amount, ["channel"] = b.Channel, ["productId"] = b.Product }));
        await Many(crm, CustomersContract.Note, someone.Notes.Select(n => new Dictionary<string, object?> { ["personId"] = id, ["writtenAt"] = n.On, ["title"] = n.Subject }));
        if (someone.Listed) await crm.Save(CustomersContract.SegmentMember, ("segmentId", list), ("personId", id));
        return someone with { Id = id };
    }

    private static async Task Many(TestHost crm, string type, IEnumerable<Dictionary<string, object?>> rows)
    {
        if (rows.ToList() is { Count: > 0 } some) await crm.Ask(new SaveRecords(type, [.. some]));
    }

    private static string Of(Random random, string[] words) => words[random.Next(words.Length)];

    private static SegmentNode Group(World world, Random random, int depth)
    {
        SegmentNode[] parts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => depth > 0 && random.Next(3) == 0 ? Group(world, random, depth - 1) : Leaf(world, random))];
        return random.Next(3) switch { 0 => new SegmentNode.All(parts), 1 => new SegmentNode.Any(parts), _ => new SegmentNode.None(parts) };
    }

    private static SegmentNode Leaf(World world, Random random)
    {
        int? Within() => random.Next(2) == 0 ? null : random.Next(30, 700);
        return random.Next(14) switch
        {
            0 => new SegmentNode.FieldIs("rank", random.Next(2) == 0 ? "eq" : "ne", Of(random, Ranks)),
            1 => new SegmentNode.FieldIs("rank", "in", string.Join(',', Ranks.Take(random.Next(1, 4)))),
            2 => new SegmentNode.FieldIs("prefecture", random.Next(2) == 0 ? "empty" : "filled", null),
            3 => new SegmentNode.FieldIs("lastName", random.Next(2) == 0 ? "starts" : "contains", random.Next(2) == 0 ? "田" : "田中"),
            4 => new SegmentNode.FieldIs("birthDate", random.Next(2) == 0 ? "gte" : "lt", $"today-{random.Next(5_000, 30_000)}"),
            5 => new SegmentNode.FieldIs("birthMonth", "eq", random.Next(3) switch { 0 => "month", 1 => $"month+{random.Next(1, 14)}", _ => $"month-{random.Next(1, 14)}" }),
            6 => new SegmentNode.FieldIs(world.Grade, random.Next(4) == 0 ? "empty" : Of(random, Comparisons), random.Next(1, 6).ToString(CultureInfo.InvariantCulture)),
            7 => random.Next(2) == 0
                ? new SegmentNode.FieldIs(GolfModule.Handicap, Of(random, Comparisons), random.Next(0, 37).ToString(CultureInfo.InvariantCulture))
                : new SegmentNode.FieldIs(GolfModule.Joined, random.Next(2) == 0 ? "gte" : "lte", $"today-{random.Next(0, 2_000)}"),
            8 => new SegmentNode.Rfm(Of(random, ["R", "F", "M"]), Of(random, Comparisons), random.Next(1, 6)),
            9 => new SegmentNode.Purchases("amount", Of(random, Comparisons), random.Next(0, 300_000)) { WithinDays = Within(), Channel = random.Next(2) == 0 ? null : "ec", Product = random.Next(2) == 0 ? null : world.Product },
            10 => new SegmentNode.Purchases(random.Next(2) == 0 ? "days" : "lines", Of(random, Comparisons), random.Next(0, 4)) { WithinDays = Within() },
            11 => new SegmentNode.Related(CustomersContract.Note, "personId", Of(random, Comparisons), random.Next(0, 3))
            {
                Where = random.Next(3) switch { 0 => null, 1 => new("title", random.Next(2) == 0 ? "eq" : "ne", Of(random, Subjects)), _ => new("writtenAt", random.Next(2) == 0 ? "gte" : "lt", $"today-{random.Next(0, 600)}") },
            },
            12 => new SegmentNode.Named(GolfModule.JoinedWithin, random.Next(30, 2_000).ToString(CultureInfo.InvariantCulture)),
            _ => new SegmentNode.InSegment(random.Next(2) == 0 || world.Segments.Count == 0 ? world.List : world.Segments.Keys.ElementAt(random.Next(world.Segments.Count))),
        };
    }

    private static void Count(World world, SegmentNode node, Dictionary<string, int> asked)
    {
        var kind = node switch
        {
            SegmentNode.All => "all",
            SegmentNode.Any => "any",
            SegmentNode.None => "none",
            SegmentNode.FieldIs { Field: "birthMonth" } => "month",
            SegmentNode.FieldIs { Field: GolfModule.Handicap or GolfModule.Joined } => "plugin",
            SegmentNode.FieldIs f => f.Field.StartsWith("custom.", StringComparison.Ordinal) ? "own" : "core",
            SegmentNode.Purchases => "purchases",
            SegmentNode.Rfm => "rfm",
            SegmentNode.Related => "related",
            SegmentNode.Named => "condition",
            SegmentNode.InSegment s => s.Segment == world.List ? "list" : "segment",
            _ => throw new InvalidOperationException("No such leaf is made here."),
        };
        asked[kind] = asked.GetValueOrDefault(kind) + 1;
        if (node is SegmentNode.Group group) foreach (var part in group.Parts) Count(world, part, asked);
    }

    /// <summary>A segment for one person as its words say it, without a database.</summary>
    private sealed class Naive(World world, Someone who, DateOnly today)
    {
        public bool Holds(SegmentNode node) => node switch
        {
            SegmentNode.All all => all.Parts.All(Holds),
            SegmentNode.Any any => any.Parts.Any(Holds),
            SegmentNode.None none => !none.Parts.Any(Holds),
            SegmentNode.FieldIs f => Field(f),
            SegmentNode.Purchases p => Compare(p.Op, Measured(p), p.Value),
            SegmentNode.Rfm r => Points(r.Letter) is { } points && Compare(r.Op, points, r.Value),
            SegmentNode.Related r => Compare(r.Op, who.Notes.Count(n => r.Where is null || About(r.Where, n)), r.Value),
            SegmentNode.Named n => who.Joined is { } joined && joined > today.AddDays(-int.Parse(n.Value!, CultureInfo.InvariantCulture)),
            SegmentNode.InSegment s => s.Segment == world.List ? who.Listed : Holds(world.Segments[s.Segment]),
            _ => throw new InvalidOperationException("No such leaf is made here."),
        };

        private bool Field(SegmentNode.FieldIs f) => f.Field switch
        {
            "rank" => f.Op == "in" ? who.Rank is not null && f.Value!.Split(',').Contains(who.Rank) : who.Rank == f.Value == (f.Op == "eq"),
            "prefecture" => who.Place is null == (f.Op == "empty"),
            "lastName" => f.Op == "starts" ? who.Name.StartsWith(f.Value!, StringComparison.Ordinal) : who.Name.Contains(f.Value!, StringComparison.Ordinal),
            "birthDate" => On(f, who.Birth),
            "birthMonth" => who.Birth?.Month == today.AddMonths(f.Value is "month" ? 0 : int.Parse(f.Value![5..], CultureInfo.InvariantCulture)).Month,
            GolfModule.Joined => On(f, who.Joined),
            GolfModule.Handicap => Number(f, who.Handicap),
            _ => Number(f, who.Grade),
        };

        private bool On(SegmentNode.FieldIs f, DateOnly? day) => day is { } on && Compare(f.Op, on.DayNumber, Limit(f).DayNumber);

        private static bool Number(SegmentNode.FieldIs f, decimal? value) =>
            f.Op == "empty" ? value is null : value is { } number ? Compare(f.Op, number, decimal.Parse(f.Value!, CultureInfo.InvariantCulture)) : f.Op == "ne";

        private bool About(SegmentNode.FieldIs where, (DateOnly On, string Subject) note) =>
            where.Field == "title" ? note.Subject == where.Value == (where.Op == "eq") : Compare(where.Op, note.On.DayNumber, Limit(where).DayNumber);

        private DateOnly Limit(SegmentNode.FieldIs f) => today.AddDays(-int.Parse(f.Value![6..], CultureInfo.InvariantCulture));

        private decimal Measured(SegmentNode.Purchases p)
        {
            var lines = who.Bought.Where(b => b.On <= today && (p.WithinDays is null || b.On > today.AddDays(-p.WithinDays.Value)) && (p.Channel is null || b.Channel == p.Channel) && (p.Product is null || b.Product == p.Product)).ToList();
            return p.Measure switch { "amount" => lines.Sum(b => b.Amount), "days" => lines.Select(b => b.On).Distinct().Count(), _ => lines.Count };
        }

        private int? Points(string letter)
        {
            var ever = who.Bought.Where(b => b.On <= today).ToList();
            if (ever.Count == 0) return null;
            var recent = ever.Where(b => b.On > today.AddYears(-2)).ToList();
            var days = today.DayNumber - ever.Max(b => b.On).DayNumber;
            var (count, amount) = (recent.Select(b => b.On).Distinct().Count(), recent.Sum(b => b.Amount));
            return letter switch
            {
                "R" => days <= 30 ? 5 : days <= 90 ? 4 : days <= 180 ? 3 : days <= 365 ? 2 : 1,
                "F" => count >= 10 ? 5 : count >= 5 ? 4 : count >= 3 ? 3 : count >= 2 ? 2 : 1,
                _ => amount >= 1_000_000 ? 5 : amount >= 200_000 ? 4 : amount >= 50_000 ? 3 : amount >= 10_000 ? 2 : 1,
            };
        }

        private static bool Compare(string op, decimal a, decimal b) => op switch { "eq" => a == b, "ne" => a != b, "gte" => a >= b, "lte" => a <= b, "gt" => a > b, _ => a < b };
    }
}

/// <summary>As a plugin of a golf club: fields of its own on people, and a condition.</summary>
internal sealed class GolfModule : CrmModule
{
    public const string Handicap = "golf.handicap";
    public const string Joined = "golf.joinedOn";
    public const string JoinedWithin = "golf.joined-within";

    public override string Key => "golf";

    public override Crm.Sdk.Label Name => ("ゴルフ", "Golf");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Records.Extend(CustomersContract.Person, person => person.Section("golf", "ゴルフ", "Golf", s => s
            .Number(Handicap, "ハンディキャップ", "Handicap").Indexed()
            .Date(Joined, "入会日", "Joined on")));
        module.Conditions.Add("joined-within", CustomersContract.Person, "入会から（日以内）", "Joined within (days)", value => new Filter.Compare(Joined, FilterOp.Gt, value.Today.AddDays(-value.Number)));
    }

    internal override IEnumerable<Type> Types() => [];
}
