using System.Globalization;
using Crm.Deals.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Activities;

/// <summary>Every few minutes: reminds people of what begins soon.</summary>
internal sealed class ActivityReminders(DealsDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja-JP");

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        // Whoever is reminded between two runs is reminded by the earlier one.
        var (now, today) = (clock.GetUtcNow(), clock.Today(tenant));
        var (from, until) = (now - Reminders.TooLate, now + Reminders.Longest + Interval);
        var near = await db.Activities.AsNoTracking()
            .Where(a => a.DoneAt == null && a.Remind != null && a.OwnerId != null && a.StartsAt >= from && a.StartsAt <= until && (a.RemindedOf == null || a.RemindedOf != a.StartsAt))
            .OrderBy(a => a.StartsAt).ToListAsync(cancellation);
        var told = 0L;
        foreach (var activity in near.Where(a => a.RemindIfDue(now + Interval)))
        {
            var at = TimeZoneInfo.ConvertTime(activity.StartsAt!.Value, tenant.TimeZone).DateTime;
            var isToday = DateOnly.FromDateTime(at) == today;
            var (ja, en) = isToday ? ($"{at:HH:mm}", $"{at:HH:mm}") : (at.ToString("M/d(ddd) HH:mm", Japanese), at.ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture));
            await mediator.Send(new NotifyUser(activity.OwnerId!.Value, ($"{ja} {activity.Subject}", $"{en} {activity.Subject}")) { Link = Routes.Record(DealsContract.Activity, activity.Id) }, cancellation);

            // After telling: a run that is killed in between is begun again, and who hears twice is better off than who never does. Not through
            // SaveAsync: a reminder is no edit, and must not stand in the way of one.
            await db.Activities.Where(a => a.Id == activity.Id && a.StartsAt == activity.StartsAt)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.RemindedOf, a => a.StartsAt), cancellation);
            await run.Report(++told, null);
        }
    }
}
