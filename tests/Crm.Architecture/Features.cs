using System.Text.RegularExpressions;
using Crm.Architecture.Tree;

namespace Crm.Architecture;

/// <summary>docs/features.md promises nothing that no test shows, and names no test that is gone.</summary>
internal static partial class FeatureRule
{
    public static IEnumerable<Violation> In(string features, IReadOnlySet<string> testClasses)
    {
        foreach (var row in features.Split('\n').Select(l => l.Split('|', StringSplitOptions.TrimEntries)).Where(c => c.Length > 3 && Id().IsMatch(c[1])))
        {
            if (row.Length != 6)
            {
                yield return new(row[1], "has not the four columns id, capability, status, shown by");
                continue;
            }

            var (status, tests) = (row[3], Code().Matches(row[4]).Select(m => m.Groups[1].Value).ToList());
            if (status is not ("done" or "not yet") && !status.StartsWith("partly: ", StringComparison.Ordinal)) yield return new(row[1], $"is “{status}”; a status is done, not yet, or partly: what is missing");
            if (status != "not yet" && tests.Count == 0) yield return new(row[1], "names no test that shows it");
            foreach (var test in tests.Where(t => !testClasses.Contains(t))) yield return new(row[1], $"names {test}, which is no test class");
        }
    }

    [GeneratedRegex("^[A-Z][0-9]{2}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}

public partial class FeaturesTests
{
    [Fact]
    public void What_is_said_to_work_names_tests_that_are_there() =>
        Violation.AssertNone(FeatureRule.In(File.ReadAllText(Path.Combine(Repository.Root, "docs", "features.md")), TestClasses()));

    [Theory]
    [InlineData("| C01 | companies | done | `CompanyTests` |", null)]
    [InlineData("| C01 | companies | partly: no merge | `CompanyTests` |", null)]
    [InlineData("| C01 | companies | not yet | |", null)]
    [InlineData("| C01 | companies | done | |", "names no test that shows it")]
    [InlineData("| C01 | companies | done | `GoneTests` |", "names GoneTests, which is no test class")]
    [InlineData("| C01 | companies | nearly | `CompanyTests` |", "is “nearly”; a status is done, not yet, or partly: what is missing")]
    public void A_planted_promise_is_judged(string row, string? why) =>
        Assert.Equal(why, FeatureRule.In("| id | capability | status | shown by |\n" + row, new HashSet<string> { "CompanyTests" }).SingleOrDefault()?.Why);

    private static HashSet<string> TestClasses()
    {
        var classes = Repository.Files().Where(f => (f.StartsWith("tests/", StringComparison.Ordinal) || f.Contains(".Tests/", StringComparison.Ordinal)) && f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => TestClass().Matches(File.ReadAllText(Path.Combine(Repository.Root, f))).Select(m => m.Groups[1].Value)).ToHashSet();
        Assert.NotEmpty(classes);
        return classes;
    }

    [GeneratedRegex(@"^public (?:sealed )?(?:partial )?class (\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TestClass();
}
