using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Platform.Catalog;

/// <summary>A field that a tenant's admin described in the browser; becomes a <see cref="Field"/> like any other.</summary>
internal sealed record FieldDefinition
{
    public required FieldKind Kind { get; init; }

    public required string Ja { get; init; }

    public required string En { get; init; }

    public string? HintJa { get; init; }

    public string? HintEn { get; init; }

    /// <summary>What it means and who keeps it; shown on the page of fields.</summary>
    public string? Meaning { get; init; }

    public bool Required { get; init; }

    public bool Unique { get; init; }

    public bool Indexed { get; init; }

    public bool Searchable { get; init; }

    public bool InList { get; init; }

    public bool MatchKey { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>What a text must look like, see <see cref="TextPattern"/>; for texts alone.</summary>
    public string? Pattern { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    public int Decimals { get; init; }

    public IReadOnlyList<Choice> Choices { get; init; } = [];

    public string? References { get; init; }

    public PersonalData Personal { get; init; }

    /// <summary>Section it stands in; the tenant's own when null.</summary>
    public string? Section { get; init; }

    /// <summary>Kinds whose text is kept as it was typed.</summary>
    public static bool TakesPattern(FieldKind kind) => kind is FieldKind.Text or FieldKind.LongText or FieldKind.Kana or FieldKind.Phone;

    public static FieldDefinition Parse(string json) => JsonSerializer.Deserialize<FieldDefinition>(json, Json.Compact) ?? throw new InvalidOperationException("A stored field is empty.");

    /// <summary>What the audit tells of a change: each part that differs, under the field's key.</summary>
    public static IEnumerable<(string Key, string? Before, string? After)> Differences(string field, FieldDefinition? before, FieldDefinition? after)
    {
        var (was, now) = (Parts(before), Parts(after));
        return was.Keys.Union(now.Keys).Select(part => ($"{field}: {part}", was.GetValueOrDefault(part), now.GetValueOrDefault(part)));
    }

    private static Dictionary<string, string?> Parts(FieldDefinition? definition) => definition is null ? [] : JsonSerializer.SerializeToNode(definition, Json.Compact)!.AsObject()
        .Select(p => (p.Key, Text: p.Value is JsonValue value ? value.ToString() : p.Value?.ToJsonString(Json.Compact)))
        .Where(p => p.Text is not (null or "false" or "[]"))
        .ToDictionary(p => p.Key, p => p.Text);

    public Field ToField(string key) => new()
    {
        Key = key,
        Kind = Kind,
        Label = new(Ja, En),
        Hint = HintJa is null && HintEn is null ? null : new(HintJa ?? HintEn!, HintEn ?? HintJa!),
        Section = Section ?? CustomFields.Section.Key,
        Owner = CustomFields.Owner,
        Path = key.Split('.'),
        Required = Required,
        Unique = Unique,
        Indexed = Indexed || Unique || MatchKey,
        Searchable = Searchable,
        InList = InList,
        MatchKey = MatchKey,
        MaxLength = MaxLength,
        Pattern = Pattern is { } pattern && TakesPattern(Kind) ? new TextPattern(pattern) : null,
        Min = Min,
        Max = Max,
        Decimals = Decimals,
        Choices = Choices,
        References = References,
        Personal = Personal,
    };
}

/// <summary>A record type that a tenant's admin described in the browser.</summary>
internal sealed record RecordTypeDefinition
{
    public required string Ja { get; init; }

    public required string En { get; init; }

    public string? EnPlural { get; init; }

    public string Icon { get; init; } = "table";

    /// <summary>Keys of the fields that make the title; the first text field when empty.</summary>
    public IReadOnlyList<string> TitleFields { get; init; } = [];
}

/// <summary>What the tenants' own fields have in common.</summary>
internal static partial class CustomFields
{
    public const string Owner = "custom";

    public static readonly Section Section = new("custom", new("追加項目", "More fields"));

    /// <summary>A key step: also safe to stand in SQL and in file headers.</summary>
    [GeneratedRegex("^[a-z][a-zA-Z0-9_]{0,39}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    public static partial Regex KeyStep();
}
