// ./crm user add --tenant trading --email hanako@example.jp --name "佐藤 花子" --role sales
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine.Users;

internal static class AddUser
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = new Option<string>("--tenant", "-t") { Description = Texts.L("テナントのキー", "Key of the tenant"), HelpName = "KEY" };
        var installation = new Option<bool>("--installation") { Description = Texts.L("テナントではなく、インストール全体の管理者にする", "An administrator of the installation instead of a user of a tenant") };
        var email = new Option<string>("--email", "-e") { Description = Texts.L("メールアドレス", "E-mail address"), Required = true };
        var name = new Option<string>("--name", "-n") { Description = Texts.L("氏名（省略時はメールアドレス）", "Name; the address when left out") };
        var roles = new Option<string[]>("--role", "-r") { Description = Texts.L("ロール（administrator, sales, support, marketing, viewer またはロールの ID）", "Role: administrator, sales, support, marketing, viewer or a role's id"), DefaultValueFactory = _ => ["viewer"] };
        var password = new Option<string>("--password") { Description = Texts.L("パスワード。- で標準入力から読む。省略時は設定用リンクを発行する", "Password; - reads it from standard input; without it a link to set one is made") };
        return runner.Verb("add", ("ユーザーを追加する", "Add a user"), [tenant, installation, email, name, roles, password], async work =>
        {
            var secret = work.Value(password) == "-" ? await Console.In.ReadLineAsync(work.Stop) : work.Value(password);
            var (address, called) = (work.Needed(email), work.Value(name) ?? work.Needed(email));
            if (work.Value(installation)) return await Administrator(work, address, called, secret);
            if (work.Value(tenant) is not { } key) return new Problem("required", ("--tenant を指定してください。", "Say which tenant by --tenant."), ("インストール全体の管理者は --installation で作れます。", "--installation makes an administrator of the installation."), "tenant");
            return await work.Ask(key, new InviteUser(address, called) { Roles = work.Value(roles)!, Password = secret }, made => new Answer(
                new JsonObject { ["id"] = made.Id, ["email"] = address, ["setPasswordPath"] = made.Link?.Path },
                console =>
                {
                    console.WriteLine(Texts.L($"ユーザー {address} を追加しました。", $"Added the user {address}."));
                    if (made.Link is { } link) console.WriteLine(Texts.L($"パスワード設定用リンク（{link.ExpiresAt:yyyy-MM-dd HH:mm} UTC まで）: {link.Path}", $"Link to set the password (until {link.ExpiresAt:yyyy-MM-dd HH:mm} UTC): {link.Path}"));
                }));
        });
    }

    private static async Task<Result<Answer>> Administrator(Work work, string email, string name, string? password)
    {
        if (password is null) return Problems.Required("password", ("--password", "--password"));
        await using var scope = work.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().EnterInstallation(Actor.AtTheServer);
        var made = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AddInstallationAdministrator(email, name, password), work.Stop);
        return made.Failed
            ? Result<Answer>.Fail(made.Problems)
            : Answer.Line(($"インストール全体の管理者 {email} を追加しました。", $"Added {email}, an administrator of the installation."), new JsonObject { ["id"] = made.Value, ["email"] = email });
    }
}
