using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers;

/// <summary>People and their posts.</summary>
public sealed class PersonTests
{
    [Theory, EveryDatabase]
    public async Task A_personnel_change_keeps_the_old_post_and_moves_the_main_company(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (fuji, hokuto) = (await crm.Company("富士電機商会"), await crm.Company("北斗物流"));
        var person = await crm.Person("山田", "太郎");

        await crm.Ask(new ChangeEmployment(person, fuji, new(2020, 4, 1)) { Department = "購買部", Title = "課長" });
        await crm.Ask(new ChangeEmployment(person, hokuto, new(2026, 10, 1)) { Department = "営業部", Title = "部長", DecisionMaker = true });

        var posts = await crm.Ask(new ListRecords(CustomersContract.Employment)
        {
            Filter = Filter.Eq("personId", person), Sort = [new("startedOn")], Fields = ["companyId", "title", "decisionMaker", "startedOn", "endedOn"],
        });
        Assert.Equal([fuji, "課長", false, new DateOnly(2020, 4, 1), new DateOnly(2026, 9, 30)], posts.Rows[0].Values);
        Assert.Equal([hokuto, "部長", true, new DateOnly(2026, 10, 1), null], posts.Rows[1].Values);
        Assert.Equal(hokuto, (await crm.Get(CustomersContract.Person, person))["companyId"]);
    }

    [Theory, EveryDatabase]
    public async Task Somebody_may_hold_two_posts_and_leave_both(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (main, second) = (await crm.Company("本業"), await crm.Company("兼業"));
        var person = await crm.Person("佐藤", "花子");
        await crm.Ask(new ChangeEmployment(person, main, new(2024, 4, 1)));
        await crm.Ask(new ChangeEmployment(person, second, new(2025, 4, 1)) { KeepOthers = true });
        Assert.Equal(main, (await crm.Get(CustomersContract.Person, person))["companyId"]);

        var left = await crm.Ask(new ChangeEmployment(person, null, new(2026, 4, 1)));

        Assert.Null(left);
        Assert.Null((await crm.Get(CustomersContract.Person, person))["companyId"]);
        var running = await crm.List(CustomersContract.Employment, new Filter.Compare("endedOn", FilterOp.Empty, true));
        Assert.Empty(running.Rows);
    }

    [Theory, EveryDatabase]
    public async Task A_change_before_the_last_one_or_without_right_changes_nothing(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("富士電機商会");
        var person = await crm.Person("山田", "太郎");
        await crm.Ask(new ChangeEmployment(person, company, new(2026, 4, 1)));

        var early = await crm.Send(new ChangeEmployment(person, company, new(2026, 3, 1)));
        var nowhere = await crm.Send(new ChangeEmployment(person, Guid.CreateVersion7()));
        var reader = await crm.Send(new ChangeEmployment(person, null), actor: TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All)));

        Assert.Equal("customers.employment-before-the-last", Assert.Single(early.Problems).Code);
        Assert.Equal("companyId", Assert.Single(nowhere.Problems).Field);
        Assert.Equal("forbidden", Assert.Single(reader.Problems).Code);
        Assert.Single((await crm.List(CustomersContract.Employment)).Rows);
        Assert.Equal(company, (await crm.Get(CustomersContract.Person, person))["companyId"]);
    }

    [Theory, EveryDatabase]
    public async Task A_change_of_post_needs_the_rights_to_see_the_company_and_to_make_and_end_posts(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (fuji, secret) = (await crm.Company("富士電機商会"), await crm.Company("極秘ホールディングス"));
        var person = await crm.Person("山田", "太郎");
        (string, RecordAction, Reach)[] people = [(CustomersContract.Person, RecordAction.Read, Reach.All), (CustomersContract.Person, RecordAction.Edit, Reach.All)];
        (string, RecordAction, Reach)[] companies = [.. people, (CustomersContract.Company, RecordAction.Read, Reach.All)];

        var unseen = await crm.Send(new ChangeEmployment(person, secret), actor: TestHost.UserWith(people));
        Assert.Equal(("not-found", "companyId"), (Assert.Single(unseen.Problems).Code, unseen.Problems[0].Field));
        var noPosts = await crm.Send(new ChangeEmployment(person, fuji), actor: TestHost.UserWith(companies));
        Assert.Equal("forbidden", Assert.Single(noPosts.Problems).Code);

        await crm.Ask(new ChangeEmployment(person, fuji, new(2020, 4, 1)));
        var makesOnly = TestHost.UserWith([.. companies, (CustomersContract.Employment, RecordAction.Create, Reach.All)]);
        var ends = await crm.Send(new ChangeEmployment(person, null, new(2026, 4, 1)), actor: makesOnly);
        Assert.Equal("forbidden", Assert.Single(ends.Problems).Code);
        Assert.Equal(fuji, (await crm.Get(CustomersContract.Person, person))["companyId"]);
    }

    [Theory, EveryDatabase]
    public async Task People_are_listed_by_reading_then_by_name_and_a_correction_moves_them(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        await crm.Person("渡邉", "健");
        await crm.Person("山田", "花子", ("lastNameKana", "やまだ"), ("firstNameKana", "はなこ"));
        var aoki = await crm.Person("青木", "一", ("lastNameKana", "アオキ"), ("firstNameKana", "ハジメ"));
        Assert.Equal(["青木", "山田", "渡邉"], await Names());

        await crm.Ask(new SaveRecord(CustomersContract.Person, aoki, new Dictionary<string, object?> { ["lastNameKana"] = "ヨウキ" }));
        Assert.Equal(["山田", "青木", "渡邉"], await Names());

        async Task<IEnumerable<object?>> Names() =>
            (await crm.Ask(new ListRecords(CustomersContract.Person) { Sort = [new("lastName")], Fields = ["lastName"] })).Rows.Select(r => r.Values[0]);
    }

    [Theory, EveryDatabase]
    public async Task A_birth_date_gives_the_month_for_greetings(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var person = await crm.Person("山田", "花子", ("birthDate", "S60.4.1"));

        var april = await crm.List(CustomersContract.Person, Filter.Eq("birthMonth", 4));

        Assert.Equal(person, Assert.Single(april.Rows).Id);
        var refused = await crm.Send(new SaveRecord(CustomersContract.Person, person, new Dictionary<string, object?> { ["birthDate"] = "2999-01-01" }));
        Assert.Equal("birthDate", Assert.Single(refused.Problems).Field);
    }
}
