using Crm.Host.CommandLine.Authoring;

namespace Crm.Tests.CommandLine;

/// <summary>What an author must know before a plugin is built for another SDK.</summary>
public sealed class ApiDifferenceTests
{
    private const string Before = """
        # listing
        Crm.Sdk.Label (record)
        Crm.Sdk.Label.Ja { get; init; }: string
        Crm.Sdk.Label.Of(string ja): Crm.Sdk.Label [static]
        Crm.Sdk.Label.Of(string ja, string en): Crm.Sdk.Label [static]
        Crm.Sdk.Gather<TQuery, TAnswer>.Ask(TQuery query): TAnswer
        Crm.Sdk.Old (class)
        """;

    private const string After = """
        # another listing
        Crm.Sdk.Label (record)
        Crm.Sdk.Label.Ja { get; init; }: string?
        Crm.Sdk.Label.Of(string ja): Crm.Sdk.Label [static]
        Crm.Sdk.Gather<TQuery, TAnswer>.Ask(TQuery query, bool all = default): TAnswer
        Crm.Sdk.New (class)
        """;

    [Fact]
    public void Removed_changed_and_added_members_are_told_apart()
    {
        var difference = ApiDifference.Between(Before.Split('\n'), After.Split('\n'));

        Assert.Equal(["Crm.Sdk.Label.Of(string ja, string en): Crm.Sdk.Label [static]", "Crm.Sdk.Old (class)"], difference.Removed);
        Assert.Equal(
            [
                ("Crm.Sdk.Gather<TQuery, TAnswer>.Ask(TQuery query): TAnswer", "Crm.Sdk.Gather<TQuery, TAnswer>.Ask(TQuery query, bool all = default): TAnswer"),
                ("Crm.Sdk.Label.Ja { get; init; }: string", "Crm.Sdk.Label.Ja { get; init; }: string?"),
            ],
            difference.Changed);
        Assert.Equal(["Crm.Sdk.New (class)"], difference.Added);
    }

    [Fact]
    public void A_version_does_not_differ_from_itself()
    {
        var difference = ApiDifference.Between(Before.Split('\n'), Before.Split('\n'));

        Assert.Empty(difference.Removed);
        Assert.Empty(difference.Changed);
        Assert.Empty(difference.Added);
    }
}
