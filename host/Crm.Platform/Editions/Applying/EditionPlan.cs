using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Platform.Storage;
using Crm.Sdk;

namespace Crm.Platform.Editions.Applying;

/// <summary>The kinds of things an edition sets; persisted names, in the order in which they are set.</summary>
internal static class ItemKind
{
    public const string Module = "module";
    public const string Setting = "setting";
    public const string Branding = "branding";
    public const string RecordType = "record-type";
    public const string Field = "field";
    public const string Label = "label";
    public const string Role = "role";
    public const string Record = "record";

    public static readonly IReadOnlyList<string> InOrder = [Module, Setting, Branding, RecordType, Field, Label, Role, Record];
}

/// <summary>One thing of a tenant: a label, a role, a record.</summary>
/// <param name="Kind">One of <see cref="ItemKind"/>.</param>
/// <param name="Key">Names it within its kind, such as <c>customers.company/rank</c>.</param>
internal readonly record struct ItemName(string Kind, string Key)
{
    public override string ToString() => $"{Kind}:{Key}";

    public static ItemName Parse(string text) => new(text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
}

/// <summary>What is done about one value.</summary>
internal enum PlanAction
{
    /// <summary>It was not there and is set.</summary>
    Add,

    /// <summary>It is as the edition set it before and is set anew.</summary>
    Change,

    /// <summary>The edition has it no more, and it goes.</summary>
    Remove,

    /// <summary>The tenant's own stays.</summary>
    Keep,

    /// <summary>It is so already.</summary>
    Same,
}

/// <summary>Why the tenant's own stays; persisted names.</summary>
internal static class KeepReason
{
    /// <summary>The tenant changed what the edition had set.</summary>
    public const string Changed = "changed";

    /// <summary>The tenant took it out of use.</summary>
    public const string Removed = "removed";

    /// <summary>It was there before the edition.</summary>
    public const string Own = "own";

    /// <summary>The edition has it no more, but it is used.</summary>
    public const string InUse = "in-use";
}

/// <summary>One value of one thing, as it is and as it is to be.</summary>
/// <param name="Kind">One of <see cref="ItemKind"/>.</param>
/// <param name="Key">Names the thing.</param>
/// <param name="Part">Which of its values, such as a field of a record; empty when it has but one.</param>
/// <param name="Action">What is done.</param>
/// <param name="Before">The value of the tenant, as JSON; null for none.</param>
/// <param name="After">The value the edition sets; null when it goes.</param>
/// <param name="Name">What a person calls it.</param>
internal sealed record PlanLine(string Kind, string Key, string Part, PlanAction Action, string? Before, string? After, Label Name)
{
    /// <summary>Whether the thing itself comes or goes, not only this value.</summary>
    public bool Whole { get; init; }

    /// <summary>What a person calls the value, when the thing has several.</summary>
    public Label? PartName { get; init; }

    /// <summary>One of <see cref="KeepReason"/>.</summary>
    public string? Reason { get; init; }

    [JsonIgnore]
    public ItemName Item => new(Kind, Key);
}

/// <summary>What an edition set: values by part, by thing.</summary>
internal sealed class Ledger : Dictionary<string, Dictionary<string, string>>
{
    public Dictionary<string, string>? Of(ItemName item) => TryGetValue(item.ToString(), out var parts) ? parts : null;
}

/// <summary>Worked out once, shown as the preview, kept, and then done line by line: what was interrupted goes on with the same lines.</summary>
/// <param name="FromVersion">The version of the tenant before; null when the edition is new to it.</param>
/// <param name="ToVersion">The version after.</param>
/// <param name="Lines">In the order in which they are done.</param>
/// <param name="LedgerBefore">What the version before had set.</param>
/// <param name="LedgerAfter">What the version after sets.</param>
internal sealed record EditionPlan(string? FromVersion, string ToVersion, IReadOnlyList<PlanLine> Lines, Ledger LedgerBefore, Ledger LedgerAfter);

/// <summary>What is known of a tenant's edition; kept in its own database.</summary>
internal sealed record EditionState
{
    public const string Applied = "applied";
    public const string Applying = "applying";
    public const string RollingBack = "rolling-back";

    public required string Edition { get; init; }

    public required string Version { get; init; }

    /// <summary>One of the constants of this class.</summary>
    public required string Phase { get; init; }

    public Ledger Ledger { get; init; } = [];

    /// <summary>The upgrade under way, or the last one that was done; null when it was rolled back.</summary>
    public EditionPlan? Plan { get; init; }

    /// <summary>Ids of roles and records that the edition made or took over.</summary>
    public Dictionary<string, Guid> Ids { get; init; } = [];

    /// <summary>Raised by each save: of two people who start at once one is told so.</summary>
    [JsonIgnore]
    public long Turn { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Kept);

    public static EditionState Parse(string json, long turn) => JsonSerializer.Deserialize<EditionState>(json, Kept)! with { Turn = turn };

    private static readonly JsonSerializerOptions Kept = new(Json.Compact) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
