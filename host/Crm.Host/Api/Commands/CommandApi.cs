// POST /commands/{key}: every public request of the platform, the modules and the plugins, by its name.
using System.Text.Json;
using Crm.Host.Api.Json;
using Crm.Host.Web.Commands;
using Crm.Platform.Pipeline;
using Crm.Sdk;

namespace Crm.Host.Api.Commands;

internal static class CommandApi
{
    public static async Task Send(ApiCall call)
    {
        var key = call.Route("key");
        if (call.Get<CommandCatalog>().Find(key, call.Current) is not { } type)
        {
            await call.Refuse(new Problem(
                "no-such-command", ($"「{key}」という操作はありません。", $"There is no command “{key}”."),
                ("モジュールまたはプラグインが無効になっている可能性があります。", "Its module or plugin may be switched off."), Kind: ProblemKind.NotFound));
            return;
        }

        // Refused before the body is read: who may not send it learns nothing about its shape.
        if (call.Get<Gate>().Refuses(type) is { } shut)
        {
            await call.Refuse(shut);
            return;
        }

        var json = call.Get<CommandJson>();
        var (request, problem, status) = await JsonBody.Read(call, JsonBody.OneRecord, (ref Utf8JsonReader reader) => json.Read(ref reader, type));
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, [problem]);
            return;
        }

        if (request!.Problem is { } wrong)
        {
            await call.Refuse(wrong);
            return;
        }

        var answer = await RequestCall.Send(call.Mediator, request.Value!, call.Aborted);
        if (answer is Result { Failed: true } refused) await call.Refuse(refused.Problems);
        else if (json.ValueOf(answer) is { } value) await call.Json(StatusCodes.Status200OK, writer => json.Write(writer, value));
        else await call.NoContent();
    }
}
