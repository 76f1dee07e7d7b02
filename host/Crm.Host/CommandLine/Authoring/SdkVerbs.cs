// ./crm sdk pack FOLDER | diff OLD [NEW]: for whoever writes plugins.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Plugins;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Authoring;

internal static class SdkVerbs
{
    public static Command All(VerbRunner runner) => new("sdk", Texts.L("プラグイン開発用の SDK", "The SDK for authors of plugins")) { Pack(runner), Diff(runner) };

    private static Command Pack(VerbRunner runner)
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = Texts.L("パッケージを置くフォルダー（nuget.config のソースになる）", "Where the packages go; a source in nuget.config") };
        return runner.Aside("pack", ("SDK のパッケージをフォルダーに用意する", "Put the SDK's packages into a folder"), [folder], async (parsed, cancellation) =>
        {
            var filled = await SdkFeed.Fill(parsed.GetRequiredValue(folder).FullName, runner.Surroundings.Error, cancellation);
            return filled.Failed
                ? Result<Answer>.Fail(filled.Problems)
                : Answer.Line(($"SDK {filled.Value} のパッケージを用意しました。", $"The packages of SDK {filled.Value} are there."), new JsonObject { ["version"] = filled.Value, ["folder"] = parsed.GetRequiredValue(folder).FullName });
        });
    }

    private static Command Diff(VerbRunner runner)
    {
        var old = new Argument<FileInfo>("OLD") { Description = Texts.L("古い版の PublicApi.txt", "PublicApi.txt of the old version") };
        var now = new Argument<FileInfo?>("NEW") { Description = Texts.L("新しい版の PublicApi.txt（省略するとこの製品の SDK）", "PublicApi.txt of the new version; that of this product when left out"), Arity = ArgumentArity.ZeroOrOne };
        return runner.Aside("diff", ("SDK の 2 つの版の違いを示す", "Show what changed between two versions of the SDK"), [old, now], async (parsed, cancellation) =>
        {
            foreach (var file in new[] { parsed.GetRequiredValue(old), parsed.GetValue(now) })
            {
                if (file is { Exists: false }) return PluginVerbs.NoFile(file);
            }

            var before = await File.ReadAllLinesAsync(parsed.GetRequiredValue(old).FullName, cancellation);
            var after = parsed.GetValue(now) is { } given ? await File.ReadAllLinesAsync(given.FullName, cancellation) : Own();
            return Told(ApiDifference.Between(before, after));
        });
    }

    private static Answer Told(ApiDifference difference)
    {
        var json = new JsonObject
        {
            ["removed"] = new JsonArray([.. difference.Removed.Select(r => (JsonNode)r)]),
            ["changed"] = new JsonArray([.. difference.Changed.Select(c => (JsonNode)new JsonObject { ["before"] = c.Before, ["after"] = c.After })]),
            ["added"] = new JsonArray([.. difference.Added.Select(a => (JsonNode)a)]),
        };
        return new Answer(json, console =>
        {
            foreach (var line in difference.Removed) console.WriteLine("- " + line);
            foreach (var (before, after) in difference.Changed)
            {
                console.WriteLine("! " + before);
                console.WriteLine("→ " + after);
            }

            foreach (var line in difference.Added) console.WriteLine("+ " + line);
            console.WriteLine(Texts.L(
                $"削除 {difference.Removed.Count}、変更 {difference.Changed.Count}、追加 {difference.Added.Count}", $"{difference.Removed.Count} removed, {difference.Changed.Count} changed, {difference.Added.Count} added"));
        });
    }

    private static string[] Own()
    {
        using var reader = new StreamReader(typeof(SdkVerbs).Assembly.GetManifestResourceStream("PublicApi.txt")!);
        return reader.ReadToEnd().Split('\n');
    }
}
