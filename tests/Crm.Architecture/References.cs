using Crm.Architecture.Planted;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture;

/// <summary>Who may reference whom. Modules and plugins meet in contracts only; the host is known to nobody.</summary>
internal static class ReferenceRule
{
    public static bool Allows(ProjectKind from, ProjectKind to) => from switch
    {
        ProjectKind.Sdk => false,
        ProjectKind.Contracts => to is ProjectKind.Sdk,
        ProjectKind.Platform => to is ProjectKind.Sdk or ProjectKind.Platform,
        ProjectKind.Module or ProjectKind.Plugin => to is ProjectKind.Sdk or ProjectKind.Contracts,
        ProjectKind.Demo => to is ProjectKind.Sdk or ProjectKind.Contracts or ProjectKind.Module or ProjectKind.Plugin,
        ProjectKind.Host => to is ProjectKind.Sdk or ProjectKind.Platform or ProjectKind.Contracts or ProjectKind.Module or ProjectKind.Demo,
        ProjectKind.TestKit => to is ProjectKind.Sdk or ProjectKind.Platform or ProjectKind.Host,
        ProjectKind.Tool => to is not ProjectKind.Tests,

        // Our plugins are tested as anybody's are: with the kit alone.
        ProjectKind.PluginTests => to is ProjectKind.Sdk or ProjectKind.Contracts or ProjectKind.Plugin or ProjectKind.TestKit,
        ProjectKind.Tests => true,
        _ => throw new ArgumentOutOfRangeException(nameof(from), from, "A kind of project without a rule."),
    };

    public static IEnumerable<Violation> InProjectFiles(IReadOnlyList<Project> projects) =>
        from project in projects
        from reference in project.References
        let other = projects.FirstOrDefault(p => p.Name == reference)
        where other is null || !Allows(project.Kind, other.Kind)
        select new Violation($"{project.Name} -> {reference}", $"a {project.Kind} project may not reference {(other is null ? "an unknown" : $"a {other.Kind}")} project");

    public static IEnumerable<Violation> InAssemblies(IReadOnlyList<BuiltProject> built) =>
        from project in built
        from reference in project.Assembly.MainModule.AssemblyReferences
        let other = built.FirstOrDefault(b => b.Name == reference.Name)
        where other is not null && !Allows(project.Kind, other.Kind)
        select new Violation($"{project.Name} -> {reference.Name}", $"a {project.Kind} assembly may not use a {other.Kind} assembly");

    /// <summary>InternalsVisibleTo would be a second door between modules: only tests and the sample data of the module itself get it.</summary>
    public static IEnumerable<Violation> InFriends(IReadOnlyList<BuiltProject> built) =>
        from project in built
        where project.Kind is ProjectKind.Module or ProjectKind.Plugin or ProjectKind.Contracts
        from attribute in project.Assembly.CustomAttributes
        where attribute.AttributeType.Name == "InternalsVisibleToAttribute"
        let friend = (string)attribute.ConstructorArguments[0].Value
        where built.Any(b => b.Name == friend) && friend != project.Name + ".Demo"
        select new Violation($"{project.Name} -> {friend}", "shows its internals to something that ships; use a contract");
}

public class ReferencesTests(RealTree tree) : IClassFixture<RealTree>
{
    [Fact]
    public void Project_files_reference_only_what_they_may() => Violation.AssertNone(ReferenceRule.InProjectFiles(tree.Projects));

    [Fact]
    public void Assemblies_use_only_what_they_may() => Violation.AssertNone(ReferenceRule.InAssemblies(tree.Built));

    [Fact]
    public void Modules_and_plugins_show_their_internals_to_tests_only() => Violation.AssertNone(ReferenceRule.InFriends(tree.Built));

