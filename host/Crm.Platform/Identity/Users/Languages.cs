namespace Crm.Platform.Identity.Users;

/// <summary>The languages and looks a user can choose.</summary>
internal static class Languages
{
    public static readonly IReadOnlyList<string> All = ["ja", "en"];

    public static readonly IReadOnlyList<string> Themes = ["light", "dark", "auto"];

    /// <summary>The language, or null for none and for one that is not offered.</summary>
    public static string? Known(string? language) => All.FirstOrDefault(l => l == language);

    public static string? KnownTheme(string? theme) => Themes.FirstOrDefault(t => t == theme);
}
