// iCalendar (RFC 5545): CRLF, lines of 75 octets at most, escaped text, times in UTC.
using System.Globalization;
using System.Text;

namespace Crm.Deals.Activities;

internal static class ICalendar
{
    private const int LineOctets = 75;

    public static string Of(string name, IEnumerable<Activity> activities, DateTimeOffset now)
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
            Line("BEGIN:VEVENT");
            Line($"UID:{activity.Id:D}@deals");
            Line("DTSTAMP:" + Utc(now));
            Line("LAST-MODIFIED:" + Utc(activity.UpdatedAt));
            Line("DTSTART:" + Utc(starts));
            Line("DTEND:" + Utc(activity.EndsAt ?? starts.AddMinutes(30)));
            Line("SUMMARY:" + Escaped((activity.IsDone ? "✓ " : "") + activity.Subject));
            if (activity.Place is { Length: > 0 } place) Line("LOCATION:" + Escaped(place));
            if (activity.Content is { Length: > 0 } content) Line("DESCRIPTION:" + Escaped(content));
            Line("TRANSP:" + (activity.Kind is ActivityKinds.Mail or ActivityKinds.Task ? "TRANSPARENT" : "OPAQUE"));
            if (!activity.IsDone && Reminders.Before(activity.Remind) is { } before)
            {
                Line("BEGIN:VALARM");
                Line("ACTION:DISPLAY");
                Line("DESCRIPTION:" + Escaped(activity.Subject));
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
