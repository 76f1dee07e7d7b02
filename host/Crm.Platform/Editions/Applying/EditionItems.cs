using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Editions.Applying;

/// <summary>One thing an edition sets.</summary>
/// <param name="Item">Which.</param>
/// <param name="Parts">Its values as JSON, in the one form in which they are compared.</param>
/// <param name="Name">What a person calls it.</param>
internal sealed record EditionItem(ItemName Item, IReadOnlyDictionary<string, string> Parts, Label Name)
{
    /// <summary>What a person calls its values.</summary>
    public IReadOnlyDictionary<string, Label> PartNames { get; init; } = new Dictionary<string, Label>();
}

/// <summary>Reads an edition against a catalog: every name in it must be known there, every value fit its field.</summary>
internal sealed class EditionItems
{
    private readonly EditionManifest edition;
    private readonly TenantCatalog catalog;
    private readonly ITenant tenant;
    private readonly List<EditionItem> items = [];
    private readonly List<Problem> problems = [];

    private EditionItems(EditionManifest edition, string? logo, TenantCatalog catalog, ITenant tenant)
    {
        (this.edition, this.catalog, this.tenant) = (edition, catalog, tenant);
        foreach (var key in edition.On) Add(ItemKind.Module, key, "true", catalog.NameOf(key));
        AddSettings();
        if (edition.Branding is { } brand) Add(ItemKind.Branding, "shell", new Branding(brand.Product, logo, brand.Accent, brand.AccentDark).ToJson(), ("製品名・ロゴ・色", "Product name, logo, colours"));
        foreach (var (key, type) in edition.RecordTypes) Add(ItemKind.RecordType, key, JsonSerializer.Serialize(type, Json.Compact), new(type.Ja, type.En));
        AddFields();
        AddLabels();
        foreach (var (key, role) in edition.Roles) AddRole(key, role);
        foreach (var record in edition.Records) AddRecord(record);
    }

    /// <summary>All the edition sets; what the catalog does not know is named among the problems and left out.</summary>
    public static (IReadOnlyList<EditionItem> Items, IReadOnlyList<Problem> Problems) Of(EditionManifest edition, string? logo, TenantCatalog catalog, ITenant tenant)
    {
        var read = new EditionItems(edition, logo, catalog, tenant);
        return (read.items, read.problems);
    }

    /// <summary>A value in the one form in which values are compared.</summary>
    public static string? Told(object? value) => value switch
    {
        null or "" => null,

        // 100 and 100.0000 are one amount.
        decimal number => JsonSerializer.Serialize(number / 1.0000000000000000000000000000m, Json.Compact),
        _ => JsonSerializer.Serialize(ExtensionData.ToJson(value), Json.Compact),
    };

    public static string Told(Label label) => JsonSerializer.Serialize(label, Json.Compact);

    /// <summary>A type need not be named that gets what all others get; one that gets less than those is always named.</summary>
    public static string Told(RoleRights rights) => (rights with
    {
        Records = rights.Records.Where(r => Enum.GetValues<RecordAction>().Any(a => r.Value[a] != (r.Key == RoleRights.OtherTypes ? Reach.None : rights.Reach(RoleRights.OtherTypes, a)))).OrderBy(r => r.Key, StringComparer.Ordinal).ToDictionary(r => r.Key, r => r.Value),
        Permissions = [.. rights.Permissions.Order(StringComparer.Ordinal)],
        Hidden = [.. rights.Hidden.Order(StringComparer.Ordinal)],
        Locked = [.. rights.Locked.Order(StringComparer.Ordinal)],
    }).ToJson();

    private void Add(string kind, string key, string value, Label name) => items.Add(new(new(kind, key), new Dictionary<string, string> { [""] = value }, name));

    private void AddSettings()
    {
        foreach (var (module, values) in edition.Settings)
        {
            if (catalog.Modules.FirstOrDefault(m => m.Key == module)?.Settings is not { } settings)
            {
                Unknown("settings." + module, new Problem("no-settings", ($"モジュール「{module}」に設定はありません。", $"The module “{module}” has no settings.")));
                continue;
            }

            foreach (var (key, raw) in values)
            {
                if (settings.Fields.TryGet(key, out var field))
                {
                    if (Value($"settings.{module}.{key}", field, raw) is { } value) Add(ItemKind.Setting, $"{module}/{key}", value, new($"{catalog.NameOf(module).Ja}: {field.Label.Ja}", $"{catalog.NameOf(module).En}: {field.Label.En}"));
                }
                else
                {
                    Unknown("settings." + module, RecordSql.Unknown(settings.Fields, key));
                }
            }
        }
    }

    private void AddFields()
    {
        foreach (var (type, fields) in edition.Fields)
        {
            if (!catalog.TryGet(type, out var known))
            {
                Unknown("fields", ListRecordsHandler.UnknownType(type));
                continue;
            }

            foreach (var (key, field) in fields)
            {
                if (field.References is { } to && !catalog.TryGet(to, out _)) Unknown($"fields.{type}.{key}", ListRecordsHandler.UnknownType(to));
                if (field.Section is { } section && known.Sections.All(s => s.Key != section)) Unknown($"fields.{type}.{key}", new Problem("no-such-section", ($"セクション「{section}」はありません。", $"There is no section “{section}”.")));
                if (field.Kind is FieldKind.Choice or FieldKind.MultiChoice && field.Choices.Count == 0) Unknown($"fields.{type}.{key}", Problems.Required("choices", ("選択肢", "Choices")));
                Add(ItemKind.Field, $"{type}/{key}", JsonSerializer.Serialize(field, Json.Compact), new($"{known.Label.Ja}: {field.Ja}", $"{known.Label.En}: {field.En}"));
            }
        }
    }

