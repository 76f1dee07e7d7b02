// ./crm edition pack FOLDER [--plugins DIR] [--key FILE] [--out FILE]; ./crm edition sign FILE --key FILE
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Plugins;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Plugins.Packages;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Editions;

internal static class PackEdition
{
    public static Command Pack(VerbRunner runner)
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = Texts.L("edition.json のあるフォルダー", "Folder with edition.json") };
        var plugins = new Option<DirectoryInfo>("--plugins") { Description = Texts.L("同梱する .crmplugin を探すフォルダー（省略時は FOLDER/plugins）", "Where the .crmplugin files to carry lie; FOLDER/plugins when left out"), HelpName = "DIR" };
        var target = new Option<FileInfo>("--out") { Description = Texts.L("出力先（省略時は ID-版.crmedition）", "Where to write; ID-VERSION.crmedition when left out"), HelpName = "FILE" };
        var key = Key(required: false);
        var unsigned = new Option<bool>("--allow-unsigned") { Description = Texts.L("署名のないプラグインも同梱する（開発用）", "Carry plugins that are not signed; for development") };
        return runner.Aside("pack", ("フォルダーからエディションのパッケージを作る", "Make a package of an edition from a folder"), [folder, plugins, target, key, unsigned], async (parsed, cancellation) =>
        {
            var from = parsed.GetRequiredValue(folder).FullName;
            byte[]? Read(string name) => Path.GetFullPath(Path.Combine(from, name)) is var path && path.StartsWith(from, StringComparison.Ordinal) && File.Exists(path) ? File.ReadAllBytes(path) : null;
            var beside = parsed.GetValue(plugins)?.FullName ?? Path.Combine(from, "plugins");
            var packed = EditionPackage.Pack(Read, plugin => Path.Combine(beside, Path.GetFileName(plugin.Path)) is var path && File.Exists(path) ? File.ReadAllBytes(path) : null, parsed.GetValue(unsigned));
            if (packed.Failed) return Result<Answer>.Fail(packed.Problems);
            var package = EditionPackage.Read(packed.Value).Value;
            var file = parsed.GetValue(target)?.FullName ?? Path.GetFullPath($"{package.Manifest.Id}-{package.Manifest.Version}{EditionPackage.Extension}");
            var content = packed.Value;
            if (parsed.GetValue(key) is { } secret)
            {
                if (!secret.Exists) return PluginVerbs.NoFile(secret);
                content = SummedZip.Signed(content, package.Files[SummedZip.Sums], await File.ReadAllTextAsync(secret.FullName, cancellation));
            }

            await File.WriteAllBytesAsync(file, content, cancellation);
            var carried = package.Manifest.Plugins.Where(p => package.Files.ContainsKey(p.Path)).Select(p => $"{p.Id} {p.Version}").ToList();
            return Answer.Line(
                ($"{file} を作りました（同梱プラグイン: {(carried.Count == 0 ? "なし" : string.Join("、", carried))}）。", $"Made {file} (plugins in it: {(carried.Count == 0 ? "none" : string.Join(", ", carried))})."),
                new JsonObject { ["file"] = file, ["id"] = package.Manifest.Id, ["version"] = package.Manifest.Version, ["plugins"] = new JsonArray([.. carried.Select(c => JsonValue.Create(c))]), ["signed"] = content != packed.Value });
        });
    }

    public static Command Sign(VerbRunner runner)
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L(".crmedition ファイル", "A .crmedition file") };
        var key = Key(required: true);
        return runner.Aside("sign", ("パッケージに署名する（鍵は ./crm plugin new-key で作る）", "Sign a package; ./crm plugin new-key makes the keys"), [file, key], async (parsed, cancellation) =>
        {
            var (package, secret) = (parsed.GetRequiredValue(file), parsed.GetRequiredValue(key));
            if (!package.Exists) return PluginVerbs.NoFile(package);
            if (!secret.Exists) return PluginVerbs.NoFile(secret);
            var content = await File.ReadAllBytesAsync(package.FullName, cancellation);
            var sound = EditionPackage.Read(content);
            if (sound.Failed) return Result<Answer>.Fail(sound.Problems);
            await File.WriteAllBytesAsync(package.FullName, SummedZip.Signed(content, sound.Value.Files[SummedZip.Sums], await File.ReadAllTextAsync(secret.FullName, cancellation)), cancellation);
            return Answer.Line(($"{package.Name} に署名しました。", $"{package.Name} is signed."), new JsonObject { ["file"] = package.FullName });
        });
    }

    private static Option<FileInfo> Key(bool required) => new("--key") { Description = Texts.L("秘密鍵（PEM）", "The private key (PEM)"), Required = required, HelpName = "FILE" };
}
