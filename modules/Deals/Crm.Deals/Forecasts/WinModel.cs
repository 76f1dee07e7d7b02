// How often deals like this one were won in the past. Pure; the definitions here are the ones shown on the page and in the manual.
namespace Crm.Deals.Forecasts;

/// <summary>
/// Chances learnt from the beginnings of past months: of the deals that were then open in a stage at an age, how many were won in that
/// month, in the one after, in the one after that.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Observation: a deal open at the beginning of a month. Age: full <see cref="AgeDays"/>-day steps since it began, at most <see cref="Oldest"/>.</item>
/// <item>Chance by stage and age for the h-th month = (won + <see cref="Prior"/> × chance of the stage) ÷ (observed + <see cref="Prior"/>); that of the
/// stage is drawn in the same way towards that of all. Only months that are over by the day of the forecast count.</item>
/// <item>Factor of a person = (won in the first month + <see cref="PersonPrior"/>) ÷ (expected by the chances above + <see cref="PersonPrior"/>),
/// between <see cref="Least"/> and <see cref="Most"/>.</item>
/// <item>New business of a person for the h-th month: mean value won in the h-th month from deals that began after the beginning of the first,
/// over the last <see cref="Recent"/> beginnings for which that is known.</item>
/// <item>A deal nobody put a value on counts with what is usual: (value won by its owner + <see cref="Prior"/> × mean value of all won) ÷ (deals won
/// by its owner + <see cref="Prior"/>), of wins before the day that had a value.</item>
/// </list>
/// </remarks>
internal sealed class WinModel
{
    public const int Horizon = 3;
    public const int AgeDays = 30;
    public const int Oldest = 12;
    public const int Recent = 6;
    public const decimal Prior = 10;
    public const decimal PersonPrior = 5;
    public const decimal Least = 0.5m;
    public const decimal Most = 2m;

    private readonly Tally all = new();
    private readonly Dictionary<Guid, Tally> byStage = [];
    private readonly Dictionary<(Guid Stage, int Age), Tally> byAge = [];
    private readonly Dictionary<Guid, decimal> factors = [];
    private readonly Dictionary<Guid, decimal[]> newBusiness = [];
    private readonly Dictionary<Guid, decimal> usualValues = [];
    private decimal usualValue;

    /// <summary>Observations it was learnt from.</summary>
    public int Observed => (int)all.Seen[0];

    /// <summary>The chance, 0 to 1, that a deal is won in the h-th month from now.</summary>
    public decimal Chance(Guid? stage, int ageDays, Guid? owner, int month)
    {
        var h = Math.Clamp(month, 1, Horizon) - 1;
        return Math.Min(1, Plain(stage ?? Guid.Empty, Step(ageDays), h) * FactorOf(owner));
    }

    public decimal FactorOf(Guid? owner) => factors.GetValueOrDefault(owner ?? Guid.Empty, 1);

    /// <summary>What the deal is worth: its value, or what is usual while nobody has put one on it.</summary>
    public decimal ValueOf(DealHistory deal) => deal.Value != 0 ? deal.Value : usualValues.GetValueOrDefault(deal.Owner ?? Guid.Empty, usualValue);

    /// <summary>What deals that have not begun yet bring in the h-th month from now.</summary>
    public decimal NewBusiness(Guid? owner, int month) => newBusiness.GetValueOrDefault(owner ?? Guid.Empty)?[Math.Clamp(month, 1, Horizon) - 1] ?? 0;

