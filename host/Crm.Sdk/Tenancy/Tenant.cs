using System.Globalization;

namespace Crm.Sdk.Tenancy;

/// <summary>The tenant a request, job or event is about. What the SDK hands out is bound to it: queries, saves, files and jobs.</summary>
public interface ITenant
{
    /// <summary>Its id.</summary>
    Guid Id { get; }

    /// <summary>Its short name in commands, such as <c>trading</c>.</summary>
    string Key { get; }

    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Where its days begin and end.</summary>
    TimeZoneInfo TimeZone { get; }

    /// <summary>The language of a user who chose none, and of mails to customers.</summary>
    CultureInfo Language { get; }

    /// <summary>ISO 4217 code of its money, such as <c>JPY</c>.</summary>
    string Currency { get; }

    /// <summary>First month of its fiscal year, 1 to 12; 4 unless it says otherwise.</summary>
    int FiscalYearStart { get; }
}

/// <summary>Days and moments as the tenant counts them.</summary>
public static class TenantClock
{
    /// <summary>The day it is now where the tenant is.</summary>
    public static DateOnly Today(this TimeProvider clock, ITenant tenant) => tenant.DayOf(clock.GetUtcNow());

    /// <summary>The day a moment falls on where the tenant is.</summary>
    public static DateOnly DayOf(this ITenant tenant, DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, tenant.TimeZone).DateTime);

    /// <summary>The moment a day begins where the tenant is.</summary>
    public static DateTimeOffset StartOf(this ITenant tenant, DateOnly day)
    {
        // The ends of the calendar have no room for an offset.
        if (day.Year is 1 or 9999) return day.Year == 1 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, tenant.TimeZone.GetUtcOffset(local)).ToUniversalTime();
    }
}