    [Theory]
    [InlineData("modules/Deals/Crm.Deals", "Customers.Contracts", true)]
    [InlineData("modules/Deals/Crm.Deals", "Customers", false)]
    [InlineData("modules/Deals/Crm.Deals", "Platform", false)]
    [InlineData("modules/Deals/Crm.Deals", "Host", false)]
    [InlineData("modules/Deals/Crm.Deals.Contracts", "Sdk", true)]
    [InlineData("modules/Deals/Crm.Deals.Contracts", "Customers.Contracts", false)]
    [InlineData("modules/Deals/Crm.Deals", "Customers.Demo", false)]
    [InlineData("modules/Customers/Crm.Customers.Demo", "Customers", true)]
    [InlineData("modules/Customers/Crm.Customers.Demo", "Platform", false)]
    [InlineData("plugins/Waste/Crm.Waste", "Customers.Contracts", true)]
    [InlineData("plugins/Waste/Crm.Waste", "Customers", false)]
    [InlineData("plugins/Waste/Crm.Waste", "Platform", false)]
    [InlineData("plugins/Waste/Crm.Waste.Tests", "Customers.Contracts", true)]
    [InlineData("plugins/Waste/Crm.Waste.Tests", "Customers", false)]
    [InlineData("plugins/Waste/Crm.Waste.Tests", "Host", false)]
    [InlineData("plugins/Waste/Crm.Waste.Tests", "Platform", false)]
    [InlineData("host/Crm.Platform.SqlServer", "Platform", true)]
    [InlineData("host/Crm.Platform.SqlServer", "Customers.Contracts", false)]
    [InlineData("host/Crm.Sdk.Testing", "Customers", false)]
    [InlineData("tests/Crm.EndToEnd", "Host", true)]
    [InlineData("modules/Deals/Crm.Deals", "Nowhere", false)]
    public void A_planted_project_reference_is_judged(string from, string to, bool allowed)
    {
        using var planted = PlantedTree.Sound()
            .With("host/Crm.Platform/Crm.Platform.csproj")
            .With("host/Crm.Host/Crm.Host.csproj")
            .With("modules/Customers/Crm.Customers.Contracts/Crm.Customers.Contracts.csproj")
            .With($"{from}/{Path.GetFileName(from)}.csproj", $"""<ProjectReference Include="..\..\Crm.{to}.csproj" />""");

        var found = ReferenceRule.InProjectFiles(planted.Projects).ToList();

        if (allowed) Assert.Empty(found);
        else Assert.Equal($"{Path.GetFileName(from)} -> Crm.{to}", Assert.Single(found).What);
    }

    [Fact]
    public void An_order_of_building_is_no_reference()
    {
        using var planted = PlantedTree.Sound()
            .With("host/Crm.Host/Crm.Host.csproj", """<ProjectReference Include="../../plugins/Waste/Crm.Waste.csproj" ReferenceOutputAssembly="false" />""")
            .With("plugins/Waste/Crm.Waste.csproj");

        Assert.Empty(ReferenceRule.InProjectFiles(planted.Projects));
    }

    [Fact]
    public void A_planted_use_of_another_module_is_found_in_the_assembly()
    {
        BuiltProject[] planted =
        [
            new PlantedAssembly("Crm.Customers").As(ProjectKind.Module),
            new PlantedAssembly("Crm.Customers.Contracts").As(ProjectKind.Contracts),
            new PlantedAssembly("Crm.Deals").Class("Crm.Deals.Board", TypeAttributes.NotPublic, uses: "Crm.Customers:Crm.Customers.Company")
                .Class("Crm.Deals.Card", TypeAttributes.NotPublic, uses: "Crm.Customers.Contracts:Crm.Customers.CustomerCard").As(ProjectKind.Module),
        ];

        Assert.Equal("Crm.Deals -> Crm.Customers", Assert.Single(ReferenceRule.InAssemblies(planted)).What);
    }

    [Fact]
    public void A_planted_friend_that_ships_is_found()
    {
        BuiltProject[] planted =
        [
            new PlantedAssembly("Crm.Customers").FriendOf("Crm.Deals").FriendOf("Crm.Tests").FriendOf("Crm.Customers.Demo").As(ProjectKind.Module),
            new PlantedAssembly("Crm.Customers.Demo").As(ProjectKind.Demo),
            new PlantedAssembly("Crm.Deals").As(ProjectKind.Module),
        ];

        Assert.Equal("Crm.Customers -> Crm.Deals", Assert.Single(ReferenceRule.InFriends(planted)).What);
    }

    [Fact]
    public void An_empty_tree_holds_no_rule()
    {
        using var empty = new PlantedTree();

        Assert.Throws<InvalidOperationException>(() => empty.Projects);
    }
}
