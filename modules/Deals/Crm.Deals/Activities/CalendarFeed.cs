using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Activities;

/// <summary>One's own activities as iCalendar, from two months ago to a year ahead.</summary>
internal sealed record GetCalendarFeed : IRequest<Result<Feed>>, IFeedWithAddresses
{
    public string? Site { get; set; }
}

internal sealed class GetCalendarFeedHandler(Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<GetCalendarFeed, Result<Feed>>
{
    private const int AtMost = 2_000;

    public async Task<Result<Feed>> Handle(GetCalendarFeed query, CancellationToken cancellationToken)
    {
        var today = clock.Today(tenant);
        var (from, before) = (tenant.StartOf(today.AddDays(-60)), tenant.StartOf(today.AddDays(365)));
        var owner = user.Id ?? Guid.Empty;
        var activities = await readable.Activities.Where(a => a.OwnerId == owner && a.StartsAt >= from && a.StartsAt < before)
            .OrderBy(a => a.StartsAt).Take(AtMost).ToListAsync(cancellationToken);
        var (place, content) = (await readable.Sees(DealsContract.Activity, ["place"], cancellationToken), await readable.Sees(DealsContract.Activity, ["content"], cancellationToken));
        foreach (var activity in activities) (activity.Place, activity.Content) = (place ? activity.Place : null, content ? activity.Content : null);
        var about = await About.Of([.. activities.Select(a => (a.Id, a.DealId, a.CompanyId, a.PersonId))], readable, mediator, cancellationToken);
        return new Feed("text/calendar", "activities.ics", ICalendar.Of(tenant.Name, activities, about, query.Site, clock.GetUtcNow()));
    }
}
