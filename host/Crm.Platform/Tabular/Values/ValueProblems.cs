// The sentences for cells that are not the value their field wants.
namespace Crm.Platform.Tabular;

internal static class ValueProblems
{
    public static TabularProblem CellError(string text) => new(TabularCodes.CellError,
        $"Excel のエラー値「{text}」です。", $"The cell holds Excel's error '{text}'.",
        "元のシートの数式を直してください。", "Correct the formula in the sheet.");

    public static TabularProblem DateInvalid(string text) => new(TabularCodes.DateInvalid,
        $"「{text}」は日付として読めません。", $"'{text}' is not a date.",
        "2026/1/5、2026-01-05、令和8年1月5日 のように書くか、列の日付形式を指定してください。", "Write 2026-01-05, 2026/1/5 or 令和8年1月5日, or set the column's date format.");

    public static TabularProblem DateImpossible(string text) => new(TabularCodes.DateImpossible,
        $"「{text}」という日付・時刻は存在しません。", $"There is no such date or time as '{text}'.",
        "正しい日付に直してください。", "Correct the date.");

    public static TabularProblem DateAmbiguous(string text) => new(TabularCodes.DateAmbiguous,
        $"「{text}」は年月日の順序か西暦の上 2 桁が分かりません。", $"In '{text}' the order of day, month and year, or the century, is not certain.",
        "列の日付形式を指定してください (例: 日-月-年 は d-M-yy、年/月/日 は yy/M/d)。", "Set the column's date format (d-M-yy, M/d/yyyy, yy/M/d, …).");

    public static TabularProblem DateIncomplete(string text) => new(TabularCodes.DateIncomplete,
        $"「{text}」には年・月・日のすべてが揃っていません。", $"'{text}' lacks the year, the month or the day.",
        "2026/1/5 のように年月日を書いてください。", "Write year, month and day, such as 2026-01-05.");

    public static TabularProblem DateFormatDiffers(string text, string format) => new(TabularCodes.DateInvalid,
        $"「{text}」は指定された日付形式 {format} に合いません。", $"'{text}' does not fit the date format {format}.",
        "セルを直すか、列の日付形式を見直してください。", "Correct the cell, or check the column's date format.");

    public static TabularProblem BeforeEra(string text, string era, DateOnly from) => new(TabularCodes.DateEra,
        $"「{text}」は{era}の始まり ({from:yyyy-MM-dd}) より前です。", $"'{text}' is before the era {era} began ({from:yyyy-MM-dd}).",
        "元号と年を確認してください。", "Check the era and the year.");

    public static TabularProblem TimeInvalid(string text) => new(TabularCodes.TimeInvalid,
        $"「{text}」は時刻として読めません。", $"'{text}' is not a time of day.",
        "9:30 または 午後3時5分 のように 0:00 から 23:59 の間で書いてください。", "Write it as 9:30 or 15:05, from 0:00 to 23:59.");

    public static TabularProblem NumberInvalid(string text) => new(TabularCodes.NumberInvalid,
        $"「{text}」は数値として読めません。", $"'{text}' is not a number.",
        "1,234.5 のように数字だけを書いてください (￥・円・%・▲ は使えます)。", "Write digits only, such as 1,234.5 (¥, % and a minus are understood).");

    public static TabularProblem NumberRange(string text) => new(TabularCodes.NumberRange,
        $"「{text}」は桁が大きすぎます。", $"'{text}' is too large.",
        "28 桁以内の数値にしてください。", "Use at most 28 digits.");

    public static TabularProblem DigitsLost(string text) => new(TabularCodes.DigitsLost,
        $"「{text}」は Excel が桁を丸めた表示です。元の桁は残っていません。", $"'{text}' was rounded by a spreadsheet; its digits are gone.",
        "元のデータから、その列を「文字列」または「数値」の書式にして保存し直してください。", "Export it again from its source with the column formatted as text or as a number.");

    public static TabularProblem BoolInvalid(string text) => new(TabularCodes.BoolInvalid,
        $"「{text}」は はい/いいえ として読めません。", $"'{text}' is neither yes nor no.",
        "○/×、はい/いいえ、有/無、TRUE/FALSE、1/0 のいずれかで書いてください。", "Write yes/no, TRUE/FALSE, 1/0 or ○/×.");
}
