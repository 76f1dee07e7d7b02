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
        foreach (var (first, second) in Pairs(type).Where(p => p.First.Section == section))
        {
            yield return new(
                ValueOf([new(0, first.Key) { Part = "first" }, new(0, second.Key) { Part = "rest" }]), Texts.L($"{first.Label} と {second.Label}(空白で分ける)", $"{first.Label} and {second.Label} (split at the blank)"));
        }

        foreach (var field in type.Fields.Where(f => f.Section == section && !f.ReadOnly))
        {
            yield return new(field.Key, field.Label + (field.Required ? " *" : ""), field.Kind switch
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
    public static ColumnChoice Other(RecordType type, string value) => new(value, string.Join(" + ", Read(0, value).Select(m =>
        (type.TryGet(m.Field, out var field) ? field.Label.ToString() : m.Field) + m.Part switch { "first" => Texts.L(" (空白の前)", " (before the blank)"), "rest" => Texts.L(" (空白の後)", " (after the blank)"), _ => "" })));

    /// <summary>A title of two texts, such as 姓 and 名, and the kana of both.</summary>
    private static IEnumerable<(Field First, Field Second)> Pairs(RecordType type)
    {
        if (type.TitleFields.Count != 2) yield break;
        foreach (var ending in (string[])["", "Kana"])
        {
            if (type.TryGet(type.TitleFields[0] + ending, out var first) && type.TryGet(type.TitleFields[1] + ending, out var second)
                && (first.Kind, second.Kind) is (FieldKind.Text, FieldKind.Text) or (FieldKind.Kana, FieldKind.Kana)) yield return (first, second);
        }
    }
}
