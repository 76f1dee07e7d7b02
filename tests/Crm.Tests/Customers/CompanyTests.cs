using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers;

/// <summary>Companies through the record engine and their own requests.</summary>
public sealed class CompanyTests
{
    [Theory, EveryDatabase]
    public async Task A_company_keeps_what_business_cards_and_registers_say(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var id = await crm.Company(
            "株式会社髙﨑製作所", ("nameKana", "ﾀｶｻｷｾｲｻｸｼｮ"), ("kind", "法人"), ("industry", "製造業"), ("rank", "ＶＩＰ"), ("capital", "￥１０，０００，０００"),
            ("corporateNumber", "７０００－０１２０－５０００－２"), ("invoiceNumber", "t7000012050002"), ("foundedOn", "昭和23年4月1日"), ("employees", "１２０"),
            ("postalCode", "1050014"), ("prefecture", "東京都"), ("city", "港区"), ("street", "芝5-29-11"), ("paymentTerms", "月末締め翌月末払い"));

        var company = await crm.Get(CustomersContract.Company, id);

        Assert.Equal("タカサキセイサクショ", company["nameKana"]);
        Assert.Null(company["sortName"]); // there to sort by, not to look at
        Assert.Equal(("7000012050002", "T7000012050002"), (company["corporateNumber"], company["invoiceNumber"]));
        Assert.Equal(("corporation", "VIP", "end-next-end"), (company["kind"], company["rank"], company["paymentTerms"]));
        Assert.Equal((new DateOnly(1948, 4, 1), 120m, 10_000_000m), (company["foundedOn"], company["employees"], company["capital"]));
        Assert.Equal("unknown", company["mailMagazine"]);
        Assert.Null(company["checks"]);
    }

    [Theory, EveryDatabase]
    public async Task A_code_is_one_in_whatever_width_it_is_typed(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("みなと商事", ("code", "Ｃ９００１"));
        Assert.Equal("C9001", (await crm.Get(CustomersContract.Company, company))["code"]);

        var again = await crm.Send(new SaveRecord(CustomersContract.Company, null, new Dictionary<string, object?> { ["name"] = "別の会社", ["code"] = "C９001" }));
        Assert.Equal(("taken", "code"), (Assert.Single(again.Problems).Code, again.Problems[0].Field));
        var batch = await crm.Ask(new SaveRecords(CustomersContract.Company, [new Dictionary<string, object?> { ["code"] = "Ｃ９００１", ["name"] = "みなと商事（株）" }]) { Match = ["code"] });
        Assert.Equal(company, batch.Rows[0].Id);
    }

    [Theory, EveryDatabase]
    public async Task A_company_is_found_with_its_legal_form_in_whatever_way_it_is_written(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (full, brief) = (await crm.Company("株式会社つばさ製作所"), await crm.Company("㈲つばさ商店"));

        foreach (var asked in (string[])["㈱つばさ製作所", "(株)つばさ製作所", "株式会社つばさ製作所", "つばさ製作所㈱"]) Assert.Equal(full, Assert.Single((await crm.List(CustomersContract.Company, new Filter.Text(asked))).Rows).Id);
        Assert.Equal(brief, Assert.Single((await crm.List(CustomersContract.Company, new Filter.Text("有限会社つばさ商店"))).Rows).Id);
    }

    [Theory, EveryDatabase]
    public async Task A_wrong_corporate_number_is_refused_and_a_doubtful_phone_only_listed(string database)
    {
        await using var crm = await CustomersHost.Start(database);

        var refused = await crm.Send(new SaveRecord(CustomersContract.Company, null, new Dictionary<string, object?> { ["name"] = "国税商事", ["corporateNumber"] = "7000012050003" }));
        var doubtful = await crm.Company("国税商事", ("phone", "312345678"));

        Assert.Equal("corporateNumber", Assert.Single(refused.Problems).Field);
        Assert.Equal(["phone-zero-lost"], (string[])(await crm.Get(CustomersContract.Company, doubtful))["checks"]!);
        var toCheck = await crm.List(CustomersContract.Company, new Filter.Compare("checks", FilterOp.Contains, "phone-zero-lost"));
        Assert.Equal(doubtful, Assert.Single(toCheck.Rows).Id);
    }

    [Theory, EveryDatabase]
    public async Task Names_sort_by_their_sound_in_whatever_kana_they_are_written(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        await crm.Company("マルハ商店");
        await crm.Company("ことぶきリース");
        await crm.Company("安藤電機", ("nameKana", "アンドウデンキ"));
        await crm.Company("ﾀﾅｶ工業");

        var names = (await crm.List(CustomersContract.Company, null, "name")).Rows.Select(r => (string)r.Values[0]!);

        Assert.Equal(["安藤電機", "ことぶきリース", "ﾀﾅｶ工業", "マルハ商店"], names);
    }

