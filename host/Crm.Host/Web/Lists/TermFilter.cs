// Words in the address that stand for something at the time of reading: @me, @today, @this-month.
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Host.Web.Lists;

/// <summary>A span of days that moves with the calendar, so that a saved view stays right.</summary>
internal sealed record Period(string Key, Label Label, Func<DateOnly, int, (DateOnly From, DateOnly Until)> Days)
{
    public static readonly IReadOnlyList<Period> All =
    [
        new("@today", new("今日", "Today"), (today, _) => (today, today.AddDays(1))),
        new("@yesterday", new("昨日", "Yesterday"), (today, _) => (today.AddDays(-1), today)),
        new("@this-week", new("今週", "This week"), (today, _) => (Monday(today), Monday(today).AddDays(7))),
        new("@next-week", new("来週", "Next week"), (today, _) => (Monday(today).AddDays(7), Monday(today).AddDays(14))),
        new("@this-month", new("今月", "This month"), (today, _) => (First(today), First(today).AddMonths(1))),
        new("@last-month", new("先月", "Last month"), (today, _) => (First(today).AddMonths(-1), First(today))),
        new("@next-month", new("来月", "Next month"), (today, _) => (First(today).AddMonths(1), First(today).AddMonths(2))),
        new("@fiscal-year", new("今年度", "This fiscal year"), (today, start) => (Fiscal(today, start), Fiscal(today, start).AddYears(1))),
        new("@last-30", new("過去30日", "Last 30 days"), (today, _) => (today.AddDays(-30), today.AddDays(1))),
        new("@next-30", new("今後30日", "Next 30 days"), (today, _) => (today, today.AddDays(31))),
        new("@past", new("過ぎたもの", "In the past"), (today, _) => (DateOnly.MinValue, today)),
    ];

    public static Period? Find(string key) => All.FirstOrDefault(p => p.Key == key);

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly Fiscal(DateOnly day, int start) => day.Month >= start ? new(day.Year, start, 1) : new(day.Year - 1, start, 1);
}

/// <summary>Turns one filter of an address into what the record engine understands.</summary>
internal static class TermFilter
{
    public const string Me = "@me";

    public static Filter Of(Field field, FilterTerm term, ITenant tenant, IUser user, TimeProvider clock)
    {
        if (field.Kind is FieldKind.Date or FieldKind.DateTime && term.Values is [var name] && Period.Find(name) is { } period)
        {
            var (from, until) = period.Days(clock.Today(tenant), tenant.FiscalYearStart);
            return from == DateOnly.MinValue
                ? new Filter.Compare(field.Key, FilterOp.Lt, Begin(until))
                : new Filter.All(new Filter.Compare(field.Key, FilterOp.Gte, Begin(from)), new Filter.Compare(field.Key, FilterOp.Lt, Begin(until)));
        }

        IReadOnlyList<object?> values = [.. term.Values.Select(v => v == Me && field.Kind == FieldKind.User ? user.Id : (object?)v)];

        // A moment compared with a day: the whole day, where the tenant is.
        if (field.Kind == FieldKind.DateTime && values is [string text] && DateOnly.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var day))
        {
            return term.Op switch
            {
                FilterOp.Eq => new Filter.All(new Filter.Compare(field.Key, FilterOp.Gte, Begin(day)), new Filter.Compare(field.Key, FilterOp.Lt, Begin(day.AddDays(1)))),
                FilterOp.Lte => new Filter.Compare(field.Key, FilterOp.Lt, Begin(day.AddDays(1))),
                FilterOp.Gt => new Filter.Compare(field.Key, FilterOp.Gte, Begin(day.AddDays(1))),
                _ => new Filter.Compare(field.Key, term.Op, Begin(day)),
            };
        }

        // Several choices: has any of those ticked.
        if (field.Kind == FieldKind.MultiChoice && term.Op == FilterOp.In)
        {
            return new Filter.Any([.. values.Select(v => new Filter.Compare(field.Key, FilterOp.Contains, v))]);
        }

        return new Filter.Compare(field.Key, term.Op, values);

        object Begin(DateOnly of) => field.Kind == FieldKind.Date ? of : tenant.StartOf(of);
    }
}
