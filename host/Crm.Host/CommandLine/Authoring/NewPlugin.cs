// ./crm plugin new FOLDER --id ID: a plugin project that builds, with the SDK's packages beside it.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.Platform.Modules;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Authoring;

internal static partial class NewPlugin
{
    public static Command Verb(VerbRunner runner)
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = Texts.L("作成するフォルダー", "The folder to make") };
        var id = new Option<string>("--id") { Description = Texts.L("プラグインの ID（英小文字と数字、変更不可）", "Key of the plugin: lower-case letters and digits; it never changes"), Required = true, HelpName = "ID" };
        var name = new Option<string>("--name", "-n") { Description = Texts.L("名前空間（省略時は ID から）", "Namespace; made from the id when left out"), HelpName = "Acme.Visits" };
        var ja = new Option<string>("--ja") { Description = Texts.L("日本語の名称", "What it is called in Japanese"), HelpName = "NAME" };
        var en = new Option<string>("--en") { Description = Texts.L("英語の名称", "What it is called in English"), HelpName = "NAME" };
        var publisher = new Option<string>("--publisher") { Description = Texts.L("発行元", "Who makes it"), HelpName = "NAME" };
        return runner.Aside("new", ("プラグインのプロジェクトを作る", "Make a plugin project"), [folder, id, name, ja, en, publisher], async (parsed, cancellation) =>
        {
            var (target, key) = (parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(id));
            if (!ModuleCheck.IsKey(key))
            {
                return new Problem("bad-id", ($"ID「{key}」は使えません。", $"“{key}” cannot be an id."), ("英小文字で始まる 2〜30 文字の英小文字・数字にしてください。", "Use 2 to 30 lower-case letters and digits, beginning with a letter."), "id");
            }

            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            {
                return new Problem("not-empty", ($"{target} は空ではありません。", $"{target} is not empty."), ("別のフォルダーを指定してください。", "Name another folder."), "folder");
            }

            if (Template() is not { } template)
            {
                return new Problem("no-template", ("テンプレートが見つかりません。", "The template is not here."), ("template フォルダーを含む配布物か、ソースツリーの ./crm を使ってください。", "Use a distribution with the folder template, or ./crm of a source tree."));
            }

            var sdk = await SdkFeed.Fill(Path.Combine(target, ".sdk"), runner.Surroundings.Error, cancellation);
            if (sdk.Failed) return Result<Answer>.Fail(sdk.Problems);
            var project = parsed.GetValue(name) ?? string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(key[0])}{key[1..]}");
            var made = await Make(template, target, project, new()
            {
                ["id"] = key, ["ja"] = parsed.GetValue(ja) ?? key, ["en"] = parsed.GetValue(en) ?? project, ["publisher"] = parsed.GetValue(publisher) ?? project, ["sdk"] = sdk.Value,
            }, cancellation);
            return made.Failed
                ? Result<Answer>.Fail(made.Problems)
                : Answer.Line(
                    ($"{target} に作成しました。そのフォルダーで dotnet build、dotnet test、./crm plugin dev を実行できます。", $"Made {target}. Run dotnet build, dotnet test and ./crm plugin dev on it."),
                    new JsonObject { ["folder"] = target, ["id"] = key, ["name"] = project, ["sdk"] = sdk.Value });
        });
    }

    private static string? Template() =>
        new[] { Path.Combine(AppContext.BaseDirectory, "template"), Path.Combine(SdkFeed.SourceTree() ?? "", "plugins", "template") }.FirstOrDefault(Directory.Exists);

    /// <summary>By <c>dotnet new</c>, with a list of templates of its own, so that the author's own list stays as it is.</summary>
    private static async Task<Result> Make(string template, string target, string project, Dictionary<string, string> values, CancellationToken cancellation)
    {
        var hive = Directory.CreateTempSubdirectory("crm-templates-").FullName;
        try
        {
            var installed = await Dotnet.Run(["new", "install", template, "--debug:custom-hive", hive], target, cancellation);
            if (installed.Failed) return installed;
            return await Dotnet.Run(["new", "crm-plugin", "-o", target, "-n", project, .. values.SelectMany(v => new[] { "--" + v.Key, v.Value }), "--debug:custom-hive", hive], target, cancellation);
        }
        finally
        {
            Directory.Delete(hive, recursive: true);
        }
    }
}
