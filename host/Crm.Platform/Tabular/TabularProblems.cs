// The sentences for every problem of a file or row (those of values are beside the values).
namespace Crm.Platform.Tabular;

internal static class TabularProblems
{
    public static readonly TabularProblem Empty = new(TabularCodes.FileEmpty,
        "ファイルに行がありません。", "The file holds no rows.",
        "見出し行とデータ行のあるファイルを選んでください。", "Choose a file with a header row and data rows.");

    public static readonly TabularProblem NotATable = new(TabularCodes.FileNotATable,
        "表形式のファイルではありません。", "This is not a file of rows and columns.",
        "CSV、テキスト、または Excel (.xlsx / .xls) で保存し直してください。", "Save it as CSV, text or Excel (.xlsx / .xls).");

    public static readonly TabularProblem WebPage = new(TabularCodes.FileNotATable,
        "拡張子に関わらず、中身は Web ページ (HTML) です。", "Whatever its name says, the content is a web page (HTML).",
        "Excel で開き、「Excel ブック (.xlsx)」として保存し直してください。", "Open it in Excel and save it as an Excel workbook (.xlsx).");

    public static readonly TabularProblem Broken = new(TabularCodes.FileBroken,
        "ファイルが壊れているか途中で切れており、ここから先を読み取れません。", "The file is damaged or cut off; nothing can be read from here on.",
        "元のプログラムで開いて保存し直し、もう一度アップロードしてください。", "Open it in the program it came from, save it again and upload it anew.");

    public static readonly TabularProblem Password = new(TabularCodes.FilePassword,
        "パスワードで保護されたファイルです。", "The file is protected with a password.",
        "Excel でパスワードを外して保存し直してください。", "Remove the password in Excel and save it again.");

    public static readonly TabularProblem EncodingUnknown = new(TabularCodes.EncodingUnknown,
        "文字コードを判定できません。", "The character encoding cannot be told.",
        "文字コードを選ぶか、UTF-8 の CSV で保存し直してください。", "Choose the encoding, or save the file as CSV UTF-8.");

    public static readonly TabularProblem NoHeader = new(TabularCodes.HeaderNone,
        "見出し行が見つからないため、列1、列2 … と名付けました。", "No header row was found; the columns are called Column 1, Column 2, …",
        "見出しがある場合は、その行番号を指定してください。", "If there is one, say which row it is.");

    public static readonly TabularProblem UnclosedQuote = new(TabularCodes.RowQuote,
        "引用符 (\") が閉じられていません。", "A quotation mark (\") is not closed.",
        "この行の引用符を確認してください。セル内の引用符は \"\" と二重に書きます。", "Check the quotes of this row; a quote inside a cell is written twice (\"\").");

    public static readonly TabularProblem StrayQuote = new(TabularCodes.RowQuote,
        "引用符 (\") で閉じた後に文字が続いています。", "Text follows a closing quotation mark (\").",
        "セル内の引用符は \"\" と二重に書いてください。", "Write a quote inside a cell twice (\"\").");

    public static readonly TabularProblem Cut = new(TabularCodes.RowCut,
        "列の境目をまたぐ文字があります。", "Text runs across the border of two columns.",
        "列の幅を揃えるか、区切り文字のある形式で保存し直してください。", "Align the columns, or save the file with a delimiter.");

    public static readonly TabularProblem FormulaWithoutValue = new(TabularCodes.RowFormula,
        "数式の計算結果がファイルに保存されていません。", "The file does not hold the result of a formula.",
        "Excel で開いて上書き保存するか、数式を値に変えてください。", "Open and save it in Excel, or replace the formula by its value.");

    public static readonly TabularProblem TooManyExcelRows = new(TabularCodes.ExportTooManyRows,
        "Excel の 1 シートに書ける 1,048,576 行を超えました。", "There are more rows than the 1,048,576 one Excel sheet can hold.",
        "CSV で出力するか、条件で絞り込んでください。", "Export as CSV, or narrow the list with a filter.");

    public static TabularProblem NotOfFormat(Sdk.Label format, string why) => new(TabularCodes.RowNotOfFormat,
        $"「{format.Ja}」の形式として読めない行です: {why}", $"The row cannot be read as “{format.En}”: {why}",
        "値を直すか、列をそのまま使って取り込んでください。", "Mend the values, or take the columns as they are.");

