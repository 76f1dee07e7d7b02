using System.Data.Common;
using Crm.Customers.Contracts;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;

namespace Crm.Tests.Records;

/// <summary>Questions that pages put together so as to ask less often; the answers are those of the many small ones.</summary>
public sealed class RecordLookupTests
{
    private static readonly PointingField People = new(CustomersContract.Person, "companyId");
    private static readonly PointingField Notes = new(CustomersContract.Note, "companyId");

    [Theory, EveryDatabase]
    public async Task Relations_with_nothing_in_them_are_told_from_those_with_something(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        var other = await crm.Company("湾岸運輸株式会社");
        await crm.Person("高橋", "美咲", ("companyId", company));

        Assert.Equal(People, Assert.Single(await Pointing(company, People, Notes)));
        Assert.Empty(await Pointing(other, People, Notes));

        async Task<IReadOnlySet<PointingField>> Pointing(Guid to, params PointingField[] fields) => (await crm.Ask(new OpenRecord(CustomersContract.Company, to, fields))).Pointing;
    }

    [Theory, EveryDatabase]
    public async Task What_somebody_may_not_see_or_what_is_in_the_bin_fills_no_relation(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        var person = await crm.Person("高橋", "美咲", ("companyId", company));
        var stranger = TestHost.UserWith((CustomersContract.Company, RecordAction.Read, Reach.All), (CustomersContract.Person, RecordAction.Read, Reach.Own));

        Assert.Empty((await crm.Ask(new OpenRecord(CustomersContract.Company, company, [People]), actor: stranger)).Pointing);
        await crm.Ask(new DeleteRecords(CustomersContract.Person, [person]));
        Assert.Empty((await crm.Ask(new OpenRecord(CustomersContract.Company, company, [People]))).Pointing);
    }

    [Theory, EveryDatabase]
    public async Task A_limit_of_none_gives_the_number_alone(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        await crm.Company("株式会社青葉製作所");
        await crm.Company("湾岸運輸株式会社");

        var page = await crm.Ask(new ListRecords(CustomersContract.Company) { Limit = 0, Count = true });

        Assert.Equal(2, page.Count);
        Assert.Empty(page.Rows);
        Assert.Null(page.Next);
    }

    [Theory, EveryDatabase]
    public async Task Records_asked_for_by_their_ids_come_in_order_the_empty_ones_last(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (late, none, early) = (await crm.Person("佐藤", "一郎", ("birthDate", "1990-05-01")), await crm.Person("鈴木", "花子"), await crm.Person("田中", "次郎", ("birthDate", "1970-05-01")));
        ListRecords Asked(bool descending) => new(CustomersContract.Person) { Filter = new Filter.Ids(none, late, early), Sort = [new("birthDate", descending)], Fields = [] };

        Assert.Equal([early, late, none], (await crm.Ask(Asked(descending: false))).Rows.Select(r => r.Id));
        Assert.Equal([late, early, none], (await crm.Ask(Asked(descending: true))).Rows.Select(r => r.Id));
    }

    [Theory, EveryDatabase]
    public async Task A_condition_on_the_sorted_field_leaves_out_the_empty_ones_and_no_others(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (late, none, early) = (await crm.Person("佐藤", "一郎", ("birthDate", "1990-05-01")), await crm.Person("鈴木", "花子"), await crm.Person("田中", "次郎", ("birthDate", "1970-05-01")));
        async Task<IEnumerable<Guid>> Of(Filter filter) =>
            (await crm.Ask(new ListRecords(CustomersContract.Person) { Filter = filter, Sort = [new("birthDate")], Fields = [] })).Rows.Select(r => r.Id);
        var before = new Filter.Compare("birthDate", FilterOp.Lt, "1980-01-01");

        Assert.Equal([early], await Of(before));
        Assert.Equal([early, late], await Of(new Filter.Compare("birthDate", FilterOp.Empty, false)));
        Assert.Equal([none], await Of(new Filter.Compare("birthDate", FilterOp.Empty, true)));
        Assert.Equal([early, none], await Of(new Filter.Any(before, new Filter.Compare("birthDate", FilterOp.Empty, true))));
        Assert.Equal([late, none], await Of(new Filter.Not(before)));
    }

