// One cell as the file holds it: text from text files, typed values from Excel, nothing guessed yet.
using System.Globalization;

namespace Crm.Platform.Tabular;

internal enum CellKind : byte { Empty, Text, Number, Date, Time, Bool, Error }

internal readonly record struct Cell
{
    private readonly string? text;
    private readonly long bits;

    private Cell(CellKind kind, string? text, long bits) => (Kind, this.text, this.bits) = (kind, text, bits);

    public CellKind Kind { get; }
    public bool IsEmpty => Kind is CellKind.Empty;
    public string? Text => Kind is CellKind.Text or CellKind.Error ? text : null;
    public double? Number => Kind is CellKind.Number ? BitConverter.Int64BitsToDouble(bits) : null;
    public DateTime? Date => Kind is CellKind.Date ? new DateTime(bits) : null;
    public TimeOnly? Time => Kind is CellKind.Time ? new TimeOnly(bits) : null;
    public bool? Bool => Kind is CellKind.Bool ? bits != 0 : null;

    /// <summary>The digits a number was shown or given with (000123, or a decimal longer than a double holds).</summary>
    public string? Digits => Kind is CellKind.Number ? text : null;

    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? default : new(CellKind.Text, text, 0);
    public static Cell Of(bool value) => new(CellKind.Bool, text: null, value ? 1 : 0);
    public static Cell Of(DateTime value) => new(CellKind.Date, text: null, value.Ticks);
    public static Cell Of(DateOnly value) => Of(value.ToDateTime(TimeOnly.MinValue));
    public static Cell Of(TimeOnly value) => new(CellKind.Time, text: null, value.Ticks);
    public static Cell Of(double value, string? digits = null) => new(CellKind.Number, digits, BitConverter.DoubleToInt64Bits(value));
    public static Cell Of(decimal value) => Of((double)value, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>#N/A, #REF! and their kin.</summary>
    public static Cell Failed(string error) => new(CellKind.Error, error, 0);

    /// <summary>The cell as text: ISO dates, plain digits, TRUE/FALSE; empty for an empty cell.</summary>
    public override string ToString() => Kind switch
    {
        CellKind.Number => text ?? Plain(BitConverter.Int64BitsToDouble(bits)),
        CellKind.Date => IsoDate(new DateTime(bits)),
        CellKind.Time => IsoTime(new TimeOnly(bits)),
        CellKind.Bool => bits != 0 ? "TRUE" : "FALSE",
        _ => text ?? "",
    };

    // Excel keeps 15 digits; the decimal conversion rounds there and so hides 0.30000000000000004.
    private static string Plain(double number) =>
        Math.Abs(number) is > 1e-9 and < 7e28
            ? ((decimal)number).ToString("0.#############################", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);

    private static string IsoDate(DateTime date) => date.ToString(
        date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string IsoTime(TimeOnly time) => time.ToString(
        time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}

/// <summary>Excel's day numbers: 1 is 1900-01-01, and 60 is the 1900-02-29 that never was.</summary>
internal static class ExcelSerial
{
    private const double NeverWas = 60, End = 2958466; // the day after 9999-12-31

    /// <summary>The day and time a serial number stands for.</summary>
    /// <returns>Null for numbers that are no day: below 1, the false leap day, beyond year 9999.</returns>
    public static DateTime? ToDate(double serial, bool date1904)
    {
        if (date1904) return serial >= 0 && serial < End - 1462 ? Days(new(1904, 1, 1), serial) : null;
        if (double.IsNaN(serial) || serial < 1 || serial >= End || Math.Floor(serial) == NeverWas) return null;
        return Days(serial < NeverWas ? new(1899, 12, 31) : new(1899, 12, 30), serial);
    }

    public static TimeOnly ToTime(double dayFraction) =>
        new(Math.Min((long)Math.Round(dayFraction * 86_400_000) * TimeSpan.TicksPerMillisecond, TimeOnly.MaxValue.Ticks));

    /// <summary>The serial number of a date in the 1900 system.</summary>
    /// <returns>Null before 1900, where Excel has no dates.</returns>
    public static double? Of(DateTime date) => date.Year < 1900 ? null
        : (date - (date < new DateTime(1900, 3, 1) ? new DateTime(1899, 12, 31) : new DateTime(1899, 12, 30))).TotalDays;

    // Milliseconds are what the fraction of a double can carry.
    private static DateTime Days(DateTime from, double days)
    {
        var milliseconds = (long)Math.Round(days * 86_400_000);
        return from.AddTicks(Math.Min(milliseconds * TimeSpan.TicksPerMillisecond, DateTime.MaxValue.Ticks - from.Ticks));
    }
}
