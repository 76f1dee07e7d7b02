using Crm.Sdk;

namespace Crm.Platform.Plugins.Packages;

/// <summary>Why a package is not let in.</summary>
internal static class PackageProblems
{
    private static readonly Label AskPublisher = ("配布元に正しいパッケージを依頼してください。", "Ask the publisher for a sound package.");

    public static Problem NotAPackage() => new(
        "not-a-package", ("パッケージ（.crmplugin・.crmedition）として読み取れません。", "This cannot be read as a package (.crmplugin, .crmedition)."), AskPublisher, "file");

    public static Problem TooLarge(long bytes) => new(
        "package-too-large", ($"パッケージが大きすぎます（上限 {bytes >> 20} MB）。", $"The package is too large (at most {bytes >> 20} MB)."), AskPublisher, "file", ProblemKind.TooLarge);

    public static Problem TooMany(int files) => new("package-too-large", ($"ファイルが多すぎます（上限 {files}）。", $"The package holds too many files (at most {files})."), AskPublisher, "file");

    public static Problem BadPath(string path) => new(
        "bad-path", ($"パッケージ内のパス「{Cut(path)}」は使えません。", $"The path “{Cut(path)}” within the package is not allowed."), AskPublisher, "file");

    public static Problem Twice(string path) => new("bad-path", ($"「{Cut(path)}」が二重に入っています。", $"“{Cut(path)}” is in the package twice."), AskPublisher, "file");

    public static Problem Missing(string path) => new("package-incomplete", ($"パッケージに {path} がありません。", $"The package lacks {path}."), AskPublisher, "file");

    public static Problem BadSum(string path) => new(
        "bad-sum", ($"「{Cut(path)}」が SHA256SUMS と一致しません。配布後に変更された可能性があります。", $"“{Cut(path)}” does not agree with SHA256SUMS; it may have been changed on the way."), AskPublisher, "file");

    public static Problem BadManifest(string member, string? value) => new(
        "bad-manifest", ($"plugin.json の {member} を読み取れません: {Cut(value ?? "")}", $"{member} in plugin.json cannot be read: {Cut(value ?? "")}"),
        ("docs/plugins/reference.md の書き方を確認してください。", "See docs/plugins/reference.md for how it is written."), "file");

    /// <summary>Code of <see cref="Requires"/>: it may run when another plugin has come.</summary>
    public const string Lacking = "requires";

    /// <summary>Why a package is refused for its signature: it has none, or one by a key that nobody here trusts.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="name">What it is, with its version.</param>
    /// <param name="publisher">Who it says made it.</param>
    public static Problem NoTrustedSignature(IReadOnlyDictionary<string, byte[]> files, string name, string publisher) => files.ContainsKey(SummedZip.Signature)
        ? new(
            "key-not-trusted", ($"「{name}」の署名は、信頼済みのどの鍵のものでもありません（発行元: {publisher}）。", $"“{name}” is signed, but not by a key that is trusted here (publisher: {publisher})."),
            ($"発行元から公開鍵を受け取り、./crm plugin trust \"{publisher}\" 公開鍵ファイル で信頼済みの鍵に追加してください。", $"Get the publisher's public key and trust it: ./crm plugin trust \"{publisher}\" KEYFILE"), "file")
        : NotSigned(name, publisher);

    public static Problem NotSigned(string name, string publisher) => new(
        "not-signed", ($"「{name}」には署名がありません（発行元: {publisher}）。", $"“{name}” is not signed (publisher: {publisher})."),
        ("作成者が ./crm plugin sign（エディションは ./crm edition sign）で署名したパッケージを使ってください。", "Use a package its maker signed with ./crm plugin sign (./crm edition sign for an edition)."), "file");

    /// <param name="id">The plugin.</param>
    /// <param name="there">Who published the one that is here.</param>
    /// <param name="other">Who published the one that is to be installed.</param>
    /// <param name="active">Whether it is installed, not only its data kept.</param>
    public static Problem OtherPublisher(string id, string there, string other, bool active) => new(
        "other-publisher",
        active
            ? ($"プラグイン「{id}」は「{there}」のものが導入されています。このパッケージは「{other}」のものなので、テーブルとデータは引き継げません。", $"The plugin “{id}” that is installed is by “{there}”. This package is by “{other}” and does not get its tables and data.")
            : ($"プラグイン「{id}」は取り除かれていますが、「{there}」のもののデータが残っています。このパッケージは「{other}」のものです。", $"The plugin “{id}” was taken out, but the data of the one by “{there}” is kept. This package is by “{other}”."),
        ($"「{there}」から「{other}」に引き継がれたことを確認できたら、サーバーで ./crm plugin install FILE --new-publisher を実行してください。別物であれば、導入しないでください。", $"If you know that “{there}” handed it over to “{other}”, run ./crm plugin install FILE --new-publisher on the server. If it is another plugin, do not install it."),
        "file", ProblemKind.Conflict);

    public static Problem OtherSdk(VersionRange wanted, Version sdk) => new(
        "other-sdk", ($"このプラグインは SDK {wanted} 用です。この製品の SDK は {sdk} です。", $"This plugin is made for SDK {wanted}; this product has {sdk}."), ("対応する版を入手してください。", "Get a version that fits."), "file");

    public static Problem Requires(string key, VersionRange wanted, Version? there) => new(
        Lacking,
        (there is null ? $"「{key}」{wanted} が必要ですが、入っていません。" : $"「{key}」{wanted} が必要ですが、入っているのは {there} です。", there is null ? $"It needs “{key}” {wanted}, which is not here." : $"It needs “{key}” {wanted}; here is {there}."),
        ("先にそちらを導入・更新してください。", "Install or upgrade that first."), "file");

    private static string Cut(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
