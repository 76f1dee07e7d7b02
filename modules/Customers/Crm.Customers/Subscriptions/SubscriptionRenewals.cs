using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Subscriptions;

/// <summary>Each morning: reminds of renewals that are near and moves those on that renew by themselves.</summary>
internal sealed class SubscriptionRenewals(CustomersDb db, TimeProvider clock, ITenant tenant) : IJob
{
    /// <summary>How many days before a renewal we remind: time enough to call and to cancel.</summary>
    public const int DaysBefore = 30;

    private const int AtOnce = 200;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var horizon = today.AddDays(DaysBefore);
        var due = db.Subscriptions.Where(s => s.RenewsOn <= horizon && (s.CancelledOn == null || s.CancelledOn > s.RenewsOn)
            && ((s.RenewsByItself && s.RenewsOn <= today)
                || (s.RenewsOn >= today && (s.RemindedOf == null || s.RemindedOf != s.RenewsOn) && (!s.RenewsByItself || s.BillingPeriod != BillingPeriods.Month))));
        var done = 0L;
        while (await due.OrderBy(s => s.RenewsOn).ThenBy(s => s.Id).Take(AtOnce).ToListAsync(cancellation) is { Count: > 0 } batch)
        {
            var changed = 0;
            foreach (var subscription in batch)
            {
                // What has renewed a moment ago may be near its next renewal already.
                var moved = subscription.RenewIfDue(today);
                if (subscription.RemindIfDue(today, DaysBefore) || moved) changed++;
            }

            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            await run.Report(done += changed, null);
            if (saved.Failed || changed == 0) return;
        }
    }
}
