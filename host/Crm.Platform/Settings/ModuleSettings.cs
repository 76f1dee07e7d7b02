using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Platform.Settings;

/// <summary>The settings of modules for the tenant of the scope, from what is known of the tenant.</summary>
internal sealed class ModuleSettings(Current current) : ISettings
{
    public T Of<T>() where T : class, new()
    {
        var module = current.Catalog.Modules.FirstOrDefault(m => m.Settings?.Class == typeof(T))
            ?? throw new InvalidOperationException($"No module that is on has the settings {typeof(T)}.");
        var json = current.Catalog.Set.Runtime(module.Key)!.Types.Json;
        return current.Tenant.Settings.TryGetValue(module.Key, out var set) ? JsonSerializer.Deserialize<T>(set, json)! : new T();
    }

    /// <summary>Values by field: what was set, over what the settings begin with.</summary>
    public static Dictionary<string, object?> Values(ModuleRuntime module, TenantInfo tenant)
    {
        var settings = module.Description.Settings!;
        var all = (JsonObject)JsonSerializer.SerializeToNode(Activator.CreateInstance(settings.Class), settings.Class, module.Types.Json)!;
        if (tenant.Settings.TryGetValue(module.Key, out var set))
        {
            foreach (var (key, value) in (JsonObject)JsonNode.Parse(set)!) all[key] = value?.DeepClone();
        }

        var data = new ExtensionData(all.ToJsonString());
        return settings.Fields.Fields.ToDictionary(f => f.Key, data.Get, StringComparer.Ordinal);
    }

    /// <summary>What is wrong with a description of settings: a property without field, or the other way round.</summary>
    public static IEnumerable<string> Unmatched(SettingsDescription settings)
    {
        var properties = settings.Class.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToHashSet(StringComparer.Ordinal);
        var fields = settings.Fields.Fields.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        return properties.Except(fields).Concat(fields.Except(properties)).Order(StringComparer.Ordinal);
    }
}
