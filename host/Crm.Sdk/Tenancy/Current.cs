using System.Globalization;

namespace Crm.Sdk.Tenancy;

/// <summary>The tenant a request, job or event is about. There is no way to get another tenant's.</summary>
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

/// <summary>How a change came in; stands in the history.</summary>
public enum ChangeSource
{
    /// <summary>A screen.</summary>
    Screen,

    /// <summary>The REST API.</summary>
    Api,

    /// <summary>A file.</summary>
    Import,

    /// <summary>A job on the clock.</summary>
    Job,

    /// <summary>A reaction to an event.</summary>
    Event,

    /// <summary>The command line.</summary>
    CommandLine,
}

/// <summary>Who acts.</summary>
public interface IUser
{
    /// <summary>The user, or null when the system itself acts.</summary>
    Guid? Id { get; }

    /// <summary>What they are called.</summary>
    string Name { get; }

    /// <summary>How they came.</summary>
    ChangeSource Source { get; }

    /// <summary>Whether they hold a right, such as <c>admin.users</c>.</summary>
    bool May(string permission);

    /// <summary>How much of a record type they may <paramref name="action"/>.</summary>
    Reach Reach(string recordType, RecordAction action);

    /// <summary>Whether they may <paramref name="action"/> one record, going by who owns it.</summary>
    bool MayAct(string recordType, Guid? owner, RecordAction action);
}

/// <summary>What can be done to records.</summary>
public enum RecordAction
{
    /// <summary>See.</summary>
    Read,

    /// <summary>Create.</summary>
    Create,

    /// <summary>Change.</summary>
    Edit,

    /// <summary>Put into the bin and restore.</summary>
    Delete,

    /// <summary>Take out in a file.</summary>
    Export,
}

/// <summary>How far a right reaches.</summary>
public enum Reach
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Records the user owns.</summary>
    Own,

    /// <summary>Records owned by the user or by somebody in one of their teams.</summary>
    Team,

    /// <summary>All.</summary>
    All,
}

/// <summary>Days and moments as the tenant counts them.</summary>
public static class TenantClock
{
    /// <summary>The day it is now where the tenant is.</summary>
    public static DateOnly Today(this TimeProvider clock, ITenant tenant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), tenant.TimeZone).DateTime);

    /// <summary>The moment a day begins where the tenant is.</summary>
    public static DateTimeOffset StartOf(this ITenant tenant, DateOnly day)
    {
        // The ends of the calendar have no room for an offset.
        if (day.Year is 1 or 9999) return day.Year == 1 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, tenant.TimeZone.GetUtcOffset(local)).ToUniversalTime();
    }
}
