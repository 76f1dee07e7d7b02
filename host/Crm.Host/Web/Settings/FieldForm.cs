using System.Globalization;
using System.Text;
using Crm.Platform.Catalog;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Settings;

/// <summary>The form of a tenant's own field as its definition.</summary>
internal static class FieldForm
{
    public static FieldDefinition Read(IFormCollection form)
    {
        var ja = form["ja"].ToString().Trim();
        var en = form["en"].ToString().Trim();
        return new FieldDefinition
        {
            Kind = Enum.TryParse<FieldKind>(form["kind"], out var kind) ? kind : FieldKind.Text,
            Ja = ja.Length > 0 ? ja : en,
            En = en.Length > 0 ? en : ja,
            Meaning = Text(form, "meaning"),
            Required = form["required"] == "true",
            Unique = form["unique"] == "true",
            Indexed = form["indexed"] == "true",
            Searchable = form["searchable"] == "true",
            InList = form["inList"] == "true",
            MatchKey = form["matchKey"] == "true",
            MaxLength = int.TryParse(form["maxLength"], NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? max : null,
            Min = Number(form, "min"),
            Max = Number(form, "max"),
            Decimals = int.TryParse(form["decimals"], NumberStyles.None, CultureInfo.InvariantCulture, out var decimals) ? Math.Min(decimals, 4) : 0,
            Choices = Choices(form["choices"].ToString()),
            References = Text(form, "references"),
            Personal = Enum.TryParse<PersonalData>(form["personal"], out var personal) ? personal : PersonalData.None,
        };
    }

    /// <summary>One answer a line: <c>key = 日本語 / English</c>; what is left out is made from the rest.</summary>
    public static IReadOnlyList<Choice> Choices(string text)
    {
        var choices = new List<Choice>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var names = (equals < 0 ? line : line[(equals + 1)..]).Split(" / ", 2, StringSplitOptions.TrimEntries);
            var key = equals > 0 ? line[..equals].Trim() : names[0];
            if (choices.Exists(c => c.Key == key)) continue;
            choices.Add(new Choice(key, new Label(names[0], names.Length > 1 ? names[1] : names[0])));
        }

        return choices;
    }

    public static string Lines(IReadOnlyList<Choice> choices)
    {
        var text = new StringBuilder();
        foreach (var choice in choices) text.Append(choice.Key).Append(" = ").Append(choice.Label.Ja).Append(" / ").Append(choice.Label.En).Append('\n');
        return text.ToString();
    }

    private static string? Text(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private static decimal? Number(IFormCollection form, string name) =>
        decimal.TryParse(form[name], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
