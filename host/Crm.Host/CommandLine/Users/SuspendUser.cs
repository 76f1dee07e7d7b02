// ./crm user suspend --tenant trading --user hanako@example.jp: ends sessions and tokens; what they own stays theirs.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.CommandLine.Users;

internal static class SuspendUser
{
    public static Command Verb(VerbRunner runner) => Switch(runner, "suspend", ("ユーザーを無効にする", "Deactivate a user"), active: false);

    internal static Command Switch(VerbRunner runner, string name, Label description, bool active)
    {
        var (tenant, user) = (Take.Tenant(), Named());
        return runner.Verb(name, description, [tenant, user], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var id = await Find(scope, work.Needed(user), work.Stop);
            if (id.Failed) return Result<Answer>.Fail(id.Problems);
            var done = await scope.Get<IMediator>().Send(new SetUserActive(id.Value, active), work.Stop);
            return done.Failed ? Result<Answer>.Fail(done.Problems) : Answer.Line(
                active ? ($"{work.Needed(user)} を有効にしました。", $"{work.Needed(user)} is active again.") : ($"{work.Needed(user)} を無効にしました。", $"{work.Needed(user)} is deactivated."),
                new JsonObject { ["id"] = id.Value, ["active"] = active });
        }));
    }

    internal static Option<string> Named() => new("--user", "-u") { Description = Texts.L("ユーザーのメールアドレスまたは ID", "E-mail address or id of the user"), Required = true };

    /// <summary>The user with an address or id, active or not.</summary>
    internal static async Task<Result<Guid>> Find(WorkScope scope, string named, CancellationToken cancellation)
    {
        var users = await scope.Get<IMediator>().Send(new Platform.Identity.Users.ListUsers(), cancellation);
        if (users.Failed) return Result<Guid>.Fail(users.Problems);
        return users.Value.FirstOrDefault(u => string.Equals(u.Email, named, StringComparison.OrdinalIgnoreCase) || u.Id.ToString() == named) is { } user
            ? user.Id
            : new Problem("no-such-user", ($"ユーザー「{named}」はいません。", $"There is no user “{named}”."), ("./crm user list で確認してください。", "./crm user list shows all."), "user", ProblemKind.NotFound);
    }
}
