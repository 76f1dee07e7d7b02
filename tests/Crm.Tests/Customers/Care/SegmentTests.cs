using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Customers.Segments;
using Crm.Sdk.Records;
using Crm.Tests.Import;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>Segments: what the database answers is what a plain evaluation in memory says.</summary>
public sealed class SegmentTests
{
    private static readonly string[] Ranks = ["VIP", "good", "regular", "new"];
    private static readonly string[] Places = ["東京都", "大阪府", "北海道"];
    private static readonly DateOnly AsOf = new(2036, 6, 30);

    private sealed record Someone(Guid Id, string? Rank, string? Prefecture, DateOnly? Birth, List<(DateOnly On, decimal Amount, string Channel)> Bought);

    [Theory, EveryDatabase]
    public async Task Five_hundred_random_segments_have_the_members_a_naive_evaluation_finds(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var random = new Random(11);
        var people = await People(crm, random, 60);
        var (some, all) = (0, 0);
        for (var i = 0; i < 500; i++)
        {
            var tree = Group(random, 3);
            var preview = await crm.Ask(new PreviewSegment(CustomersContract.Person, tree, AsOf, Sample: 100));

            var expected = people.Where(p => Holds(tree, p)).Select(p => p.Id).Order().ToList();

            Assert.True(expected.SequenceEqual(preview.Sample.Rows.Select(r => r.Id).Order()), tree.Write());
            Assert.Equal(expected.Count, preview.Count);
            if (expected.Count > 0) some++;
            if (expected.Count == people.Count) all++;
        }

        Assert.True(some > 150 && all < 350, $"{some} {all}: too one-sided to prove anything");
    }

