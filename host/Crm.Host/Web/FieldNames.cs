using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web;

/// <summary>What fields are called where one is chosen among all of its type.</summary>
internal static class FieldNames
{
    /// <summary>The label; with the section or the module behind it where another field is called the same: 電話（追加項目）.</summary>
    public static string Of(RecordType type, Field field)
    {
        var label = field.Label.ToString();
        return Same(type, field).Any() ? Texts.L($"{label}（{Section(type, field)}）", $"{label} ({Section(type, field)})") : label;
    }

    /// <summary>Other fields of the type that people see by the same name.</summary>
    public static IEnumerable<Field> Same(RecordType type, Field field) =>
        type.Fields.Where(f => f.Key != field.Key && !f.Hidden && f.Label.ToString() == field.Label.ToString());

    private static string Section(RecordType type, Field field) => type.Sections.FirstOrDefault(s => s.Key == field.Section)?.Label.ToString() ?? field.Section;
}
