using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Reports;

/// <summary>On the dashboard: what lies in each stage, and what was won month by month, within the deals whoever looks may read.</summary>
internal sealed class DealCharts(DealsDb db, Readable readable, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectWidgets>
{
    private const int Months = 6;

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (user.Reach(DealsContract.Deal, RecordAction.Read) == Reach.None || !await readable.SeesMoney(cancellationToken)) return;
        await Stages(notification, cancellationToken);
        await Won(notification, cancellationToken);
    }

    /// <summary>The pipeline with the most open deals; the others are on the board.</summary>
    private async Task Stages(CollectWidgets widgets, CancellationToken cancellation)
    {
        var open = await readable.Deals.Where(d => d.Status == DealsContract.Status.Open && d.StageId != null)
            .GroupBy(d => d.StageId!.Value).Select(g => new { Stage = g.Key, Count = g.Count(), Value = g.Sum(d => d.Value) ?? 0 }).ToDictionaryAsync(g => g.Stage, cancellation);
        if (open.Count == 0) return;

        var busiest = (await db.Stages.AsNoTracking().OrderBy(s => s.Position).Select(s => new { s.Id, s.Name, s.PipelineId }).ToListAsync(cancellation))
            .GroupBy(s => s.PipelineId).MaxBy(p => p.Sum(s => open.GetValueOrDefault(s.Id)?.Count ?? 0))!.ToList();
        var board = Routes.Screen(DealsContract.Module, "board");
        widgets.Add(new Widget("deals.stages", ("段階別の案件", "Deals by stage"))
        {
            Link = board, Order = 23,
            Chart = new WidgetChart(
                "row", Texts.L("段階", "Stage"), [.. busiest.Select(s => s.Name)],
                [new ChartSeries(Texts.L("金額", "Value"), [.. busiest.Select(s => (decimal?)decimal.Round(open.GetValueOrDefault(s.Id)?.Value ?? 0))])])
            { Money = true },
        });
    }

    private async Task Won(CollectWidgets widgets, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var first = new DateOnly(today.Year, today.Month, 1).AddMonths(1 - Months);
        var days = await readable.Deals.Where(d => d.Status == DealsContract.Status.Won && d.ClosedOn >= first)
            .GroupBy(d => d.ClosedOn!.Value).Select(g => new { Day = g.Key, Value = g.Sum(d => d.Value) ?? 0 }).ToListAsync(cancellation);
        if (days.Count == 0) return;

        var months = Enumerable.Range(0, Months).Select(first.AddMonths).ToList();
        var won = days.ToLookup(d => new DateOnly(d.Day.Year, d.Day.Month, 1), d => d.Value);
        widgets.Add(new Widget("deals.won-by-month", ("受注の推移", "Won by month"))
        {
            Link = user.May(DealsContract.SeeReports) ? Routes.Screen(DealsContract.Module, "report") : null, Order = 24,
            Chart = new WidgetChart(
                "bar", Texts.L("月", "Month"), [.. months.Select(m => $"{m:yyyy-MM}")],
                [new ChartSeries(Texts.L("受注", "Won"), [.. months.Select(m => (decimal?)decimal.Round(won[m].Sum()))])])
            { Money = true },
        });
    }
}
