using System.Reflection;
using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Crm.Tests.Customers;

/// <summary>The description of the record types of Customers, as every other part of the product reads it.</summary>
public sealed class RecordTypeTests
{
    private static readonly IReadOnlyList<RecordType> Types = ModuleDescription.Of(new Crm.Customers.CustomersModule()).RecordTypes;

    [Fact]
    public void Every_field_has_a_name_in_both_languages()
    {
        Assert.Equal(19, Types.Count);
        Assert.All(Types.SelectMany(t => t.Fields), f =>
        {
            Assert.False(string.IsNullOrWhiteSpace(f.Label.Ja), f.Key);
            Assert.False(string.IsNullOrWhiteSpace(f.Label.En), f.Key);
        });
    }

    [Fact]
    public void Headers_of_one_type_are_not_ambiguous()
    {
        foreach (var type in Types)
        {
            Assert.Empty(type.Fields.GroupBy(f => f.Label.Ja).Where(g => g.Count() > 1).Select(g => $"{type.Key}: {g.Key}"));
            Assert.Empty(type.Fields.GroupBy(f => f.Label.En).Where(g => g.Count() > 1).Select(g => $"{type.Key}: {g.Key}"));
        }
    }

    [Fact]
    public void Titles_sorts_and_references_name_what_exists()
    {
        var keys = Types.Select(t => t.Key).ToHashSet();
        foreach (var type in Types)
        {
            Assert.All(type.TitleFields, key => Assert.True(type.TryGet(key, out _), key));
            Assert.True(type.TryGet(type.DefaultSort.TrimStart('-'), out var sort) && (sort.SortedBy is null ? sort : type[sort.SortedBy]).Indexed, $"{type.Key} sorts by {type.DefaultSort}");
            Assert.All(type.Fields.Where(f => f.References is not null), f => Assert.Contains(f.References!, keys));
            Assert.All(type.Fields.Where(f => f.SortedBy is not null), f => Assert.True(type[f.SortedBy!].Indexed));
        }
    }

    [Fact]
    public void A_shared_field_reads_and_writes_both_kinds_of_customer()
    {
        var company = new Company();
        var person = new Person();
        CompanyFields.Type["city"].Set(company, "横浜市西区");
        PersonFields.Type["mailMagazine"].Set(person, "ok");
        PersonFields.Type["purchaseCount"].Set(person, 3m);

        Assert.Equal("横浜市西区", company.Address.City);
        Assert.Equal("ok", person.MailMagazine);
        Assert.Equal(3, person.PurchaseCount);
        Assert.Equal(3m, PersonFields.Type["purchaseCount"].Get(person));
    }

    [Fact]
    public void Unknown_is_the_answer_until_somebody_asks()
    {
        Assert.Equal("unknown", new Person().MailMagazine);
        Assert.Equal("unknown", PersonFields.Type["phoneCalls"].Default);
    }

    [Fact]
    public void Every_indexed_column_leads_an_index_behind_the_tenant()
    {
        var migration = new MigrationBuilder("Microsoft.EntityFrameworkCore.Sqlite");
        foreach (var step in (Migration[])[new Crm.Customers.Migrations.FirstTables(), new Crm.Customers.Migrations.CompleteTables(), new Crm.Customers.Migrations.IncidentsAndRetention()])
        {
            step.GetType().GetMethod("Up", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(step, [migration]);
        }

        var leading = migration.Operations.OfType<CreateIndexOperation>().Select(i => (i.Table, i.Columns[1])).ToHashSet();
        var columns = migration.Operations.OfType<CreateTableOperation>().SelectMany(t => t.Columns.Select(c => (t.Name, c.Name)))
            .Concat(migration.Operations.OfType<AddColumnOperation>().Select(c => (c.Table, c.Name))).ToHashSet();

        foreach (var type in Types)
        {
            Assert.All(type.Fields.Where(f => !f.InExt), f => Assert.Contains((type.Table, f.Column!), columns));
            Assert.All(type.Fields.Where(f => f is { InExt: false, Indexed: true }), f => Assert.Contains((type.Table, f.Column!), leading));
        }
    }
}
