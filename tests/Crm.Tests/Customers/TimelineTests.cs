using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;

namespace Crm.Tests.Customers;

/// <summary>What a customer's timeline shows, and that no entry is lost between its pages.</summary>
public sealed class TimelineTests
{
    [Theory, EveryDatabase]
    public async Task A_companys_timeline_holds_its_own_entries_and_its_peoples(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("東西物産");
        var person = await crm.Person("山田", "花子");
        await crm.Ask(new ChangeEmployment(person, company, new(2025, 4, 1)) { Department = "購買部", Title = "課長" });
        await crm.Send(new RenameCompany(company, "未来フーズ", null, new(2026, 2, 1)));
        await crm.Save(CustomersContract.Purchase, ("companyId", company), ("personId", person), ("boughtOn", "2026-03-01"), ("productName", "手袋"), ("quantity", 5), ("amount", 4500), ("channel", "ec"));
        await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", "2026-04-01"), ("productName", "軍手"));
        await crm.Save(CustomersContract.Note, ("personId", person), ("writtenAt", "2026-05-01 10:30"), ("title", "値引きの相談"), ("text", "次回は**10%**を希望"));
        await crm.Save(CustomersContract.Subscription, ("companyId", company), ("planName", "保守プラン"), ("price", 12000), ("startedOn", "2026-06-01"), ("cancelledOn", "2026-07-01"));

        var entries = await Timeline(crm, CustomersContract.Company, company);

        Assert.Equal(
        [
            "2026-07-01 解約: 保守プラン", "2026-06-01 契約開始: 保守プラン", "2026-05-01 値引きの相談", "2026-04-01 軍手", "2026-03-01 手袋 × 5",
            "2026-01-31 社名変更: 旧 東西物産", "2025-04-01 着任: 山田 花子",
        ], entries.Select(e => $"{e.At.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd} {e.Title}"));
        Assert.Contains("EC", entries.Single(e => e.Title == "手袋 × 5").Text, StringComparison.Ordinal);
        Assert.All(entries, e => Assert.NotNull(e.RecordId));

        var hers = await Timeline(crm, CustomersContract.Person, person);
        Assert.Equal(["値引きの相談", "軍手", "手袋 × 5", "着任: 未来フーズ"], hers.Select(e => e.Title));
    }

    [Theory, EveryDatabase]
    public async Task A_thousand_entries_are_walked_page_by_page_without_gap_or_double(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var person = await crm.Person("山田", "花子");
        var start = new DateOnly(2024, 1, 1);

        // Three on most days and a hundred on one: a page may end in the middle of a day.
        await crm.Ask(new SaveRecords(CustomersContract.Purchase,
        [
            .. Enumerable.Range(0, 1_000).Select(n => new Dictionary<string, object?>
            {
                ["personId"] = person, ["boughtOn"] = start.AddDays(n < 900 ? n / 3 : 100), ["productName"] = $"商品{n}",
            }),
        ]));
        var seen = new List<TimelineEntry>();
        DateTimeOffset? before = null;
        while (await Timeline(crm, CustomersContract.Person, person, before, 50) is { Count: > 0 } page)
        {
            seen.AddRange(page);
            before = page[^1].At;
        }

        Assert.Equal(1_000, seen.Count);
        Assert.Equal(1_000, seen.Select(e => e.RecordId).Distinct().Count());
        Assert.Equal(seen.OrderByDescending(e => e.At).Select(e => e.At), seen.Select(e => e.At));
    }

    [Theory, EveryDatabase]
    public async Task Who_may_not_see_purchases_sees_none_on_the_timeline(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var person = await crm.Person("山田", "花子");
        await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", "2026-03-01"));
        await crm.Save(CustomersContract.Note, ("personId", person), ("writtenAt", "2026-05-01"), ("title", "来店"));

        var actor = TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All), (CustomersContract.Note, RecordAction.Read, Reach.All));
        var entries = await Timeline(crm, CustomersContract.Person, person, actor: actor);

        Assert.Equal("来店", Assert.Single(entries).Title);
    }

    [Theory, EveryDatabase]
    public async Task A_purchase_whose_amount_is_hidden_stands_on_the_timeline_without_it(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var person = await crm.Person("山田", "花子");
        await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", "2026-03-01"), ("productName", "緑茶"), ("amount", 3_000m));
        var rights = new Crm.Platform.Tenancy.AccessRights
        {
            Reaches = new Dictionary<(string, RecordAction), Reach> { [("*", RecordAction.Read)] = Reach.All },
            HiddenFields = new HashSet<string> { CustomersContract.Purchase + "/amount", CustomersContract.Purchase + "/unitPrice" },
        };
        var entry = Assert.Single(await Timeline(crm, CustomersContract.Person, person, actor: new(Guid.CreateVersion7(), "佐藤", ChangeSource.Screen, rights)));

        Assert.Equal("緑茶", entry.Title);
        Assert.DoesNotContain("3,000", entry.Text ?? "", StringComparison.Ordinal);
    }

    private static async Task<List<TimelineEntry>> Timeline(
        TestHost crm, string type, Guid id, DateTimeOffset? before = null, int limit = 100, Crm.Platform.Tenancy.Actor? actor = null)
    {
        await using var scope = await crm.Scope(actor: actor);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        var gather = new CollectTimeline(type, id, before, limit);
        await scope.Get<IMediator>().Publish(gather);
        Assert.Empty(gather.Missing);
        return [.. gather.Parts.OrderByDescending(e => e.At)];
    }
}
