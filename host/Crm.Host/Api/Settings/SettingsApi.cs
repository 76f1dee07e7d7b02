// GET and PATCH /settings/{module}: what the administrator of a tenant sets for a module.
using System.Text.Json;
using Crm.Host.Api.Json;
using Crm.Platform.Settings;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Settings;

internal static class SettingsApi
{
    public static async Task Get(ApiCall call)
    {
        if (call.UnknownParameter() is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        var settings = await call.Send(new GetSettings(call.Route("module")));
        if (settings.Failed) await call.Refuse(settings.Problems);
        else await Answer(call, settings.Value);
    }

    public static async Task Change(ApiCall call)
    {
        // Refused before the body is read: who may not change them learns nothing about their shape.
        var settings = await call.Send(new GetSettings(call.Route("module")));
        if (settings.Failed)
        {
            await call.Refuse(settings.Problems);
            return;
        }

        var (body, problem, status) = await JsonBody.Read(call, JsonBody.OneRecord, (ref Utf8JsonReader reader) => RecordBody.Read(ref reader, settings.Value.Fields, call.Tenant.Currency));
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, [problem]);
            return;
        }

        var saved = body!.Problems.Count > 0 ? Result<SettingsView>.Fail(body.Problems) : await call.Send(new ChangeSettings(call.Route("module"), body.Values));
        if (saved.Failed) await call.Refuse(saved.Problems);
        else await Answer(call, saved.Value);
    }

    private static Task Answer(ApiCall call, SettingsView settings) => call.Json(StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        foreach (var field in settings.Fields.Fields)
        {
            json.WritePropertyName(field.Key);
            FieldJson.Write(json, field.Kind, settings.Values[field.Key]);
        }

        json.WriteEndObject();
    });
}
