using Crm.Sdk.Tenancy;
using Crm.Support.Inquiries;
using Crm.Support.Setup;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Clock;

/// <summary>Working time within which we mean to answer and to settle.</summary>
internal readonly record struct Target(TimeSpan Response, TimeSpan Resolution);

/// <summary>The hours and targets of the tenant as they are set now.</summary>
internal sealed class SupportClock(SupportDb db, ISettings settings, ITenant tenant)
{
    private static readonly IReadOnlyList<Shift> AlwaysOpen = [new Shift(TimeSpan.Zero, TimeSpan.FromHours(24))];

    private BusinessHours? hours;
    private Dictionary<Guid, InquiryType>? types;

    public BusinessHours Hours => hours ??= Of(settings.Of<SupportSettings>(), tenant.TimeZone);

    /// <summary>The hours of settings; what cannot be read counts as closed, a desk that never opens as open always.</summary>
    public static BusinessHours Of(SupportSettings set, TimeZoneInfo zone)
    {
        var week = new Dictionary<DayOfWeek, IReadOnlyList<Shift>>
        {
            [DayOfWeek.Monday] = Read(set.Monday), [DayOfWeek.Tuesday] = Read(set.Tuesday), [DayOfWeek.Wednesday] = Read(set.Wednesday), [DayOfWeek.Thursday] = Read(set.Thursday),
            [DayOfWeek.Friday] = Read(set.Friday), [DayOfWeek.Saturday] = Read(set.Saturday), [DayOfWeek.Sunday] = Read(set.Sunday),
        };
        var asSet = new BusinessHours(zone, week)
        {
            WorksOnHolidays = !set.ClosedOnHolidays, HolidayShifts = Read(set.HolidayHours), Closed = HoursText.Days(set.ClosedDays) ?? [],
            Special = HoursText.Special(set.OpenDays) ?? new Dictionary<DateOnly, IReadOnlyList<Shift>>(),
        };
        return asSet.EverOpen ? asSet : new BusinessHours(zone, Enum.GetValues<DayOfWeek>().ToDictionary(d => d, _ => AlwaysOpen)) { WorksOnHolidays = true };

        static IReadOnlyList<Shift> Read(string? text) => HoursText.Shifts(text) ?? [];
    }

    /// <summary>What is promised to an inquiry: by its type where that says so, else by its priority.</summary>
    public async Task<Target> TargetOf(Inquiry inquiry, CancellationToken cancellation)
    {
        var type = await TypeOf(inquiry, cancellation);
        return TargetOf(settings.Of<SupportSettings>(), inquiry.Priority, type?.ResponseHours, type?.ResolutionHours);
    }

    /// <summary>What it is about; asked once for all inquiries of a file.</summary>
    public async Task<InquiryType?> TypeOf(Inquiry inquiry, CancellationToken cancellation)
    {
        if (inquiry.TypeId is not { } id) return null;
        types ??= await db.Types.AsNoTracking().ToDictionaryAsync(t => t.Id, cancellation);
        return types.GetValueOrDefault(id);
    }

    public static Target TargetOf(SupportSettings set, string? priority, decimal? response, decimal? resolution)
    {
        var (answer, solve) = priority switch
        {
            Priorities.Urgent => (set.UrgentResponse, set.UrgentResolution),
            Priorities.High => (set.HighResponse, set.HighResolution),
            Priorities.Low => (set.LowResponse, set.LowResolution),
            _ => (set.NormalResponse, set.NormalResolution),
        };
        return new Target(TimeSpan.FromHours((double)(response ?? answer)), TimeSpan.FromHours((double)(resolution ?? solve)));
    }
}
