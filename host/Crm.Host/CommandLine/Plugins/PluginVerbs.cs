// ./crm plugin list | install FILE | remove ID [--purge] | trust NAME FILE: the plugins of the installation.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Authoring;
using Crm.Platform.Plugins;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine.Plugins;

internal static class PluginVerbs
{
    public static Command All(VerbRunner runner) => new("plugin", Texts.L("プラグイン", "Plugins"))
    {
        List(runner), Install(runner), Remove(runner), Trust(runner), CheckPlugin.Verb(runner), SignPlugin.NewKey(runner), SignPlugin.Sign(runner), NewPlugin.Verb(runner), DevelopPlugin.Verb(runner),
    };

    private static Command List(VerbRunner runner) => runner.Verb("list", ("プラグインの一覧", "List plugins"), [], async work =>
    {
        var list = await Send(work, new ListPlugins());
        return list.Failed
            ? Result<Answer>.Fail(list.Problems)
            : Answer.Table(
                [("id", ("ID", "Id")), ("name", ("名称", "Name")), ("version", ("版", "Version")), ("publisher", ("発行元", "Publisher")), ("signedBy", ("署名", "Signed by")), ("problem", ("問題", "Problem"))],
                list.Value.Plugins.Select(p => new JsonObject
                {
                    ["id"] = p.Id, ["name"] = p.Name.ToString(), ["version"] = p.Version, ["publisher"] = p.Publisher, ["signedBy"] = p.SignedBy,
                    ["problem"] = p.Problems.Count == 0 ? null : string.Join(" ", p.Problems.Select(x => x.Message.ToString())),
                }));
    });

