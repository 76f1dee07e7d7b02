using System.Globalization;
using Crm.Platform.Import;

namespace Crm.Host.Web.Imports;

/// <summary>The form of the mapping page as settings.</summary>
internal static class ImportForm
{
    public static ImportSettings Read(IFormCollection form)
    {
        var columns = new List<ColumnMapping>();
        foreach (var (column, chosen) in Columns(form, "column."))
        {
            var format = form[string.Create(CultureInfo.InvariantCulture, $"format.{column}")].ToString();
            var zero = form[string.Create(CultureInfo.InvariantCulture, $"zero.{column}")] == "true";
            columns.AddRange(ColumnChoice.Read(column, chosen).Select(m => m with { DateFormat = format.Length > 0 ? format : null, RestoreZero = zero }));
        }

        return new ImportSettings
        {
            Encoding = Text(form, "encoding"),
            Delimiter = Text(form, "delimiter"),
            HeaderRow = int.TryParse(form["headerRow"], NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : null,
            Sheet = Text(form, "sheet"),
            Format = Text(form, "importFormat"),
            Columns = columns,
            Match = [.. form["match"].OfType<string>().Where(m => m.Length > 0)],
            EmptyClears = form["emptyClears"] == "true",
        };
    }

    /// <summary>The mapping of the page, with what its columns were called there.</summary>
    public static MappingsThatStillFit Before(IFormCollection form, ImportSettings settings) => new(Columns(form, "name.").ToDictionary(c => c.Column, c => c.Value), settings.Columns);

    private static IEnumerable<(int Column, string Value)> Columns(IFormCollection form, string prefix) =>
        from key in form.Keys
        where key.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        select (int.Parse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture), form[key].ToString());

    private static string? Text(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } text ? text : null;
}
