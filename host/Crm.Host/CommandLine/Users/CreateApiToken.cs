// ./crm token create --tenant trading --user admin@trading.example --json → {"token":"crm_…"}
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Tokens;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.CommandLine.Users;

internal static class CreateApiToken
{
    public static Command Verb(VerbRunner runner)
    {
        var (tenant, user) = (Take.Tenant(), SuspendUser.Named());
        var name = new Option<string>("--name", "-n") { Description = Texts.L("用途", "What it is for"), DefaultValueFactory = _ => "command line" };
        var scope = new Option<string>("--scope") { Description = Texts.L("権限の範囲（本人の権限を超えることはない）", "How much of the owner's rights it carries"), DefaultValueFactory = _ => TokenScope.Admin };
        scope.AcceptOnlyFromAmong([.. TokenScope.All]);
        var days = new Option<int?>("--days") { Description = Texts.L("有効日数（省略時は無期限）", "Days until it ends; without end when left out") };
        return runner.Verb("create", ("個人の API トークンを発行する（表示は一度だけ）", "Make a personal API token; it is shown once"), [tenant, user, name, scope, days], work => work.InTenant(work.Needed(tenant), async inside =>
        {
            var id = await SuspendUser.Find(inside, work.Needed(user), work.Stop);
            if (id.Failed) return Result<Answer>.Fail(id.Problems);
            var made = await inside.Get<IMediator>().Send(new CreateToken(work.Value(name)!, work.Value(scope)!) { User = id.Value, Days = work.Value(days) }, work.Stop);
            return made.Failed ? Result<Answer>.Fail(made.Problems) : Answer.Line(
                Label.Same(made.Value.Token), new JsonObject { ["token"] = made.Value.Token, ["id"] = made.Value.Id, ["expiresAt"] = made.Value.ExpiresAt });
        }));
    }
}
