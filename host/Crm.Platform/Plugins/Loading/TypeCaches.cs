using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.Loader;
using Crm.Platform.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Internal;

namespace Crm.Platform.Plugins.Loading;

/// <summary>
/// Lets go of a plugin's types where libraries keep what they learnt of a type for ever. Best effort: what is missed costs memory until
/// the next restart, which the page of plugins says; nothing depends on it.
/// </summary>
internal static class TypeCaches
{
    private static readonly FieldInfo Instance = typeof(ServiceProviderCache).GetField("_configurations", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Makes libraries forget the types of a context that is about to be unloaded.</summary>
    public static void Forget(AssemblyLoadContext context)
    {
        // What hot reload clears: System.Text.Json, components, type descriptors, …
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsCollectible))
        {
            foreach (var handler in assembly.GetCustomAttributes<MetadataUpdateHandlerAttribute>())
            {
                handler.HandlerType.GetMethod("ClearCache", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(Type[])])?.Invoke(null, [null]);
            }
        }

        foreach (var type in context.Assemblies.SelectMany(Types)) TypeDescriptor.Refresh(type);
        ForgetEntityFramework(context);
        foreach (var field in typeof(Mediator).GetFields(BindingFlags.Static | BindingFlags.NonPublic)) Remove(field.GetValue(null) as IDictionary, context);
    }

    /// <summary>EF Core keeps a service provider, and in it the model, for each shape of options it has seen.</summary>
    private static void ForgetEntityFramework(AssemblyLoadContext context)
    {
        if (Instance.GetValue(ServiceProviderCache.Instance) is not IDictionary known) return;
        foreach (var options in known.Keys.OfType<IDbContextOptions>().Where(o => o.IsFor(context)).ToList())
        {
            known.Remove(options);
        }
    }

    /// <summary>Removes entries whose key is of the context, or is made with a type of it.</summary>
    private static void Remove(IDictionary? cache, AssemblyLoadContext context)
    {
        if (cache is null) return;
        foreach (var key in cache.Keys.OfType<Type>().Where(t => IsOf(t, context)).ToList()) cache.Remove(key);
    }

    private static bool IsOf(Type type, AssemblyLoadContext context) =>
        AssemblyLoadContext.GetLoadContext(type.Assembly) == context || (type.IsGenericType && type.GetGenericArguments().Any(a => IsOf(a, context)));

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException some)
        {
            return some.Types.OfType<Type>();
        }
    }
}