    [Theory, EveryDatabase]
    public async Task A_renamed_company_is_found_by_its_old_name(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var id = await crm.Company("東西物産株式会社", ("nameKana", "トウザイブッサン"));

        var renamed = await crm.Send(new RenameCompany(id, "未来フーズ株式会社", "みらいふーず", new(2026, 10, 1)));

        Assert.False(renamed.Failed);
        var company = await crm.Get(CustomersContract.Company, id);
        Assert.Equal(("未来フーズ株式会社", "ミライフーズ"), (company["name"], company["nameKana"]));
        var sorted = await crm.List(CustomersContract.Company, Filter.Eq("sortName", "ミライフーズ"), "name");
        Assert.Equal(id, Assert.Single(sorted.Rows).Id);
        Assert.Equal("東西物産株式会社（トウザイブッサン）", company["formerNames"]);
        foreach (var query in (string[])["東西物産", "とうざい", "未来フーズ"])
        {
            var hits = await crm.Ask(new SearchRecords(query) { Type = CustomersContract.Company });
            Assert.Equal(id, Assert.Single(hits).Id);
        }

        var former = Assert.Single((await crm.List(CustomersContract.FormerName, Filter.Eq("companyId", id), "name", "until", "kind")).Rows);
        Assert.Equal(["東西物産株式会社", new DateOnly(2026, 9, 30), "renamed"], former.Values);
        var history = await crm.Ask(new GetHistory(CustomersContract.Company, id));
        Assert.Contains(history[0].Changes, c => c is { Field: "name", Before: "東西物産株式会社", After: "未来フーズ株式会社" });
    }

    [Theory, EveryDatabase]
    public async Task The_company_that_carries_on_after_a_merger_is_found_by_the_name_that_is_gone(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var gone = await crm.Company("北斗商事株式会社");
        var successor = await crm.Company("未来フーズ株式会社");
        await crm.Save(CustomersContract.FormerName, ("companyId", gone), ("name", "北斗商事株式会社"), ("kind", "合併"), ("until", "2026-09-30"), ("successorId", successor));
        await crm.DeliverEvents();

        var hits = await crm.Ask(new SearchRecords("北斗商事") { Type = CustomersContract.Company });

        Assert.Equal(new[] { gone, successor }.Order(), hits.Select(h => h.Id).Order());
        Assert.Equal("北斗商事株式会社", (await crm.Get(CustomersContract.Company, successor))["formerNames"]);
    }

    [Theory, EveryDatabase]
    public async Task A_rename_needs_a_new_name_and_the_right_to_edit(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var id = await crm.Company("東西物産");
        var reader = TestHost.UserWith((CustomersContract.Company, RecordAction.Read, Reach.All));
        var stranger = TestHost.UserWith();

        Assert.Equal("customers.same-name", Assert.Single((await crm.Send(new RenameCompany(id, " 東西物産 "))).Problems).Code);
        Assert.Equal("name", Assert.Single((await crm.Send(new RenameCompany(id, " "))).Problems).Field);
        Assert.True((await crm.Send(new RenameCompany(id, new string('長', 201)))).Failed);
        Assert.Equal("forbidden", Assert.Single((await crm.Send(new RenameCompany(id, "未来"), actor: reader)).Problems).Code);
        Assert.Equal("not-found", Assert.Single((await crm.Send(new RenameCompany(id, "未来"), actor: stranger)).Problems).Code);
        Assert.Equal("東西物産", (await crm.Get(CustomersContract.Company, id)).Title);
    }

    [Theory, EveryDatabase]
    public async Task Cards_tell_others_what_they_need_and_unknown_permission_is_none(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事", ("code", "C1"), ("phone", "03-0012-3456"));
        var person = await crm.Person("渡邉", "健", ("companyId", company), ("mobile", "090-0012-3456"), ("phone", "03-0012-3456"), ("mailMagazine", "可"), ("phoneCalls", "不可"));

        var cards = await crm.Ask(new GetCustomerCards([company, person, Guid.CreateVersion7()]));

        Assert.Equal(2, cards.Count);
        Assert.Equal((CustomersContract.Company, "北斗商事", "C1", false), (cards[company].RecordType, cards[company].Name, cards[company].Code, cards[company].MayMail));
        Assert.Equal(("渡邉 健", "090-0012-3456", company), (cards[person].Name, cards[person].Phone, cards[person].CompanyId));
        Assert.Equal((true, false, false), (cards[person].MayMail, cards[person].MayPost, cards[person].MayCall));
        Assert.Empty(await crm.Ask(new GetCustomerCards([company, person]), actor: TestHost.UserWith()));
    }
}
