using System.Globalization;
using System.Text;
using Crm.Platform.Catalog;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Settings;

/// <summary>The form of a tenant's own field as its definition.</summary>
internal static class FieldForm
{
    /// <summary>What the form says; and what in it cannot be read.</summary>
    public static (FieldDefinition Definition, IReadOnlyList<Problem> Problems) Read(IFormCollection form)
    {
        var problems = new List<Problem>();
        var ja = form["ja"].ToString().Trim();
        var en = form["en"].ToString().Trim();
        var definition = new FieldDefinition
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
            MaxLength = (int?)Number("maxLength", ("最大文字数", "Most characters"), 1, 100_000),
            Pattern = Text(form, "pattern"),
            HintJa = Text(form, "hintJa"),
            HintEn = Text(form, "hintEn"),
            Section = Text(form, "section"),
            Min = Number("min", ("最小", "Smallest")),
            Max = Number("max", ("最大", "Largest")),
            Decimals = (int)(Number("decimals", ("小数点以下の桁数", "Decimals"), 0, 4) ?? 0),
            Choices = Choices(form["choices"].ToString()),
            References = Text(form, "references"),
            Personal = Enum.TryParse<PersonalData>(form["personal"], out var personal) ? personal : PersonalData.None,
        };
        return (definition, problems);

        // Typed by hand in whatever width; whole where it counts something.
        decimal? Number(string name, Label label, int? from = null, int? to = null)
        {
            var typed = form[name].ToString().Normalize(NormalizationForm.FormKC).Replace(",", "", StringComparison.Ordinal).Trim();
            if (typed.Length == 0) return null;
            if (decimal.TryParse(typed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && (from is null || (number >= from && number <= to && decimal.Truncate(number) == number)))
            {
                return number;
            }

            problems.Add(new Problem(
                "bad-value", ($"「{label.Ja}」の「{typed}」は読み取れません。", $"“{typed}” cannot be read as {label.En}."),
                from is null ? ("数字で入力してください。", "Type a number.") : ($"{from} から {to} までの整数で入力してください。", $"Type a whole number from {from} to {to}."), name));
            return null;
        }
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
}