    [Theory, EveryDatabase]
    public async Task A_static_list_is_filled_from_a_file_and_says_who_is_on_it(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var list = await crm.Save(CustomersContract.Segment, ("name", "展示会の来場者"), ("customerType", CustomersContract.Person), ("static", true));
        var (hanako, jiro) = (await crm.Person("佐藤", "花子", ("code", "P-1")), await crm.Person("高橋", "次郎", ("code", "P-2")));

        var import = await ImportTests.Run(crm, await ImportTests.Upload(crm, "セグメント,個人\n展示会の来場者,P-1\n展示会の来場者,P-9\n"), null, dryRun: false, CustomersContract.SegmentMember);

        Assert.Equal((1L, 1L), (import.Created, import.Refused));
        Assert.Equal([hanako], (await crm.Ask(new GetSegmentMembers(list))).Ids);
        Assert.True(Assert.Single(await crm.Ask(new ExplainSegment(list, hanako))).Holds);
        var other = Assert.Single(await crm.Ask(new ExplainSegment(list, jiro)));
        Assert.False(other.Holds);
        Assert.Contains("展示会の来場者", other.Condition.Ja, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task What_stands_in_the_builder_is_kept_as_conditions_or_as_the_list_of_today(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var hanako = await crm.Person("佐藤", "花子", ("rank", "VIP"), ("birthDate", "1990-04-01"));
        await crm.Person("高橋", "次郎", ("rank", "good"));
        var tree = new Dictionary<string, object?> { ["0.kind"] = "all", ["0.0.kind"] = "field", ["0.0.field"] = "rank", ["0.0.op"] = "in", ["0.0.value"] = new[] { "VIP", "new" } };

        var conditions = await crm.Ask(new SaveSegment(null, "優良", CustomersContract.Person, tree));
        var list = await crm.Ask(new SaveSegment(null, "今日の優良", CustomersContract.Person, tree) { AsList = true });
        var later = await crm.Person("佐藤", "三郎", ("rank", "new"));

        Assert.Equal([hanako, later], (await crm.Ask(new GetSegmentMembers(conditions))).Ids);
        Assert.Equal([hanako], (await crm.Ask(new GetSegmentMembers(list))).Ids);
        var reasons = await crm.Ask(new ExplainSegment(conditions, hanako));
        Assert.Equal(["すべてを満たす", "ランク いずれか VIP・新規"], reasons.Select(r => r.Condition.Ja));
        var nothing = new Dictionary<string, object?>(tree) { ["0.0.value"] = "" };
        Assert.Equal("customers.segment-value-missing", (await crm.Send(new SaveSegment(null, "空", CustomersContract.Person, nothing))).Problems[0].Code);
    }

    [Fact]
    public void The_builders_inputs_and_the_tree_say_the_same()
    {
        var inputs = new Dictionary<string, string>
        {
            ["0.kind"] = "all", ["0.0.kind"] = "field", ["0.0.field"] = "rank", ["0.0.op"] = "eq", ["0.0.value"] = "VIP",
            ["0.1.kind"] = "none", ["0.1.0.kind"] = "purchases", ["0.1.0.measure"] = "amount", ["0.1.0.op"] = "gte", ["0.1.0.value"] = "10000", ["0.1.0.days"] = "365",
        };

        var tree = SegmentForm.Read(inputs.GetValueOrDefault);

        Assert.Equal("""{"kind":"all","parts":[{"kind":"field","field":"rank","op":"eq","value":"VIP"},{"kind":"none","parts":[{"kind":"purchases","withinDays":365,"measure":"amount","op":"gte","value":10000}]}]}""".Length, tree.Write().Length);
        Assert.Equal(tree.Write(), SegmentNode.Read(tree.Write())!.Write());
        var more = (SegmentNode.Group)SegmentForm.Do(tree, null, key => key == "add.0.1" ? "rfm:R" : null);
        Assert.Equal(2, ((SegmentNode.Group)more.Parts[1]).Parts.Count);
        Assert.Equal(tree.Write(), SegmentForm.Do(more, "remove:0.1.1", _ => null).Write());
    }

    [Theory]
    [InlineData("today+60", "2036-08-29")]
    [InlineData("today-30", "2036-05-31")]
    [InlineData("today", "2036-06-30")]
    [InlineData("VIP", "VIP")]
    public void Dates_may_be_relative(string typed, string means) => Assert.Equal(means, SegmentCompiler.Relative(typed, AsOf));

    private static async Task<List<Someone>> People(TestHost crm, Random random, int count)
    {
        var people = new List<Someone>();
        for (var i = 0; i < count; i++)
        {
            var someone = new Someone(
                Guid.Empty, random.Next(5) == 0 ? null : Ranks[random.Next(Ranks.Length)], random.Next(5) == 0 ? null : Places[random.Next(Places.Length)],
                random.Next(5) == 0 ? null : new DateOnly(1950, 1, 1).AddDays(random.Next(20_000)),
                [.. Enumerable.Range(0, random.Next(5)).Select(_ => (AsOf.AddDays(random.Next(-900, 60)), (decimal)random.Next(100, 200_000), random.Next(2) == 0 ? "store" : "ec"))]);
            var id = await crm.Person("田中", i.ToString(CultureInfo.InvariantCulture), ("rank", someone.Rank), ("prefecture", someone.Prefecture), ("birthDate", someone.Birth));
            if (someone.Bought.Count > 0)
            {
                await crm.Ask(new SaveRecords(CustomersContract.Purchase, [.. someone.Bought.Select(b => new Dictionary<string, object?> { ["personId"] = id, ["boughtOn"] = b.On, ["amount"] = b.Amount, ["channel"] = b.Channel })]));
            }

            people.Add(someone with { Id = id });
        }

        return people;
    }

    private static SegmentNode Group(Random random, int depth)
    {
        SegmentNode[] parts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => depth > 0 && random.Next(3) == 0 ? Group(random, depth - 1) : Leaf(random))];
        return random.Next(3) switch { 0 => new SegmentNode.All(parts), 1 => new SegmentNode.Any(parts), _ => new SegmentNode.None(parts) };
    }

    private static SegmentNode Leaf(Random random)
    {
        string Op() => new[] { "eq", "ne", "gte", "lte", "gt", "lt" }[random.Next(6)];
        return random.Next(6) switch
        {
            0 => new SegmentNode.FieldIs("rank", random.Next(2) == 0 ? "eq" : "ne", Ranks[random.Next(Ranks.Length)]),
            1 => new SegmentNode.FieldIs("prefecture", random.Next(2) == 0 ? "empty" : "filled", null),
            2 => new SegmentNode.FieldIs("birthDate", random.Next(2) == 0 ? "gte" : "lt", $"today-{random.Next(5_000, 30_000)}"),
            3 => new SegmentNode.Rfm(new[] { "R", "F", "M" }[random.Next(3)], Op(), random.Next(1, 6)),
            4 => new SegmentNode.Purchases("amount", Op(), random.Next(0, 300_000)) { WithinDays = random.Next(2) == 0 ? null : random.Next(30, 700), Channel = random.Next(2) == 0 ? null : "ec" },
            _ => new SegmentNode.Purchases(random.Next(2) == 0 ? "days" : "lines", Op(), random.Next(0, 4)) { WithinDays = random.Next(2) == 0 ? null : random.Next(30, 700) },
        };
    }

