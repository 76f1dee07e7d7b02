using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Incidents;

/// <summary>
/// In the bell of whoever answers for incidents: every report that is not made, from the first day, urgent from a day before its limit on.
/// It goes away when the day of the report is entered.
/// </summary>
internal sealed class IncidentNotices(CustomersDb db, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectNotices>
{
    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (!user.May(CustomersContract.Incidents)) return;
        var today = clock.Today(tenant);
        var open = await db.Incidents.AsNoTracking().Where(i => i.Duty == IncidentDuties.Report && i.ClosedOn == null && i.FinalReportedOn == null)
            .OrderBy(i => i.FinalDue).Take(notification.Limit).ToListAsync(cancellationToken);
        foreach (var incident in open.Where(i => user.MayAct(CustomersContract.Incident, i.OwnerId, RecordAction.Read)))
        {
            var first = incident.FirstReportedOn is null;
            if ((first ? incident.FirstDue : incident.FinalDue) is not { } due) continue;
            Label name = first ? ("漏えい等の速報", "First report of an incident") : ("漏えい等の確報", "Final report of an incident");
            var left = due.DayNumber - today.DayNumber;
            Label when = left switch
            {
                < 0 => ($"期限を{-left}日過ぎています（{due:M/d}）", $"{-left} {(left == -1 ? "day" : "days")} overdue (was due {due:MMM d})"),
                0 => ("期限は今日です", "due today"),
                _ => ($"期限まで{left}日（{due:M/d}）", $"due in {left} {(left == 1 ? "day" : "days")} ({due:MMM d})"),
            };
            notification.Add(new Notice(($"{name.Ja}: {when.Ja}", $"{name.En}: {when.En}"), Routes.Record(CustomersContract.Incident, incident.Id), tenant.StartOf(due))
            {
                Text = incident.Subject, Icon = "alert-triangle", Urgent = left <= 1 || (first && today >= incident.Aim),
            });
        }
    }
}
