namespace Crm.Tests.Infrastructure;

/// <summary>The source tree these tests were built from.</summary>
internal static class Tree
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Crm.Modular.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run in the repository.");
    }
}
