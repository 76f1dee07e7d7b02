// Requests that forms may name: all with [Command] in the modules that are on, and the host's own.
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Host.Web.Commands;

/// <summary>Finds the type of a named request, as far as its module is on for the tenant.</summary>
internal sealed class CommandCatalog(Modules modules)
{
    private readonly ConcurrentDictionary<int, FrozenDictionary<string, (Type Type, string? Module)>> byVersion = new();

    public Type? Find(string key, Current current) =>
        Known().TryGetValue(key, out var found) && (found.Module is null || current.Catalog.IsOn(found.Module)) ? found.Type : null;

    /// <summary>All that are on for the tenant, by key.</summary>
    public IEnumerable<(string Key, Type Type)> All(Current current) => Known()
        .Where(c => c.Value.Module is null || current.Catalog.IsOn(c.Value.Module)).Select(c => (c.Key, c.Value.Type)).OrderBy(c => c.Key, StringComparer.Ordinal);

    private FrozenDictionary<string, (Type Type, string? Module)> Known()
    {
        var commands = byVersion.GetOrAdd(modules.Version, Scan);
        foreach (var old in byVersion.Keys.Where(v => v != modules.Version)) byVersion.TryRemove(old, out _);
        return commands;
    }

    private FrozenDictionary<string, (Type Type, string? Module)> Scan(int version)
    {
        var named = new Dictionary<string, (Type, string?)>(StringComparer.Ordinal);
        var own = new[] { typeof(CommandCatalog).Assembly, typeof(Modules).Assembly, typeof(CommandAttribute).Assembly };
        foreach (var (assembly, module) in own.Select(a => (a, (string?)null)).Concat(modules.All.SelectMany(m => AssembliesOf(m).Select(a => (a, (string?)m.Key)))))
        {
            foreach (var type in assembly.GetTypes().Where(t => typeof(IBaseRequest).IsAssignableFrom(t)))
            {
                if (type.GetCustomAttribute<CommandAttribute>() is { } command) named[command.Key] = (type, module);
            }
        }

        return named.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // A module's public requests stand in its contracts.
    private static IEnumerable<Assembly> AssembliesOf(Crm.Sdk.Modules.ModuleDescription module)
    {
        yield return module.Assembly;
        var contracts = module.Assembly.GetName().Name + ".Contracts";
        var context = System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(module.Assembly);
        if (module.Assembly.GetReferencedAssemblies().FirstOrDefault(a => a.Name == contracts) is { } name && context is not null)
        {
            yield return context.LoadFromAssemblyName(name);
        }
    }
}
