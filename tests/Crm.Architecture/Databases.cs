using Crm.Architecture.Planted;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture;

/// <summary>A module's database is its own: but for its sample data, nobody else that ships touches its DbContext.</summary>
internal static class DatabaseRule
{
    public static IEnumerable<Violation> In(IReadOnlyList<BuiltProject> built)
    {
        var contexts = (
            from project in built
            where project.Kind is ProjectKind.Module or ProjectKind.Plugin
            from type in project.Assembly.MainModule.GetTypes()
            where type.DerivesFrom("Microsoft.EntityFrameworkCore.DbContext")
            select (project.Name, type.FullName)).ToHashSet();

        return
            from project in built
            from reference in project.Assembly.MainModule.GetTypeReferences()
            where reference.Scope is AssemblyNameReference owner && contexts.Contains((owner.Name, reference.FullName)) && project.Name != owner.Name + ".Demo"
            select new Violation($"{project.Name} -> {reference.FullName}", "uses another module's database; ask by a request or listen to an event");
    }
}

public class DatabasesTests(RealTree tree) : IClassFixture<RealTree>
{
    [Fact]
    public void A_database_is_used_by_its_own_module_only() => Violation.AssertNone(DatabaseRule.In(tree.Built));

    [Fact]
    public void A_planted_use_of_a_foreign_database_is_found()
    {
        BuiltProject[] planted =
        [
            new PlantedAssembly("Crm.Customers")
                .Class("Crm.Customers.CustomersDb", TypeAttributes.Public, derivesFrom: "Microsoft.EntityFrameworkCore:Microsoft.EntityFrameworkCore.DbContext")
                .Class("Crm.Customers.FindCompany", TypeAttributes.NotPublic, uses: "Crm.Customers:Crm.Customers.CustomersDb")
                .As(ProjectKind.Module),
            new PlantedAssembly("Crm.Deals")
                .Class("Crm.Deals.Board", TypeAttributes.NotPublic, uses: "Crm.Customers:Crm.Customers.CustomersDb")
                .As(ProjectKind.Module),
        ];

        Assert.Equal("Crm.Deals -> Crm.Customers.CustomersDb", Assert.Single(DatabaseRule.In(planted)).What);
    }
}
