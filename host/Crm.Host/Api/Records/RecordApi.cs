// One record: GET, POST (create), PATCH (change), DELETE (into the bin) and POST …/restore.
using System.Text.Json;
using Crm.Host.Api.Json;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Host.Api.Records;

internal static class RecordApi
{
    public static async Task Get(ApiCall call)
    {
        if (call.UnknownParameter("deleted") is { } unknown) await call.Misunderstood(unknown);
        else if (!call.TryId(out var id)) await call.NoSuchRecord();
        else await Answer(call, id, call.Flag("deleted"));
    }

    public static async Task Create(ApiCall call)
    {
        if (await Body(call) is not { } body) return;
        var saved = await call.Send(new SaveRecord(call.Route("type"), null, body.Values) { Reason = Reason(call) });
        if (saved.Failed)
        {
            await call.Refuse(saved.Problems);
            return;
        }

        call.Http.Response.Headers.Location = $"{ApiCall.Root}/records/{call.Route("type")}/{saved.Value.Id}";
        await Answer(call, saved.Value, StatusCodes.Status201Created);
    }

    public static async Task Change(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.NoSuchRecord();
            return;
        }

        if (!ETags.TryIfMatch(call.Http, out var version))
        {
            await call.Misunderstood(ETags.Unreadable());
            return;
        }

        if (await Body(call) is not { } body) return;
        if (body.Id is not null && body.Id != id.ToString())
        {
            await call.Refuse(new Problem("other-id", ("本文の id が URL の id と異なります。", "The id in the body is not the id of the address."), ("id を外してください。", "Leave the id out."), "id"));
            return;
        }

        var saved = await call.Send(new SaveRecord(call.Route("type"), id, body.Values) { Version = version, Reason = Reason(call) });
        if (saved.Failed) await call.Refuse(saved.Problems, call.TryRecordType(out var type) ? type : null);
        else await Answer(call, saved.Value, StatusCodes.Status200OK);
    }

    public static async Task Delete(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.NoSuchRecord();
            return;
        }

        if (!ETags.TryIfMatch(call.Http, out var version))
        {
            await call.Misunderstood(ETags.Unreadable());
            return;
        }

        await Moved(call, await call.Send(new DeleteRecords(call.Route("type"), [id]) { Version = version, Reason = Reason(call) }), call.NoContent);
    }

    public static async Task Restore(ApiCall call)
    {
        if (!call.TryId(out var id)) await call.NoSuchRecord();
        else await Moved(call, await call.Send(new RestoreRecords(call.Route("type"), [id])), () => Answer(call, id, evenDeleted: false));
    }

    private static Task Moved(ApiCall call, Result<SavedRecords> moved, Func<Task> done) =>
        moved.Failed ? call.Refuse(moved.Problems)
        : moved.Value.Rows is [{ Action: RowAction.Refused } refused] ? call.Refuse(refused.Problems)
        : done();

    /// <summary>The record of a body; null when it was refused, which has been answered then.</summary>
    private static async Task<RecordBody?> Body(ApiCall call)
    {
        if (!call.TryRecordType(out var type))
        {
            await call.NoSuchType();
            return null;
        }

        var (body, problem, status) = await JsonBody.Read(call, JsonBody.OneRecord, (ref Utf8JsonReader reader) => RecordBody.Read(ref reader, type, call.Tenant.Currency));
        if (problem is not null) await ApiProblems.Write(call.Http, status, [problem]);
        else if (body!.Problems.Count > 0) await call.Refuse(body.Problems);
        return problem is null && body!.Problems.Count == 0 ? body : null;
    }

    private static async Task Answer(ApiCall call, Guid id, bool evenDeleted)
    {
        var got = await call.Send(new GetRecord(call.Route("type"), id) { EvenDeleted = evenDeleted });
        if (got.Failed)
        {
            await call.Refuse(got.Problems);
            return;
        }

        var view = got.Value;
        call.Http.Response.Headers.ETag = ETags.Of(view.Version);
        if (HttpMethods.IsGet(call.Http.Request.Method) && ETags.IsKnown(call.Http, view.Version))
        {
            call.Http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            new RecordLayout(view.Type.Fields, call.Tenant.Currency).WriteMembers(json, view.Id, view.Version, [.. view.Type.Fields.Select(f => view[f.Key])]);
            if (view.DeletedAt is { } deleted) json.WriteString("deletedAt"u8, deleted.UtcDateTime);
            json.WriteEndObject();
        });
    }

    /// <summary>What was saved, as it was saved: without asking the database again.</summary>
    private static Task Answer(ApiCall call, SavedRecord saved, int status)
    {
        call.Http.Response.Headers.ETag = ETags.Of(saved.Version);
        var actor = call.Current.Actor;
        var mayRead = saved.Record is { } made && actor.MayAct(call.Route("type"), made.OwnerId, RecordAction.Read);
        var wanted = !call.Http.Request.Headers["Prefer"].ToString().Contains("return=minimal", StringComparison.OrdinalIgnoreCase);
        if (!wanted || !mayRead || !call.TryRecordType(out var type))
        {
            return call.Json(status, json =>
            {
                json.WriteStartObject();
                json.WriteString("id"u8, saved.Id);
                json.WriteNumber("version"u8, saved.Version);
                json.WriteEndObject();
            });
        }

        Field[] fields = [.. type.Fields.Where(f => !f.Hidden && !actor.Rights.Hides(type, f))];
        object?[] values = [.. fields.Select(f => f.Get(saved.Record!))];

        // Whoever creates a record knows what is in it; whoever changes one field is shown all the others.
        if (!saved.Created && fields.Where((f, i) => f.Personal != PersonalData.None && values[i] is not null).Any()) call.Get<AccessLog>().Viewed(type, saved.Id);
        return call.Json(status, json => new RecordLayout(fields, call.Tenant.Currency).Write(json, saved.Id, saved.Version, values));
    }

    /// <summary>Why, for the history: the header X-Reason, percent-encoded where it is not plain ASCII.</summary>
    private static string? Reason(ApiCall call) =>
        call.Http.Request.Headers["X-Reason"].ToString() is { Length: > 0 and <= 1_000 } reason ? Uri.UnescapeDataString(reason) : null;
}
