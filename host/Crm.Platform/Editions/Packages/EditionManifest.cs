using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Users;

namespace Crm.Platform.Editions.Packages;

/// <summary>
/// What an edition says in its <c>edition.json</c>: modules and plugins, words, fields, roles, settings and records that make an industry's
/// product out of ours. No code.
/// </summary>
internal sealed record EditionManifest
{
    public const string File = "edition.json";

    private static readonly JsonSerializerOptions Json = new(Storage.Json.Compact)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, MaxDepth = 16, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
        Converters = { new NamedReach(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public required string Id { get; init; }

    public required string Version { get; init; }

    public required Label Name { get; init; }

    public Label Description { get; init; }

    public required string Publisher { get; init; }

    /// <summary>What the shell shows in place of the product's own; null for none.</summary>
    public EditionBranding? Branding { get; init; }

    /// <summary>Modules of the product that are on.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Plugins that are on, each in the one version the edition was tried with.</summary>
    public IReadOnlyList<EditionPlugin> Plugins { get; init; } = [];

    /// <summary>What record types and fields are called, by the keys of <see cref="Fields.SetLabel"/>.</summary>
    public IReadOnlyDictionary<string, Label> Labels { get; init; } = new Dictionary<string, Label>();

    /// <summary>Record types by the last step of their key.</summary>
    public IReadOnlyDictionary<string, RecordTypeDefinition> RecordTypes { get; init; } = new Dictionary<string, RecordTypeDefinition>();

    /// <summary>Fields by record type and the last step of their key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, FieldDefinition>> Fields { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, FieldDefinition>>();

    /// <summary>Roles by a key of the edition's own.</summary>
    public IReadOnlyDictionary<string, EditionRole> Roles { get; init; } = new Dictionary<string, EditionRole>();

    /// <summary>Settings of modules and plugins, by module and field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Settings { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>();

    /// <summary>Pipelines, stages, templates, lists, whatever a tenant begins with; in the order in which they are made.</summary>
    public IReadOnlyList<EditionRecord> Records { get; init; } = [];

    /// <summary>What the vendor agrees with whoever uses it, as Markdown or plain text; empty for none.</summary>
    public Label Terms { get; init; }

    [JsonIgnore]
    public Version Number => System.Version.Parse(Version);

    /// <summary>Keys of all modules and plugins that are on, each after those it was listed with.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> On => [.. Modules, .. Plugins.Select(p => p.Id)];

    /// <summary>Reads it; what is wrong is said with the member it concerns.</summary>
    public static Result<EditionManifest> Read(byte[] content)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<EditionManifest>(content, Json);
            if (manifest is null) return EditionProblems.BadManifest("$", "empty");
            return manifest.Faults().ToList() is { Count: > 0 } faults ? Result<EditionManifest>.Fail(faults) : manifest;
        }
        catch (JsonException wrong)
        {
            return EditionProblems.BadManifest(wrong.Path ?? "$", wrong.Message);
        }
    }

