using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Reports;

/// <summary>On the dashboard: inquiries and complaints of the last weeks, within the inquiries whoever looks may read.</summary>
internal sealed class SupportCharts(Readable readable, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectWidgets>
{
    private const int Weeks = 8;

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (user.Reach(SupportContract.Inquiry, RecordAction.Read) == Reach.None) return;
        var today = clock.Today(tenant);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var first = monday.AddDays(7 * (1 - Weeks));
        var begin = tenant.StartOf(first);
        var received = await readable.Inquiries.Where(i => i.ReceivedAt >= begin).Select(i => new { At = i.ReceivedAt!.Value, i.Complaint }).ToListAsync(cancellationToken);
        if (received.Count == 0) return;

        var weeks = received.ToLookup(i => (tenant.DayOf(i.At).DayNumber - first.DayNumber) / 7, i => i.Complaint == true);
        var each = Enumerable.Range(0, Weeks).ToList();
        notification.Add(new Widget("support.by-week", ("週ごとの問い合わせ", "Inquiries by week"))
        {
            Link = user.May(SupportContract.SeeFigures) ? Routes.Screen(SupportContract.Module, "figures") : null, Order = 31,
            Chart = new WidgetChart(
                "bar", Texts.L("週（月曜日）", "Week (Monday)"), [.. each.Select(w => $"{first.AddDays(7 * w):MM-dd}")],
                [
                    new ChartSeries(Texts.L("問い合わせ", "Inquiries"), [.. each.Select(w => (decimal?)weeks[w].Count(c => !c))]) { Stack = "all" },
                    new ChartSeries(Texts.L("クレーム", "Complaints"), [.. each.Select(w => (decimal?)weeks[w].Count(c => c))]) { Stack = "all", Color = "red" },
                ]),
        });
    }
}
