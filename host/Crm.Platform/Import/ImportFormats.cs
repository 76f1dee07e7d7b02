using Crm.Platform.Modules;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk.Import;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Platform.Import;

/// <summary>The formats that modules bring for files of other systems.</summary>
internal sealed class ImportFormats(Current current, ModuleScopes scopes)
{
    /// <summary>Chosen instead of a format: the columns are taken as they are.</summary>
    public const string None = "none";

    public ImportFormatDescription? Find(RecordType type, string? key) =>
        key is null or None ? null : current.Catalog.Modules.SelectMany(m => m.Imports).FirstOrDefault(f => f.RecordType == type.Key && f.Key == key);

    /// <summary>The format a file has, by its columns; of several the one that knows the most.</summary>
    public ImportFormatDescription? Recognise(RecordType type, TabularSource source)
    {
        var columns = Positions(source);
        return (from format in current.Catalog.Modules.SelectMany(m => m.Imports)
                where format.RecordType == type.Key
                let wanted = Make(format).Columns
                where wanted.Count > 0 && wanted.All(c => columns.ContainsKey(TextNormaliser.ForKey(c)))
                orderby wanted.Count descending
                select format).FirstOrDefault();
    }

    /// <summary>The file as the format reads it: its columns are the fields.</summary>
    public TabularSource Apply(ImportFormatDescription description, RecordType type, TabularSource source)
    {
        var (format, positions) = (Make(description), Positions(source));
        var columns = format.Fields.Select((key, i) => type.TryGet(key, out var field) ? new TabularColumn(i + 1, field.Label.Ja, field.Label.En, Named: true) : new(i + 1, key, key, Named: true));
        return source.As([.. columns], row =>
        {
            if (row.Problems.Count > 0) return row with { Cells = new Cell[format.Fields.Count] };
            try
            {
                var values = format.Read(new ImportCells(positions, TextNormaliser.ForKey, at => row.Cells[at - 1].ToString()));
                return row with { Cells = [.. format.Fields.Select(f => Cell.Of(values.GetValueOrDefault(f)))] };
            }
            catch (Exception e)
            {
                return row with { Cells = new Cell[format.Fields.Count], Problems = [TabularProblems.NotOfFormat(description.Name, e.Message).At(row.Number)] };
            }
        });
    }

    /// <summary>What a file of this format is taken with, unless somebody decides otherwise.</summary>
    public ImportSettings Proposed(ImportFormatDescription description)
    {
        var format = Make(description);
        return new() { Format = description.Key, Columns = [.. format.Fields.Select((f, i) => new ColumnMapping(i + 1, f))], Match = format.Match };
    }

    private static Dictionary<string, int> Positions(TabularSource source) =>
        source.Columns.Where(c => c.Named).DistinctBy(c => TextNormaliser.ForKey(c.Ja)).ToDictionary(c => TextNormaliser.ForKey(c.Ja), c => c.Position, StringComparer.Ordinal);

    private ImportFormat Make(ImportFormatDescription format) => (ImportFormat)scopes.Make(current.Catalog.Set.Runtime(format.Module), format.Format);
}