    public static TabularProblem Unsafe(string ja, string en) => new(TabularCodes.FileUnsafe,
        $"安全に開けないファイルです ({ja})。", $"The file cannot be opened safely ({en}).",
        "不要なシートや書式を削除するか、CSV で保存し直してください。", "Delete unneeded sheets and formats, or save it as CSV.");

    public static TabularProblem TooManyColumns(long found, int limit) => new(TabularCodes.FileTooManyColumns,
        $"列が多すぎます ({found:N0} 列、上限 {limit:N0} 列)。", $"Too many columns ({found:N0}, the limit is {limit:N0}).",
        "必要な列だけを残して保存し直してください。", "Keep only the columns you need and save it again.");

    public static TabularProblem KindDiffers(string extension, string kind) => new(TabularCodes.FileKindDiffers,
        $"拡張子は {extension} ですが、中身は {kind} です。中身に従って読み取ります。", $"The name ends in {extension} but the content is {kind}; the content is what counts.",
        "列の並びを確認してください。", "Check the columns below.");

    public static TabularProblem EncodingUncertain(string name) => new(TabularCodes.EncodingUncertain,
        $"文字コードを {name} と推定しましたが、確実ではありません。", $"The encoding is taken to be {name}, without certainty.",
        "文字化けしている場合は文字コードを選び直してください。", "If the text looks garbled, choose another encoding.");

    public static TabularProblem UnknownOption(string ja, string en, string value) => new(TabularCodes.OptionUnknown,
        $"{ja}「{value}」はこのファイルでは使えません。", $"{en} '{value}' cannot be used with this file.",
        "選び直すか、自動判定に戻してください。", "Choose another one, or go back to automatic detection.");

    public static TabularProblem DuplicateHeader(string name) => new(TabularCodes.HeaderDuplicate,
        $"見出し「{name}」が複数あります。2 つ目以降に番号を付けました。", $"The header '{name}' occurs more than once; the later ones got a number.",
        "列の割り当てを確認してください。", "Check which column is which.");

    public static TabularProblem TooManyCells(int found, int expected) => new(TabularCodes.RowTooManyCells,
        $"セルが多すぎます ({found} 個、見出しは {expected} 列)。", $"Too many cells ({found}, the header has {expected} columns).",
        "値の中に区切り文字がある場合は、値を \" で囲んでください。", "If a value contains the delimiter, enclose it in quotation marks.");

    public static TabularProblem Undecodable(string bytes, string encoding) => new(TabularCodes.RowUndecodable,
        $"{encoding} の文字として読めないバイトがあります ({bytes})。", $"There are bytes that are no character in {encoding} ({bytes}).",
        "文字コードの指定を確認し、元のデータのこの行を直してください。", "Check the chosen encoding and correct this row at its source.");

    public static TabularProblem RowTooLong(int limit) => new(TabularCodes.RowTooLong,
        $"1 行または 1 セルが長すぎます (上限 {limit:N0} 文字)。", $"A row or cell is too long (the limit is {limit:N0} characters).",
        "区切り文字と改行を確認してください。", "Check the delimiter and the line ends.");

    public static TabularProblem Unencodable(string character, string codePoint) => new(TabularCodes.ExportUnencodable,
        $"「{character}」({codePoint}) は Shift_JIS (CP932) では書けません。", $"'{character}' ({codePoint}) cannot be written in Shift_JIS (CP932).",
        "UTF-8 (BOM 付き) か Excel 形式で出力してください。", "Export as UTF-8 with BOM, or as Excel.");

    public static TabularProblem BrokenCharacter(string codePoint) => new(TabularCodes.ExportUnencodable,
        $"壊れた文字 ({codePoint}) が含まれています。", $"There is a broken character ({codePoint}).",
        "元のレコードの値を直してください。", "Correct the value in its record.");

    public static TabularProblem TooLongForExcel(int length) => new(TabularCodes.ExportTooLong,
        $"Excel のセルに入る 32,767 文字を超えています ({length:N0} 文字)。", $"Longer than the 32,767 characters an Excel cell holds ({length:N0}).",
        "CSV で出力してください。", "Export as CSV.");
}
