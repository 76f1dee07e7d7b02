using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Record = Crm.Sdk.Records.Record;

namespace Crm.Tests.Modules;

/// <summary>What a module says about itself is taken in once; all tenants share it.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public void Describing_on_after_the_fact_changes_nothing()
    {
        var module = new Meadow();
        var description = ModuleDescription.Of(module);

        module.Kept!.Required().Text("meadow.late", "遅れた項目", "Late");
        module.Type.Titled("別名", "Another name").Section("late", "遅れた欄", "Late", s => s.Text("late", "遅れた項目", "Late"));

        Assert.Equal("meadow.colour", Assert.Single(Assert.Single(description.Extensions).Fields).Key);
        Assert.False(description.Extensions[0].Fields[0].Required);
        var type = Assert.Single(description.RecordTypes);
        Assert.Equal("牛", type.Label.Ja);
        Assert.Equal(["name"], type.Fields.Select(f => f.Key));
    }

    [Fact]
    public void A_field_under_another_name_is_a_field_of_its_own()
    {
        var field = ModuleDescription.Of(new Meadow()).RecordTypes[0]["name"];

        var renamed = field with { Label = new("名前", "Name of the cow") };

        Assert.Equal("Name", field.Label.En);
        Assert.NotEqual(field, renamed);
    }

    [Fact]
    public void Every_field_knows_who_added_it()
    {
        var description = ModuleDescription.Of(new Meadow());

        Assert.All(description.RecordTypes.SelectMany(t => t.Fields).Concat(description.Extensions.SelectMany(e => e.Fields)), f => Assert.Equal("meadow", f.Owner));
        Assert.Equal("meadow", description.RecordTypes[0].Owner);
    }

    private sealed class Cow : Record
    {
        public string? Name { get; set; }
    }

    private sealed class Meadow : CrmModule
    {
        public override string Key => "meadow";

        public override Crm.Sdk.Label Name => new("牧場", "Meadow");

        public RecordType<Cow> Type { get; } = RecordType.For<Cow>("meadow.cow").Titled("牛", "Cow").Section("basic", "基本", "Basics", s => s.Text(c => c.Name, "名前", "Name"));

        public FieldsBuilder<Record>? Kept { get; private set; }

        public override void Configure(ModuleBuilder module)
        {
            module.Records.Add(Type);
            module.Records.Extend("customers.company", company => company.Section("meadow.field", "牧場", "Meadow", s => Kept = s.Text("meadow.colour", "色", "Colour")));
        }
    }
}
