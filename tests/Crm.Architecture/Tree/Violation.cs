namespace Crm.Architecture.Tree;

/// <summary>One place where a rule does not hold: what (a stable name an allow-list can hold), and why it matters or how to mend it.</summary>
internal sealed record Violation(string What, string Why)
{
    /// <summary>
    /// What is wrong beyond the known exceptions. The list of exceptions can only shrink: an entry that is no longer needed is wrong too.
    /// </summary>
    public static IReadOnlyList<string> Beyond(IEnumerable<Violation> found, IReadOnlyCollection<string> allowed)
    {
        var all = found.Distinct().ToList();
        return
        [
            .. all.Where(v => !allowed.Contains(v.What)).Select(v => $"{v.What}: {v.Why}"),
            .. allowed.Where(a => all.TrueForAll(v => v.What != a)).Select(a => $"{a}: no longer an exception; remove it from the allow-list"),
        ];
    }

    public static void AssertNone(IEnumerable<Violation> found, params string[] allowed)
    {
        var wrong = Beyond(found, allowed);
        if (wrong.Count > 0) Assert.Fail(string.Join('\n', wrong));
    }
}

public class ViolationTests
{
    [Fact]
    public void An_exception_that_is_no_longer_needed_fails_the_rule()
    {
        Violation[] found = [new("Old.cs", "too long")];

        Assert.Empty(Violation.Beyond(found, ["Old.cs"]));
        Assert.Equal(["Gone.cs: no longer an exception; remove it from the allow-list"], Violation.Beyond(found, ["Old.cs", "Gone.cs"]));
        Assert.Equal(["Old.cs: too long"], Violation.Beyond(found, []));
    }
}
