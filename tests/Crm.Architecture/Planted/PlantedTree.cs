using Crm.Architecture.Tree;

namespace Crm.Architecture.Planted;

/// <summary>A little tree of project files in a temporary folder, to plant violations in.</summary>
internal sealed class PlantedTree : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("crm-planted-");

    public string Root => folder.FullName;

    public IReadOnlyList<Project> Projects => Project.FindAll(Root);

    /// <summary>An SDK and a module that keep every rule.</summary>
    public static PlantedTree Sound() => new PlantedTree()
        .With("host/Crm.Sdk/Crm.Sdk.csproj")
        .With("modules/Customers/Crm.Customers/Crm.Customers.csproj");

    public PlantedTree With(string file, string items = "") =>
        WithText(file, $"""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>{items}</ItemGroup></Project>""");

    public PlantedTree WithText(string file, string text)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
