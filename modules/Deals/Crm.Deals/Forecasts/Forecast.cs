// What the coming months bring, in two ways, and how well the second would have done. Pure.
using Crm.Deals.Contracts;

namespace Crm.Deals.Forecasts;

/// <summary>What one person's or everybody's deals bring in a month.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Won">Won in it so far.</param>
/// <param name="Weighted">Value × probability of the open deals expected to close in it, as on the board: nothing that is won. What is overdue counts in the current month.</param>
/// <param name="FromPipeline">Value × learnt chance of the open deals.</param>
/// <param name="NewBusiness">What deals that have not begun yet bring.</param>
internal sealed record MonthForecast(DateOnly Month, decimal Won, decimal Weighted, decimal FromPipeline, decimal NewBusiness)
{
    public decimal ByHistory => Won + FromPipeline + NewBusiness;
}

/// <summary>What was forecast at the beginning of a month that is over, and what came.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Forecast">By history, with what was known then.</param>
/// <param name="Actual">Won in it.</param>
internal sealed record PastForecast(DateOnly Month, decimal Forecast, decimal Actual)
{
    public decimal Error => Forecast - Actual;
}

internal static class Forecast
{
    /// <summary>The current month and those after it.</summary>
    /// <param name="deals">Those that count.</param>
    /// <param name="model">Learnt from all deals up to today.</param>
    /// <param name="probabilities">Per cent by stage.</param>
    /// <param name="today">Today.</param>
    /// <remarks>Of the current month only the days that are left count: chances and new business are taken by their share.</remarks>
    public static IReadOnlyList<MonthForecast> Of(IReadOnlyList<DealHistory> deals, WinModel model, IReadOnlyDictionary<Guid, int> probabilities, DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        var days = DateTime.DaysInMonth(today.Year, today.Month);
        var left = (decimal)(days - today.Day + 1) / days;
        var tomorrow = today.AddDays(1);
        var open = deals.Select(d => (Deal: d, State: d.At(tomorrow))).Where(d => d.State is { Status: DealsContract.Status.Open }).ToList();
        var owners = deals.Select(d => d.Owner ?? Guid.Empty).Distinct().ToList();
        return
        [
            .. Enumerable.Range(0, WinModel.Horizon).Select(i =>
            {
                var (from, before, share) = (month.AddMonths(i), month.AddMonths(i + 1), i == 0 ? left : 1);
                return new MonthForecast(
                    from,
                    deals.Where(d => d.WonIn(from, i == 0 ? tomorrow : before)).Sum(d => d.Value),
                    open.Where(d => d.Deal.ExpectedClose is { } close && close < before && (close >= from || i == 0)).Sum(d => Weight(d.Deal, d.State!, probabilities)),
                    open.Sum(d => model.ValueOf(d.Deal) * model.Chance(d.State!.Stage, today.DayNumber - d.Deal.Opened.DayNumber, d.Deal.Owner, i + 1)) * share,
                    owners.Sum(o => model.NewBusiness(o, i + 1)) * share);
            }),
        ];
    }

    /// <summary>Value × probability: that of the deal, else that of its stage.</summary>
    public static decimal Weight(DealHistory deal, DealState state, IReadOnlyDictionary<Guid, int> probabilities) =>
        deal.Value * (deal.Probability ?? (state.Stage is { } stage ? probabilities.GetValueOrDefault(stage) : 0)) / 100m;

    /// <summary>Past months, each forecast with nothing that was not known at its beginning but the values of the deals.</summary>
    /// <param name="all">Those to learn from, as the forecast does.</param>
    /// <param name="deals">Those that count, some of all or all.</param>
    /// <param name="today">Today.</param>
    /// <param name="months">How many.</param>
    public static IReadOnlyList<PastForecast> Backtest(IReadOnlyList<DealHistory> all, IReadOnlyList<DealHistory> deals, DateOnly today, int months)
    {
        var owners = deals.Select(d => d.Owner ?? Guid.Empty).Distinct().ToList();
        var current = new DateOnly(today.Year, today.Month, 1);
        var past = new List<PastForecast>();
        for (var month = current.AddMonths(-months); month < current; month = month.AddMonths(1))
        {
            var model = WinModel.Learn(all, month);
            if (model.Observed == 0) continue;
            var forecast = owners.Sum(o => model.NewBusiness(o, 1));
            foreach (var deal in deals)
            {
                if (deal.At(month) is { Status: DealsContract.Status.Open } state) forecast += model.ValueOf(deal) * model.Chance(state.Stage, month.DayNumber - deal.Opened.DayNumber, deal.Owner, 1);
            }

            past.Add(new(month, decimal.Round(forecast, 2), deals.Where(d => d.WonIn(month, month.AddMonths(1))).Sum(d => d.Value)));
        }

        return past;
    }

    /// <summary>Sum of the absolute errors ÷ sum of what came; null when nothing came.</summary>
    public static decimal? MeanError(IEnumerable<PastForecast> past)
    {
        var all = past.ToList();
        var actual = all.Sum(p => p.Actual);
        return actual == 0 ? null : all.Sum(p => Math.Abs(p.Error)) / actual;
    }
}
