using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.Purchases;
using Crm.Customers.Shared;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers;

/// <summary>What Customers adds to the pages of companies and people.</summary>
public sealed class RecordPartTests
{
    [Fact]
    public async Task The_tree_shows_head_office_branches_and_sites_with_this_one_marked_even_in_a_circle()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        var head = await crm.Company("大和建設株式会社", ("prefecture", "東京都"), ("city", "港区"));
        var branch = await crm.Company("大和建設 横浜支店", ("parentId", head), ("relation", "branch"));
        await crm.Company("大和建設 みなと作業所", ("parentId", branch), ("relation", "site"));

        var page = await crm.Render<CompanyTreeTab>(CustomersContract.Company, branch);

        Assert.Equal(3, page.QuerySelectorAll("[role=treeitem]").Length);
        Assert.Equal("大和建設 横浜支店", page.QuerySelector("[aria-selected=true] strong")!.TextContent);
        Assert.Contains("現場・事業場", page.Body!.TextContent, StringComparison.Ordinal);

        await crm.Ask(new SaveRecord(CustomersContract.Company, head, new Dictionary<string, object?> { ["parentId"] = branch }));
        Assert.Equal(3, (await crm.Render<CompanyTreeTab>(CustomersContract.Company, head)).QuerySelectorAll("[role=treeitem]").Length);
    }

    [Fact]
    public async Task The_card_says_what_they_bought_and_when_to_expect_them()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        var person = await crm.Person("山田", "花子");
        Assert.Empty((await crm.Render<PurchaseCard>(CustomersContract.Person, person)).QuerySelectorAll("section"));

        var saved = await crm.Ask(new SaveRecords(CustomersContract.Purchase,
        [
            .. ((string[])["2026-01-10", "2026-02-10", "2026-03-20"]).Select(d => new Dictionary<string, object?> { ["personId"] = person, ["boughtOn"] = d, ["amount"] = 12_000 }),
        ]));
        await crm.Deliver<KeepPurchaseHabits>(new RecordsChanged(CustomersContract.Purchase, "created", [.. saved.Rows.Select(r => r.Id!.Value)], []));

        var text = (await crm.Render<PurchaseCard>(CustomersContract.Person, person)).Body!.TextContent;
        Assert.Contains("¥36,000", text, StringComparison.Ordinal);
        Assert.Contains("34.5日", text, StringComparison.Ordinal);
        Assert.Contains("予測を過ぎています", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_entered_twice_in_another_spelling_is_pointed_out_with_what_they_share()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        var first = await crm.Person("髙橋", "健一", ("code", "P1"), ("email", "takahashi@mail.example"), ("birthDate", "1980-05-05"));
        var second = await crm.Person("高橋", "健一", ("code", "P2"), ("email", "takahashi@mail.example"));
        await crm.Person("高橋", "健二");

        var card = await crm.Render<SameNameCard>(CustomersContract.Person, second);

        var link = Assert.Single(card.QuerySelectorAll("a"));
        Assert.EndsWith(first.ToString(), link.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(["メールアドレスが同じ"], card.QuerySelectorAll(".badge").Select(b => b.TextContent.Trim()));
    }
}
