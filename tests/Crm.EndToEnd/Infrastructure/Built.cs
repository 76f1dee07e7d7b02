namespace Crm.EndToEnd.Infrastructure;

/// <summary>Where the tree is and what the build left in it.</summary>
internal static class Built
{
    public static string Root { get; } = FindRoot();

    /// <summary>The host as it was built beside these tests: Debug or Release, whichever they are.</summary>
    public static string Host { get; } = Path.Combine(
        Root, "host", "Crm.Host", "bin", new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name, "net10.0", "Crm.Host.dll");

    /// <summary>The accessibility rules; the build installs them for tests only.</summary>
    public static string Axe { get; } = Path.Combine(Root, "eng", "web", "node_modules", "axe-core", "axe.min.js");

    /// <summary>What the browser showed when each test ended.</summary>
    public static string Screens { get; } = Path.Combine(Root, "artifacts", "test-results", "screens");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Crm.Modular.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No Crm.Modular.sln above {AppContext.BaseDirectory}.");
    }
}
