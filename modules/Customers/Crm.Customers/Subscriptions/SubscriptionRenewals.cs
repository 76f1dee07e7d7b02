using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Subscriptions;

/// <summary>Each morning: reminds of renewals that are near and moves those on that renew by themselves.</summary>
internal sealed class SubscriptionRenewals(CustomersDb db, TimeProvider clock, ITenant tenant, IMediator mediator) : IJob
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
            var reminded = new List<Subscription>();
            foreach (var subscription in batch)
            {
                // What has renewed a moment ago may be near its next renewal already.
                var moved = subscription.RenewIfDue(today);
                var told = subscription.RemindIfDue(today, DaysBefore);
                if (told) reminded.Add(subscription);
                if (told || moved) changed++;
            }

            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (saved.Failed || changed == 0) return;
            foreach (var subscription in reminded) await Tell(subscription, cancellation);
            await run.Report(done += changed, null);
        }
    }

    private async Task Tell(Subscription subscription, CancellationToken cancellation)
    {
        if (subscription.OwnerId is not { } owner) return;
        var on = $"{subscription.RenewsOn:yyyy-MM-dd}";
        await mediator.Send(
            new NotifyUser(owner, ($"契約「{subscription.PlanName}」の更新日は{on}です", $"The subscription “{subscription.PlanName}” renews on {on}"))
            {
                Link = Routes.Record(CustomersContract.Subscription, subscription.Id),
            },
            cancellation);
    }
}
