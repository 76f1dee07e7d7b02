using Mono.Cecil;

namespace Crm.Architecture.PublicApi;

/// <summary>Type names as C# writes them, with their namespaces.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["System.Void"] = "void",
        ["System.Object"] = "object",
        ["System.String"] = "string",
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.Char"] = "char",
        ["System.Int16"] = "short",
        ["System.Int32"] = "int",
        ["System.Int64"] = "long",
        ["System.Decimal"] = "decimal",
        ["System.Double"] = "double",
        ["System.Single"] = "float",
    };

    public static string Of(TypeReference type) => type switch
    {
        GenericParameter parameter => parameter.Name,
        ByReferenceType reference => Of(reference.ElementType),
        ArrayType array => $"{Of(array.ElementType)}[{new string(',', array.Rank - 1)}]",
        IModifierType modified => Of(modified.ElementType),
        GenericInstanceType { ElementType.FullName: "System.Nullable`1" } nullable => Of(nullable.GenericArguments[0]) + "?",
        GenericInstanceType generic => Named(generic.ElementType, [.. generic.GenericArguments.Select(Of)]),
        _ => Named(type, [.. type.GenericParameters.Select(p => p.Name)]),
    };

    // A nested generic carries the arguments of the types around it, the outermost first.
    private static string Named(TypeReference type, string[] arguments)
    {
        if (Keywords.TryGetValue(type.FullName, out var keyword)) return keyword;

        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        var own = tick < 0 ? 0 : int.Parse(type.Name[(tick + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var name = tick < 0 ? type.Name : type.Name[..tick];
        if (own > 0) name += $"<{string.Join(", ", arguments[^own..])}>";

        if (type.DeclaringType is { } outer) return $"{Named(outer, arguments[..^own])}.{name}";
        return type.Namespace.Length == 0 ? name : $"{type.Namespace}.{name}";
    }
}
