using Crm.Platform.Import;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Imports;

/// <summary>What a column can fill: one field, a part of one, or two fields that its cells hold together, such as 氏名.</summary>
/// <param name="Value">As the form sends it: <c>phone</c>, or <c>lastName|first,firstName|rest</c>.</param>
/// <param name="Label">Its name in the list.</param>
/// <param name="Kind"><c>date</c> or <c>zero</c> when a column that fills it may need that option; else null.</param>
internal sealed record ColumnChoice(string Value, string Label, string? Kind = null)
{
    public static string ValueOf(IEnumerable<ColumnMapping> mappings) => string.Join(',', mappings.Select(m => m.Part is null ? m.Field : m.Field + "|" + m.Part));

    public static IEnumerable<ColumnMapping> Read(int column, string value) =>
        from one in value.Split(',', StringSplitOptions.RemoveEmptyEntries)
        let bar = one.IndexOf('|', StringComparison.Ordinal)
        select new ColumnMapping(column, bar < 0 ? one : one[..bar]) { Part = bar < 0 ? null : one[(bar + 1)..] };

    /// <summary>The choices of one section of the form.</summary>
    public static IEnumerable<ColumnChoice> In(RecordType type, string section)
    {
        foreach (var together in (IReadOnlyList<ColumnMapping>[])[WholeColumns.Name(type), WholeColumns.Kana(type)])
        {
            if (together is [var first, var second] && type[first.Field].Section == section)
            {
                yield return new(ValueOf(together), Texts.L($"{type[first.Field].Label} と {type[second.Field].Label}(空白で分ける)", $"{type[first.Field].Label} and {type[second.Field].Label} (split at the blank)"));
            }
        }

        if (WholeColumns.Address(type) is [var part, ..] address && type[part.Field].Section == section) yield return new(ValueOf(address), SplitAddress);
        foreach (var field in type.Fields.Where(f => f.Section == section && !f.ReadOnly))
        {
            yield return new(field.Key, FieldNames.Of(type, field) + (field.Required ? " *" : ""), field.Kind switch
            {
                FieldKind.Date or FieldKind.DateTime => "date",
                FieldKind.Phone or FieldKind.PostalCode => "zero",
                _ => null,
            });
            if (field.Kind is not FieldKind.Text || !type.TitleFields.Contains(field.Key)) continue;
            yield return new(field.Key + "|first", Texts.L($"{field.Label} (空白の前)", $"{field.Label} (before the blank)"));
            yield return new(field.Key + "|rest", Texts.L($"{field.Label} (空白の後)", $"{field.Label} (after the blank)"));
        }
    }

    /// <summary>A choice that is not in the list but came from a mapping file: several whole fields from one column, for example.</summary>
    public static ColumnChoice Other(RecordType type, string value) => new(value, Read(0, value).Any(m => m.Part == "city") ? SplitAddress : string.Join(" + ", Read(0, value).Select(m =>
        (type.TryGet(m.Field, out var field) ? field.Label.ToString() : m.Field) + m.Part switch { "first" => Texts.L(" (空白の前)", " (before the blank)"), "rest" => Texts.L(" (空白の後)", " (after the blank)"), _ => "" })));

    private static string SplitAddress => Texts.L("住所(都道府県から建物名まで分ける)", "Address (split from prefecture to building)");
}
