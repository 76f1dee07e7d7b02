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

    public static Problem NotSigned() => new(
        "not-signed", ("信頼済みの署名がありません。", "The package carries no signature by a trusted key."),
        ("配布元の公開鍵を信頼済みの鍵に追加するか、署名されたパッケージを使ってください。", "Add the publisher's public key to the trusted keys, or use a signed package."), "file");

    public static Problem OtherSdk(VersionRange wanted, Version sdk) => new(
        "other-sdk", ($"このプラグインは SDK {wanted} 用です。この製品の SDK は {sdk} です。", $"This plugin is made for SDK {wanted}; this product has {sdk}."), ("対応する版を入手してください。", "Get a version that fits."), "file");

    public static Problem Requires(string key, VersionRange wanted, Version? there) => new(
        Lacking,
        (there is null ? $"「{key}」{wanted} が必要ですが、入っていません。" : $"「{key}」{wanted} が必要ですが、入っているのは {there} です。", there is null ? $"It needs “{key}” {wanted}, which is not here." : $"It needs “{key}” {wanted}; here is {there}."),
        ("先にそちらを導入・更新してください。", "Install or upgrade that first."), "file");

    private static string Cut(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
