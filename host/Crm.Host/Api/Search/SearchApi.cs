// GET /search?q=…: records of all types, grouped by type.
using System.Globalization;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Search;

internal static class SearchApi
{
    public static async Task Find(ApiCall call)
    {
        var query = call.Http.Request.Query;
        if (call.UnknownParameter("q", "type", "limit") is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        var text = query["q"].ToString().Trim();
        if (text.Length is 0 or > 200)
        {
            await call.Misunderstood(new Problem("bad-query", ("q に検索する言葉（200 文字まで）を指定してください。", "Say what to search for by q (up to 200 characters)."), Field: "q"));
            return;
        }

        var limit = 5;
        if (query["limit"].ToString() is { Length: > 0 } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 100))
        {
            await call.Misunderstood(new Problem("bad-limit", ("limit は 1 から 100 の整数で指定してください。", "The limit must be a whole number from 1 to 100."), Field: "limit"));
            return;
        }

        var found = await call.Send(new SearchRecords(text) { PerType = limit, Type = query["type"].ToString() is { Length: > 0 } type ? type : null });
        if (found.Failed)
        {
            await call.Refuse(found.Problems);
            return;
        }

        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("groups"u8);
            foreach (var group in found.Value.GroupBy(h => h.Type))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, group.Key);
                json.WriteString("label"u8, call.Catalog.TryGet(group.Key, out var kind) ? kind.Plural.ToString() : group.Key);
                json.WriteStartArray("hits"u8);
                foreach (var hit in group)
                {
                    json.WriteStartObject();
                    json.WriteString("id"u8, hit.Id);
                    json.WriteString("title"u8, hit.Title);
                    json.WriteString("snippet"u8, hit.Snippet);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
