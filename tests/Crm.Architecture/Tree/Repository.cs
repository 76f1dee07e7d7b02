using System.Diagnostics;

namespace Crm.Architecture.Tree;

/// <summary>Where the repository is, and which files belong to it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: whatever these tests were built with is what they read.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>Every committed file and every new one that is not ignored, relative to the root.</summary>
    public static IReadOnlyList<string> Files()
    {
        // safe.directory: a container's root may look at a tree that belongs to somebody else.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        var listed = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        var files = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f))).Distinct().ToList();
        if (git.ExitCode != 0 || files.Count == 0) throw new InvalidOperationException("git ls-files lists nothing; these rules would hold for an empty tree.");
        return files;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Crm.Modular.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No Crm.Modular.sln above {AppContext.BaseDirectory}.");
    }
}
