namespace Crm.EndToEnd.Infrastructure;

/// <summary>The browser these tests drive: the one <c>CRM_TEST_CHROMIUM</c> names, else the first on the PATH.</summary>
internal static class Chromium
{
    public const string Missing = "There is no Chromium: CRM_TEST_CHROMIUM is not set and none is on the PATH (./crm test installs it where it can).";

    public static string? Path { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CRM_TEST_CHROMIUM") is { Length: > 0 } named) return File.Exists(named) ? named : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return (
            from name in (string[])["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
            from folder in folders
            let file = System.IO.Path.Combine(folder, name)
            where File.Exists(file)
            select file).FirstOrDefault();
    }
}
