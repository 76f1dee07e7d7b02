using Crm.Deals.Contracts;
using Crm.Deals.Forecasts;
using Crm.Deals.Goals;
using Crm.Deals.Reports;
using Crm.Sdk.Records;

namespace Crm.Tests.Deals;

/// <summary>Figures of forecast and reports against a plain computation, day by day, over deals made at random.</summary>
public sealed class ForecastTests
{
    private const string Open = DealsContract.Status.Open;
    private const string Won = DealsContract.Status.Won;
    private const string Lost = DealsContract.Status.Lost;
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly Guid[] Stages = [.. Enumerable.Range(1, 4).Select(i => new Guid(i, 0, 0, new byte[8]))];
    private static readonly Guid[] People = [.. Enumerable.Range(1, 3).Select(i => new Guid(100 + i, 0, 0, new byte[8]))];
    private static readonly Dictionary<Guid, int> Positions = Stages.Select((s, i) => (s, i)).ToDictionary(x => x.s, x => x.i);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_open_began_won_lost_and_reopened_adds_up_and_equals_a_count_day_by_day(int seed)
    {
        var deals = Deals(seed, 300);
        var (from, until) = (new DateOnly(2026, 6, 10), new DateOnly(2026, 9, 20));

        var movement = Movement.Of(deals, from, until, Positions);

        Assert.Equal(movement.Closing, movement.Opening + movement.Began + movement.Reopened - movement.Won - movement.Lost);
        var (won, lost, reopened, forwards) = (0, 0, 0, 0);
        var wonValue = 0m;
        foreach (var deal in deals)
        {
            for (var i = 1; i < deal.States.Count; i++)
            {
                var (was, now) = (deal.States[i - 1], deal.States[i]);
                if (now.On < from || now.On > until) continue;
                if (was.Status == Open && now.Status == Won) (won, wonValue) = (won + 1, wonValue + deal.Value);
                if (was.Status == Open && now.Status == Lost) lost++;
                if (was.Status != Open && now.Status == Open) reopened++;
                if (was.Status == Open && now.Status == Open && Positions[now.Stage!.Value] > Positions[was.Stage!.Value]) forwards++;
            }
        }

        Assert.Equal((won, lost, reopened, forwards), (movement.Won.Count, movement.Lost.Count, movement.Reopened.Count, movement.Forwards.Count));
        Assert.Equal(wonValue, movement.Won.Value);
        Assert.Equal(deals.Count(d => Plain(d, from.AddDays(-1))?.Status == Open), movement.Opening.Count);
        Assert.True(won > 10 && lost > 10 && reopened > 0 && forwards > 10, "too little happened to prove anything");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Win_rate_and_days_to_the_order_equal_a_plain_count(int seed)
    {
        var deals = Deals(seed, 300);
        var (from, until) = (new DateOnly(2026, 4, 1), new DateOnly(2026, 9, 30));

        var outcome = Outcome.Of(deals, from, until);

        var ended = deals.Select(d => (d, End: Plain(d, until))).Where(d => d.End is { } e && e.Status != Open && e.On >= from).ToList();
        var won = ended.Where(d => d.End!.Status == Won).ToList();
        Assert.Equal((decimal)won.Count / ended.Count, outcome.Rate);
        Assert.Equal(won.Sum(d => d.d.Value), outcome.Won.Value);
        var days = won.Select(d => d.End!.On.DayNumber - d.d.Opened.DayNumber).Order().ToList();
        var median = days.Count % 2 == 1 ? days[days.Count / 2] : (days[(days.Count / 2) - 1] + days[days.Count / 2]) / 2m;
        Assert.Equal(median, outcome.MedianDays);
        Assert.Equal((days[0], days[^1]), ((int)outcome.Quantile(0)!.Value, (int)outcome.Quantile(1)!.Value));
    }

    [Fact]
    public void The_weighted_forecast_is_value_times_probability_by_month_of_expected_close()
    {
        var deals = Deals(6, 200);
        var probabilities = Stages.Select((s, i) => (s, p: 10 + (20 * i))).ToDictionary(x => x.s, x => x.p);

        var months = Forecast.Of(deals, WinModel.Learn(deals, Today), probabilities, Today);

        for (var i = 0; i < 3; i++)
        {
            var (from, before) = (new DateOnly(2026, 11, 1).AddMonths(i), new DateOnly(2026, 12, 1).AddMonths(i));
            decimal sum = 0;
            foreach (var deal in deals)
            {
                if (Plain(deal, Today) is not { Status: Open } state || deal.ExpectedClose is not { } close) continue;
                var counts = i == 0 ? close < before : close >= from && close < before;
                if (counts) sum += deal.Value * (deal.Probability ?? probabilities[state.Stage!.Value]) / 100;
            }

            Assert.Equal(sum, months[i].Weighted);
            Assert.Equal(deals.Where(d => d.WonIn(from, i == 0 ? Today.AddDays(1) : before)).Sum(d => d.Value), months[i].Won);
        }

        Assert.True(months[0].Weighted > 0);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Chances_by_stage_and_age_equal_a_plain_count_over_the_beginnings_of_months(int seed)
    {
        var deals = Deals(seed, 250);
        var day = new DateOnly(2026, 10, 1);
        var model = WinModel.Learn(deals, day);

        var seen = new List<(Guid Owner, Guid Stage, int Age, bool[] Won)>();
        for (var month = Month(deals.Min(d => d.Opened)).AddMonths(1); month.AddMonths(1) <= day; month = month.AddMonths(1))
        {
            foreach (var deal in deals)
            {
                if (Plain(deal, month.AddDays(-1)) is not { Status: Open } state) continue;
                var age = Math.Min(12, (month.DayNumber - deal.Opened.DayNumber) / 30);
                var won = Enumerable.Range(0, 3).TakeWhile(h => month.AddMonths(h + 1) <= day)
                    .Select(h => Plain(deal, month.AddMonths(h + 1).AddDays(-1)) is { Status: Won } end && end.On >= month.AddMonths(h)).ToArray();
                seen.Add((deal.Owner!.Value, state.Stage!.Value, age, won));
            }
        }

        Assert.Equal(seen.Count, model.Observed);
        foreach (var (stage, age, h) in from s in Stages from a in new[] { 0, 2, 5, 12 } from h in new[] { 1, 2, 3 } select (s, a, h))
        {
            var known = seen.Where(s => s.Won.Length >= h).ToList();
            decimal Share(IEnumerable<(Guid Owner, Guid Stage, int Age, bool[] Won)> of, decimal towards) => (of.Count(s => s.Won[h - 1]) + (10 * towards)) / (of.Count() + 10);
            var all = (decimal)known.Count(s => s.Won[h - 1]) / known.Count;
            var expected = Share(known.Where(s => s.Stage == stage && s.Age == age), Share(known.Where(s => s.Stage == stage), all));
            Assert.Equal(expected, model.Chance(stage, age * 30, null, h), precision: 20);
        }
    }

    [Fact]
    public void A_person_who_wins_more_than_expected_has_a_factor_above_one()
    {
        var deals = Deals(9, 400, skill: owner => owner == People[0] ? 0.9 : 0.25);
        var model = WinModel.Learn(deals, Today);

        Assert.True(model.FactorOf(People[0]) > 1.1m, $"{model.FactorOf(People[0])}");
        Assert.True(model.FactorOf(People[1]) < 1 && model.FactorOf(People[2]) < 1);
        Assert.Equal(1, model.FactorOf(Ids.New()));
    }

    [Fact]
    public void A_deal_nobody_put_a_value_on_counts_with_what_its_owner_usually_wins()
    {
        var deals = Deals(11, 400);
        var open = deals.First(d => d.OpenAt(Today.AddDays(1)));
        List<DealHistory> without = [.. deals.Select(d => d == open || d.At(Today)?.Status == Lost ? d with { Value = 0 } : d)];
        var model = WinModel.Learn(without, Today);
        var won = deals.Where(d => d.At(Today)?.Status == Won).ToList();
        var own = won.Where(d => d.Owner == open.Owner).ToList();
        var usual = (own.Sum(d => d.Value) + (10 * won.Sum(d => d.Value) / won.Count)) / (own.Count + 10);

        Assert.Equal(usual, model.ValueOf(without.Single(d => d.Id == open.Id)), 4);
        Assert.All(without.Where(d => d.Value > 0), d => Assert.Equal(d.Value, model.ValueOf(d)));
        Assert.Equal(0, WinModel.Learn([], Today).ValueOf(open with { Value = 0 }));

        // The chance times that value, and nothing else, is what such a deal adds.
        var month = Forecast.Of(without, model, new Dictionary<Guid, int>(), Today)[1];
        var others = Forecast.Of([.. without.Where(d => d.Id != open.Id)], model, new Dictionary<Guid, int>(), Today)[1];
        Assert.Equal(usual * model.Chance(open.At(Today.AddDays(1))!.Stage, Today.DayNumber - open.Opened.DayNumber, open.Owner, 2), month.FromPipeline - others.FromPipeline, 4);
    }

    [Fact]
    public void A_past_forecast_knows_nothing_that_came_after_its_day()
    {
        var deals = Deals(10, 300);
        var before = Forecast.Backtest(deals, deals, Today, 6);

        // What happens in a month and after it changes what came, never what had been forecast.
        var july = new DateOnly(2026, 7, 1);
        var other = deals.Select(d => d with { States = [.. d.States.Where(s => s.On < july)] }).Where(d => d.States.Count > 0).ToList();
        var after = Forecast.Backtest(other, other, Today, 6);

        Assert.Equal(before.Single(p => p.Month == july).Forecast, after.Single(p => p.Month == july).Forecast);
        Assert.NotEqual(before.Single(p => p.Month == july).Actual, after.Single(p => p.Month == july).Actual);
    }

    [Fact]
    public void The_past_error_of_a_person_is_that_of_the_forecast_learnt_from_all()
    {
        var deals = Deals(13, 400);
        List<DealHistory> own = [.. deals.Where(d => d.Owner == People[0])];
        var october = new DateOnly(2026, 10, 1);

        var past = Forecast.Backtest(deals, own, Today, 6);

        var model = WinModel.Learn(deals, october);
        var forecast = model.NewBusiness(People[0], 1) + own.Where(d => d.OpenAt(october)).Sum(d => d.Value * model.Chance(d.At(october)!.Stage, october.DayNumber - d.Opened.DayNumber, People[0], 1));
        Assert.Equal(decimal.Round(forecast, 2), past.Single(p => p.Month == october).Forecast);
        Assert.NotEqual(Forecast.Backtest(own, own, Today, 6).Single(p => p.Month == october).Forecast, past.Single(p => p.Month == october).Forecast);
        Assert.Equal(own.Where(d => d.WonIn(october, october.AddMonths(1))).Sum(d => d.Value), past.Single(p => p.Month == october).Actual);
    }

    [Fact]
    public void The_past_error_is_the_sum_of_the_errors_over_what_came()
    {
        PastForecast[] past = [new(new(2026, 8, 1), 120, 100), new(new(2026, 9, 1), 80, 100), new(new(2026, 10, 1), 300, 200)];

        Assert.Equal(140m / 400m, Forecast.MeanError(past));
        Assert.Null(Forecast.MeanError([new(new(2026, 8, 1), 5, 0)]));
    }

    [Fact]
    public void A_forecast_by_history_comes_closer_than_the_half_of_what_comes_where_the_past_repeats_itself()
    {
        var deals = Deals(11, 1_500);
        var past = Forecast.Backtest(deals, deals, Today, 6);

        Assert.Equal(6, past.Count);
        Assert.InRange(Forecast.MeanError(past)!.Value, 0, 0.5m);
    }

    [Theory]
    [InlineData("month", "2026-02-14", "2026-02-01", "2026-02-28")]
    [InlineData("quarter", "2026-02-14", "2026-01-01", "2026-03-31")]
    [InlineData("quarter", "2026-05-01", "2026-04-01", "2026-06-30")]
    [InlineData("year", "2026-02-14", "2025-04-01", "2026-03-31")]
    [InlineData("year", "2026-04-01", "2026-04-01", "2027-03-31")]
    public void Periods_of_goals_follow_the_fiscal_year(string period, string day, string from, string until) =>
        Assert.Equal((Day(from), Day(until)), GoalPeriod.Of(period, Day(day), 4));

    [Fact]
    public void Deals_that_ended_had_come_so_far()
    {
        var deals = Deals(12, 300);
        var (from, until) = (new DateOnly(2026, 3, 1), new DateOnly(2026, 8, 31));

        var reached = Reached.Of(deals, from, until, [.. Stages.Select((s, i) => (s, i))]);

        var ended = deals.Where(d => Plain(d, until) is { } e && e.Status != Open && e.On >= from).ToList();
        for (var i = 0; i < Stages.Length; i++)
        {
            Assert.Equal(ended.Count(d => Plain(d, until)!.Status == Won || d.States.Any(s => Positions[s.Stage!.Value] >= i)), reached[i].Deals);
        }

        Assert.Equal(ended.Count, reached[0].Deals);
    }

    private static DateOnly Day(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

    private static DateOnly Month(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>The state at the end of a day, found by walking day by day.</summary>
    private static DealState? Plain(DealHistory deal, DateOnly endOf)
    {
        DealState? state = null;
        for (var day = deal.Opened; day <= endOf; day = day.AddDays(1))
        {
            foreach (var at in deal.States.Where(s => s.On == day)) state = at;
        }

        return state;
    }

    private static List<DealHistory> Deals(int seed, int count, Func<Guid, double>? skill = null)
    {
        var dice = new Random(seed);
        var deals = new List<DealHistory>();
        for (var i = 0; i < count; i++)
        {
            var owner = People[dice.Next(People.Length)];
            var opened = Today.AddDays(-dice.Next(0, 700));
            var states = new List<DealState> { new(opened, Stages[0], Open) };
            while (true)
            {
                var on = states[^1].On.AddDays(dice.Next(0, 45));
                if (on > Today) break;
                var (stage, status) = (Array.IndexOf(Stages, states[^1].Stage!.Value), states[^1].Status);
                if (status != Open && dice.NextDouble() > 0.06) break;
                var next = status != Open ? new DealState(on, Stages[stage], Open)
                    : dice.NextDouble() < 0.2 ? new DealState(on, Stages[stage], Lost)
                    : stage == Stages.Length - 1 ? new DealState(on, Stages[stage], dice.NextDouble() < (skill?.Invoke(owner) ?? 0.6) ? Won : Lost)
                    : new DealState(on, Stages[Math.Max(0, stage + (dice.NextDouble() < 0.1 ? -1 : 1))], Open);
                states.Add(next);
            }

            deals.Add(new DealHistory(Ids.New(), opened, states)
            {
                Owner = owner, Value = dice.Next(1, 200) * 10_000, ExpectedClose = dice.NextDouble() < 0.9 ? Today.AddDays(dice.Next(-60, 150)) : null, Probability = dice.NextDouble() < 0.2 ? dice.Next(0, 101) : null,
            });
        }

        return deals;
    }
}
