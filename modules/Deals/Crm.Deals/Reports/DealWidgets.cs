using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Reports;

/// <summary>What is open, what was won this month, and what to do next, within the deals whoever looks may read.</summary>
internal sealed class DealWidgets(Readable readable, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectWidgets>
{
    private const int Rows = 8;

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (user.Reach(DealsContract.Deal, RecordAction.Read) != Reach.None) await Figures(notification, cancellationToken);
        if (user.Id is { } me) await Next(notification, me, cancellationToken);
    }

    private async Task Figures(CollectWidgets widgets, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var month = new DateOnly(today.Year, today.Month, 1);
        var deals = readable.Deals;
        var figures = await deals.Where(d => d.Status == DealsContract.Status.Open || (d.Status == DealsContract.Status.Won && d.ClosedOn >= month))
            .GroupBy(d => d.Status).Select(g => new { Status = g.Key, Count = g.Count(), Value = g.Sum(d => d.Value) ?? 0 }).ToListAsync(cancellation);
        if (figures.Count == 0 || !await readable.SeesMoney(cancellation)) return;
        var (open, won) = (figures.Find(f => f.Status == DealsContract.Status.Open), figures.Find(f => f.Status == DealsContract.Status.Won));
        widgets.Add(new Widget("deals.open", ("進行中の案件", "Open deals"))
        {
            Value = ValueText.Money(decimal.Round(open?.Value ?? 0), tenant), Note = Texts.L($"{open?.Count ?? 0:N0}件の合計", $"{open?.Count ?? 0:N0} deals"),
            Link = Routes.Screen(DealsContract.Module, "board"), Order = 20,
        });
        widgets.Add(new Widget("deals.won", ("今月の受注", "Won this month"))
        {
            Value = ValueText.Money(decimal.Round(won?.Value ?? 0), tenant), Note = Texts.L($"{won?.Count ?? 0:N0}件", $"{won?.Count ?? 0:N0} deals"),
            Link = user.May(DealsContract.SeeReports) ? Routes.Screen(DealsContract.Module, "goals") : Routes.List(DealsContract.Deal), Order = 21,
        });
    }

    private async Task Next(CollectWidgets widgets, Guid me, CancellationToken cancellation)
    {
        var end = tenant.StartOf(clock.Today(tenant).AddDays(8));
        var planned = await readable.Activities.Where(a => a.OwnerId == me && a.DoneAt == null && a.StartsAt < end).OrderBy(a => a.StartsAt).Take(Rows)
            .Select(a => new { a.Id, a.Subject, a.StartsAt }).ToListAsync(cancellation);
        if (planned.Count == 0) return;
        widgets.Add(new Widget("deals.next", ("次の活動", "What comes next"))
        {
            Link = Routes.Screen(DealsContract.Module, "todo"), Order = 22,
            Rows = [.. planned.Select(a => new WidgetRow($"{ValueText.Moment(a.StartsAt!.Value, tenant)} {a.Subject}") { Link = Routes.Record(DealsContract.Activity, a.Id) })],
        });
    }
}
