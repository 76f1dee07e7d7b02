using Microsoft.AspNetCore.Components;
using Mono.Cecil;

namespace Crm.Architecture.Tree;

/// <summary>A project together with what it compiled to.</summary>
internal sealed record BuiltProject(Project Project, AssemblyDefinition Assembly)
{
    public string Name => Project.Name;

    public ProjectKind Kind => Project.Kind;
}

/// <summary>The tree as it is: its projects, and the assemblies of all that ship.</summary>
public sealed class RealTree : IDisposable
{
    private readonly DefaultAssemblyResolver resolver = new();

    public RealTree()
    {
        Projects = Project.FindAll(Repository.Root);
        var shipped = Projects.Where(p => p.Kind is not (ProjectKind.Tests or ProjectKind.PluginTests or ProjectKind.Tool)).ToList();

        // The host's folder holds every package; the framework's folders hold the rest.
        foreach (var project in shipped.OrderBy(p => p.Kind == ProjectKind.Host ? 0 : 1)) resolver.AddSearchDirectory(project.OutputFolder);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(ComponentBase).Assembly.Location));

        Built = [.. shipped.Select(p => new BuiltProject(p, AssemblyDefinition.ReadAssembly(p.AssemblyFile, new ReaderParameters { AssemblyResolver = resolver })))];
    }

    internal IReadOnlyList<Project> Projects { get; }

    internal IReadOnlyList<BuiltProject> Built { get; }

    public void Dispose()
    {
        foreach (var built in Built) built.Assembly.Dispose();
        resolver.Dispose();
    }
}
