using Crm.Sdk.Messaging;
using Crm.Support.Clock;
using Crm.Support.Inquiries;
using Crm.Support.Reports;
using Crm.Support.Setup;
using Crm.Support.Surveys;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>Figures are what their definitions say.</summary>
public sealed class FigureTests
{
    [Fact]
    public async Task Figures_equal_a_plain_computation_over_twenty_thousand_inquiries()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var now = crm.Clock.GetUtcNow();
        var desk = SupportClock.Of(new SupportSettings(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"));
        var types = await crm.Query(db => db.Types.Select(t => t.Id).ToListAsync());
        var (made, scores) = Made(now, desk, types);
        foreach (var some in made.Chunk(1_000))
        {
            await using var scope = await crm.Scope();
            var db = scope.Of<Crm.Support.SupportDb>("support");
            db.AddRange(some);
            db.AddRange(scores.Where(s => some.Any(i => i.Id == s.InquiryId)));
            Assert.False((await db.SaveAsync()).Failed);
        }

        var (first, last) = (new DateOnly(2026, 8, 1), new DateOnly(2026, 10, 31));
        var view = await crm.Ask(new GetFigures(first, last));

        // By hand, from the definitions on the page.
        var (from, before) = (new DateTimeOffset(2026, 7, 31, 15, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 10, 31, 15, 0, 0, TimeSpan.Zero));
        var received = made.Where(i => i.ReceivedAt >= from && i.ReceivedAt < before).ToArray();
        var closed = made.Where(i => i.Status == "closed" && i.ClosedAt >= from && i.ClosedAt < before).ToArray();
        var response = received.Where(i => i.ResponseMinutes != null).Select(i => (decimal)i.ResponseMinutes!).Order().ToArray();
        var resolution = closed.Select(i => (decimal)i.ResolutionMinutes!).Order().ToArray();
        var answers = scores.Where(s => s.AnsweredAt >= from && s.AnsweredAt < before).Select(s => s.Score!.Value).ToArray();
        Assert.True(received.Length > 3_000 && closed.Length > 3_000 && answers.Length > 300);
        Assert.Equal((received.Length, received.Count(i => i.Complaint == true), closed.Length), (view.All.Received, view.All.Complaints, view.All.Closed));
        Assert.Equal((Middle(response), response[(int)Math.Ceiling(response.Length * 0.9) - 1]), (view.All.ResponseMedian, view.All.Response90));
        Assert.Equal((Middle(resolution), resolution[(int)Math.Ceiling(resolution.Length * 0.9) - 1]), (view.All.ResolutionMedian, view.All.Resolution90));
        Assert.Equal(new Share(received.Count(i => i.Status == "closed"), received.Length), view.All.Resolved);
        Assert.Equal(new Share(received.Count(i => i.Reopened > 0), received.Count(i => i.Reopened > 0 || i.Status == "closed")), view.All.Reopened);
        Assert.Equal(
            new Share(received.Count(i => i.FirstRespondedAt != null && i.FirstRespondedAt <= i.ResponseDue), received.Count(i => i.FirstRespondedAt != null || i.ResponseDue < now)), view.All.ResponseInTime);
        Assert.Equal(new Share(closed.Count(i => i.ClosedAt <= i.ResolutionDue), closed.Length), view.All.ResolutionInTime);
        Assert.Equal((new Share(answers.Count(s => s > 3), answers.Length), Math.Round((decimal)answers.Average(), 2)), (view.All.Content, view.All.MeanScore!.Value));
        Assert.Equal((made.Count(i => i.Status != "closed"), made.Count(i => i.NextDue < now)), (view.Backlog.Open, view.Backlog.Late));
        Assert.Equal(received.Length, view.ByMonth.Sum(m => m.Figures.Received));
        Assert.Equal(received.Length, view.ByType.Sum(m => m.Figures.Received));
        foreach (var row in view.ByType) Assert.Equal(received.Count(i => i.TypeId.ToString() == row.Key), row.Figures.Received);

        var trends = await crm.Ask(new GetTrends(first, last));
        Assert.Equal(received.GroupBy(i => i.TypeId).Max(g => g.Count()), trends[0].Count);
        Assert.Equal(made.Count(i => i.ReceivedAt >= from.AddDays(-92) && i.ReceivedAt < from && i.TypeId == trends[0].TypeId), trends[0].Before);
    }

    [Theory, EveryDatabase]
    public async Task The_dashboard_draws_inquiries_and_complaints_week_by_week(string database)
    {
        await using var crm = await SupportHost.Start(database);
        await crm.Inquiry("見積がほしい");
        await crm.Inquiry("壊れていました", o => o with { Complaint = true });
        await using var scope = await crm.Scope();
        var gather = new CollectWidgets();
        await scope.Get<IMediator>().Publish(gather);

        var chart = gather.Parts.Single(w => w.Key == "support.by-week").Chart!;

        Assert.Equal((8, "09-28", "11-16"), (chart.Labels.Count, chart.Labels[0], chart.Labels[^1]));
        Assert.Equal([1m, 1m], chart.Series.Select(s => s.Values[^1] ?? 0));
        Assert.All(chart.Series, s => Assert.Equal(0, s.Values.SkipLast(1).Sum()));
    }

    [Theory]
    [InlineData(new[] { 7 }, 7, 7)]
    [InlineData(new[] { 1, 2 }, 1.5, 2)]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 5.5, 9)]
    public void The_middle_and_the_ninth_tenth_are_as_defined(int[] sorted, double middle, int ninth) =>
        Assert.Equal(((decimal)middle, (decimal)ninth), (Figures.Median(sorted), Figures.Rank(sorted, 0.9m)));

    private static (List<Inquiry> Inquiries, List<Survey> Surveys) Made(DateTimeOffset now, BusinessHours desk, List<Guid> types)
    {
        var dice = new Random(20_000);
        var (inquiries, surveys) = (new List<Inquiry>(), new List<Survey>());
        var target = new Target(TimeSpan.FromHours(9), TimeSpan.FromHours(45));
        for (var i = 0; i < 20_000; i++)
        {
            var received = now.AddMinutes(-dice.Next(1, 400 * 24 * 60));
            var inquiry = new Inquiry { Subject = $"問い合わせ {i}", TypeId = types[dice.Next(types.Count)], ReceivedAt = received, Priority = "normal", Complaint = dice.Next(10) == 0 ? true : null, Cause = "原因" };
            inquiry.TakeIn(received, null);
            inquiry.Promise(target, desk);
            inquiries.Add(inquiry);
            var at = received.AddMinutes(dice.Next(10, 3_000));
            if (dice.Next(20) == 0 || at > now) continue;
            inquiry.Answer(at, null, desk);
            at = at.AddMinutes(dice.Next(10, 12_000));
            if (dice.Next(15) == 0 || at > now) continue;
            inquiry.Close(at, null, desk);
            if (dice.Next(12) == 0 && at.AddHours(30) < now)
            {
                inquiry.Reopen(at.AddHours(20), null, target, desk);
                if (dice.Next(2) == 0) inquiry.Close(at.AddHours(30), null, desk);
            }

            if (dice.Next(6) == 0) surveys.Add(new Survey { InquiryId = inquiry.Id, AskedAt = at, AnsweredAt = at.AddMinutes(5), Score = dice.Next(1, 6) });
        }

        return (inquiries, surveys);
    }

    private static decimal Middle(decimal[] sorted) => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
