// ./crm plugin new-key NAME makes a publisher's pair of keys; ./crm plugin sign FILE --key NAME.key.pem signs a package.
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Crm.Platform.Plugins.Packages;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Plugins;

internal static class SignPlugin
{
    public static Command NewKey(VerbRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = Texts.L("ファイル名の先頭", "Beginning of the file names") };
        return runner.Verb("new-key", ("発行元の鍵を作る", "Make a publisher's keys"), [name], async work =>
        {
            var (secret, open) = (work.Value(name) + ".key.pem", work.Value(name) + ".pub.pem");
            if (File.Exists(secret))
            {
                return new Problem("taken", ($"{secret} がすでにあります。", $"There is a {secret} already."), ("別の名前にしてください。", "Use another name."), "name");
            }

            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new StreamWriter(secret, options)) await file.WriteLineAsync(key.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(open, key.ExportSubjectPublicKeyInfoPem() + "\n", work.Stop);
            return Answer.Line(
                ($"{secret}（秘密鍵。渡さないこと）と {open}（公開鍵）を作りました。", $"Made {secret} (keep it secret) and {open} (hand it out)."), new JsonObject { ["private"] = secret, ["public"] = open });
        });
    }

    public static Command Sign(VerbRunner runner)
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.L(".crmplugin ファイル", "A .crmplugin file") };
        var key = new Option<FileInfo>("--key") { Description = Texts.L("秘密鍵（PEM）", "The private key (PEM)"), Required = true, HelpName = "FILE" };
        return runner.Verb("sign", ("パッケージに署名する", "Sign a package"), [file, key], async work =>
        {
            var package = work.Value(file);
            if (!package.Exists) return PluginVerbs.NoFile(package);
            if (!work.Needed(key).Exists) return PluginVerbs.NoFile(work.Needed(key));
            var content = await File.ReadAllBytesAsync(package.FullName, work.Stop);
            var sound = PluginPackage.Read(content, new PackageLimits());
            if (sound.Failed) return Result<Answer>.Fail(sound.Problems);
            var signed = SummedZip.Signed(content, sound.Value.Files[PluginPackage.Sums], await File.ReadAllTextAsync(work.Needed(key).FullName, work.Stop));
            await File.WriteAllBytesAsync(package.FullName, signed, work.Stop);
            return Answer.Line(($"{package.Name} に署名しました。", $"{package.Name} is signed."), new JsonObject { ["file"] = package.FullName });
        });
    }
}
