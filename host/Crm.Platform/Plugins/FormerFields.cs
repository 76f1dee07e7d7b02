using System.Text.Json;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Plugins;

/// <summary>
/// What fields were called that a tenant no longer has: those of a plugin that is switched off, taken out, or dropped them. Histories speak of
/// them for years.
/// </summary>
internal sealed class FormerFields(ControlDbs control, ModuleList modules)
{
    private volatile Kept kept = new(0, new Dictionary<string, FormerField>());

    /// <summary>The names as they are kept with each plugin's last version, with the names that it had dropped before.</summary>
    public static string Names(ModuleDescription module, string? before)
    {
        var all = before is null ? new Dictionary<string, FormerField>(StringComparer.Ordinal) : Read(before);
        foreach (var (key, field) in Of(module)) all[key] = field;
        return JsonSerializer.Serialize(all, Json.Compact);
    }

    /// <summary>All that is known now, to look many up.</summary>
    public async Task<FormerNames> Now(CancellationToken cancellation)
    {
        var version = modules.Version;
        if (kept.Version != version)
        {
            await using var db = await control.Open();
            var texts = await db.Plugins.AsNoTracking().Where(p => p.Names != null).OrderBy(p => p.Active).ThenBy(p => p.InstalledAt).Select(p => p.Names!).ToListAsync(cancellation);
            var names = new Dictionary<string, FormerField>(StringComparer.Ordinal);
            foreach (var (key, field) in texts.SelectMany(Read)) names[key] = field;

            // Modules of the product that a tenant has switched off are not among the plugins.
            foreach (var (key, field) in modules.All.SelectMany(Of)) names[key] = field;
            kept = new(version, names);
        }

        return new(kept.Names);
    }

    private static Dictionary<string, FormerField> Read(string names) => JsonSerializer.Deserialize<Dictionary<string, FormerField>>(names, Json.Compact) ?? [];

    private static IEnumerable<(string Key, FormerField Field)> Of(ModuleDescription module) =>
        from field in module.RecordTypes.SelectMany(t => t.Fields.Select(f => (Type: t.Key, Field: f))).Concat(module.Extensions.SelectMany(e => e.Fields.Select(f => (Type: e.RecordType, Field: f))))
        select ($"{field.Type}/{field.Field.Key}", new FormerField(field.Field.Label, field.Field.Choices.Count == 0 ? null : field.Field.Choices.GroupBy(c => c.Key).ToDictionary(c => c.Key, c => c.First().Label)));

    private sealed record Kept(int Version, IReadOnlyDictionary<string, FormerField> Names);
}

/// <summary>What a field was called, and its answers.</summary>
internal sealed record FormerField(Label Name, Dictionary<string, Label>? Choices);

/// <summary>Names of fields that are gone, as they are known at a moment.</summary>
internal sealed class FormerNames(IReadOnlyDictionary<string, FormerField> names)
{
    /// <summary>A change in the words of the field it was made to: the type's own where it still has it.</summary>
    public FieldChange Told(RecordType type, string key, object? before, object? after)
    {
        if (type.TryGet(key, out var field)) return new(key, field.Label, before, after);
        return names.GetValueOrDefault($"{type.Key}/{key}") is { } former
            ? new(key, former.Name, Word(former, before), Word(former, after))
            : new(key, ($"今はない項目（{key}）", $"A field that is gone ({key})"), before, after);
    }

    private static object? Word(FormerField field, object? value) => value switch
    {
        string key when field.Choices?.TryGetValue(key, out var word) == true => word.ToString(),
        IEnumerable<string> many => string.Join(Texts.L("、", ", "), many.Select(one => Word(field, one))),
        _ => value,
    };
}
