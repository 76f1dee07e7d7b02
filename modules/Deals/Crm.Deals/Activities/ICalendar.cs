// iCalendar (RFC 5545): CRLF, lines of 75 octets at most, escaped text, times in UTC.
using System.Globalization;
using System.Text;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Web;

namespace Crm.Deals.Activities;

internal static class ICalendar
{
    private const int LineOctets = 75;

    /// <param name="name">Of the calendar.</param>
    /// <param name="activities">What stands in it.</param>
    /// <param name="about">Whom and what they are about.</param>
    /// <param name="site">Beginning of the addresses that lead to them; none when null.</param>
    /// <param name="now">The moment it is written.</param>
    public static string Of(string name, IEnumerable<Activity> activities, IReadOnlyDictionary<Guid, About> about, string? site, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Crm.Modular//Deals//JA");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line("X-WR-CALNAME:" + Escaped(name));
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        Line("X-PUBLISHED-TTL:PT1H");
        foreach (var activity in activities)
        {
            var starts = activity.StartsAt!.Value;
            var of = about.GetValueOrDefault(activity.Id) ?? About.Nothing;
            var called = of.Called(activity.Subject);
            Line("BEGIN:VEVENT");
            Line($"UID:{activity.Id:D}@deals");
            Line("DTSTAMP:" + Utc(now));
            Line("LAST-MODIFIED:" + Utc(activity.UpdatedAt));
            Line("DTSTART:" + Utc(starts));
            Line("DTEND:" + Utc(activity.EndsAt ?? starts.AddMinutes(30)));
            Line("SUMMARY:" + Escaped((activity.IsDone ? "✓ " : "") + called));
            if (activity.Place is { Length: > 0 } place) Line("LOCATION:" + Escaped(place));
            var address = site is null ? null : site + Routes.Record(DealsContract.Activity, activity.Id);

            // Many calendars show no URL: the description has it too.
            string?[] description = [of.Deal is { } deal ? Texts.L($"案件: {deal}", $"Deal: {deal}") : null, activity.Content, address];
            if (description.Where(d => d is { Length: > 0 }).ToList() is { Count: > 0 } said) Line("DESCRIPTION:" + Escaped(string.Join('\n', said)));
            if (address is not null) Line("URL:" + address);
            Line("TRANSP:" + (activity.Kind is ActivityKinds.Mail or ActivityKinds.Task ? "TRANSPARENT" : "OPAQUE"));
            if (!activity.IsDone && Reminders.Before(activity.Remind) is { } before)
            {
                Line("BEGIN:VALARM");
                Line("ACTION:DISPLAY");
                Line("DESCRIPTION:" + Escaped(called));
                Line($"TRIGGER:-PT{(int)before.TotalMinutes}M");
                Line("END:VALARM");
            }

            Line("END:VEVENT");
        }

        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string line)
        {
            // Folded between characters, never within one.
            var octets = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > LineOctets)
                {
                    text.Append("\r\n ");
                    octets = 1;
                }

                text.Append(rune);
                octets += rune.Utf8SequenceLength;
            }

            text.Append("\r\n");
        }
    }

    private static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("\r\n", "\\n", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\n", StringComparison.Ordinal);
}