    private void AddLabels()
    {
        foreach (var (key, label) in edition.Labels)
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var typeKey = slash >= 0 ? key[..slash] : key.EndsWith("#plural", StringComparison.Ordinal) ? key[..^"#plural".Length] : key;
            if (!catalog.TryGet(typeKey, out var type)) Unknown("labels", ListRecordsHandler.UnknownType(typeKey));
            else if (slash < 0) Add(ItemKind.Label, key, Told(label), typeKey == key ? type.Label : new($"{type.Plural.Ja}（一覧の名称）", $"{type.Plural.En} (in lists)"));
            else if (type.TryGet(key[(slash + 1)..], out var field)) Add(ItemKind.Label, key, Told(label), new($"{type.Label.Ja}: {field.Label.Ja}", $"{type.Label.En}: {field.Label.En}"));
            else Unknown("labels", RecordSql.Unknown(type, key[(slash + 1)..]));
        }
    }

    private void AddRole(string key, EditionRole role)
    {
        var permissions = PlatformPermissions.Of(catalog).Select(p => p.Key).ToHashSet();
        foreach (var type in role.Rights.Records.Keys.Where(t => t != RoleRights.OtherTypes && !catalog.TryGet(t, out _))) Unknown("roles." + key, ListRecordsHandler.UnknownType(type));
        foreach (var permission in role.Rights.Permissions.Where(p => !permissions.Contains(p) && !(p.EndsWith(".*", StringComparison.Ordinal) && catalog.IsOn(p[..^2]))))
        {
            Unknown("roles." + key, new Problem("no-such-right", ($"権限「{permission}」はありません。", $"There is no right “{permission}”.")));
        }

        foreach (var limited in role.Rights.Hidden.Concat(role.Rights.Locked))
        {
            if (limited.Split('/') is not [var type, var field] || !catalog.TryGet(type, out var known)) Unknown("roles." + key, ListRecordsHandler.UnknownType(limited));
            else if (!known.TryGet(field, out _)) Unknown("roles." + key, RecordSql.Unknown(known, field));
        }

        items.Add(new(new(ItemKind.Role, key), new Dictionary<string, string> { ["name"] = Told(role.Name), ["rights"] = Told(role.Rights) }, role.Name)
        {
            PartNames = new Dictionary<string, Label> { ["name"] = ("名称", "Name"), ["rights"] = ("権限", "Rights") },
        });
    }

    private void AddRecord(EditionRecord record)
    {
        var where = "records." + record.Key;
        if (!catalog.TryGet(record.Type, out var type))
        {
            Unknown(where, ListRecordsHandler.UnknownType(record.Type));
            return;
        }

        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, raw) in record.Values)
        {
            if (!type.TryGet(key, out var field) || field.ReadOnly) Unknown(where, RecordSql.Unknown(type, key));
            else if (Value($"{where}.{key}", field, EditionRecord.In(raw, tenant.Language.TwoLetterISOLanguageName == "ja")) is { } value) parts[key] = value;
        }

        foreach (var lacking in type.Fields.Where(f => f is { Required: true, ReadOnly: false, Default: null } && !record.Values.ContainsKey(f.Key))) Unknown(where, Problems.Required(lacking.Key, lacking.Label));
        var title = type.TitleFields.Select(f => parts.GetValueOrDefault(f)).OfType<string>().Select(Shown).FirstOrDefault() ?? record.Key;
        items.Add(new(new(ItemKind.Record, record.Key), parts, new($"{type.Label.Ja}「{title}」", $"{type.Label.En} “{title}”"))
        {
            PartNames = parts.Keys.ToDictionary(p => p, p => type[p].Label),
        });
    }

    /// <summary>Null for an empty value, and for one that does not fit, which is named.</summary>
    private string? Value(string where, Field field, JsonElement raw)
    {
        if (EditionRecord.Reference(raw) is { } other && field.Kind == FieldKind.Reference)
        {
            if (edition.Records.FirstOrDefault(r => r.Key == other) is { } to && to.Type == field.References) return Reference(other);
            Unknown(where, new Problem("no-such-record", ($"「{other}」は参照先の種類ではありません。", $"“{other}” is not what this field points to.")));
            return null;
        }

        var (value, problem) = new FieldInput(tenant).Read(field, raw);
        if (problem is not null) Unknown(where, problem);
        return Told(value);
    }

    public static string Reference(string record) => JsonSerializer.Serialize("@" + record, Json.Compact);

    private static string Shown(string json) => JsonSerializer.Deserialize<JsonElement>(json).ToString();

    private void Unknown(string where, Problem why) => problems.Add(EditionProblems.Unknown(where, why));
}