    /// <summary>Learns from what was known at the beginning of a day.</summary>
    public static WinModel Learn(IReadOnlyList<DealHistory> deals, DateOnly day)
    {
        var model = new WinModel();
        if (deals.Count == 0) return model;
        var first = deals.Min(d => d.Opened);
        var months = Months(new DateOnly(first.Year, first.Month, 1).AddMonths(1), day).ToList();
        var seen = new List<(Guid Owner, Guid Stage, int Age, bool Won)>();
        foreach (var deal in deals)
        {
            // Only months in which it can have been open: of a closed deal those up to its end.
            var until = deal.States[^1] is { Status: not Contracts.DealsContract.Status.Open } end && end.On < day ? end.On.AddDays(1) : day;
            for (var month = new DateOnly(deal.Opened.Year, deal.Opened.Month, 1).AddMonths(1); month < until; month = month.AddMonths(1))
            {
                var known = Enumerable.Range(1, Horizon).TakeWhile(h => month.AddMonths(h) <= day).Count();
                if (known == 0) break;
                if (deal.At(month) is not { Status: Contracts.DealsContract.Status.Open } state) continue;
                var (stage, age) = (state.Stage ?? Guid.Empty, Step(month.DayNumber - deal.Opened.DayNumber));
                for (var h = 0; h < known; h++)
                {
                    var won = deal.WonIn(month.AddMonths(h), month.AddMonths(h + 1));
                    model.Count(stage, age, h, won);
                    if (h == 0) seen.Add((deal.Owner ?? Guid.Empty, stage, age, won));
                }
            }
        }

        foreach (var person in seen.GroupBy(s => s.Owner))
        {
            var (won, expected) = (person.Count(s => s.Won), person.Sum(s => model.Plain(s.Stage, s.Age, 0)));
            model.factors[person.Key] = Math.Clamp((won + PersonPrior) / (expected + PersonPrior), Least, Most);
        }

        model.LearnNewBusiness(deals, months, day);
        model.LearnUsualValues(deals, day);
        return model;
    }

    private void LearnUsualValues(IReadOnlyList<DealHistory> deals, DateOnly day)
    {
        var won = deals.Where(d => d.Value != 0 && d.At(day) is { Status: Contracts.DealsContract.Status.Won }).ToList();
        if (won.Count == 0) return;
        usualValue = won.Average(d => d.Value);
        foreach (var person in won.GroupBy(d => d.Owner ?? Guid.Empty)) usualValues[person.Key] = (person.Sum(d => d.Value) + (Prior * usualValue)) / (person.Count() + Prior);
    }

    private void LearnNewBusiness(IReadOnlyList<DealHistory> deals, List<DateOnly> months, DateOnly day)
    {
        for (var h = 1; h <= Horizon; h++)
        {
            var known = months.Where(m => m.AddMonths(h) <= day).TakeLast(Recent).ToList();
            if (known.Count == 0) continue;
            var young = deals.Where(d => d.Opened >= known[0]).ToList();
            foreach (var month in known)
            {
                foreach (var deal in young.Where(d => d.Opened >= month && d.WonIn(month.AddMonths(h - 1), month.AddMonths(h))))
                {
                    var owner = deal.Owner ?? Guid.Empty;
                    if (!newBusiness.TryGetValue(owner, out var values)) newBusiness[owner] = values = new decimal[Horizon];
                    values[h - 1] += deal.Value / known.Count;
                }
            }
        }
    }

    /// <summary>First days of months from one on, before a day.</summary>
    public static IEnumerable<DateOnly> Months(DateOnly from, DateOnly before)
    {
        for (var month = from; month < before; month = month.AddMonths(1)) yield return month;
    }

    private void Count(Guid stage, int age, int h, bool won)
    {
        foreach (var tally in (Tally[])[all, Of(byStage, stage), Of(byAge, (stage, age))])
        {
            tally.Seen[h]++;
            if (won) tally.Won[h]++;
        }
    }

    private static Tally Of<TKey>(Dictionary<TKey, Tally> tallies, TKey key) where TKey : notnull
    {
        if (!tallies.TryGetValue(key, out var tally)) tallies[key] = tally = new();
        return tally;
    }

    private decimal Plain(Guid stage, int age, int h)
    {
        var overall = all.Seen[h] == 0 ? 0 : all.Won[h] / all.Seen[h];
        var ofStage = Drawn(byStage.GetValueOrDefault(stage), h, overall);
        return Drawn(byAge.GetValueOrDefault((stage, age)), h, ofStage);
    }

    private static decimal Drawn(Tally? tally, int h, decimal towards) => tally is null ? towards : (tally.Won[h] + (Prior * towards)) / (tally.Seen[h] + Prior);

    private static int Step(int ageDays) => Math.Clamp(ageDays / AgeDays, 0, Oldest);

    private sealed class Tally
    {
        public decimal[] Seen { get; } = new decimal[Horizon];

        public decimal[] Won { get; } = new decimal[Horizon];
    }
}