    private static Command Install(VerbRunner runner)
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L(".crmplugin ファイル", "A .crmplugin file") };
        var handedOver = new Option<bool>("--new-publisher") { Description = Texts.L("同じ ID の別の発行元のプラグインから、テーブルとデータを引き継ぐ", "Let it take over the tables and data of a plugin of the same id by another publisher") };
        return runner.Verb("install", ("プラグインを導入または更新する", "Install a plugin, or upgrade it"), [file, handedOver], async work =>
        {
            if (!work.Value(file).Exists) return NoFile(work.Value(file));
            var installed = await Send(work, new InstallPlugin(await File.ReadAllBytesAsync(work.Value(file).FullName, work.Stop)) { NewPublisher = work.Value(handedOver) });
            return installed.Failed
                ? Result<Answer>.Fail(installed.Problems)
                : Installed(installed.Value);
        });
    }

    private static Answer Installed(InstalledPlugin plugin)
    {
        Label done = ($"「{plugin.Name.Ja}」{plugin.Version} を導入しました。テナントごとに ./crm module enable {plugin.Id} --tenant KEY で有効にします。", $"“{plugin.Name.En}” {plugin.Version} is installed. Switch it on per tenant with ./crm module enable {plugin.Id} --tenant KEY.");
        return new(
            new JsonObject { ["id"] = plugin.Id, ["version"] = plugin.Version, ["notices"] = new JsonArray([.. plugin.Notices.Select(n => JsonValue.Create(n.ToString()))]) },
            console =>
            {
                console.WriteLine(done.ToString());
                foreach (var notice in plugin.Notices) console.WriteLine(Texts.L("注意: ", "Note: ") + notice);
            });
    }

    private static Command Remove(VerbRunner runner)
    {
        var id = new Argument<string>("ID") { Description = Texts.L("プラグインの ID", "Id of the plugin") };
        var purge = new Option<bool>("--purge") { Description = Texts.L("全テナントのデータも消去する（元に戻せません）", "Remove its data too, of all tenants; this cannot be undone") };
        var yes = new Option<bool>("--yes", "-y") { Description = Texts.L("--purge の確認を省く（スクリプト用）", "Do not ask before --purge; for scripts") };
        return runner.Verb("remove", ("プラグインを取り除く（データは残る）", "Take a plugin out; its data stays"), [id, purge, yes], async work =>
        {
            var (plugin, everything) = (work.Value(id), work.Value(purge));
            var use = await Send(work, new GetPluginUse(plugin));
            if (use.Failed) return Result<Answer>.Fail(use.Problems);
            if (everything && !work.Value(yes) && !await Sure(work, plugin, use.Value)) return NotSure(plugin, use.Value);
            var removed = await Send(work, new RemovePlugin(plugin, everything));
            if (removed.Failed) return Result<Answer>.Fail(removed.Problems);
            Label was = use.Value.Any ? ($"（{use.Value.Told.Ja}）", $" ({use.Value.Told.En})") : ("", "");
            return Answer.Line(
                everything
                    ? ($"「{plugin}」とそのデータを消去しました{was.Ja}。", $"“{plugin}” and its data are gone{was.En}.")
                    : ($"「{plugin}」を取り除きました{was.Ja}。データは残っています。", $"“{plugin}” is gone{was.En}; its data is kept."),
                new JsonObject { ["id"] = plugin, ["purged"] = everything, ["tenants"] = new JsonArray([.. use.Value.Tenants.Select(t => JsonValue.Create(t))]) });
        });
    }

    /// <summary>Whether a person at the terminal types the id of what is to be erased.</summary>
    private static async Task<bool> Sure(Work work, string plugin, PluginUse use)
    {
        if (!work.Runner.Surroundings.Interactive) return false;
        var console = work.Runner.Progress;
        console.WriteLine(Texts.L(
            $"「{plugin}」と全テナントのそのデータを消去します。元に戻せません。{(use.Any ? use.Told.Ja + "。" : "")}", $"This erases “{plugin}” and all its data, of every tenant; it cannot be undone. {(use.Any ? use.Told.En + "." : "")}"));
        var typed = await new TextPrompt<string>(Texts.L("続けるには ID を入力:", "Type its id to go on:")).AllowEmpty().ShowAsync(console, work.Stop);
        return typed.Trim() == plugin;
    }

    private static Problem NotSure(string plugin, PluginUse use) => new(
        "not-confirmed",
        ($"確認がないため、「{plugin}」のデータを消去しませんでした（{(use.Any ? use.Told.Ja : "使用中のテナント・レコードなし")}）。", $"Nothing was confirmed, so the data of “{plugin}” was not erased ({(use.Any ? use.Told.En : "no tenant uses it, no records")})."),
        ("消去してよければ --yes を付けて実行してください。先に ./crm backup でバックアップを取ることをお勧めします。", "Run it with --yes if it may go; ./crm backup makes a backup first."), "purge", ProblemKind.Conflict);

    private static Command Trust(VerbRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = Texts.L("発行元の名前", "Whose key it is") };
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L("公開鍵（PEM）", "The public key (PEM)") };
        return runner.Verb("trust", ("発行元の公開鍵を信頼する", "Trust a publisher's public key"), [name, file], async work =>
        {
            if (!work.Value(file).Exists) return NoFile(work.Value(file));
            var trusted = await Send(work, new TrustKey(work.Value(name), await File.ReadAllTextAsync(work.Value(file).FullName, work.Stop)));
            return trusted.Failed
                ? Result<Answer>.Fail(trusted.Problems)
                : Answer.Line(($"「{work.Value(name)}」の署名を信頼します。", $"What “{work.Value(name)}” signs is trusted."), new JsonObject { ["name"] = work.Value(name) });
        });
    }

    internal static Problem NoFile(FileInfo file) =>
        new("no-file", ($"{file.FullName} がありません。", $"There is no {file.FullName}."), ("パスを確認してください。", "Check the path."), "file", ProblemKind.NotFound);

    /// <summary>Sends a request as the installation itself, which whoever may start this command speaks for.</summary>
    internal static async Task<T> Send<T>(Work work, IRequest<T> request)
    {
        await using var scope = work.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().EnterInstallation(new Actor(null, "command line", ChangeSource.CommandLine, AccessRights.OfInstallation));
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, work.Stop);
    }
}
