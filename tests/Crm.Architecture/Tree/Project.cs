using System.Xml.Linq;

namespace Crm.Architecture.Tree;

/// <summary>What a project is, told by where it lies; what it may reference follows from it.</summary>
internal enum ProjectKind
{
    Sdk,
    TestKit,
    Platform,
    Host,
    Contracts,
    Module,
    Demo,
    Plugin,
    Tests,
    PluginTests,
    Tool,
}

/// <summary>One project of the tree, known by its project file.</summary>
internal sealed record Project(string Name, string File, ProjectKind Kind, XDocument Xml)
{
    /// <summary>The projects it references for their types; an order of building only is no reference.</summary>
    public IEnumerable<string> References =>
        from reference in Xml.Descendants("ProjectReference")
        where !string.Equals(Setting(reference, "ReferenceOutputAssembly"), "false", StringComparison.OrdinalIgnoreCase)
        from path in (Setting(reference, "Include") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
        select Path.GetFileNameWithoutExtension(path.Trim().Replace('\\', '/'));

    public string OutputFolder => Path.Combine(Path.GetDirectoryName(File)!, "bin", Repository.Configuration, "net10.0");

    public string AssemblyFile => Path.Combine(OutputFolder, Name + ".dll");

    public string DocumentationFile => Path.Combine(OutputFolder, Name + ".xml");

    /// <summary>Metadata of an MSBuild item, written as an attribute or as a child.</summary>
    public static string? Setting(XElement item, string name) => item.Attribute(name)?.Value ?? item.Element(name)?.Value;

    /// <summary>All projects below a root; a tree without an SDK or without a module is not ours, and no rule may hold for it.</summary>
    public static IReadOnlyList<Project> FindAll(string root)
    {
        var projects = (
            from top in (string[])["host", "modules", "plugins", "tests", "eng"]
            where Directory.Exists(Path.Combine(root, top))
            from file in Directory.EnumerateFiles(Path.Combine(root, top), "*.csproj", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file).Replace('\\', '/').Split('/')
            // The template is a project of somebody else's solution; it obeys theirs.
            where !path.Any(folder => folder is "bin" or "obj" or "node_modules" or "template")
            let name = Path.GetFileNameWithoutExtension(file)
            orderby name
            select new Project(name, file, KindOf(top, name), XDocument.Load(file))).ToList();

        if (!projects.Exists(p => p.Kind == ProjectKind.Sdk) || !projects.Exists(p => p.Kind == ProjectKind.Module))
            throw new InvalidOperationException($"No SDK or no module found below {root}; the rules would hold for an empty tree.");
        return projects;
    }

    private static ProjectKind KindOf(string top, string name) => (top, name) switch
    {
        ("eng", _) => ProjectKind.Tool,
        ("tests", _) => ProjectKind.Tests,
        (_, "Crm.Sdk") => ProjectKind.Sdk,
        (_, "Crm.Sdk.Testing") => ProjectKind.TestKit,
        (_, "Crm.Host") => ProjectKind.Host,
        ("host", _) => ProjectKind.Platform,
        ("plugins", _) when name.EndsWith(".Tests", StringComparison.Ordinal) => ProjectKind.PluginTests,
        _ when name.EndsWith(".Tests", StringComparison.Ordinal) => ProjectKind.Tests,
        _ when name.EndsWith(".Contracts", StringComparison.Ordinal) => ProjectKind.Contracts,
        _ when name.EndsWith(".Demo", StringComparison.Ordinal) => ProjectKind.Demo,
        ("modules", _) => ProjectKind.Module,
        _ => ProjectKind.Plugin,
    };
}
