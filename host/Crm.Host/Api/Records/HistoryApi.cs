// GET /records/{type}/{id}/history and /timeline: what happened to a record, and around it.
using System.Globalization;
using System.Text.Json;
using Crm.Host.Api.Json;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Host.Api.Records;

internal static class HistoryApi
{
    private const int MostEntries = 500;

    public static async Task History(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.NoSuchRecord();
            return;
        }

        if (call.UnknownParameter("limit") is { } unknown || !TryLimit(call, out var limit, out unknown))
        {
            await call.Misunderstood(unknown);
            return;
        }

        var history = await call.Send(new GetHistory(call.Route("type"), id) { Limit = limit });
        if (history.Failed)
        {
            await call.Refuse(history.Problems);
            return;
        }

        call.TryRecordType(out var type);
        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var entry in history.Value) Write(json, entry, type!);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static async Task Timeline(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.NoSuchRecord();
            return;
        }

        if (call.UnknownParameter("limit", "before") is { } unknown || !TryLimit(call, out var limit, out unknown) || !TryBefore(call, out var before, out unknown))
        {
            await call.Misunderstood(unknown);
            return;
        }

        var record = await call.Send(new GetRecord(call.Route("type"), id));
        if (record.Failed)
        {
            await call.Refuse(record.Problems);
            return;
        }

        var gathered = new CollectTimeline(record.Value.Type.Key, id, before, limit + 1);
        await call.Mediator.Publish(gathered, call.Aborted);
        var entries = TimelineEntry.NewestFirst(gathered.Parts).Take(limit + 1).ToList();
        var more = entries.Count > limit;
        if (more) entries.RemoveAt(limit);
        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var entry in entries) Write(json, entry);
            json.WriteEndArray();
            if (more) json.WriteString("next"u8, entries[^1].At.UtcDateTime);
            else json.WriteNull("next"u8);
            json.WriteStartArray("missing"u8);
            foreach (var module in gathered.Missing) json.WriteStringValue(module);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, HistoryEntry entry, RecordType type)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, entry.At.UtcDateTime);
        json.WriteString("action"u8, entry.Action);
        json.WriteStartObject("actor"u8);
        if (entry.Actor is { } actor) json.WriteString("id"u8, actor);
        else json.WriteNull("id"u8);
        json.WriteString("name"u8, entry.ActorName);
        json.WriteEndObject();
        json.WriteString("source"u8, entry.Source.PersistedName());
        json.WriteString("reason"u8, entry.Reason);
        if (entry.ChangeSet is { } changeSet) json.WriteString("changeSet"u8, changeSet);
        json.WriteStartArray("changes"u8);
        foreach (var change in entry.Changes)
        {
            var kind = type.TryGet(change.Field, out var field) ? field.Kind : FieldKind.Text;
            json.WriteStartObject();
            json.WriteString("field"u8, change.Field);
            json.WriteString("label"u8, change.Label.ToString());
            json.WritePropertyName("before"u8);
            FieldJson.Write(json, kind, change.Before);
            json.WritePropertyName("after"u8);
            FieldJson.Write(json, kind, change.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TimelineEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, entry.At.UtcDateTime);
        json.WriteString("kind"u8, entry.Kind);
        json.WriteString("kindLabel"u8, entry.KindLabel.ToString());
        json.WriteString("title"u8, entry.Title);
        json.WriteString("text"u8, entry.Text);
        json.WriteString("recordType"u8, entry.RecordType);
        if (entry.RecordId is { } id) json.WriteString("recordId"u8, id);
        else json.WriteNull("recordId"u8);
        json.WriteEndObject();
    }

    private static bool TryLimit(ApiCall call, out int limit, out Problem problem)
    {
        problem = null!;
        limit = 100;
        var text = call.Http.Request.Query["limit"].ToString();
        if (text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostEntries)) return true;
        problem = new("bad-limit", ($"limit は 1 から {MostEntries} の整数で指定してください。", $"The limit must be a whole number from 1 to {MostEntries}."), Field: "limit");
        return false;
    }

    private static bool TryBefore(ApiCall call, out DateTimeOffset? before, out Problem problem)
    {
        problem = null!;
        before = null;
        var text = call.Http.Request.Query["before"].ToString();
        if (text.Length == 0) return true;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
        {
            before = moment;
            return true;
        }

        problem = new("bad-time", ("before は ISO 8601 の日時で指定してください。", "“before” must be an ISO 8601 date and time."), Field: "before");
        return false;
    }
}
