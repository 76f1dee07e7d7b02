using System.Globalization;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture.PublicApi;

/// <summary>
/// The public surface of an assembly as sorted lines, one per type and member: what a plugin compiled against it may use.
/// Overrides and what the compiler writes for records are left out; nullability of references is not shown.
/// </summary>
internal static class ApiListing
{
    public static IReadOnlyList<string> Of(IEnumerable<TypeDefinition> types) =>
        [.. types.Where(t => IsOpen(t) && t.IsWritten() && !t.IsRazorImports()).SelectMany(Lines).Distinct().Order(StringComparer.Ordinal)];

    private static bool IsOpen(TypeDefinition type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly) && IsOpen(type.DeclaringType));

    private static IEnumerable<string> Lines(TypeDefinition type)
    {
        var name = ApiNames.Of(type);
        if (type.IsEnum)
        {
            return type.Fields.Where(f => f.IsLiteral).Select(f => $"{name}.{f.Name} = {Convert.ToString(f.Constant, CultureInfo.InvariantCulture)}")
                .Prepend($"{name} (enum)");
        }

        if (type.BaseType?.FullName == "System.MulticastDelegate")
        {
            var invoke = type.Methods.Single(m => m.Name == "Invoke");
            return [$"{name} (delegate) {Parameters(invoke)}: {ApiNames.Of(invoke.ReturnType)}"];
        }

        return
        [
            // A nested type repeats the parameters of the one around it.
            $"{name} ({Kind(type)}){Parents(type)}{Constraints(type.GenericParameters.Skip(type.DeclaringType?.GenericParameters.Count ?? 0))}",
            .. type.Fields.Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(f => $"{name}.{f.Name}: {ApiNames.Of(f.FieldType)}{Field(f)}"),
            .. type.Properties.Select(p => Property(name, p)).OfType<string>(),
            .. type.Events.Where(e => Accessible(e.AddMethod)).Select(e => $"{name}.{e.Name}: event {ApiNames.Of(e.EventType)}{Modifiers(e.AddMethod)}"),
            .. type.Methods.Where(m => Accessible(m) && !m.IsGetter && !m.IsSetter && !m.IsAddOn && !m.IsRemoveOn && !IsCompilerWritten(m)).Select(m => Method(name, m)),
        ];
    }

    private static string Kind(TypeDefinition type)
    {
        var kind = type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        if (IsRecord(type)) kind = type.IsValueType ? "record struct" : "record";
        return type switch
        {
            { IsInterface: true } or { IsValueType: true } => kind,
            { IsAbstract: true, IsSealed: true } => "static " + kind,
            { IsAbstract: true } => "abstract " + kind,
            { IsSealed: true } => "sealed " + kind,
            _ => kind,
        };
    }

    private static bool IsRecord(TypeDefinition type) =>
        type.Methods.Any(m => m.Name == "<Clone>$" || (type.IsValueType && m.Name == "PrintMembers" && IsCompilerWritten(m)));

    private static string Parents(TypeDefinition type)
    {
        string[] parents =
        [
            .. type.BaseType is { FullName: not ("System.Object" or "System.ValueType") } parent ? [ApiNames.Of(parent)] : Array.Empty<string>(),
            .. type.Interfaces.Where(i => !(IsRecord(type) && i.InterfaceType.Name == "IEquatable`1"))
                .Where(i => i.InterfaceType is not TypeDefinition { IsPublic: false })
                .Select(i => ApiNames.Of(i.InterfaceType)).Order(StringComparer.Ordinal),
        ];
        return parents.Length == 0 ? "" : ": " + string.Join(", ", parents);
    }

    private static string Constraints(IEnumerable<GenericParameter> parameters) => string.Concat(
        from parameter in parameters
        let constraints = (string[])
        [
            .. parameter.HasReferenceTypeConstraint ? ["class"] : Array.Empty<string>(),
            .. parameter.HasNotNullableValueTypeConstraint ? ["struct"] : Array.Empty<string>(),
            .. parameter.Constraints.Select(c => ApiNames.Of(c.ConstraintType)).Where(c => c != "System.ValueType"),
            .. parameter.HasDefaultConstructorConstraint && !parameter.HasNotNullableValueTypeConstraint ? ["new()"] : Array.Empty<string>(),
        ]
        where constraints.Length > 0
        select $" where {parameter.Name} : {string.Join(", ", constraints)}");

    private static string Field(FieldDefinition field) =>
        field.IsLiteral ? $" [const {Constant(field.Constant)}]"
        : (field.IsStatic ? " [static]" : "") + (field.IsInitOnly ? " [readonly]" : "") + (field.IsPublic ? "" : " [protected]");

    private static string? Property(string type, PropertyDefinition property)
    {
        MethodDefinition[] accessors = [.. ((MethodDefinition?[])[property.GetMethod, property.SetMethod]).OfType<MethodDefinition>().Where(Accessible)];
        if (accessors.Length == 0 || IsCompilerWritten(property)) return null;

        var index = property.HasParameters ? $"[{string.Join(", ", property.Parameters.Select(Parameter))}]" : "";
        var words = string.Concat(accessors.Select(a => (a.IsPublic || !accessors[0].IsPublic ? "" : "protected ") + Accessor(a) + "; "));
        var required = property.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute") ? " [required]" : "";
        return $"{type}.{property.Name}{index} {{ {words}}}: {ApiNames.Of(property.PropertyType)}{Modifiers(accessors[0])}{required}";
    }

    private static string Accessor(MethodDefinition accessor) =>
        accessor.IsGetter ? "get" : accessor.ReturnType is RequiredModifierType { ModifierType.Name: "IsExternalInit" } ? "init" : "set";

    private static string Method(string type, MethodDefinition method)
    {
        var generic = method.HasGenericParameters ? $"<{string.Join(", ", method.GenericParameters.Select(p => p.Name))}>" : "";
        return method.IsConstructor
            ? $"{type}.new{Parameters(method)}{Modifiers(method)}"
            : $"{type}.{method.Name}{generic}{Parameters(method)}: {ApiNames.Of(method.ReturnType)}{Constraints(method.GenericParameters)}{Modifiers(method)}";
    }

    private static string Parameters(MethodDefinition method)
    {
        var isExtension = method.CustomAttributes.Any(a => a.AttributeType.Name == "ExtensionAttribute");
        return $"({(isExtension ? "this " : "")}{string.Join(", ", method.Parameters.Select(Parameter))})";
    }

    private static string Parameter(ParameterDefinition parameter)
    {
        var passing = parameter switch
        {
            { ParameterType.IsByReference: false } => parameter.CustomAttributes.Any(a => a.AttributeType.Name is "ParamArrayAttribute" or "ParamCollectionAttribute") ? "params " : "",
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            _ => "ref ",
        };
        var otherwise = parameter.IsOptional ? $" = {Constant(parameter.HasConstant ? parameter.Constant : null)}" : "";
        return $"{passing}{ApiNames.Of(parameter.ParameterType)} {parameter.Name}{otherwise}";
    }

    private static string Constant(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Modifiers(MethodDefinition method) =>
        (method.IsStatic && !method.IsConstructor ? " [static]" : "")
        + (method.DeclaringType.IsInterface ? method.IsAbstract ? "" : " [default]" : method.IsAbstract ? " [abstract]" : method.IsVirtual && !method.IsFinal ? " [virtual]" : "")
        + (method.IsPublic ? "" : " [protected]");

    /// <summary>Visible to those who derive or call, and new here: an override changes no shape.</summary>
    private static bool Accessible(MethodDefinition? method) =>
        method is not null
        && (method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType.IsSealed))
        && !(method.IsVirtual && method.IsReuseSlot)
        && !(method.IsConstructor && method.IsStatic);

    private static bool IsCompilerWritten(ICustomAttributeProvider member) =>
        member.CustomAttributes.Any(a => a.AttributeType.Name == "CompilerGeneratedAttribute") || member is PropertyDefinition { Name: "EqualityContract" };
}
