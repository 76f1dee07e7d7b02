using Crm.Customers.Contracts;
using Crm.Customers.Segments;
using Crm.Sdk.Records;
using Crm.Tests.Import;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Segments;

/// <summary>Segments: lists, the builder, reasons. That the database answers as a plain evaluation does is shown by <see cref="RandomSegmentTests"/>.</summary>
public sealed class SegmentTests
{
    private static readonly DateOnly AsOf = new(2036, 6, 30);

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
