// ./crm user break-glass --tenant trading --user hanako@example.jp --link: comes in without the provider; with a one-time link for the password.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.CommandLine.Users;

internal static class BreakGlassUser
{
    public static Command Verb(VerbRunner runner)
    {
        var (tenant, user) = (Take.Tenant(), SuspendUser.Named());
        var off = new Option<bool>("--off") { Description = Texts.L("緊急用アカウントを解除する", "Make it an ordinary account again") };
        var link = new Option<bool>("--link") { Description = Texts.L("パスワード設定用の 1 回限りのリンクも発行する", "Make a one-time link to set the password too") };
        return runner.Verb("break-glass", ("緊急用アカウントにする（シングルサインオンなしでサインインできる）", "Let a user come in without single sign-on"), [tenant, user, off, link], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var id = await SuspendUser.Find(scope, work.Needed(user), work.Stop);
            if (id.Failed) return Result<Answer>.Fail(id.Problems);
            var (on, mediator) = (!work.Value(off), scope.Get<IMediator>());
            var set = await mediator.Send(new SetBreakGlass(id.Value, on), work.Stop);
            if (set.Failed) return Result<Answer>.Fail(set.Problems);
            var json = new JsonObject { ["id"] = id.Value, ["breakGlass"] = on };
            Label line = on ? ($"{work.Needed(user)} は緊急用アカウントです。2 段階認証が必要です。", $"{work.Needed(user)} is a break-glass account. It needs a second step.") : ($"{work.Needed(user)} の緊急用アカウントを解除しました。", $"{work.Needed(user)} is an ordinary account again.");
            if (!on || !work.Value(link)) return Answer.Line(line, json);
            var made = await mediator.Send(new ResetPassword(id.Value), work.Stop);
            if (made.Failed) return Result<Answer>.Fail(made.Problems);
            (json["setPasswordPath"], json["expiresAt"]) = (made.Value.Path, made.Value.ExpiresAt);
            return Answer.Line(($"{line.Ja}\nパスワード設定用リンク（{made.Value.ExpiresAt:yyyy-MM-dd HH:mm} UTC まで）: {made.Value.Path}", $"{line.En}\nLink to set the password (until {made.Value.ExpiresAt:yyyy-MM-dd HH:mm} UTC): {made.Value.Path}"), json);
        }));
    }
}
