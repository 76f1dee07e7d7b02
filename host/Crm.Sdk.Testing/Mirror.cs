// Carries values between the tests and the plugin, which know the same types from two loads of one assembly.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Crm.Platform.Plugins;

namespace Crm.Sdk.Testing;

/// <summary>
/// A plugin runs in a load context of its own, as in an installation. The tests were compiled against the same assembly and have a copy
/// beside them, so <c>new RecordVisit(…)</c> in a test is not yet the plugin's <c>RecordVisit</c>. A value is made anew on the other side,
/// field by field; types of the SDK, of contracts and of the framework are the same on both and pass as they are.
/// </summary>
internal sealed class Mirror(IReadOnlyCollection<LoadedPlugin> plugins)
{
    /// <summary>The plugin's type for one of the tests.</summary>
    public Type There(Type type) => Map(type, OfPlugin);

    /// <summary>A value of the tests as the plugin knows it.</summary>
    public object? There(object? value) => Copy(value, OfPlugin, []);

    /// <summary>A value of the plugin as the tests know it.</summary>
    public static object? Here(object? value) => Copy(value, OfTests, []);

    private Type? OfPlugin(Type type)
    {
        if (type.Assembly.IsCollectible) return null;
        var name = type.Assembly.GetName().Name!;
        if (plugins.FirstOrDefault(p => p.Package.Bin(name + ".dll") is not null) is not { } plugin) return null;
        var own = plugin.Context.Own(name)!;
        if (own.ManifestModule.ModuleVersionId != type.Module.ModuleVersionId)
        {
            throw new CrmTestException(
                $"{name}.dll beside the tests is not the one in {plugin.Id} {plugin.Version}. Build the test project, which builds the plugin and its package.",
                $"テストの横の {name}.dll と、パッケージ {plugin.Id} {plugin.Version} の中のものが一致しません。テストプロジェクトをビルドし直してください。");
        }

        return own.GetType(type.FullName!, throwOnError: true);
    }

    private static Type? OfTests(Type type) => type.Assembly.IsCollectible
        ? AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(type.Assembly.GetName().Name!)).GetType(type.FullName!, throwOnError: true)
        : null;

    private static Type Map(Type type, Func<Type, Type?> other)
    {
        if (type.IsArray) return Map(type.GetElementType()!, other) is var element && type.GetArrayRank() == 1 ? element.MakeArrayType() : element.MakeArrayType(type.GetArrayRank());
        if (!type.IsConstructedGenericType) return other(type) ?? type;
        var definition = type.GetGenericTypeDefinition();
        return (other(definition) ?? definition).MakeGenericType([.. type.GetGenericArguments().Select(a => Map(a, other))]);
    }

    private static object? Copy(object? value, Func<Type, Type?> other, Dictionary<object, object> seen)
    {
        if (value is null) return null;
        var (from, to) = (value.GetType(), Map(value.GetType(), other));
        if (from == to) return value;
        if (from.IsEnum) return Enum.ToObject(to, Convert.ChangeType(value, Enum.GetUnderlyingType(from), System.Globalization.CultureInfo.InvariantCulture));
        if (value is Delegate)
        {
            throw new CrmTestException($"A function ({from}) cannot be handed over to the plugin.", $"関数（{from}）はプラグインに渡せません。");
        }

        if (seen.TryGetValue(value, out var known)) return known;
        if (value is Array array)
        {
            var copies = Array.CreateInstance(to.GetElementType()!, array.Length);
            seen[value] = copies;
            for (var i = 0; i < array.Length; i++) copies.SetValue(Copy(array.GetValue(i), other, seen), i);
            return copies;
        }

        var copy = RuntimeHelpers.GetUninitializedObject(to);
        if (!from.IsValueType) seen[value] = copy;
        for (var (source, target) = (from, to); source is not null && target is not null; (source, target) = (source.BaseType, target.BaseType))
        {
            const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (var field in source.GetFields(Own)) target.GetField(field.Name, Own)!.SetValue(copy, Copy(field.GetValue(value), other, seen));
        }

        return copy;
    }
}
