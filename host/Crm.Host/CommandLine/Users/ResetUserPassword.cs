// ./crm user reset-password --tenant trading --user hanako@example.jp: a one-time link, to hand over by whatever way is trusted.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.CommandLine.Users;

internal static class ResetUserPassword
{
    public static Command Verb(VerbRunner runner)
    {
        var (tenant, user) = (Take.Tenant(), SuspendUser.Named());
        var second = new Option<bool>("--second-factor-too") { Description = Texts.L("認証アプリ・パスキーも解除する", "Take authenticator app and passkeys off too") };
        return runner.Verb("reset-password", ("パスワード再設定用リンクを発行する", "Make a link to set a new password"), [tenant, user, second], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var id = await SuspendUser.Find(scope, work.Needed(user), work.Stop);
            if (id.Failed) return Result<Answer>.Fail(id.Problems);
            var link = await scope.Get<IMediator>().Send(new ResetPassword(id.Value) { SecondFactorToo = work.Value(second) }, work.Stop);
            return link.Failed ? Result<Answer>.Fail(link.Problems) : Answer.Line(
                ($"再設定用リンク（{link.Value.ExpiresAt:yyyy-MM-dd HH:mm} UTC まで）: {link.Value.Path}", $"Link (until {link.Value.ExpiresAt:yyyy-MM-dd HH:mm} UTC): {link.Value.Path}"),
                new JsonObject { ["id"] = id.Value, ["setPasswordPath"] = link.Value.Path, ["expiresAt"] = link.Value.ExpiresAt });
        }));
    }
}
