// Test files made in memory, and the ways to open them.
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

internal static class Files
{
    public static readonly Encoding Cp932 = CodePagesEncodingProvider.Instance.GetEncoding(932)!;

    public static MemoryStream Of(string text, Encoding? encoding = null) => new((encoding ?? new UTF8Encoding(false)).GetBytes(text));

    public static Task<TabularResult<TabularSource>> Try(Stream file, TabularOptions? options = null, string name = "people.csv") =>
        TabularFile.Open(file, name, options);

    public static async Task<TabularSource> Open(Stream file, TabularOptions? options = null, string name = "people.csv")
    {
        var opened = await TabularFile.Open(file, name, options);
        Assert.Null(opened.Problem);
        return opened.Value!;
    }

    public static Task<TabularSource> Open(string text, TabularOptions? options = null) => Open(Of(text), options);

    public static async Task<List<TabularRow>> All(this TabularSource source)
    {
        var rows = new List<TabularRow>();
        await foreach (var row in source.Rows(CancellationToken.None))
            rows.Add(row);
        return rows;
    }

    public static string Joined(this TabularRow row) => string.Join('|', row.Cells.Select(c => c.ToString()));

    public static string Names(this TabularSource source) => string.Join('|', source.Columns.Select(c => c.Ja));

    public static string Codes(this TabularRow row) => string.Join(' ', row.Problems.Select(p => p.Code));

    public static MemoryStream Embedded(string name)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy;
    }

    /// <summary>A workbook of one sheet from the XML between its sheetData tags.</summary>
    public static MemoryStream Workbook(string rows, string? styles = null, string? shared = null, string prolog = "", string properties = "") => Zip(
        ("xl/workbook.xml", $"""<workbook xmlns="m" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}<sheets><sheet name="顧客" sheetId="1" r:id="a"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", """<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="x/styles" Target="styles.xml"/><Relationship Id="c" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"""),
        ("xl/worksheets/sheet1.xml", $"""{prolog}<worksheet><sheetData>{rows}</sheetData></worksheet>"""),
        ("xl/styles.xml", styles ?? "<styleSheet/>"),
        ("xl/sharedStrings.xml", shared ?? "<sst/>"));

    public static MemoryStream Zip(params (string Name, string Text)[] parts)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var part = new StreamWriter(zip.CreateEntry(name).Open());
                part.Write(text);
            }
        }
        return file;
    }

    public static string Text(string reference, string text) => $"""<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>""";
}

/// <summary>Runs where the public data sets lie beside the repository (or CRM_SHARED_DATA says where); else skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (Folder is null) Skip = "The public data sets are not here (../shared/data or CRM_SHARED_DATA).";
    }

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CRM_SHARED_DATA") is { Length: > 0 } said) return Directory.Exists(said) ? said : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(beside)) return beside;
        }
        return null;
    }
}
