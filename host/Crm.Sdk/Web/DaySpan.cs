using System.Globalization;

namespace Crm.Sdk.Web;

/// <summary>The days a report is about, both included, as <c>from</c> and <c>until</c> stand in the address; <see cref="DaySpanInputs"/> asks for them.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
public sealed record DaySpan(DateOnly From, DateOnly Until)
{
    /// <summary>Whether they were given the wrong way round, and stand the right way round here.</summary>
    public bool Turned { get; init; }

    /// <summary>Those of the address; what is missing or no day is taken from the defaults, and what is too long is cut at its end.</summary>
    /// <param name="context">The request.</param>
    /// <param name="from">The first day unless the address says.</param>
    /// <param name="until">The last day unless the address says.</param>
    /// <param name="mostYears">As long as the report may be.</param>
    public static DaySpan Of(ScreenContext context, DateOnly from, DateOnly until, int mostYears)
    {
        var (first, last) = (Day(context, "from") ?? from, Day(context, "until") ?? until);
        var turned = last < first;
        if (turned) (first, last) = (last, first);
        return new(first, last > first.AddYears(mostYears) ? first.AddYears(mostYears) : last) { Turned = turned };
    }

    private static DateOnly? Day(ScreenContext context, string name) =>
        DateOnly.TryParseExact(context.Query(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var typed) && typed.Year is > 1900 and < 9000 ? typed : null;
}
