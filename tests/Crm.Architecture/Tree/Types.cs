using Mono.Cecil;

namespace Crm.Architecture.Tree;

/// <summary>Questions the rules ask of compiled types.</summary>
internal static class Types
{
    public static bool DerivesFrom(this TypeDefinition type, params string[] baseNames)
    {
        for (var current = type.BaseType; current is not null; current = Known(current)?.BaseType)
        {
            if (baseNames.Contains(current.GetElementType().FullName) || baseNames.Contains(current.GetElementType().Name)) return true;
        }

        return false;
    }

    public static bool Implements(this TypeDefinition type, params string[] interfaceNames)
    {
        for (var current = type; current is not null; current = current.BaseType is null ? null : Known(current.BaseType))
        {
            if (current.Interfaces.Any(i => interfaceNames.Contains(i.InterfaceType.GetElementType().FullName))) return true;
        }

        return false;
    }

    /// <summary>Written by a person: not by the compiler for lambdas, iterators or extension blocks.</summary>
    public static bool IsWritten(this TypeDefinition type) => !type.FullName.Contains('<', StringComparison.Ordinal);

    /// <summary>Razor writes this type for _Imports.razor, always public.</summary>
    public static bool IsRazorImports(this TypeDefinition type) => type.Name == "_Imports";

    private static TypeDefinition? Known(TypeReference reference)
    {
        try
        {
            return reference.Resolve();
        }
        catch (AssemblyResolutionException)
        {
            // A package that is not beside the host: what it derives from cannot be one of ours.
            return null;
        }
    }
}