    private static bool Holds(SegmentNode node, Someone who) => node switch
    {
        SegmentNode.All all => all.Parts.All(p => Holds(p, who)),
        SegmentNode.Any any => any.Parts.Any(p => Holds(p, who)),
        SegmentNode.None none => !none.Parts.Any(p => Holds(p, who)),
        SegmentNode.FieldIs { Field: "rank" } f => who.Rank == f.Value == (f.Op == "eq"),
        SegmentNode.FieldIs { Field: "prefecture" } f => who.Prefecture is null == (f.Op == "empty"),
        SegmentNode.FieldIs f => who.Birth is { } birth && AsOf.AddDays(-int.Parse(f.Value![6..], CultureInfo.InvariantCulture)) is var limit && (f.Op == "gte" ? birth >= limit : birth < limit),
        SegmentNode.Purchases p => Compare(p.Op, Measured(p, who), p.Value),
        SegmentNode.Rfm r => Points(r.Letter, who) is { } points && Compare(r.Op, points, r.Value),
        _ => throw new InvalidOperationException("No such leaf is made here."),
    };

    private static decimal Measured(SegmentNode.Purchases p, Someone who)
    {
        var lines = who.Bought.Where(b => b.On <= AsOf && (p.WithinDays is null || b.On > AsOf.AddDays(-p.WithinDays.Value)) && (p.Channel is null || b.Channel == p.Channel)).ToList();
        return p.Measure switch { "amount" => lines.Sum(b => b.Amount), "days" => lines.Select(b => b.On).Distinct().Count(), _ => lines.Count };
    }

    private static int? Points(string letter, Someone who)
    {
        var ever = who.Bought.Where(b => b.On <= AsOf).ToList();
        if (ever.Count == 0) return null;
        var recent = ever.Where(b => b.On > AsOf.AddYears(-2)).ToList();
        var days = AsOf.DayNumber - ever.Max(b => b.On).DayNumber;
        var (count, amount) = (recent.Select(b => b.On).Distinct().Count(), recent.Sum(b => b.Amount));
        return letter switch
        {
            "R" => days <= 30 ? 5 : days <= 90 ? 4 : days <= 180 ? 3 : days <= 365 ? 2 : 1,
            "F" => count >= 10 ? 5 : count >= 5 ? 4 : count >= 3 ? 3 : count >= 2 ? 2 : 1,
            _ => amount >= 1_000_000 ? 5 : amount >= 200_000 ? 4 : amount >= 50_000 ? 3 : amount >= 10_000 ? 2 : 1,
        };
    }

    private static bool Compare(string op, decimal a, decimal b) => op switch { "eq" => a == b, "ne" => a != b, "gte" => a >= b, "lte" => a <= b, "gt" => a > b, _ => a < b };

    [Fact]
    public async Task Segments_made_of_many_segments_are_refused_before_they_are_asked()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        string Of(int times, Guid? other) => $$"""{"kind":"all","parts":[{{string.Join(',', Enumerable.Repeat(other is { } id ? $$"""{"kind":"segment","segment":"{{id}}"}""" : """{"kind":"field","field":"rank","op":"eq","value":"VIP"}""", times))}}]}""";
        Guid? last = null;
        for (var level = 0; level < 4; level++)
        {
            last = await crm.Save(CustomersContract.Segment, ("name", $"段 {level}"), ("customerType", CustomersContract.Person), ("definition", Of(30, last)));
        }

        var counted = await crm.Send(new CountSegment(last!.Value));
        Assert.Equal("customers.segment-too-much", Assert.Single(counted.Problems).Code);
    }
}
