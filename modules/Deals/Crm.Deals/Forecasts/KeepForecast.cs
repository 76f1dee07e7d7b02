using Crm.Deals.Shared;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Forecasts;

/// <summary>What the forecast said on a day about a month; kept, because nobody can tell later what was expected then.</summary>
internal sealed class ForecastSnapshot
{
    public Guid TenantId { get; set; }

    public DateOnly Month { get; set; }

    public DateOnly TakenOn { get; set; }

    public decimal Weighted { get; set; }

    public decimal ByHistory { get; set; }
}

/// <summary>Once a month, on the first day it runs: keeps the forecast of this month and the two after it.</summary>
internal sealed class KeepForecast(DealsDb db, DealHistories histories, TimeProvider clock, ITenant tenant) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var month = new DateOnly(today.Year, today.Month, 1);
        if (await db.ForecastSnapshots.AnyAsync(s => s.TakenOn >= month, cancellation)) return;
        var deals = await histories.Read(null, cancellation);
        if (deals.Count == 0) return;
        var probabilities = await db.Stages.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Probability, cancellation);
        foreach (var forecast in Forecast.Of(deals, WinModel.Learn(deals, today), probabilities, today))
        {
            db.ForecastSnapshots.Add(new ForecastSnapshot { TenantId = db.TenantId, Month = forecast.Month, TakenOn = today, Weighted = decimal.Round(forecast.Weighted, 2), ByHistory = decimal.Round(forecast.ByHistory, 2) });
        }

        (await db.SaveAsync(cancellation: cancellation)).OrThrow("forecast of the month");
        await run.Report(WinModel.Horizon, WinModel.Horizon);
    }
}
