// A cell as the value a field wants. What cannot be read is a problem with a cure, never a guess.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Crm.Platform.Tabular;

/// <summary>A value, nothing (an empty cell), or a problem.</summary>
internal readonly record struct Parsed<T>(T? Value, bool HasValue, TabularProblem? Problem)
{
    public bool IsEmpty => !HasValue && Problem is null;
    public static Parsed<T> Empty => default;
    public static implicit operator Parsed<T>(T value) => new(value, HasValue: true, Problem: null);
    public static implicit operator Parsed<T>(TabularProblem problem) => new(Value: default, HasValue: false, problem);
}

/// <summary>What holds for a whole column.</summary>
/// <param name="DateFormat">.NET date pattern such as "d-M-yy" for texts that need one; 00–49 are 2000s.</param>
/// <param name="Date1904">From <see cref="TabularSource.Date1904"/>.</param>
internal readonly record struct CellOptions(string? DateFormat = null, bool Date1904 = false);

/// <summary>A moment as written. Without an offset the tenant's time zone holds.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DateTimeParts(DateOnly Date, TimeOnly Time, TimeSpan? Offset);

internal static partial class CellValues
{
    private static readonly string[] Yes =
        ["○", "◯", "〇", "◎", "●", "はい", "有", "あり", "有り", "済", "可", "真", "✓", "✔", "☑", "レ", "true", "yes", "y", "on", "1", "t"];

    private static readonly string[] No =
        ["×", "✕", "✗", "✖", "☓", "いいえ", "無", "なし", "無し", "未", "不可", "否", "偽", "☐", "false", "no", "n", "off", "0", "f"];

    /// <summary>Trimmed text. A number is written without exponent, as Excel shows it.</summary>
    public static Parsed<string> Text(Cell cell)
    {
        if (cell.Kind is CellKind.Error) return ValueProblems.CellError(cell.ToString());
        var text = CellText.Trim(cell.ToString());
        if (text.Length == 0) return Parsed<string>.Empty;
        return cell.Kind is CellKind.Text && RoundedBySpreadsheet().IsMatch(text) ? ValueProblems.DigitsLost(text) : text;
    }

    /// <summary>1,234 ￥1,234 1,234円 (1,234) ▲1,234 −1,234 12.5% (= 0.125), in any width.</summary>
    public static Parsed<decimal> Number(Cell cell) => cell.Kind switch
    {
        CellKind.Empty => Parsed<decimal>.Empty,
        CellKind.Error => ValueProblems.CellError(cell.ToString()),
        CellKind.Text => NumberText.Read(cell.Text!),
        CellKind.Number when cell.Digits is { } digits => NumberText.Read(digits),
        CellKind.Number => Math.Abs(cell.Number!.Value) < 7.9e27 ? (decimal)cell.Number.Value : ValueProblems.NumberRange(cell.ToString()),
        _ => ValueProblems.NumberInvalid(cell.ToString()), // Excel turned 1-2 into a date, or it is TRUE
    };

    public static Parsed<bool> Bool(Cell cell)
    {
        if (cell.Bool is { } known) return known;
        if (cell.Kind is CellKind.Error) return ValueProblems.CellError(cell.ToString());
        var text = CellText.Normal(cell.ToString());
        if (text.Length == 0) return Parsed<bool>.Empty;
        if (Yes.Contains(text, StringComparer.OrdinalIgnoreCase)) return true;
        if (No.Contains(text, StringComparer.OrdinalIgnoreCase)) return false;
        return ValueProblems.BoolInvalid(cell.ToString());
    }

    public static Parsed<DateOnly> Date(Cell cell, CellOptions options = default)
    {
        var read = DateTime(cell, options);
        return read.HasValue ? read.Value.Date : read.Problem is { } problem ? problem : Parsed<DateOnly>.Empty;
    }

    public static Parsed<DateTimeParts> DateTime(Cell cell, CellOptions options = default) => cell.Kind switch
    {
        CellKind.Date => Parts(cell.Date!.Value),
        CellKind.Number => FromNumber(cell, options),
        CellKind.Text => DateText.Read(cell.Text!, options),
        CellKind.Empty => Parsed<DateTimeParts>.Empty,
        CellKind.Error => ValueProblems.CellError(cell.ToString()),
        _ => ValueProblems.DateInvalid(cell.ToString()),
    };

    public static Parsed<TimeOnly> Time(Cell cell) => cell.Kind switch
    {
        CellKind.Time => cell.Time!.Value,
        CellKind.Date => TimeOnly.FromDateTime(cell.Date!.Value),
        CellKind.Number when cell.Number is >= 0 and < 1 => ExcelSerial.ToTime(cell.Number.Value),
        CellKind.Text => DateText.ReadTime(cell.Text!),
        CellKind.Empty => Parsed<TimeOnly>.Empty,
        CellKind.Error => ValueProblems.CellError(cell.ToString()),
        _ => ValueProblems.TimeInvalid(cell.ToString()),
    };

    /// <summary>A number in a date column is Excel's day number or 20260105; 2026 and 260105 may mean several things.</summary>
    private static Parsed<DateTimeParts> FromNumber(Cell cell, CellOptions options)
    {
        var number = cell.Number!.Value;
        if (number is >= 1850 and <= 2150 && number == Math.Floor(number)) return ValueProblems.DateIncomplete(cell.ToString());
        if (number is < 100_000)
            return ExcelSerial.ToDate(number, options.Date1904) is { } day ? Parts(day) : ValueProblems.DateImpossible(cell.ToString());
        return DateText.Read(cell.ToString(), options);
    }

    private static DateTimeParts Parts(DateTime date) =>
        new(DateOnly.FromDateTime(date), TimeOnly.FromDateTime(date), Offset: null);

    /// <summary>4.90123E+12: Excel wrote a long code as a rounded number and the digits are gone.</summary>
    [GeneratedRegex(@"^-?[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoundedBySpreadsheet();
}
