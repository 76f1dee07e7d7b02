using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Crm.Platform.Encryption;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Platform.Catalog;

/// <summary>Everything that is on for one tenant, as this tenant sees it; immutable.</summary>
internal sealed class TenantCatalog
{
    private readonly FrozenDictionary<string, RecordType> types;
    private readonly FrozenDictionary<Type, RecordType> byEntity;
    private readonly FrozenSet<string> open;
    private readonly ConcurrentDictionary<RecordType, RecordType> shown = new();

    // By rights, which are the same object for a user until something about them changes, and go with it.
    private readonly ConditionalWeakTable<AccessRights, ConcurrentDictionary<(RecordType Type, bool Whole), RecordType>> limited = new();

    public TenantCatalog(TenantInfo tenant, ModuleSet set, ModuleHealth health, TenantAdditions additions, TenantKeyRing? keys = null)
    {
        Set = set;
        Labels = additions.Labels;
        Modules = [.. Open(set, m => tenant.Modules.Contains(m.Key) && health.Of(m.Key, tenant) is null)];
        open = Modules.Select(m => m.Key).ToFrozenSet(StringComparer.Ordinal);
        Screens = [.. Modules.SelectMany(m => m.Screens)];
        Slots = Modules.SelectMany(m => m.Slots).OrderBy(s => s.Order).ToLookup(s => s.Slot);
        Feeds = [.. Modules.SelectMany(m => m.Feeds)];
        Permissions = [.. Modules.SelectMany(m => m.Permissions)];
        var extensions = Modules.SelectMany(m => m.Extensions).ToLookup(e => e.RecordType);
        types = Modules.SelectMany(m => m.RecordTypes).Concat(additions.RecordTypes)
            .Select(type => Build(type, [.. extensions[type.Key]], additions, keys))
            .ToFrozenDictionary(t => t.Key);
        byEntity = types.Values.Where(t => !t.IsCustom).ToFrozenDictionary(t => t.ClrType);
    }

    public CatalogVersion Version { get; init; }

    /// <summary>The modules of the process from which it was made.</summary>
    public ModuleSet Set { get; }

    /// <summary>Modules and plugins that are on, well, and have what they require, in the order of the menu.</summary>
    public IReadOnlyList<ModuleDescription> Modules { get; }

    public IReadOnlyCollection<RecordType> RecordTypes => types.Values;

    public IReadOnlyList<ScreenDescription> Screens { get; }

    public ILookup<string, SlotDescription> Slots { get; }

    public IEnumerable<EndpointDescription> Endpoints => Modules.SelectMany(m => m.Endpoints);

    public IReadOnlyList<FeedDescription> Feeds { get; }

    public IReadOnlyList<PermissionDescription> Permissions { get; }

    /// <summary>The tenant's own words by key.</summary>
    public IReadOnlyDictionary<string, Label> Labels { get; }

    /// <summary>What a module is called; its key when it is none of those that are on.</summary>
    public Label NameOf(string module) => Modules.FirstOrDefault(m => m.Key == module)?.Module.Name ?? new(module, module);

    /// <summary>Whether a module is open for the tenant: the one answer for requests, screens, slots, jobs and subscribers.</summary>
    public bool IsOn(string module) => open.Contains(module);

    public bool TryGet(string key, [MaybeNullWhen(false)] out RecordType type) => types.TryGetValue(key, out type);

    /// <summary>A type as somebody sees it: without fields that are hidden from them, those they may not change as read-only, and without those that are there only to sort and match by. Every page asks for many.</summary>
    public RecordType Shown(RecordType type, AccessRights rights) => rights.LimitsNoField
        ? shown.GetOrAdd(type, static t => t.With(f => !f.Hidden))
        : Limited(type, rights, whole: false);

    /// <summary>A type with all that is not hidden from somebody.</summary>
    public RecordType Known(RecordType type, AccessRights rights) => rights.LimitsNoField ? type : Limited(type, rights, whole: true);

