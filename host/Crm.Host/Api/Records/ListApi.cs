// GET /records/{type}: a page of records, written straight from the rows of the database.
using Crm.Host.Api.Filters;
using Crm.Host.Api.Json;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Records;

internal static class ListApi
{
    public static async Task List(ApiCall call)
    {
        var (list, problems) = ListQuery.Read(call.Route("type"), call.Http.Request.Query);
        if (problems.Count > 0)
        {
            await call.Misunderstood(problems);
            return;
        }

        var page = await call.Send(list);
        if (page.Failed)
        {
            await call.Refuse(page.Problems);
            return;
        }

        call.Get<ReadLog>().Listed(call.Current, page.Value);
        await call.Json(StatusCodes.Status200OK, json =>
        {
            var layout = new RecordLayout(page.Value.Fields, call.Tenant.Currency);
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var row in page.Value.Rows) layout.Write(json, row.Id, row.Version, row.Values);
            json.WriteEndArray();
            json.WriteString("next"u8, page.Value.Next);
            if (page.Value.Count is { } count)
            {
                json.WriteNumber("count"u8, count);
                json.WriteBoolean("countIsEstimate"u8, page.Value.CountIsEstimate);
            }

            json.WriteEndObject();
        });
    }
}
