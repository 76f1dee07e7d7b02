// ./crm edition install FILE | list | apply ID -t KEY | preview | upgrade | rollback: editions of the installation and of a tenant.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Plugins;
using Crm.Host.Web.Settings.Editions;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Editions;

internal static class EditionVerbs
{
    public static Command All(VerbRunner runner) => new("edition", Texts.L("エディション（業種別の製品構成）", "Editions: products for an industry"))
    {
        PackEdition.Pack(runner), PackEdition.Sign(runner), Install(runner, "verify", ("導入できるかどうかを確かめる（何も変更しない）", "Say whether an edition would be let in; nothing is changed"), dryRun: true),
        Install(runner, "install", ("エディションと同梱プラグインを導入する", "Install an edition and the plugins it carries"), dryRun: false),
        List(runner), Apply(runner), Preview(runner), Upgrade(runner), RollBack(runner),
    };

    /// <summary>What was done or would be, for programs and for people.</summary>
    internal static Answer Told(EditionOutcome outcome, Label done)
    {
        var words = outcome.Lines.Select(EditionWords.Of).ToList();
        var json = new JsonObject
        {
            ["edition"] = outcome.Edition, ["from"] = outcome.FromVersion, ["to"] = outcome.ToVersion,
            ["lines"] = new JsonArray([.. outcome.Lines.Zip(words, (l, w) => (JsonNode)new JsonObject
            {
                ["kind"] = l.Kind, ["key"] = l.Key, ["part"] = l.Part, ["action"] = l.Action.ToString().ToLowerInvariant(), ["reason"] = l.Reason, ["name"] = l.Name.ToString(), ["before"] = w.Before, ["after"] = w.After,
            })]),
        };
        return new(json, console =>
        {
            var table = new Table().Border(TableBorder.Rounded);
            foreach (var heading in (string[])[Texts.L("種類", "Kind"), Texts.L("対象", "What"), Texts.L("処理", "Action"), Texts.L("今の値", "Now"), Texts.L("エディションの値", "Edition's")]) table.AddColumn(Markup.Escape(heading));
            foreach (var (_, w) in EditionWords.Rows(outcome.Lines)) table.AddRow(Markup.Escape(w.Kind), Markup.Escape(w.What), Markup.Escape(w.Action), Markup.Escape(w.Before), Markup.Escape(w.After));
            if (words.Count > 0) console.Write(table);
            console.WriteLine(done.ToString());
        });
    }

