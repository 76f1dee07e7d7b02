using System.Text;
using Crm.Customers.Contracts;
using Crm.Customers.PersonRights;
using Crm.Deals.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>What a person may ask of us: to know what is kept about them, and to be forgotten (個人情報保護法 33–35条).</summary>
public sealed class PersonRightsTests
{
    [Theory, EveryDatabase]
    public async Task A_disclosure_has_what_every_module_keeps_about_the_person_and_nothing_of_others(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴", ("email", "chizuru@example.jp"));
        await crm.Save(CustomersContract.Note, ("personId", chizuru), ("writtenAt", Day(2026, 5, 1)), ("title", "電話"), ("text", "引っ越しの予定を伺った"));
        await crm.Save(CustomersContract.SensitiveNote, ("personId", chizuru), ("writtenAt", Day(2026, 5, 2)), ("title", "体調"), ("text", "そばアレルギー"));
        await crm.Save(CustomersContract.Purchase, ("personId", chizuru), ("boughtOn", new DateOnly(2026, 4, 1)), ("amount", 5_400m), ("productName", "伊予柑 5kg"));
        await crm.Deal("温室の改修", "approach", ("companyId", null), ("personId", chizuru));
        var other = await crm.Person("大谷", "五郎");
        await crm.Save(CustomersContract.Note, ("personId", other), ("writtenAt", Day(2026, 5, 1)), ("title", "電話"), ("text", "五郎さんの内緒話"));

        var file = await Text(await crm.Ask(new GetDisclosure(chizuru)));

        Assert.All(["chizuru@example.jp", "引っ越しの予定を伺った", "そばアレルギー", "温室の改修", "5,400"], part => Assert.Contains(part, file, StringComparison.Ordinal));
        Assert.DoesNotContain("内緒話", file, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task An_erasure_leaves_what_the_law_keeps_says_so_and_a_search_finds_nothing_else(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴", ("email", "chizuru@example.jp"), ("memo", "早乙女様は午前を希望"));
        var twin = await crm.Person("早乙女", "千づる", ("mobile", "090-1111-2222"));
        await crm.Ask(new MergeCustomers(CustomersContract.Person, chizuru, twin));
        await crm.DeliverEvents();
        await crm.Save(CustomersContract.Person, chizuru, ("occupation", "会社員"));
        var note = await crm.Save(CustomersContract.Note, ("personId", chizuru), ("writtenAt", Day(2026, 5, 1)), ("title", "早乙女様より電話"), ("text", "早乙女様の引っ越し"));
        var old = await crm.Save(CustomersContract.Purchase, ("personId", chizuru), ("boughtOn", new DateOnly(2015, 4, 1)), ("amount", 1_000m));
        var recent = await crm.Save(CustomersContract.Purchase, ("personId", chizuru), ("boughtOn", new DateOnly(2026, 4, 1)), ("amount", 5_400m));
        var own = await crm.Deal("早乙女邸の温室", "approach", ("companyId", null), ("personId", chizuru));
        await crm.Line(own, "ガラス", 10, 5_000m);
        var companys = await crm.Deal("青葉製作所の温室", "approach", ("personId", chizuru));
        await crm.Save(DealsContract.Activity, ("subject", "早乙女様と現地確認"), ("startsAt", Day(2026, 6, 1)), ("dealId", companys), ("personId", chizuru));
        var request = await crm.Save(CustomersContract.PersonRequest, ("personId", chizuru), ("kind", "erasure"), ("receivedOn", new DateOnly(2026, 11, 20)), ("identityCheck", "document"));
        Assert.NotEmpty(await crm.Ask(new SearchRecords("早乙女")));

        await crm.Done(new ErasePerson(request));

        Assert.Empty(await crm.Ask(new SearchRecords("早乙女")));
        Assert.Empty(await crm.Ask(new SearchRecords("chizuru")));
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Note, note) { EvenDeleted = true })).Failed);
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Person, twin) { EvenDeleted = true })).Failed);
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Purchase, old))).Failed);
        Assert.True((await crm.Send(new GetRecord(DealsContract.Deal, own))).Failed);
        Assert.Empty((await crm.List(DealsContract.Line)).Rows);
        Assert.Equal(5_400m, (await crm.Get(CustomersContract.Purchase, recent))["amount"]);
        Assert.Null((await crm.Get(DealsContract.Deal, companys))["personId"]);
        Assert.DoesNotContain(await crm.Ask(new GetHistory(CustomersContract.Person, chizuru)), h => h.Changes.Any(c => $"{c.Before}{c.After}".Contains("早乙女", StringComparison.Ordinal)));

        var answer = await crm.Get(CustomersContract.PersonRequest, request);
        Assert.Equal(("partly", new DateOnly(2033, 4, 1)), (answer["state"], answer["keptUntil"]));
        Assert.Contains("1", (string)answer["result"]!, StringComparison.Ordinal);
        var left = await crm.Get(CustomersContract.Person, chizuru);
        Assert.Null(left["email"]);
        Assert.Equal("no", left["mailMagazine"]);
    }

    [Theory, EveryDatabase]
    public async Task Deals_that_were_quoted_are_kept_seven_years_and_the_answer_names_them(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴");
        var quoted = await crm.Deal("温室の改修", "proposal", ("companyId", null), ("personId", chizuru));
        await crm.Line(quoted, "ガラス", 10, 5_000m);
        var quote = await crm.Ask(new BeginQuote(quoted));
        await crm.Do(new IssueQuote(quote));
        var request = await crm.Save(CustomersContract.PersonRequest, ("personId", chizuru), ("kind", "erasure"), ("receivedOn", new DateOnly(2026, 11, 20)), ("identityCheck", "document"));

        await crm.Done(new ErasePerson(request));

        Assert.Equal("温室の改修", (await crm.Get(DealsContract.Deal, quoted)).Title);
        var answer = await crm.Get(CustomersContract.PersonRequest, request);
        Assert.Equal(DealsHost.Today.AddYears(7), answer["keptUntil"]);
    }

    [Theory, EveryDatabase]
    public async Task Nothing_is_erased_before_it_is_known_who_asks(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴");
        var request = await crm.Save(CustomersContract.PersonRequest, ("personId", chizuru), ("kind", "erasure"), ("receivedOn", new DateOnly(2026, 11, 20)));

        var problem = Assert.Single(await crm.Problems(new ErasePerson(request)));

        Assert.Equal("customers.identity-not-checked", problem.Code);
        Assert.Equal("早乙女", (await crm.Get(CustomersContract.Person, chizuru))["lastName"]);
    }

    [Theory, EveryDatabase]
    public async Task Who_does_not_see_all_of_a_person_erases_nothing_and_is_told_what_is_beyond_them(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴", ("birthDate", new DateOnly(1990, 1, 1)));
        async Task<Guid> Request(string kind) => await crm.Save(CustomersContract.PersonRequest, ("personId", chizuru), ("kind", kind), ("receivedOn", new DateOnly(2026, 11, 20)), ("identityCheck", "document"));
        var (request, disclosure) = (await Request("erasure"), await Request("disclosure"));
        var types = (await crm.Ask(new GetRecordTypes())).Select(t => t.Key).ToList();
        Actor Officer(IReadOnlyList<string> hidden, string without) => TestHost.UserWithout(
            hidden, [CustomersContract.PersonRights], [.. types.Where(t => t != without).SelectMany(t => Enum.GetValues<RecordAction>(), (t, a) => (t, a, Reach.All))]);

        foreach (var officer in new[] { Officer([], CustomersContract.SensitiveNote), Officer([CustomersContract.Person + "/birthDate"], "") })
        {
            var refused = Assert.Single((await crm.Send(new ErasePerson(request), actor: officer)).Problems);
            Assert.Equal("customers.erase-beyond-rights", refused.Code);
        }

        Assert.Equal("customers.erase-not-asked", Assert.Single(await crm.Problems(new ErasePerson(disclosure))).Code);
        Assert.Equal(new DateOnly(1990, 1, 1), (await crm.Get(CustomersContract.Person, chizuru))["birthDate"]);
        Assert.Empty((await crm.Send(new ErasePerson(request), actor: Officer([], ""))).Problems);
    }

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 3, 0, 0, TimeSpan.Zero);

    private static async Task<string> Text(Sdk.Files.Download file)
    {
        using var content = new MemoryStream();
        await file.Write(content, CancellationToken.None);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}
