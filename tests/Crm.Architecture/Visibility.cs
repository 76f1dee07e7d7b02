using Crm.Architecture.Planted;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture;

/// <summary>
/// Internal by default: outside the SDK and contracts a type is public only if it is a module, a Razor component (the
/// compiler makes them public), or stands in a public signature of one of these.
/// </summary>
internal static class VisibilityRule
{
    public static IEnumerable<Violation> In(IReadOnlyList<BuiltProject> built) =>
        from project in built
        where project.Kind is ProjectKind.Module or ProjectKind.Demo or ProjectKind.Plugin or ProjectKind.Platform or ProjectKind.Host
        let open = project.Assembly.MainModule.Types.Where(t => t.IsPublic && t.IsWritten() && !t.IsRazorImports()).ToList()
        let roots = open.Where(MayBePublic).ToList()
        let shown = ShownBy(roots)
        from type in open
        where !shown.Contains(type)
        select new Violation(type.FullName, "is public; make it internal, or move it to the contracts if others need it");

    private static bool MayBePublic(TypeDefinition type) =>
        type.DerivesFrom("CrmModule", "Microsoft.AspNetCore.Components.ComponentBase") || type.FullName == "Program";

    /// <summary>The roots and every type of the same assembly that their public members mention, however far.</summary>
    private static HashSet<TypeDefinition> ShownBy(IEnumerable<TypeDefinition> roots)
    {
        var shown = new HashSet<TypeDefinition>();
        var open = new Queue<TypeReference>(roots);
        while (open.TryDequeue(out var reference))
        {
            if (reference is GenericInstanceType generic) foreach (var argument in generic.GenericArguments) open.Enqueue(argument);
            if (reference is TypeSpecification specification) open.Enqueue(specification.ElementType);
            if (reference is not TypeDefinition type || !shown.Add(type)) continue;
            foreach (var mentioned in Mentioned(type)) open.Enqueue(mentioned);
        }

        return shown;
    }

    private static IEnumerable<TypeReference> Mentioned(TypeDefinition type) =>
    [
        .. type.BaseType is null ? Array.Empty<TypeReference>() : [type.BaseType],
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. type.Fields.Where(f => f.IsPublic || f.IsFamily).Select(f => f.FieldType),
        .. type.Methods.Where(m => m.IsPublic || m.IsFamily).SelectMany(m => m.Parameters.Select(p => p.ParameterType).Append(m.ReturnType)),
        .. type.NestedTypes.Where(n => n.IsNestedPublic),
    ];
}

public class VisibilityTests(RealTree tree) : IClassFixture<RealTree>
{
    [Fact]
    public void Only_contracts_modules_and_components_are_public() => Violation.AssertNone(VisibilityRule.In(tree.Built));

    [Fact]
    public void A_planted_public_class_is_found()
    {
        var planted = new PlantedAssembly("Crm.Deals")
            .Class("Crm.Deals.DealsModule", TypeAttributes.Public, derivesFrom: "Crm.Sdk:Crm.Sdk.CrmModule")
            .Class("Crm.Deals.Shown", TypeAttributes.Public)
            .Class("Crm.Deals.Board", TypeAttributes.Public, derivesFrom: "Microsoft.AspNetCore.Components:Microsoft.AspNetCore.Components.ComponentBase", uses: "Crm.Deals:Crm.Deals.Shown")
            .Class("Crm.Deals.Deal", TypeAttributes.Public)
            .Class("Crm.Deals.Stage", TypeAttributes.NotPublic);

        Assert.Equal("Crm.Deals.Deal", Assert.Single(VisibilityRule.In([planted.As(ProjectKind.Module)])).What);
        Assert.Equal("Crm.Deals.Deal", Assert.Single(VisibilityRule.In([planted.As(ProjectKind.Plugin)])).What);
        Assert.Empty(VisibilityRule.In([planted.As(ProjectKind.Contracts)]));
    }
}
