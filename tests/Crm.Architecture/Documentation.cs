using System.Xml.Linq;
using Crm.Architecture.Planted;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture;

/// <summary>What outsiders build on is explained: every public type of the SDK and of contracts has XML documentation.</summary>
internal static class DocumentationRule
{
    public static IEnumerable<Violation> In(AssemblyDefinition assembly, XDocument documentation)
    {
        var explained = (
            from member in documentation.Descendants("member")
            where member.Descendants("inheritdoc").Any() || !string.IsNullOrWhiteSpace(member.Value)
            select member.Attribute("name")!.Value).ToHashSet();

        return
            from type in assembly.MainModule.GetTypes()
            where IsOpen(type) && type.IsWritten() && !type.IsRazorImports()
            // A component is explained at the top of its .razor file, which the compiler does not read as documentation.
            where !type.DerivesFrom("Microsoft.AspNetCore.Components.ComponentBase")
            where !explained.Contains("T:" + type.FullName.Replace('/', '.'))
            select new Violation(type.FullName.Replace('/', '.'), "is public and has no <summary>");
    }

    private static bool IsOpen(TypeDefinition type) => type.IsPublic || (type.IsNestedPublic && IsOpen(type.DeclaringType));
}

public class DocumentationTests(RealTree tree) : IClassFixture<RealTree>
{
    [Fact]
    public void Public_types_of_the_SDK_and_of_contracts_are_explained() => Violation.AssertNone(
        from built in tree.Built
        where built.Kind is ProjectKind.Sdk or ProjectKind.Contracts
        from violation in DocumentationRule.In(built.Assembly, XDocument.Load(built.Project.DocumentationFile))
        select violation);

    [Fact]
    public void A_planted_unexplained_type_is_found()
    {
        var planted = new PlantedAssembly("Crm.Deals.Contracts")
            .Class("Crm.Deals.MoveDeal", TypeAttributes.Public)
            .Class("Crm.Deals.WinDeal", TypeAttributes.Public)
            .Class("Crm.Deals.LoseDeal", TypeAttributes.Public)
            .Class("Crm.Deals.Hidden", TypeAttributes.NotPublic)
            .As(ProjectKind.Contracts);
        var documentation = XDocument.Parse("""
            <doc><members>
              <member name="T:Crm.Deals.MoveDeal"><summary>Moves a deal.</summary></member>
              <member name="T:Crm.Deals.LoseDeal"><summary> </summary></member>
            </members></doc>
            """);

        Assert.Equal(["Crm.Deals.WinDeal", "Crm.Deals.LoseDeal"], DocumentationRule.In(planted.Assembly, documentation).Select(v => v.What));
    }
}