    [Theory, EveryDatabase]
    public async Task A_title_that_changed_in_between_is_read_again(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        await crm.Person("高橋", "美咲", ("companyId", company));
        await using var scope = await crm.Scope();
        async Task<string> Title() =>
            (await scope.Get<IMediator>().Send(new ListRecords(CustomersContract.Person) { Fields = ["companyId"], Titles = true })).Value.Titles[company];

        Assert.Equal("株式会社青葉製作所", await Title());
        Assert.False((await scope.Get<IMediator>().Send(new SaveRecord(CustomersContract.Company, company, new Dictionary<string, object?> { ["name"] = "青葉精機株式会社" }))).Failed);

        Assert.Equal("青葉精機株式会社", await Title());
    }

    [Theory, EveryDatabase]
    public async Task Lists_asked_together_are_the_pages_each_gives_alone(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        foreach (var (name, born) in new[] { ("佐藤", "1990-05-01"), ("鈴木", null), ("田中", "1970-05-01"), ("高橋", null) }) await crm.Person(name, "花子", ("birthDate", born), ("companyId", company));
        ListRecords born2 = new(CustomersContract.Person) { Sort = [new("birthDate")], Fields = ["lastName"], Limit = 3, Count = true };
        ListRecords[] lists =
        [
            born2,
            born2 with { After = (await crm.Ask(born2)).Next },
            new(CustomersContract.Person) { Filter = Filter.Eq("companyId", company), Sort = [new("birthDate", Descending: true)], Fields = ["lastName", "companyId"], Limit = 3, Titles = true },
            new(CustomersContract.Person) { Filter = Filter.Eq("nowhere", 1) },
            new(CustomersContract.Company) { Limit = 0, Count = true },
        ];

        var together = await crm.Ask(new ListRecordsTogether(lists));

        for (var i = 0; i < lists.Length; i++)
        {
            var alone = await crm.Send(lists[i]);
            Assert.Equal(alone.Failed, together[i].Failed);
            if (alone.Failed) continue;
            Assert.Equal(alone.Value.Rows.Select(r => r.Id), together[i].Value.Rows.Select(r => r.Id));
            Assert.Equal((alone.Value.Next, alone.Value.Count), (together[i].Value.Next, together[i].Value.Count));
        }

        Assert.Equal(["田中", "佐藤", "鈴木"], together[0].Value.Rows.Select(r => r.Values[0]));
        Assert.Equal("高橋", Assert.Single(together[1].Value.Rows).Values[0]);
        Assert.Equal(["佐藤", "田中", "高橋"], together[2].Value.Rows.Select(r => r.Values[0]));
        Assert.Equal("株式会社青葉製作所", together[2].Value.Titles[company]);
        Assert.Equal("unknown-field", together[3].Problems[0].Code);
        Assert.Equal(1, together[4].Value.Count);
    }

    [Theory, EveryDatabase]
    public async Task A_question_that_fails_leaves_the_connection_to_its_tenant(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        await crm.Company("株式会社青葉製作所");
        var failing = (string[])["SELECT nothing FROM nowhere", "SELECT CASE WHEN id IS NULL THEN 1 ELSE 1 / (CASE WHEN name = '株式会社青葉製作所' THEN 0 ELSE 1 END) END FROM customers_company"];
        foreach (var sql in failing)
        {
            await using var scope = await crm.Scope();
            var session = scope.Get<Session>();
            var question = session.Question();
            question.CommandText = sql;
            var failed = await Xunit.Record.ExceptionAsync(() => session.Read([new(question, async reader => await reader.ReadAsync())], CancellationToken.None));
            Assert.True(failed is DbException || database == "Sqlite", $"{sql}: {failed}");

            Assert.Single((await scope.Get<IMediator>().Send(new ListRecords(CustomersContract.Company))).Value.Rows);
        }
    }
}
