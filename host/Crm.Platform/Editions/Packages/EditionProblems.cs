using Crm.Sdk;

namespace Crm.Platform.Editions.Packages;

/// <summary>Why an edition is not let in or not applied.</summary>
internal static class EditionProblems
{
    private static readonly Label AskVendor = ("エディションの提供元に連絡してください。", "Tell the vendor of the edition.");

    public static Problem BadManifest(string member, string? value) => new(
        "bad-edition", ($"edition.json の {member} を読み取れません: {(value ?? "").Cut(200)}", $"{member} in edition.json cannot be read: {(value ?? "").Cut(200)}"),
        ("docs/plugins/editions.md の書き方を確認してください。", "See docs/plugins/editions.md for how it is written."), "file");

    public static Problem UnknownRecord(string record, string field, string other) => new(
        "no-such-record", ($"records の「{record}」の {field} が指す「{other}」は、それより前にありません。", $"{field} of the record “{record}” points to “{other}”, which does not come before it."),
        ("参照先を先に書いてください。", "Put what is pointed to first."), "file");

    public static Problem BadLogo(string path, int bytes) => new(
        "bad-logo", ($"ロゴ {path} は {bytes >> 10} KB までの SVG か PNG にしてください。", $"The logo {path} must be an SVG or PNG of at most {bytes >> 10} KB."), Field: "file");

    public static Problem NoModule(string key) => new(
        "no-such-module", ($"モジュール「{key}」はこの製品にありません。", $"This product has no module “{key}”."), AskVendor, "file");

    public static Problem MissingPlugin(string id, string version, string? there) => new(
        "missing-plugin",
        there is null
            ? ($"プラグイン「{id}」{version} が必要ですが、エディションにも導入済みの中にもありません。", $"It needs the plugin “{id}” {version}, which is neither in the edition nor installed.")
            : ($"プラグイン「{id}」{version} が必要ですが、導入済みは {there} です。", $"It needs the plugin “{id}” {version}; installed is {there}."),
        ("プラグインを先に導入するか、プラグインを同梱したエディションを使ってください。", "Install that plugin first, or use an edition that carries it."), "file");

    public static Problem PluginIsNewer(string id, string version, string there) => new(
        "plugin-newer", ($"プラグイン「{id}」は {there} が動作中です。このエディションは {version} 用です。", $"The plugin “{id}” runs in {there}; this edition is for {version}."),
        ("新しいプラグインに対応したエディションを入手してください。", "Get an edition made for the newer plugin."), "file");

    public static Problem OtherPlugin(string id, string version) => new(
        "bad-sum", ($"導入済みのプラグイン「{id}」{version} は、エディションが指定したもの（SHA-256）と異なります。", $"The installed plugin “{id}” {version} is not the one (SHA-256) the edition names."), AskVendor, "file");

    public static Problem Unknown(string where, Problem why) => why with { Code = "edition-" + why.Code, Field = "file", Message = new($"{where}: {why.Message.Ja}", $"{where}: {why.Message.En}"), Cure = AskVendor };

    public static Problem Taken(string id, string version) => new(
        "taken", ($"エディション「{id}」{version} は別の内容ですでに導入されています。", $"The edition “{id}” {version} is installed already, with other content."),
        ("版番号を上げてください。", "Raise its version."), "file", ProblemKind.Conflict);

    public static Problem NotFound(string id, string? version) => new(
        "no-such-edition", ($"エディション「{id}」{version}は導入されていません。", $"The edition “{id}”{(version is null ? "" : " " + version)} is not installed."),
        ("./crm edition list で確認してください。", "./crm edition list shows all."), "edition", ProblemKind.NotFound);

    public static Problem None() => new(
        "no-edition", ("このテナントにエディションは適用されていません。", "No edition is applied to this tenant."), Kind: ProblemKind.NotFound);

    public static Problem Other(string id) => new(
        "other-edition", ($"このテナントには別のエディション「{id}」が適用されています。", $"This tenant has another edition, “{id}”."), ("先に取り消してください。", "Roll that back first."), "edition", ProblemKind.Conflict);

    public static Problem NotNewer(string version) => new(
        "not-newer", ($"このテナントはすでに {version} です。新しい版はありません。", $"This tenant has {version} already; there is nothing newer."), ("古い版へは「取り消し」で戻せます。", "Rolling back leads to the version before."), "version", ProblemKind.Conflict);

    public static Problem Unfinished(string version, bool back) => new(
        "unfinished",
        back ? ($"{version} の取り消しが途中です。", $"The rollback of {version} is unfinished.") : ($"{version} の適用が途中です。", $"Applying {version} is unfinished."),
        ("先にそれを再開するか、取り消してください。", "Resume that first, or roll it back."), "version", ProblemKind.Conflict);

    public static Problem NothingToRollBack() => new(
        "nothing-to-roll-back", ("取り消せる適用・更新がありません。", "There is no upgrade to roll back."), Kind: ProblemKind.Conflict);

    public static Problem Busy() => new(
        "busy", ("別の人がエディションを変更中です。", "Somebody else is changing the edition."), ("少し待って読み直してください。", "Wait a little and reload."), Kind: ProblemKind.Conflict);

    public static Problem Stopped(Label item, IReadOnlyList<Problem> why) => new(
        "stopped", ($"「{item.Ja}」で止まりました: {string.Join(" ", why.Select(p => p.Message.Ja))}", $"It stopped at “{item.En}”: {string.Join(" ", why.Select(p => p.Message.En))}"),
        ("原因を取り除いて再開するか、取り消してください。それまでの変更は記録されています。", "Remove the cause and resume, or roll back; what was done so far is noted."), Kind: ProblemKind.Conflict);
}