    private static Command Install(VerbRunner runner, string name, Label description, bool dryRun)
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L(".crmedition ファイル", "A .crmedition file") };
        return runner.Verb(name, description, [file], async work =>
        {
            if (!work.Value(file).Exists) return PluginVerbs.NoFile(work.Value(file));
            var installed = await PluginVerbs.Send(work, new InstallEdition(await File.ReadAllBytesAsync(work.Value(file).FullName, work.Stop)) { DryRun = dryRun });
            if (installed.Failed) return Result<Answer>.Fail(installed.Problems);
            var edition = installed.Value.Manifest;
            return Answer.Line(
                dryRun
                    ? ($"「{edition.Name.Ja}」{edition.Version} は導入できます。", $"“{edition.Name.En}” {edition.Version} can be installed.")
                    : ($"「{edition.Name.Ja}」{edition.Version} を導入しました。./crm edition apply {edition.Id} -t KEY でテナントに適用します。", $"“{edition.Name.En}” {edition.Version} is installed. Apply it to a tenant with ./crm edition apply {edition.Id} -t KEY."),
                new JsonObject { ["id"] = edition.Id, ["version"] = edition.Version, ["signedBy"] = installed.Value.SignedBy });
        });
    }

    private static Command List(VerbRunner runner) => runner.Verb("list", ("エディションの一覧", "List editions"), [], async work =>
    {
        var list = await PluginVerbs.Send(work, new ListEditions());
        return list.Failed
            ? Result<Answer>.Fail(list.Problems)
            : Answer.Table(
                [("id", ("ID", "Id")), ("name", ("名称", "Name")), ("version", ("版", "Version")), ("publisher", ("提供元", "Publisher")), ("signedBy", ("署名", "Signed by")), ("tenants", ("テナント", "Tenants"))],
                list.Value.Select(e => new JsonObject
                {
                    ["id"] = e.Edition.Manifest.Id, ["name"] = e.Edition.Manifest.Name.ToString(), ["version"] = e.Edition.Manifest.Version, ["publisher"] = e.Edition.Manifest.Publisher,
                    ["signedBy"] = e.Edition.SignedBy, ["tenants"] = new JsonArray([.. e.Tenants.Select(t => JsonValue.Create(t))]),
                }));
    });

    private static Command Apply(VerbRunner runner)
    {
        var (id, tenant, version) = (new Argument<string>("ID") { Description = Texts.L("エディションの ID", "Id of the edition") }, Take.Tenant(), Version());
        return runner.Verb("apply", ("テナントにエディションを適用する（中断した適用は再開する）", "Apply an edition to a tenant, or resume"), [id, tenant, version], work => work.Ask(
            work.Needed(tenant), new ApplyEdition(work.Value(id), work.Value(version)), o => Told(o, ($"{o.Edition} {o.ToVersion} を適用しました。", $"{o.Edition} {o.ToVersion} is applied."))));
    }

    private static Command Preview(VerbRunner runner)
    {
        var (id, tenant, version) = (new Argument<string?>("ID") { Description = Texts.L("エディションの ID（省略時は適用中のもの）", "Id of the edition; the tenant's own when left out"), Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null }, Take.Tenant(), Version());
        return runner.Verb("preview", ("適用・更新の内容を示す（何も変更しない）", "Show what applying or upgrading would do; nothing is changed"), [id, tenant, version], work => work.Ask(
            work.Needed(tenant), new PreviewEdition(work.Value(id), work.Value(version)), o => Told(o, ($"{o.FromVersion ?? "–"} → {o.ToVersion}（まだ変更していません）", $"{o.FromVersion ?? "–"} → {o.ToVersion}; nothing is changed yet"))));
    }

    private static Command Upgrade(VerbRunner runner)
    {
        var (id, tenant, version) = (new Argument<string?>("ID") { Description = Texts.L("エディションの ID（省略時は適用中のもの）", "Id of the edition; the tenant's own when left out"), Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null }, Take.Tenant(), Version());
        return runner.Verb("upgrade", ("テナントのエディションを更新する（中断した更新は再開する）", "Upgrade the edition of a tenant, or resume"), [id, tenant, version], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var mediator = scope.Get<MediatR.IMediator>();
            var now = await mediator.Send(new GetEdition(), work.Stop);
            if (now is { Failed: false, Value.Edition: null }) return Platform.Editions.Packages.EditionProblems.None();
            var done = await mediator.Send(new ApplyEdition(work.Value(id), work.Value(version)), work.Stop);
            return done.Failed ? Result<Answer>.Fail(done.Problems) : Told(done.Value, ($"{done.Value.Edition} を {done.Value.ToVersion} に更新しました。", $"{done.Value.Edition} is upgraded to {done.Value.ToVersion}."));
        }));
    }

    private static Command RollBack(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        return runner.Verb("rollback", ("最後の適用・更新を取り消す（その後に変えられた値は残る）", "Roll the last upgrade back; what was changed since stays"), [tenant], work => work.Ask(
            work.Needed(tenant), new RollBackEdition(), o => Told(o, o.ToVersion is null ? ($"{o.Edition} の適用を取り消しました。", $"{o.Edition} is taken back.") : ($"{o.Edition} {o.ToVersion} に戻しました。", $"{o.Edition} is back at {o.ToVersion}."))));
    }

    private static Option<string> Version() => new("--version") { Description = Texts.L("版（省略時は最新）", "Version; the newest when left out"), HelpName = "VERSION" };
}
