using System.Text.RegularExpressions;
using Crm.Architecture.Tree;

namespace Crm.Architecture;

/// <summary>What the tree's folders and files are called and hold.</summary>
internal static partial class FileRules
{
    private const int MostFilesInAFolder = 14;

    // A component with its style sheet or code beside it counts once.
    private static readonly string[] CodeSuffixes = [".razor.cs", ".razor.css", ".razor.js", ".razor", ".cs", ".js", ".mjs", ".css", ".sh"];

    public static IEnumerable<Violation> CrowdedFolders(IEnumerable<string> files) =>
        from file in files
        let stem = StemOfCode(file)
        where stem is not null
        let folder = Path.GetDirectoryName(file)!.Replace('\\', '/')
        // Migrations are only ever added to.
        where Path.GetFileName(folder) != "Migrations"
        group stem by folder into crowd
        let count = crowd.Distinct().Count()
        where count > MostFilesInAFolder
        select new Violation(crowd.Key, $"holds {count} files; a folder holds what changes together, at most {MostFilesInAFolder}");

    public static IEnumerable<Violation> EmptyNames(IEnumerable<string> files) =>
        from file in files
        let stem = StemOfCode(file)
        where stem is not null && EmptyName().IsMatch(stem)
        select new Violation(file, "is named after nothing; name it in the field's words");

    public static IEnumerable<Violation> Addresses(string file, string text)
    {
        foreach (Match match in RegistryAddress().Matches(text))
        {
            yield return new(file, $"names the package registry {match.Value}; installations bring their own feed" +
                (file.EndsWith("package-lock.json", StringComparison.Ordinal) ? " (npm config set omit-lockfile-registry-resolved=true in .npmrc, then npm install --package-lock-only)" : ""));
        }

        foreach (Match match in MachinePath().Matches(text)) yield return new(file, $"names a path of one machine: {match.Value}");
    }

    private static string? StemOfCode(string file)
    {
        var suffix = CodeSuffixes.FirstOrDefault(s => file.EndsWith(s, StringComparison.Ordinal));
        return suffix is null ? null : Path.GetFileName(file)[..^suffix.Length];
    }

    [GeneratedRegex("(Helpers?|Utils?|Utility|Utilities|Managers?|Processors?)$", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(nuget\.org|npmjs\.(org|com)|yarnpkg\.com|pypi\.org|pythonhosted\.org|crates\.io|(deb|security)\.debian\.org|archive\.ubuntu\.com|(packages|mcr)\.microsoft\.com|pkgs\.dev\.azure\.com|ghcr\.io|registry-1\.docker\.io|proxy\.golang\.org|repo1\.maven\.org|unpkg\.com|cdn\.jsdelivr\.net)\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10000)]
    private static partial Regex RegistryAddress();

    [GeneratedRegex(@"(?<![\w.~/})\]-])/(work|root)/[\w.]+", RegexOptions.None, matchTimeoutMilliseconds: 10000)]
    private static partial Regex MachinePath();
}

public class FilesTests
{
    [Fact]
    public void No_folder_is_crowded() => Violation.AssertNone(FileRules.CrowdedFolders(Repository.Files()));

    [Fact]
    public void No_file_has_an_empty_name() => Violation.AssertNone(FileRules.EmptyNames(Repository.Files()));

    [Fact]
    public void No_file_names_a_package_registry_or_a_path_of_one_machine() => Violation.AssertNone(
        from file in Repository.Files()
        let bytes = File.ReadAllBytes(Path.Combine(Repository.Root, file))
        where !bytes.AsSpan(0, Math.Min(bytes.Length, 8000)).Contains((byte)0)
        from violation in FileRules.Addresses(file, System.Text.Encoding.UTF8.GetString(bytes))
        select violation);

    [Fact]
    public void A_planted_crowd_is_found()
    {
        var fifteen = Enumerable.Range(1, 15).Select(n => $"modules/Deals/Crm.Deals/Pipeline/Step{n}.cs").ToList();

        Assert.Equal("modules/Deals/Crm.Deals/Pipeline", Assert.Single(FileRules.CrowdedFolders(fifteen)).What);
        Assert.Empty(FileRules.CrowdedFolders(fifteen.Skip(1)));
        Assert.Empty(FileRules.CrowdedFolders(fifteen.Skip(1).Append("modules/Deals/Crm.Deals/Pipeline/Step2.razor.css")));
        Assert.Empty(FileRules.CrowdedFolders(fifteen.Select(f => f.Replace("Pipeline", "Migrations"))));
    }

    [Theory]
    [InlineData("DateHelper.cs", true)]
    [InlineData("StringUtils.cs", true)]
    [InlineData("DealManager.cs", true)]
    [InlineData("util.js", true)]
    [InlineData("Manager.razor", true)]
    [InlineData("Manages.cs", false)]
    [InlineData("Deal.cs", false)]
    [InlineData("who-is-helper.md", false)]
    public void A_planted_empty_name_is_found(string name, bool found) =>
        Assert.Equal(found, FileRules.EmptyNames([$"modules/Deals/Crm.Deals/{name}"]).Any());

    [Theory]
    [InlineData("https://api.nuget" + ".org/v3/index.json", true)]
    [InlineData("\"resolved\": \"https://registry.npmjs" + ".org/htmx\"", true)]
    [InlineData("/wo" + "rk/main/crm", true)]
    [InlineData("cd /ro" + "ot/.nuget", true)]
    [InlineData("docs/work/plan.md and https://example.jp/work/plan", false)]
    [InlineData("https://example.jp/ and Debian packages", false)]
    public void A_planted_address_is_found(string text, bool found) => Assert.Equal(found, FileRules.Addresses("README.md", text).Any());
}
