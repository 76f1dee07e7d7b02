// What can be wrong with a file, a row or a cell, said in both languages together with what to do about it.
namespace Crm.Platform.Tabular;

/// <summary>
/// A problem a person can cure. The code is one of <see cref="TabularCodes"/>. Rows count from 1 as a spreadsheet program
/// numbers them, null when the whole file is meant; columns from 1, null when the whole row is meant.
/// </summary>
internal sealed record TabularProblem(
    string Code, string Ja, string En, string CureJa, string CureEn, long? Row = null, int? Column = null)
{
    public TabularProblem At(long row, int? column = null) => this with { Row = row, Column = column };
}

/// <summary>Either a value or the one problem that prevented it.</summary>
internal sealed record TabularResult<T>(T? Value, TabularProblem? Problem) where T : class
{
    public static implicit operator TabularResult<T>(T value) => new(value, Problem: null);
    public static implicit operator TabularResult<T>(TabularProblem problem) => new(Value: null, problem);
}

/// <summary>Names of problems; import reports keep them, so they never change.</summary>
internal static class TabularCodes
{
    public const string FileEmpty = "file.empty";
    public const string FileNotATable = "file.not-a-table";
    public const string FileBroken = "file.broken";
    public const string FileUnsafe = "file.unsafe";
    public const string FilePassword = "file.password";
    public const string FileTooManyColumns = "file.too-many-columns";
    public const string FileKindDiffers = "file.kind-differs";
    public const string EncodingUnknown = "encoding.unknown";
    public const string EncodingUncertain = "encoding.uncertain";
    public const string OptionUnknown = "option.unknown";
    public const string RowNotOfFormat = "row.not-of-format";
    public const string HeaderNone = "header.none";
    public const string HeaderDuplicate = "header.duplicate";
    public const string RowTooManyCells = "row.too-many-cells";
    public const string RowQuote = "row.quote";
    public const string RowUndecodable = "row.undecodable";
    public const string RowTooLong = "row.too-long";
    public const string RowCut = "row.cut";
    public const string RowFormula = "row.formula";
    public const string CellError = "cell.error";
    public const string DateInvalid = "date.invalid";
    public const string DateImpossible = "date.impossible";
    public const string DateAmbiguous = "date.ambiguous";
    public const string DateIncomplete = "date.incomplete";
    public const string DateEra = "date.era";
    public const string TimeInvalid = "time.invalid";
    public const string NumberInvalid = "number.invalid";
    public const string DigitsLost = "number.digits-lost";
    public const string NumberRange = "number.range";
    public const string BoolInvalid = "bool.invalid";
    public const string ExportUnencodable = "export.unencodable";
    public const string ExportTooLong = "export.too-long";
    public const string ExportTooManyRows = "export.too-many-rows";
}
