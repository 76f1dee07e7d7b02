using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Activities;

/// <summary>Activities that begin within days, as far as the caller may read them.</summary>
/// <param name="From">The first day.</param>
/// <param name="Before">The day after the last.</param>
/// <param name="Who">Whose: <c>me</c>, <c>user:id</c>, <c>team:id</c>; everybody's when null.</param>
internal sealed record GetCalendar(DateOnly From, DateOnly Before, string? Who) : IRequest<Result<Calendar>>;

internal sealed record Calendar(IReadOnlyList<CalendarEntry> Entries, Colleagues Staff);

/// <summary>An activity on the calendar; times are those of the tenant's clock.</summary>
internal sealed record CalendarEntry(Guid Id, string Subject, string? Kind, DateTime Starts, DateTime? Ends, bool Done, string? Owner)
{
    public About About { get; init; } = About.Nothing;
}

internal sealed class GetCalendarHandler(Readable readable, IMediator mediator, IUser user, ITenant tenant) : IRequestHandler<GetCalendar, Result<Calendar>>
{
    private const int AtMost = 2_000;

    public async Task<Result<Calendar>> Handle(GetCalendar query, CancellationToken cancellationToken)
    {
        if (user.Reach(DealsContract.Activity, RecordAction.Read) == Reach.None) return Problems.Forbidden($"{DealsContract.Activity}:read");
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<Calendar>.Fail(staff.Problems);

        var (from, before) = (tenant.StartOf(query.From), tenant.StartOf(query.Before));
        var activities = readable.Activities.Where(a => a.StartsAt >= from && a.StartsAt < before);
        if (Who.Of(query.Who, staff.Value, user).Owners is { } owners) activities = activities.Where(a => a.OwnerId != null && owners.Contains(a.OwnerId.Value));
        var rows = await activities.OrderBy(a => a.StartsAt).Take(AtMost).Select(a => new { a.Id, a.Subject, a.Kind, a.StartsAt, a.EndsAt, a.DoneAt, a.OwnerId, a.DealId, a.CompanyId, a.PersonId }).ToListAsync(cancellationToken);
        var about = await About.Of([.. rows.Select(r => (r.Id, r.DealId, r.CompanyId, r.PersonId))], readable, mediator, cancellationToken);
        var names = staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        return new Calendar(
            [.. rows.Select(r => new CalendarEntry(
                r.Id, r.Subject, r.Kind, Local(r.StartsAt!.Value), r.EndsAt is { } ends ? Local(ends) : null, r.DoneAt is not null, r.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null)
            {
                About = about.GetValueOrDefault(r.Id) ?? About.Nothing,
            })],
            staff.Value);
    }

    private DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, tenant.TimeZone).DateTime;
}
