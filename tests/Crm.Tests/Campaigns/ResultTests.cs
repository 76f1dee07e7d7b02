using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Results;
using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Campaigns;

/// <summary>Attribution, return and uplift against a plain computation, on data whose truth is known.</summary>
public sealed class ResultTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("first", new[] { 1.0, 0, 0 }), InlineData("last", new[] { 0, 0, 1.0 }), InlineData("linear", new[] { 1.0 / 3, 1.0 / 3, 1.0 / 3 })]
    [InlineData("decay", new[] { 0.25 / 1.75, 0.5 / 1.75, 1 / 1.75 })]
    public void A_response_is_shared_out_by_the_model(string model, double[] expected)
    {
        DateTimeOffset[] touches = [Noon.AddDays(-14), Noon.AddDays(-7), Noon];
        var shares = Attribution.Shares(model, touches, Noon.AddDays(1), 7);
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i], shares[i], 12);
        Assert.Equal(1, shares.Sum(), 12);

        // The order in which touches come does not matter.
        var turned = Attribution.Shares(model, [.. touches.Reverse()], Noon.AddDays(1), 7);
        for (var i = 0; i < 3; i++) Assert.Equal(shares[i], turned[2 - i], 12);
    }

    [Theory, InlineData(0.12, 0.08, 900, 300), InlineData(0.03, 0.03, 1500, 500), InlineData(0.25, 0.05, 400, 100)]
    public void The_interval_of_the_uplift_has_the_truth_in_it_in_about_95_of_100_campaigns(double treatedRate, double controlRate, int treated, int control)
    {
        var held = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var yes = Enumerable.Range(0, treated).Count(_ => random.NextDouble() < treatedRate);
            var controlYes = Enumerable.Range(0, control).Count(_ => random.NextDouble() < controlRate);
            var found = Uplift.OfShares(yes, treated, controlYes, control)!;
            Assert.Equal(((double)yes / treated) - ((double)controlYes / control), found.Value, 12);
            if (found.Low <= treatedRate - controlRate && treatedRate - controlRate <= found.High) held++;
        }

        Assert.InRange(held, 183, 200);
    }

    [Fact]
    public void The_interval_of_revenue_a_head_has_the_truth_in_it_in_about_95_of_100_campaigns()
    {
        var held = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            List<decimal> Bought(int heads, double rate) => [.. Enumerable.Range(0, heads).Where(_ => random.NextDouble() < rate).Select(_ => (decimal)(1000 + random.Next(9000)))];
            var found = Uplift.OfMeans(Moments.Of(2000, Bought(2000, 0.2)), Moments.Of(800, Bought(800, 0.1)))!;

            // Mean of 1000…9999 is 5499.5.
            var truth = 0.1 * 5499.5;
            if (found.Low <= truth && truth <= found.High) held++;
        }

        Assert.InRange(held, 183, 199);
    }

    [Fact]
    public void Newcombes_interval_is_that_of_his_paper()
    {
        // Newcombe 1998, table II, example (a): 56/70 against 48/80; method 10: 0.0524 to 0.3339.
        var found = Uplift.OfShares(56, 70, 48, 80)!;
        Assert.Equal((0.2, 0.0524, 0.3339), (Math.Round(found.Value, 4), Math.Round(found.Low, 4), Math.Round(found.High, 4)));
    }

    [Fact]
    public void The_budget_goes_where_the_next_yen_brings_most_and_brings_more_than_before()
    {
        // revenue = 400 · cost^0.5 by mail, 30 · cost^0.7 by post, without noise: the best split is known.
        List<Spending> past = [];
        for (var month = 1; month <= 6; month++)
        {
            var (mail, post) = (50_000m * month, 400_000m + (20_000m * month));
            past.Add(new("email", new DateOnly(2026, month, 1), mail, (decimal)(400 * Math.Sqrt((double)mail))));
            past.Add(new("post", new DateOnly(2026, month, 1), post, (decimal)(30 * Math.Pow((double)post, 0.7))));
        }

        var plan = BudgetPlan.Of(past, 600_000);

        Assert.InRange(plan.Sum(p => p.Proposed), 599_000, 601_000);
        var best = Enumerable.Range(1, 599).Select(k => k * 1000.0).MaxBy(x => (400 * Math.Sqrt(x)) + (30 * Math.Pow(600_000 - x, 0.7)));
        Assert.InRange((double)plan.Single(p => p.Channel == "email").Proposed, best - 3000, best + 3000);
        Assert.Equal(plan[0].MarginalProposed, plan[1].MarginalProposed, 1);
        Assert.All(plan, p => Assert.False(string.IsNullOrEmpty(p.Why.Ja) || string.IsNullOrEmpty(p.Why.En)));
        Assert.Empty(BudgetPlan.Of([], 100));
    }

    [Fact]
    public void Months_that_earned_nothing_count_in_what_a_channel_brings()
    {
        // Nine bad months and a good one of the same cost.
        List<Spending> past = [.. Enumerable.Range(1, 10).Select(month => new Spending("email", new DateOnly(2026, month, 1), 100_000, month == 10 ? 500_000 : 0))];

        var row = Assert.Single(BudgetPlan.Of(past, 100_000));

        Assert.Equal(50_000m, row.RevenueNow);
        Assert.Contains("売上のあった月が1か月", row.Why.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cost_without_a_day_is_refused_for_it_would_count_nowhere()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var saved = await crm.Send(new SaveRecord(CampaignsContract.Cost, null, new Dictionary<string, object?> { ["campaignId"] = await crm.Campaign(), ["name"] = "制作", ["amount"] = 2_000 }));
        Assert.Equal(("required", "paidOn"), (saved.Problems.Single().Code, saved.Problems.Single().Field));
    }

    [Theory, EveryDatabase]
    public async Task On_generated_mails_and_purchases_attribution_and_return_equal_a_plain_computation(string database)
    {
        await using var crm = await CampaignsHost.Start(database);
        await crm.SetCampaigns(("halfLife", 5), ("margin", 40));
        var (from, until) = (new DateOnly(2026, 3, 1), new DateOnly(2026, 10, 31));
        var random = new Random(7);
        DateTimeOffset Moment(int firstDay, int days) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(firstDay).AddMinutes(random.Next(days * 1440));
        var segments = new[] { await crm.Everybody(), await crm.Save(CustomersContract.Segment, ("name", "会社"), ("customerType", CustomersContract.Company)) };
        List<(Guid Id, string Channel, int Segment, int Days)> campaigns = [];
        foreach (var (channel, segment, days) in new[] { ("email", 0, 10), ("sms", 0, 30), ("post", 0, 60), ("email", 1, 30), ("phone", 1, 365) })
        {
            campaigns.Add((await crm.Campaign(("name", $"{channel}{days}"), ("channel", channel), ("segmentId", segments[segment]), ("responseDays", days)), channel, segment, days));
        }

        // 40 people and 10 companies; some purchases are of both, some moments outside the days asked for.
        var customers = Enumerable.Range(0, 50).Select(_ => Crm.Sdk.Records.Ids.New()).ToList();
        List<(Guid Campaign, Guid Customer, DateTimeOffset At)> mails = [];
        foreach (var campaign in campaigns) mails.AddRange(customers.Where(_ => random.Next(3) > 0).Select(c => (campaign.Id, c, Moment(0, 310))));
        List<Response> responses = [];
        for (var i = 0; i < 400; i++)
        {
            var both = random.Next(4) == 0;
            responses.Add(new Response
            {
                RecordType = CustomersContract.Purchase, RecordId = Crm.Sdk.Records.Ids.New(), Kind = "purchase", KindText = "購入\nPurchase", IsRevenue = random.Next(5) > 0, At = Moment(20, 310), Value = random.Next(1, 200) * 100,
                PersonId = both || random.Next(5) > 0 ? customers[random.Next(40)] : null, CompanyId = both || random.Next(3) == 0 ? customers[40 + random.Next(10)] : null,
            });
        }

        List<(Guid Campaign, decimal Amount, DateOnly Day)> costs = [.. campaigns.SelectMany(c => Enumerable.Range(0, 6).Select(_ => (c.Id, (decimal)random.Next(1, 50) * 1000, new DateOnly(2026, 1, 1).AddDays(random.Next(330)))))];
        foreach (var (campaign, amount, day) in costs) await crm.Save(CampaignsContract.Cost, ("campaignId", campaign), ("name", "制作"), ("amount", amount), ("paidOn", day));
        DateTimeOffset? approved = Moment(0, 1);
        await crm.InDb(async db =>
        {
            await db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(c => c.ApprovedAt, approved));
            db.Recipients.AddRange(mails.Select(m => new Recipient { TenantId = db.TenantId, CampaignId = m.Campaign, CustomerId = m.Customer, State = RecipientStates.Sent, SentAt = m.At, NextAt = m.At }));
            foreach (var response in responses) response.TenantId = db.TenantId;
            db.Responses.AddRange(responses);
            Assert.False((await db.SaveAsync()).Failed);
            return 0;
        });

        foreach (var model in new[] { "first", "last", "linear", "decay" })
        {
            // As one would do it by hand: each response, the mails before it that still count, its worth shared out.
            var (worth, count) = (campaigns.ToDictionary(c => c.Id, _ => 0.0), campaigns.ToDictionary(c => c.Id, _ => 0.0));
            foreach (var response in responses.Where(r => Day(r.At) >= from && Day(r.At) <= until))
            {
                var before = mails.Where(m => (m.Customer == response.PersonId || m.Customer == response.CompanyId) && m.At <= response.At && response.At - m.At <= TimeSpan.FromDays(campaigns.Single(c => c.Id == m.Campaign).Days)).OrderBy(m => m.At).ToList();
                var weights = before.Select((m, i) => model switch
                {
                    "first" => i == 0 ? 1.0 : 0,
                    "last" => i == before.Count - 1 ? 1.0 : 0,
                    "linear" => 1.0,
                    _ => Math.Pow(0.5, (response.At - m.At).TotalDays / 5),
                }).ToList();
                for (var i = 0; i < before.Count; i++)
                {
                    count[before[i].Campaign] += weights[i] / weights.Sum();
                    if (response.IsRevenue) worth[before[i].Campaign] += (double)response.Value * weights[i] / weights.Sum();
                }
            }

            var view = await crm.Ask(new GetReturns(from, until, model));
            Assert.Equal(5, view.Campaigns.Count);
            foreach (var campaign in campaigns) Same(view.Campaigns.Single(r => r.Id == campaign.Id), [campaign.Id]);
            Assert.Equal(4, view.ByChannel.Count);
            foreach (var group in campaigns.GroupBy(c => c.Channel)) Same(view.ByChannel.Single(r => r.Name == Channels.All.Single(c => c.Key == group.Key).Label.ToString()), [.. group.Select(c => c.Id)]);
            foreach (var group in campaigns.GroupBy(c => c.Segment)) Same(view.BySegment.Single(r => r.Name == (group.Key == 0 ? "全員" : "会社")), [.. group.Select(c => c.Id)]);

            void Same(ReturnRow row, List<Guid> of)
            {
                var cost = costs.Where(c => of.Contains(c.Campaign) && c.Day >= from && c.Day <= until).Sum(c => c.Amount);
                var revenue = of.Sum(id => worth[id]);
                Assert.Equal((mails.Count(m => of.Contains(m.Campaign) && Day(m.At) >= from && Day(m.At) <= until), cost), (row.Sent, row.Cost));
                Assert.Equal(revenue, (double)row.Revenue, 4);
                Assert.Equal(of.Sum(id => count[id]), row.Responses, 6);
                Assert.Equal(((revenue * 0.4) - (double)cost) / (double)cost, (double)row.Roi!.Value, 4);
            }
        }

        // Days are those of the tenant, in Tokyo.
        static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime.AddHours(9));
    }

    [Theory, EveryDatabase]
    public async Task Revenue_and_return_equal_what_one_adds_up_by_hand(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var (hanako, ichiro) = (await crm.Reader("佐藤", "花子", "hanako@example.jp"), await crm.Reader("鈴木", "一郎", "ichiro@example.jp"));
        var first = await crm.Campaign(("name", "一通目"));
        await crm.Send(first);
        crm.Clock.Advance(TimeSpan.FromDays(5));
        var second = await crm.Campaign(("name", "二通目"));
        await crm.Send(second);
        crm.Clock.Advance(TimeSpan.FromDays(2));
        await crm.Save(CampaignsContract.Cost, ("campaignId", first), ("name", "制作"), ("amount", 2_000), ("paidOn", "2026-11-20"));
        await crm.Save(CampaignsContract.Cost, ("campaignId", second), ("name", "制作"), ("amount", 1_000), ("paidOn", "2026-11-25"));
        var bought = await crm.Save(CustomersContract.Purchase, ("personId", hanako), ("boughtOn", "2026-11-26"), ("productName", "緑茶"), ("amount", 6_000));
        await crm.Save(CustomersContract.Purchase, ("personId", ichiro), ("boughtOn", "2026-11-21"), ("productName", "煎茶"), ("amount", 1_000));
        await crm.DeliverEvents();

        async Task<(decimal First, decimal Second, decimal? Roi)> By(string model)
        {
            var view = await crm.Ask(new GetReturns(new(2026, 11, 1), new(2026, 12, 31), model));
            Assert.Equal(model, view.Model);
            decimal Of(Guid id) => view.Campaigns.Single(c => c.Id == id).Revenue;
            return (Of(first), Of(second), view.Campaigns.Single(c => c.Id == second).Roi);
        }

        Assert.Equal((1_000m, 6_000m, 5m), await By("last"));
        Assert.Equal((7_000m, 0m, -1m), await By("first"));
        Assert.Equal((4_000m, 3_000m, 2m), await By("linear"));

        // A purchase that is corrected or removed is so here too.
        await crm.Save(CustomersContract.Purchase, bought, ("amount", 2_000));
        await crm.DeliverEvents();
        Assert.Equal((1_000m, 2_000m), ((await By("last")).First, (await By("last")).Second));
        await crm.Ask(new Crm.Sdk.Records.DeleteRecords(CustomersContract.Purchase, [bought]));
        await crm.DeliverEvents();
        Assert.Equal(0m, (await By("last")).Second);
    }

    [Fact]
    public async Task The_control_group_gets_nothing_and_shows_what_the_campaign_brought()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        for (var i = 0; i < 60; i++) await crm.Reader("客", $"{i:00}", $"c{i:00}@example.jp");
        var campaign = await crm.Campaign(("holdoutPercent", 30), ("responseDays", 10));
        await crm.Send(campaign);
        var all = await crm.Recipients(campaign);
        var (treated, control) = (all.Where(r => r.State == RecipientStates.Sent).ToList(), all.Where(r => r.Reason == CampaignsContract.Exclusions.Holdout).ToList());
        Assert.InRange(control.Count, 8, 30);
        Assert.Equal(treated.Count, server.Mails.Count);

        // Half of those who got it buy, and one of the control group; one too late to count.
        foreach (var one in treated.Take(treated.Count / 2).Append(control[0])) await crm.Save(CustomersContract.Purchase, ("personId", one.CustomerId), ("boughtOn", "2026-11-22"), ("productName", "緑茶"), ("amount", 1_000));
        await crm.Save(CustomersContract.Purchase, ("personId", control[1].CustomerId), ("boughtOn", "2026-12-24"), ("productName", "緑茶"), ("amount", 1_000));
        await crm.DeliverEvents();

        var uplift = (await crm.Ask(new GetResult(campaign))).Uplift!;
        Assert.Equal((treated.Count, treated.Count / 2, control.Count, 1), (uplift.Treated, uplift.TreatedResponding, uplift.Control, uplift.ControlResponding));
        Assert.Equal(((double)(treated.Count / 2) / treated.Count) - (1.0 / control.Count), uplift.Shares!.Value, 10);
        Assert.Equal(1_000 * uplift.Shares.Value, uplift.Revenue!.Value, 6);

        // Drawn up again, the lots fall the same.
        var again = await crm.Campaign(("holdoutPercent", 30));
        await crm.Prepare(again);
        var lots = (await crm.Recipients(again)).Where(r => r.Reason == CampaignsContract.Exclusions.Holdout).Select(r => r.CustomerId).ToHashSet();
        await crm.Prepare(again);
        Assert.True(lots.SetEquals((await crm.Recipients(again)).Where(r => r.Reason == CampaignsContract.Exclusions.Holdout).Select(r => r.CustomerId)));
    }

    [Fact]
    public async Task Who_asks_about_it_has_responded_and_who_complains_has_not()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server, new Crm.Support.SupportModule());
        var (hanako, ichiro) = (await crm.Reader("佐藤", "花子", "hanako@example.jp"), await crm.Reader("鈴木", "一郎", "ichiro@example.jp"));
        var campaign = await crm.Campaign();
        await crm.Send(campaign);
        crm.Clock.Advance(TimeSpan.FromHours(3));

        await crm.Save(SupportContract.Inquiry, ("subject", "新商品の在庫について"), ("personId", hanako));
        await crm.Save(SupportContract.Inquiry, ("subject", "届いた品が割れていた"), ("personId", ichiro), ("complaint", true));
        await crm.DeliverEvents();

        var kind = Assert.Single((await crm.Ask(new GetResult(campaign))).Kinds);
        Assert.Equal((1, 1, 0m), (kind.Responses, kind.People, kind.Value));
        Assert.Equal("inquiry", (await crm.InDb(db => db.Responses.SingleAsync())).Kind);
    }

    [Fact]
    public async Task A_journey_begins_at_its_beginning_also_of_who_has_many_records()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Send(campaign);
        crm.Clock.Advance(TimeSpan.FromDays(300));
        var days = Enumerable.Range(0, 250).Select(i => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?> { ["personId"] = hanako, ["boughtOn"] = new DateOnly(2026, 12, 1).AddDays(i), ["productName"] = "緑茶", ["amount"] = 1_000 });
        Assert.All((await crm.Ask(new SaveRecords(CustomersContract.Purchase, [.. days]))).Rows, r => Assert.Empty(r.Problems));

        var view = await crm.Ask(new Crm.Campaigns.Journeys.GetJourney(null, campaign, new(2026, 11, 1)));

        Assert.Equal(["配信", "購入"], Assert.Single(view.Paths).Kinds.Where(k => k is "配信" or "購入"));
        Assert.Equal((1, 0), (view.People, view.Unread));
    }

    [Fact]
    public async Task A_journey_is_made_of_what_all_modules_know_in_order()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Send(campaign);
        crm.Clock.Advance(TimeSpan.FromDays(2));
        await crm.Save(CustomersContract.Purchase, ("personId", hanako), ("boughtOn", "2026-11-22"), ("productName", "緑茶"), ("amount", 1_000));

        var view = await crm.Ask(new Crm.Campaigns.Journeys.GetJourney(null, campaign, new(2026, 11, 1)));

        Assert.Equal(1, view.People);
        Assert.Contains(view.Links, l => l is { From: "配信", To: "購入", People: 1 });
        Assert.Empty(view.Missing);
    }
}
