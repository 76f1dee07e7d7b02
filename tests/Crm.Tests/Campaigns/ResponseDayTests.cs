using Crm.Campaigns.Audience;
using Crm.Campaigns.Results;
using Crm.Customers.Contracts;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Campaigns;

/// <summary>A purchase has a day and no hour: on the day of the mail nobody knows which came first, so it counts from the day after.</summary>
public sealed class ResponseDayTests
{
    [Theory, EveryDatabase]
    public async Task A_purchase_counts_from_the_day_after_the_mail_in_results_uplift_and_return(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var people = new List<Guid>();
        for (var i = 0; i < 20; i++) people.Add(await crm.Reader("客", $"{i:00}", $"c{i:00}@example.jp"));
        var campaign = await crm.Campaign(("holdoutPercent", 40));
        await crm.Send(campaign);
        var all = await crm.Recipients(campaign);
        var (sent, heldOut) = (all.First(r => r.State == RecipientStates.Sent).CustomerId, all.First(r => r.State == RecipientStates.Excluded).CustomerId);
        var day = DateOnly.FromDateTime(crm.Clock.GetUtcNow().UtcDateTime.AddHours(9));
        foreach (var one in (Guid[])[sent, heldOut]) await crm.Save(CustomersContract.Purchase, ("personId", one), ("boughtOn", day), ("productName", "緑茶"), ("amount", 5_000));
        await crm.DeliverEvents();

        var today = await crm.Ask(new GetResult(campaign));
        Assert.Empty(today.Kinds);
        Assert.Equal((0, 0), (today.Uplift!.TreatedResponding, today.Uplift.ControlResponding));
        Assert.Equal(0m, (await crm.Ask(new GetReturns(day, day.AddDays(5), "last"))).Campaigns.Single().Revenue);

        foreach (var one in (Guid[])[sent, heldOut]) await crm.Save(CustomersContract.Purchase, ("personId", one), ("boughtOn", day.AddDays(1)), ("productName", "煎茶"), ("amount", 3_000));
        await crm.DeliverEvents();

        var tomorrow = await crm.Ask(new GetResult(campaign));
        Assert.Equal((1, 3_000m), (Assert.Single(tomorrow.Kinds).Responses, tomorrow.Kinds[0].Value));
        Assert.Equal((1, 1), (tomorrow.Uplift!.TreatedResponding, tomorrow.Uplift.ControlResponding));
        Assert.Equal(3_000m, (await crm.Ask(new GetReturns(day, day.AddDays(5), "last"))).Campaigns.Single().Revenue);

        // Both means stand beside the difference.
        Assert.Equal(3_000.0 / tomorrow.Uplift.Treated, tomorrow.Uplift.RevenueTreated, 6);
        Assert.Equal(3_000.0 / tomorrow.Uplift.Control, tomorrow.Uplift.RevenueControl, 6);
        Assert.Equal(tomorrow.Uplift.RevenueTreated - tomorrow.Uplift.RevenueControl, tomorrow.Uplift.Revenue!.Value, 6);
    }

    [Theory, EveryDatabase]
    public async Task Days_that_were_kept_as_their_end_are_put_at_their_beginning_by_the_nightly_job(string database)
    {
        await using var crm = await CampaignsHost.Start(database);
        var hanako = await crm.Person("佐藤", "花子");
        await crm.Save(CustomersContract.Purchase, ("personId", hanako), ("boughtOn", "2026-10-05"), ("productName", "緑茶"), ("amount", 1_000));
        await crm.DeliverEvents();
        var (beginning, end) = (new DateTimeOffset(2026, 10, 4, 15, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 10, 5, 14, 59, 59, TimeSpan.Zero));
        Assert.Equal(beginning, await At());
        await crm.InDb(db => db.Responses.ExecuteUpdateAsync(set => set.SetProperty(r => r.At, end)));

        crm.Clock.Advance(TimeSpan.FromDays(30));
        await crm.RunJob<CatchUpResponses>();

        Assert.Equal(beginning, await At());

        Task<DateTimeOffset> At() => crm.InDb(db => db.Responses.Select(r => r.At).SingleAsync());
    }

    [Fact]
    public void Revenue_of_months_without_cost_counts_in_what_a_channel_brings()
    {
        // Printed in September; part of it sells in October.
        List<Spending> past = [new("post", new DateOnly(2026, 9, 1), 250_000, 3_714_738), new("post", new DateOnly(2026, 10, 1), 0, 811_747)];

        var row = Assert.Single(BudgetPlan.Of(past, 250_000));

        Assert.Equal((4_526_485m, 811_747m), (row.RevenueNow, row.EarnedWithoutCost));

        // Also when nothing sold in the month of the cost.
        var late = Assert.Single(BudgetPlan.Of([new("post", new DateOnly(2026, 9, 1), 250_000, 0), new("post", new DateOnly(2026, 10, 1), 0, 500_000)], 250_000));
        Assert.Equal(500_000m, late.RevenueNow);
        Assert.Empty(BudgetPlan.Of([new("post", new DateOnly(2026, 9, 1), 0, 500_000)], 250_000));
    }

    [Theory, InlineData(20, 60, true), InlineData(40, 44, false)]
    public async Task Two_subjects_are_told_apart_only_when_chance_hardly_explains_it(int openedA, int openedB, bool clear)
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var campaign = await crm.Campaign(("subject", "春のご案内"), ("subjectB", "在庫限り"));
        DateTimeOffset? at = crm.Clock.GetUtcNow();
        await crm.InDb(async db =>
        {
            foreach (var (variant, opened) in new[] { (Variants.A, openedA), (Variants.B, openedB) })
            {
                db.Recipients.AddRange(Enumerable.Range(0, 120).Select(i => new Recipient
                {
                    TenantId = db.TenantId, CampaignId = campaign, CustomerId = Crm.Sdk.Records.Ids.New(), State = RecipientStates.Sent, Variant = variant, SentAt = at, NextAt = at.Value, OpenedAt = i < opened ? at : null,
                }));
            }

            Assert.False((await db.SaveAsync()).Failed);
            return 0;
        });

        var subjects = (await crm.Ask(new GetResult(campaign))).Subjects!;

        Assert.Equal((openedB - openedA) / 120.0, subjects.Opened!.Value, 10);
        Assert.Equal(clear, subjects.Opened.IsClear);
        Assert.False(subjects.Clicked!.IsClear);
    }
}