    /// <summary>What can be seen to be wrong without knowing the installation.</summary>
    private IEnumerable<Problem> Faults()
    {
        if (!ModuleCheck.IsKey(Id)) yield return EditionProblems.BadManifest("id", Id);
        if (!System.Version.TryParse(Version, out var version) || version.Build < 0) yield return EditionProblems.BadManifest("version", Version);
        if (Name is not { Ja.Length: > 0, En.Length: > 0 }) yield return EditionProblems.BadManifest("name", null);
        if (string.IsNullOrWhiteSpace(Publisher)) yield return EditionProblems.BadManifest("publisher", Publisher);
        foreach (var twice in On.GroupBy(k => k, StringComparer.Ordinal).Where(g => g.Count() > 1)) yield return EditionProblems.BadManifest("modules, plugins", twice.Key);
        foreach (var plugin in Plugins)
        {
            if (!ModuleCheck.IsKey(plugin.Id) || !System.Version.TryParse(plugin.Version, out var exact) || exact.Build < 0) yield return EditionProblems.BadManifest("plugins", $"{plugin.Id} {plugin.Version}");
        }

        foreach (var (key, label) in Labels)
        {
            if (label is not { Ja.Length: > 0, En.Length: > 0 }) yield return EditionProblems.BadManifest("labels." + key, null);
        }

        foreach (var (key, role) in Roles)
        {
            if (role.Name is not { Ja.Length: > 0, En.Length: > 0 } || role.Rights.Everything) yield return EditionProblems.BadManifest("roles." + key, role.Name.En);
        }

        foreach (var bad in RecordTypes.Keys.Concat(Fields.Values.SelectMany(f => f.Keys)).Where(k => !CustomFields.KeyStep().IsMatch(k))) yield return EditionProblems.BadManifest("fields", bad);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in Records)
        {
            foreach (var (field, value) in record.Values)
            {
                if (EditionRecord.Reference(value) is { } other && !known.Contains(other)) yield return EditionProblems.UnknownRecord(record.Key, field, other);
            }

            if (record.Key.Length is 0 or > 60 || !known.Add(record.Key)) yield return EditionProblems.BadManifest("records", record.Key);
            if (record.Match is { } match && !record.Values.ContainsKey(match)) yield return EditionProblems.BadManifest($"records.{record.Key}.match", match);
        }

        if (Branding is { } branding)
        {
            foreach (var problem in Accent.Faults(branding.Accent, branding.AccentDark)) yield return problem;
        }
    }

    /// <summary>How far a right reaches, by its name; a name there is not is a mistake and not a right to nothing.</summary>
    private sealed class NamedReach : JsonConverter<Reach>
    {
        public override Reach Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var name = reader.GetString();
            return name is "none" || ReachNames.Parse(name) != Reach.None ? ReachNames.Parse(name) : throw new JsonException($"There is no reach “{name}”: none, own, team or all.");
        }

        public override void Write(Utf8JsonWriter writer, Reach value, JsonSerializerOptions options) => writer.WriteStringValue(ReachNames.Of(value));
    }
}

/// <param name="Product">What the product is called in the shell.</param>
/// <param name="Logo">An SVG or PNG in the package, at most 64 KB.</param>
/// <param name="Accent">Colour of buttons and links, <c>#rrggbb</c>.</param>
/// <param name="AccentDark">That of links on dark ground; worked out from the other when null.</param>
internal sealed record EditionBranding(Label Product, string? Logo = null, string? Accent = null, string? AccentDark = null);

/// <param name="Id">Its key.</param>
/// <param name="Version">The one version the edition was tried with.</param>
/// <param name="Sha256">Of its package, in hex; null when any package of that version will do.</param>
internal sealed record EditionPlugin(string Id, string Version, string? Sha256 = null)
{
    /// <summary>Where its package lies within the edition's, when it is shipped with it.</summary>
    public string Path => $"plugins/{Id}-{Version}{PluginPackage.Extension}";
}

/// <param name="Name">What it is called; a role of this name that is there already is taken for it.</param>
/// <param name="Rights">What it allows.</param>
internal sealed record EditionRole(Label Name, RoleRights Rights);

/// <summary>A record that a tenant begins with.</summary>
/// <param name="Key">Names it within the edition, for ever: by it an upgrade finds the record it made.</param>
/// <param name="Type">Key of its record type.</param>
/// <param name="Values">By field; <c>"@key"</c> points to a record further up, <c>{"ja":…,"en":…}</c> is in the tenant's language.</param>
/// <param name="Match">A field by whose value one that is there already is taken for it; null to make one always.</param>
internal sealed record EditionRecord(string Key, string Type, IReadOnlyDictionary<string, JsonElement> Values, string? Match = null)
{
    /// <summary>The key of the record a value points to, or null.</summary>
    public static string? Reference(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is ['@', _, ..] text ? text[1..] : null;

    /// <summary>The value in a language.</summary>
    public static JsonElement In(JsonElement value, bool japanese) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("ja", out var ja) && value.TryGetProperty("en", out var en) ? japanese ? ja : en : value;
}
