// 年度: a year that begins in a month of its own, April unless the tenant says otherwise.
using System.Runtime.InteropServices;

namespace Crm.Sdk.Japan;

/// <summary>A fiscal year, called after the calendar year in which it begins: 2026-03-31 is in 2025年度.</summary>
/// <param name="Year">The calendar year in which it begins.</param>
/// <param name="StartMonth">1 to 12.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FiscalYear(int Year, int StartMonth)
{
    /// <summary>Its first day.</summary>
    public DateOnly Start => new(Year, StartMonth, 1);

    /// <summary>Its last day.</summary>
    public DateOnly End => Start.AddYears(1).AddDays(-1);

    /// <summary>The fiscal year a day is in.</summary>
    public static FiscalYear Of(DateOnly date, int startMonth = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(startMonth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startMonth, 12);
        return new(date.Month < startMonth ? date.Year - 1 : date.Year, startMonth);
    }
}
