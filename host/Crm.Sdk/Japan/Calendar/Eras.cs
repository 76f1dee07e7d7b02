// The eras of the Japanese calendar, asked of the framework so that a new era comes with its update.
using System.Globalization;

namespace Crm.Sdk.Japan;

/// <summary>An era of the Japanese calendar.</summary>
/// <param name="Number">The framework's number; later eras have higher ones.</param>
/// <param name="Name">令和.</param>
/// <param name="Short">令.</param>
/// <param name="Letter">R; of an era newer than this file its short name, for the framework does not tell letters.</param>
/// <param name="FirstYear">The western year of its year 1.</param>
internal sealed record Era(int Number, string Name, string Short, string Letter, int FirstYear);

internal static class Eras
{
    public static readonly JapaneseCalendar Calendar = new();

    private const string Letters = "MTSHR";

    /// <summary>Latest first.</summary>
    public static readonly Era[] All = Load();

    /// <summary>The era of a day, or null before the first that is known (1868-09-08).</summary>
    public static Era? Of(DateOnly date)
    {
        var moment = date.ToDateTime(TimeOnly.MinValue);
        if (moment < Calendar.MinSupportedDateTime) return null;
        var number = Calendar.GetEra(moment);
        return Array.Find(All, e => e.Number == number);
    }

    private static Era[] Load()
    {
        var format = (DateTimeFormatInfo)CultureInfo.GetCultureInfo("ja-JP").DateTimeFormat.Clone();
        format.Calendar = new JapaneseCalendar();
        return [.. Calendar.Eras.OrderDescending().Select(era => new Era(
            era,
            format.GetEraName(era),
            format.GetAbbreviatedEraName(era),
            era <= Letters.Length ? Letters[(era - 1)..era] : format.GetAbbreviatedEraName(era),
            // Every first year so far had a last day of December.
            Calendar.ToDateTime(1, 12, 31, 0, 0, 0, 0, era).Year))];
    }
}
