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

namespace Crm.Deals.Activities;

/// <summary>What waits for the user: activities that are late, and deals whose day has passed.</summary>
internal sealed class ActivityNotices(Readable readable, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectNotices>
{
    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (user.Id is not { } me) return;
        var (now, today) = (clock.GetUtcNow(), clock.Today(tenant));
        var late = await readable.Activities.Where(a => a.OwnerId == me && a.DoneAt == null && a.StartsAt < now).OrderBy(a => a.StartsAt).Take(notification.Limit)
            .Select(a => new { a.Id, a.Subject, a.StartsAt, a.Kind }).ToListAsync(cancellationToken);
        foreach (var activity in late)
        {
            notification.Add(new Notice(Label.Same(activity.Subject), Routes.Record(DealsContract.Activity, activity.Id), activity.StartsAt!.Value)
            {
                Text = Texts.L("期限を過ぎた活動", "Activity overdue"), Icon = ActivityKinds.Icon(activity.Kind), Urgent = true,
            });
        }

        var overdue = readable.Deals.Where(d => d.OwnerId == me && d.Status == DealsContract.Status.Open && d.ExpectedClose < today);
        var count = await overdue.CountAsync(cancellationToken);
        if (count == 0) return;
        var since = await overdue.MinAsync(d => d.ExpectedClose, cancellationToken);
        notification.Add(new Notice(
            ($"受注予定日を過ぎた案件が{count}件あります", $"{count} deals are past their expected close"), Routes.Screen(DealsContract.Module, "board") + "?who=me&close=late", tenant.StartOf(since!.Value))
        {
            Icon = "target-arrow", Urgent = true,
        });
    }
}
