// POST /commands/{key}: every public request of the platform, the modules and the plugins, by its name.
using System.Text.Json;
using Crm.Host.Api;
using Crm.Host.Api.Json;

namespace Crm.Host.Commands;

internal static class CommandApi
{
    public static async Task Send(ApiCall call)
    {
        // Refused before the body is read: who may not send it learns nothing about its shape.
        var door = call.Get<CommandDoor>();
        var found = door.Find(call.Route("key"));
        if (found.Failed)
        {
            await call.Refuse(found.Problems);
            return;
        }

        var json = call.Get<CommandJson>();
        var (request, problem, status) = await JsonBody.Read(call, JsonBody.OneRecord, (ref Utf8JsonReader reader) => json.Read(ref reader, found.Value.Type));
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

        var answer = await door.Send(found.Value, request.Value!, call.Aborted);
        if (answer.Failed) await call.Refuse(answer.Problems);
        else if (answer.Value is { } value) await call.Json(StatusCodes.Status200OK, writer => json.Write(writer, value));
        else await call.NoContent();
    }
}
