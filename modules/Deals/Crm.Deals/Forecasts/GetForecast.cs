using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Forecasts;

/// <summary>The forecast of whom one asks about, by person, and how past forecasts did.</summary>
/// <param name="Who">Whose: <c>me</c>, <c>user:id</c>, <c>team:id</c>; everybody's when empty.</param>
[Requires(DealsContract.SeeReports)]
internal sealed record GetForecast(string? Who) : IRequest<Result<ForecastView>>;

internal sealed record ForecastView(
    IReadOnlyList<MonthForecast> Months, IReadOnlyList<PersonForecast> People, IReadOnlyList<TeamForecast> Teams, IReadOnlyList<PastForecast> Past, decimal? MeanError,
    IReadOnlyList<SnapshotError> Snapshots, int Observed, Colleagues Staff);

internal sealed record PersonForecast(Guid? Id, string Name, IReadOnlyList<MonthForecast> Months, int Open);

internal sealed record TeamForecast(string Name, IReadOnlyList<MonthForecast> Months, int Open);

/// <summary>What both ways said on a day about a month, and what came.</summary>
internal sealed record SnapshotError(DateOnly Month, DateOnly TakenOn, decimal Weighted, decimal ByHistory, decimal Actual);

/// <summary>How the forecast by history would have done: one line for each of the last months.</summary>
/// <param name="Months">How many, 1 to 24.</param>
/// <param name="Until">As if it were this day; today when null.</param>
/// <remarks>For programs and the command line; the page shows the same.</remarks>
[Command("deals.backtest")]
[Requires(DealsContract.SeeReports)]
internal sealed record Backtest(int Months = 12, DateOnly? Until = null) : IRequest<Result<BacktestReport>>;

/// <summary>A back-test.</summary>
/// <param name="Method">In words.</param>
/// <param name="Months">First day, forecast, actual and error of each.</param>
/// <param name="MeanError">Sum of absolute errors ÷ sum of actuals.</param>
internal sealed record BacktestReport(string Method, IReadOnlyList<PastForecast> Months, decimal? MeanError);

internal sealed class GetForecastHandler(DealsDb db, DealHistories histories, Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant)
    : IRequestHandler<GetForecast, Result<ForecastView>>, IRequestHandler<Backtest, Result<BacktestReport>>
{
    private const int MonthsBack = 12;

    public async Task<Result<ForecastView>> Handle(GetForecast query, CancellationToken cancellationToken)
    {
        if (!await readable.SeesMoney(cancellationToken)) return Problems.Forbidden($"{DealsContract.Deal}:read");
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<ForecastView>.Fail(staff.Problems);

        // Chances are learnt from all deals one may see; what they are applied to is chosen.
        var all = await histories.Read(null, cancellationToken);
        var probabilities = await db.Stages.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Probability, cancellationToken);
        var today = clock.Today(tenant);
        var model = WinModel.Learn(all, today);
        var who = Who.Of(query.Who, staff.Value, user);
        List<DealHistory> chosen = [.. all.Where(d => who.Has(d.Owner))];
        var names = staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        var people = chosen.GroupBy(d => d.Owner)
            .Select(g => (g.Key, Deals: g.ToList()))
            .Select(g => new PersonForecast(
                g.Key, g.Key is { } id ? names.GetValueOrDefault(id) ?? "–" : Texts.L("担当者なし", "Nobody"), Forecast.Of(g.Deals, model, probabilities, today),
                g.Deals.Count(d => d.OpenAt(today.AddDays(1)))))
            .Where(p => p.Open > 0 || p.Months.Any(m => m.ByHistory > 0)).OrderByDescending(p => p.Months[0].ByHistory).ToList();
        var teams = who == Who.Everybody
            ? staff.Value.Teams.Select(t => (t.Name, Deals: all.Where(d => d.Owner is { } o && t.Members.Contains(o)).ToList()))
                .Select(t => new TeamForecast(t.Name, Forecast.Of(t.Deals, model, probabilities, today), t.Deals.Count(d => d.OpenAt(today.AddDays(1))))).ToList()
            : [];
        var past = Forecast.Backtest(all, chosen, today, MonthsBack);
        return new ForecastView(
            Forecast.Of(chosen, model, probabilities, today), people, teams, past, Forecast.MeanError(past),
            who == Who.Everybody ? await Snapshots(all, today, cancellationToken) : [], model.Observed, staff.Value);
    }

    public async Task<Result<BacktestReport>> Handle(Backtest backtest, CancellationToken cancellationToken)
    {
        if (!await readable.SeesMoney(cancellationToken)) return Problems.Forbidden($"{DealsContract.Deal}:read");
        var all = await histories.Read(null, cancellationToken);
        var past = Forecast.Backtest(all, all, backtest.Until ?? clock.Today(tenant), Math.Clamp(backtest.Months, 1, 24));
        return new BacktestReport(
            Texts.L("段階×経過月数の受注率（担当者の補正と新規分を含む）を、各月初より前の実績だけから求めた予測", "Win rate by stage and age, with a factor per person and new business, learnt for each month from what was known at its beginning"),
            past, Forecast.MeanError(past) is { } error ? decimal.Round(error, 4) : null);
    }

    private async Task<IReadOnlyList<SnapshotError>> Snapshots(IReadOnlyList<DealHistory> all, DateOnly today, CancellationToken cancellation)
    {
        var current = new DateOnly(today.Year, today.Month, 1);
        var from = current.AddMonths(-MonthsBack);
        var kept = await db.ForecastSnapshots.AsNoTracking().Where(s => s.Month >= from && s.Month < current).ToListAsync(cancellation);
        return
        [
            .. from snapshot in kept
               where snapshot.TakenOn >= snapshot.Month
               orderby snapshot.Month
               select new SnapshotError(snapshot.Month, snapshot.TakenOn, snapshot.Weighted, snapshot.ByHistory, all.Where(d => d.WonIn(snapshot.Month, snapshot.Month.AddMonths(1))).Sum(d => d.Value)),
        ];
    }
}
