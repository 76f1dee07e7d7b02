using System.Globalization;
using Crm.Platform.Import;

namespace Crm.Host.Web.Imports;

/// <summary>The form of the mapping page as settings.</summary>
internal static class ImportForm
{
    public static ImportSettings Read(IFormCollection form)
    {
        var columns = new List<ColumnMapping>();
        foreach (var key in form.Keys.Where(k => k.StartsWith("column.", StringComparison.Ordinal)))
        {
            if (!int.TryParse(key.AsSpan("column.".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var column)) continue;
            foreach (var chosen in form[key].OfType<string>().Where(f => f.Length > 0))
            {
                // "lastName|first" takes the first word of the cell.
                var bar = chosen.IndexOf('|', StringComparison.Ordinal);
                var format = form[$"format.{column}"].ToString();
                columns.Add(new ColumnMapping(column, bar < 0 ? chosen : chosen[..bar])
                {
                    Part = bar < 0 ? null : chosen[(bar + 1)..],
                    DateFormat = format.Length > 0 ? format : null,
                    RestoreZero = form[$"zero.{column}"] == "true",
                });
            }
        }

        return new ImportSettings
        {
            Encoding = Text(form, "encoding"),
            Delimiter = Text(form, "delimiter"),
            HeaderRow = int.TryParse(form["headerRow"], NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : null,
            Sheet = Text(form, "sheet"),
            Columns = columns,
            Match = [.. form["match"].OfType<string>().Where(m => m.Length > 0)],
            EmptyClears = form["emptyClears"] == "true",
        };
    }

    private static string? Text(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } text ? text : null;
}
