using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;

namespace Crm.Platform.Identity.Rights;

/// <summary>What a role allows.</summary>
internal sealed record RoleRights
{
    /// <summary>Stands for the record types that are not named.</summary>
    public const string OtherTypes = "*";

    private static readonly JsonSerializerOptions Kept = new(Json.Compact) { Converters = { new ReachJson() } };

    /// <summary>Everything there is and will be; for administrators.</summary>
    public bool Everything { get; init; }

    /// <summary>Reach by record type.</summary>
    public IReadOnlyDictionary<string, Reaches> Records { get; init; } = new Dictionary<string, Reaches>();

    /// <summary>Keys such as <c>deals.move</c>; <c>deals.*</c> stands for all of a module.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Fields that are hidden, as <c>type/field</c>.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Fields that are seen and not changed, as <c>type/field</c>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Locked { get; init; } = [];

    /// <summary><see cref="Locked"/> as it is written down: not at all when there are none, as before there could be any.</summary>
    [JsonPropertyName("locked")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LockedIfAny
    {
        get => Locked.Count > 0 ? Locked : null;
        init => Locked = value ?? [];
    }

    public Reach Reach(string recordType, RecordAction action) =>
        Everything ? Sdk.Users.Reach.All
        : Records.TryGetValue(recordType, out var own) ? own[action]
        : Records.TryGetValue(OtherTypes, out var others) ? others[action]
        : Sdk.Users.Reach.None;

    /// <summary>Whether these allow what others do and no more, in whatever order they are written down.</summary>
    public bool Allows(RoleRights others) =>
        Everything == others.Everything && Permissions.ToHashSet().SetEquals(others.Permissions) && Hidden.ToHashSet().SetEquals(others.Hidden) && Locked.ToHashSet().SetEquals(others.Locked)
        && Records.Keys.Union(others.Records.Keys).Append(OtherTypes).All(type => Enum.GetValues<RecordAction>().All(a => Reach(type, a) == others.Reach(type, a)));

    /// <summary>Line by line what is allowed, as the audit tells it.</summary>
    public Dictionary<string, string?> Told(Label name)
    {
        var told = new Dictionary<string, string?> { ["name"] = $"{name.Ja} / {name.En}", ["everything"] = Everything ? "true" : null };
        foreach (var (type, reaches) in Records)
        {
            foreach (var action in Enum.GetValues<RecordAction>()) told[$"{type}:{action.ToString().ToLowerInvariant()}"] = reaches[action] == Sdk.Users.Reach.None ? null : ReachNames.Of(reaches[action]);
        }

        foreach (var permission in Permissions) told[permission] = "true";
        foreach (var field in Locked) told[field] = "locked";
        foreach (var field in Hidden) told[field] = "hidden";
        return told;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Kept);

    public static RoleRights Parse(string json) => JsonSerializer.Deserialize<RoleRights>(json, Kept) ?? new();

    /// <summary>
    /// The sum of several roles: the furthest reach of any; a field stays hidden only where no role that reads its records shows it, and locked
    /// only where no role that makes or edits them lets it be changed.
    /// </summary>
    public static AccessRights Sum(IReadOnlyCollection<RoleRights> roles, IReadOnlyList<Guid> teamMembers)
    {
        if (roles.Any(r => r.Everything)) return new AccessRights { All = true, TeamMembers = teamMembers };
        var reaches = new Dictionary<(string, RecordAction), Reach>();
        foreach (var type in roles.SelectMany(r => r.Records.Keys).Append(OtherTypes).Distinct())
        {
            foreach (var action in Enum.GetValues<RecordAction>())
            {
                var furthest = roles.Select(r => r.Reach(type, action)).DefaultIfEmpty().Max();
                reaches[(type, action)] = furthest;
            }
        }

        return new AccessRights
        {
            Permissions = roles.SelectMany(r => r.Permissions).ToHashSet(),
            Reaches = reaches,
            HiddenFields = roles.SelectMany(r => r.Hidden).Where(field => roles.All(r => !Shows(r, field))).ToHashSet(),
            LockedFields = roles.SelectMany(r => r.Locked).Where(field => roles.All(r => !Changes(r, field))).ToHashSet(),
            TeamMembers = teamMembers,
        };
    }

    private static bool Shows(RoleRights role, string field) =>
        !role.Hidden.Contains(field) && role.Reach(AccessRights.TypeOf(field), RecordAction.Read) > Sdk.Users.Reach.None;

    private static bool Changes(RoleRights role, string field) =>
        !role.Hidden.Contains(field) && !role.Locked.Contains(field)
        && (role.Reach(AccessRights.TypeOf(field), RecordAction.Edit) > Sdk.Users.Reach.None || role.Reach(AccessRights.TypeOf(field), RecordAction.Create) > Sdk.Users.Reach.None);
}

/// <summary>The names reaches are kept and posted by.</summary>
internal static class ReachNames
{
    public static string Of(Reach reach) => reach switch
    {
        Reach.Own => "own",
        Reach.Team => "team",
        Reach.All => "all",
        _ => "none",
    };

    public static Reach Parse(string? name) => name switch
    {
        "own" => Reach.Own,
        "team" => Reach.Team,
        "all" => Reach.All,
        _ => Reach.None,
    };
}

internal sealed class ReachJson : JsonConverter<Reach>
{
    public override Reach Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReachNames.Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, Reach value, JsonSerializerOptions options) => writer.WriteStringValue(ReachNames.Of(value));
}
