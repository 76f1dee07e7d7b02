using System.Text.Json.Nodes;
using System.Xml.Linq;
using Crm.Architecture.Planted;
using Crm.Architecture.Tree;

namespace Crm.Architecture;

/// <summary>Versions stand in Directory.Packages.props only, every package has its reason, every project is built.</summary>
internal static class ProjectFileRules
{
    public static IEnumerable<Violation> Versions(IReadOnlyList<Project> projects) =>
        from project in projects
        from package in project.Xml.Descendants("PackageReference")
        where Project.Setting(package, "Version") is not null || Project.Setting(package, "VersionOverride") is not null
        select new Violation($"{project.Name}: {package.Attribute("Include")?.Value}", "its version belongs to Directory.Packages.props");

    /// <summary>What a project of the solution references is built with it: one line in the host brings a module in.</summary>
    public static IEnumerable<Violation> NeverBuilt(IReadOnlyList<Project> projects, string solution)
    {
        var built = projects.Where(p => solution.Contains($"{p.Name}.csproj", StringComparison.Ordinal)).ToList();
        for (var at = 0; at < built.Count; at++)
        {
            var references = built[at].References.ToHashSet();
            built.AddRange(projects.Except(built).Where(p => references.Contains(p.Name)).ToList());
        }

        return projects.Except(built).Select(p => new Violation(p.Name, "is neither in Crm.Modular.sln nor referenced by a project that is, and so never built or tested"));
    }

    /// <summary>Packages of NuGet and npm are compared with the first column of the tables in docs/dependencies.md; a cell may hold several.</summary>
    public static IEnumerable<Violation> Reasons(XDocument packages, JsonNode npm, string dependencies)
    {
        var used = packages.Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value)
            .Concat(new[] { "dependencies", "devDependencies" }.SelectMany(kind => npm[kind]?.AsObject().Select(d => d.Key) ?? []))
            .ToHashSet();
        var explained = (
            from line in dependencies.Split('\n')
            where line.StartsWith("| `", StringComparison.Ordinal)
            from word in line.Split('|')[1].Split('`').Where((_, index) => index % 2 == 1)
            select word).ToHashSet();

        return
        [
            .. used.Except(explained).Select(p => new Violation(p, "has no line in docs/dependencies.md: what for, licence, what instead")),
            .. explained.Except(used).Select(p => new Violation(p, "has a line in docs/dependencies.md but is neither in Directory.Packages.props nor in eng/web/package.json")),
        ];
    }
}

public class ProjectFilesTests
{
    [Fact]
    public void Versions_stand_in_one_place() => Violation.AssertNone(ProjectFileRules.Versions(Project.FindAll(Repository.Root)));

    [Fact]
    public void Every_project_is_built() =>
        Violation.AssertNone(ProjectFileRules.NeverBuilt(Project.FindAll(Repository.Root), File.ReadAllText(Path.Combine(Repository.Root, "Crm.Modular.sln"))));

    [Fact]
    public void Every_package_has_its_reason() => Violation.AssertNone(ProjectFileRules.Reasons(
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")),
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "eng", "web", "package.json")))!,
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"))));

    [Theory]
    [InlineData("""<PackageReference Include="MediatR" Version="5.1.0" />""")]
    [InlineData("""<PackageReference Include="MediatR"><Version>5.1.0</Version></PackageReference>""")]
    [InlineData("""<PackageReference Include="MediatR" VersionOverride="5.1.0" />""")]
    public void A_planted_version_is_found(string package)
    {
        using var planted = PlantedTree.Sound().With("modules/Deals/Crm.Deals/Crm.Deals.csproj", package + """<PackageReference Include="Scrutor" />""");

        Assert.Equal("Crm.Deals: MediatR", Assert.Single(ProjectFileRules.Versions(planted.Projects)).What);
    }

    [Fact]
    public void A_planted_project_that_nothing_builds_is_found()
    {
        using var planted = PlantedTree.Sound()
            .With("host/Crm.Host/Crm.Host.csproj", """<ProjectReference Include="../../modules/Deals/Crm.Deals/Crm.Deals.csproj" />""")
            .With("modules/Deals/Crm.Deals/Crm.Deals.csproj", """<ProjectReference Include="../../../host/Crm.Sdk/Crm.Sdk.csproj" />""");

        var found = ProjectFileRules.NeverBuilt(planted.Projects, """ "Crm.Host", "host\Crm.Host\Crm.Host.csproj" """);

        Assert.Equal("Crm.Customers", Assert.Single(found).What);
    }

    [Fact]
    public void A_planted_package_without_a_reason_and_a_reason_without_a_package_are_found()
    {
        var packages = XDocument.Parse("""<Project><PackageVersion Include="MediatR" /><PackageVersion Include="Quartz" /></Project>""");

        var npm = JsonNode.Parse("""{ "dependencies": { "htmx.org": "4.0.0", "sortablejs": "1.15.6" } }""")!;

        var found = ProjectFileRules.Reasons(packages, npm, "| `MediatR`, `Scrutor` | requests |\n| `sortablejs` | board |\ntext about `Quartz`");

        Assert.Equal(["Quartz", "htmx.org", "Scrutor"], found.Select(v => v.What));
    }
}