    private RecordType Limited(RecordType type, AccessRights rights, bool whole) => limited.GetOrCreateValue(rights)
        .GetOrAdd((type, whole), static (asked, of) => asked.Type.With(f => (asked.Whole || !f.Hidden) && !of.Hides(asked.Type, f), f => of.Locks(asked.Type.Key, f.Key)), rights);

    public bool TryGet(Type entity, [MaybeNullWhen(false)] out RecordType type) => byEntity.TryGetValue(entity, out type);

    /// <summary>The fields every record has.</summary>
    public static IEnumerable<Field> SystemFields()
    {
        const string section = "system";
        yield return new Field
        {
            Key = "owner", Kind = FieldKind.User, Label = new("担当者", "Owner"), Section = section, Owner = "platform",
            Column = "owner_id", Indexed = true, Getter = r => r.OwnerId, Setter = (r, v) => r.OwnerId = (Guid?)v,
        };
        yield return new Field
        {
            Key = "createdAt", Kind = FieldKind.DateTime, Label = new("登録日時", "Created"), Section = section, Owner = "platform",
            Column = "created_at", Indexed = true, ReadOnly = true, Getter = r => r.CreatedAt, Setter = (r, v) => r.CreatedAt = (DateTimeOffset)v!,
        };
        yield return new Field
        {
            Key = "updatedAt", Kind = FieldKind.DateTime, Label = new("更新日時", "Last change"), Section = section, Owner = "platform",
            Column = "updated_at", Indexed = true, ReadOnly = true, Getter = r => r.UpdatedAt, Setter = (r, v) => r.UpdatedAt = (DateTimeOffset)v!,
        };
    }

    /// <summary>One that lacks what it requires is closed, and so are those that require it in turn.</summary>
    private static List<ModuleDescription> Open(ModuleSet set, Predicate<ModuleDescription> wanted)
    {
        var open = set.Runtimes.Where(m => m.Faults.Count == 0 && wanted(m.Description)).Select(m => m.Description).ToList();
        while (open.RemoveAll(m => !m.Requires.TrueForAll(r => open.Exists(o => o.Key == r))) > 0)
        {
            // Again, until all that stay have what they need.
        }

        return open;
    }

    private static RecordType Build(RecordType described, RecordExtension[] extensions, TenantAdditions additions, TenantKeyRing? keys)
    {
        Label Own(string key, Label label) => additions.Labels.GetValueOrDefault(key, label);

        var type = described.Bare(Own(described.Key, described.Label), Own(described.Key + "#plural", described.Plural));
        var ownFields = additions.Fields[described.Key].ToList();
        foreach (var section in described.Sections.Concat(extensions.SelectMany(e => e.Sections))) type.Add(section);
        if (ownFields.Exists(f => f.Section == CustomFields.Section.Key)) type.Add(CustomFields.Section);
        type.Add(new Section("system", new("管理情報", "Record")));
        foreach (var field in described.Fields.Concat(extensions.SelectMany(e => e.Fields)).Concat(ownFields).Concat(SystemFields()))
        {
            var own = field.Encrypted && keys is not null ? field with { Seal = new FieldSeal(keys, field.Key) } : field;
            type.Add(additions.Labels.TryGetValue($"{type.Key}/{field.Key}", out var label) ? own with { Label = label } : own);
        }

        type.Computed.AddRange(described.Computed.Concat(extensions.SelectMany(e => e.Computed)).Select(c => (type[c.Field.Key], c.Compute)));
        type.Rules.AddRange(described.Rules.Concat(extensions.SelectMany(e => e.Rules)));
        if (type.TitleFields.Count == 0 && type.Fields.FirstOrDefault(f => f.Kind == FieldKind.Text) is { } first) type.TitleFields = [first.Key];
        return type;
    }
}

/// <summary>From what a catalog was made; with any of it, the catalog changes.</summary>
internal readonly record struct CatalogVersion(long Tenant, int Modules, int Health);

/// <summary>What a tenant itself added.</summary>
internal sealed record TenantAdditions(ILookup<string, Field> Fields, IReadOnlyList<RecordType> RecordTypes, IReadOnlyDictionary<string, Label> Labels);
