using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture.PublicApi;

/// <summary>The SDK's shape changes only on purpose: it is compared with host/Crm.Sdk/PublicApi.txt, which a reviewer reads.</summary>
public class PublicApiTests(RealTree tree) : IClassFixture<RealTree>
{
    private const string Header = "# The public surface of Crm.Sdk, written by CRM_ACCEPT_API=1 ./crm test PublicApi. A removed or changed line breaks plugins.";

    [Fact]
    public void The_public_surface_of_the_SDK_is_the_one_agreed()
    {
        var file = Path.Combine(Repository.Root, "host", "Crm.Sdk", "PublicApi.txt");
        var sdk = tree.Built.Single(b => b.Kind == ProjectKind.Sdk).Assembly;
        var actual = ApiListing.Of(sdk.MainModule.GetTypes());

        if (Environment.GetEnvironmentVariable("CRM_ACCEPT_API") == "1") File.WriteAllText(file, string.Join('\n', [Header, .. actual, ""]));

        var agreed = File.Exists(file) ? File.ReadAllLines(file).Where(l => l.Length > 0 && l[0] != '#').ToList() : [];
        if (Difference(agreed, actual) is { } difference) Assert.Fail(difference);
    }

    [Fact]
    public void A_planted_change_is_named_line_by_line()
    {
        Assert.Null(Difference(["A", "B"], ["B", "A"]));

        var difference = Difference(["A.Name: string", "B"], ["A.Name: int", "B"])!;

        Assert.Contains("- A.Name: string", difference, StringComparison.Ordinal);
        Assert.Contains("+ A.Name: int", difference, StringComparison.Ordinal);
        Assert.DoesNotContain("B", difference.Split("\n\n")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_listing_shows_what_a_plugin_can_use()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(PublicApiTests).Assembly.Location);
        var samples = assembly.MainModule.GetTypes().Where(t => t.Namespace == typeof(Planted.Sample).Namespace || t.FullName.Contains("Planted.Sample", StringComparison.Ordinal));

        Assert.Equal(
            """
            Crm.Architecture.PublicApi.Planted.Sample (record)
            Crm.Architecture.PublicApi.Planted.Sample.Age { get; init; }: int?
            Crm.Architecture.PublicApi.Planted.Sample.Name { get; init; }: string
            Crm.Architecture.PublicApi.Planted.Sample.Tags { get; set; }: string[] [required]
            Crm.Architecture.PublicApi.Planted.Sample.new(string Name, int? Age = default)
            Crm.Architecture.PublicApi.Planted.SampleBase<T> (abstract class): System.IDisposable where T : class, new()
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Dispose(): void
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Inner<U> (sealed class)
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Inner<U>.Both(T first, U second): System.Collections.Generic.Dictionary<string, T>
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Inner<U>.new()
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Limit: int [const 25]
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Load<K>(K key, System.Threading.CancellationToken ct = default): System.Threading.Tasks.Task<T> where K : struct [abstract] [protected]
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Open { get; protected set; }: bool
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Opened: event System.EventHandler
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.Title { get; }: string [virtual]
            Crm.Architecture.PublicApi.Planted.SampleBase<T>.new() [protected]
            Crm.Architecture.PublicApi.Planted.SampleColor (enum)
            Crm.Architecture.PublicApi.Planted.SampleColor.Blue = 4
            Crm.Architecture.PublicApi.Planted.SampleColor.Red = 0
            Crm.Architecture.PublicApi.Planted.SampleExtensions (static class)
            Crm.Architecture.PublicApi.Planted.SampleExtensions.Grow(this Crm.Architecture.PublicApi.Planted.Sample sample, out int years, params string[] notes): void [static]
            Crm.Architecture.PublicApi.Planted.SampleRule (delegate) (Crm.Architecture.PublicApi.Planted.Sample sample): bool
            """.ReplaceLineEndings("\n"),
            string.Join('\n', ApiListing.Of(samples)));
    }

    private static string? Difference(IReadOnlyCollection<string> agreed, IReadOnlyCollection<string> actual)
    {
        string[] lines = [.. agreed.Except(actual).Select(l => "- " + l), .. actual.Except(agreed).Select(l => "+ " + l)];
        return lines.Length == 0
            ? null
            : $"The public surface of Crm.Sdk differs from host/Crm.Sdk/PublicApi.txt.\n\n{string.Join('\n', lines)}\n\n"
              + "If this is meant, run CRM_ACCEPT_API=1 ./crm test PublicApi and commit the file; a line with - breaks plugins that use it.";
    }
}
