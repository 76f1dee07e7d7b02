// POST /imports?type=…&match=…&dryRun=true (multipart: file, mapping) → 202; GET /imports, /imports/{id}; POST /imports/{id}/undo.
using System.Globalization;
using System.Text.Json;
using Crm.Host.Commands;
using Crm.Host.Api.Files;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Import;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Imports;

internal static class ImportApi
{
    private const int MostErrors = 1_000;

    public static async Task Start(ApiCall call)
    {
        if (call.UnknownParameter("type", "match", "dryRun") is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        // Before the file is taken in.
        if (!call.Current.Actor.May(PlatformPermissions.Import))
        {
            await call.Refuse(call.Current.Named([Problems.Forbidden(PlatformPermissions.Import)]));
            return;
        }

        var query = call.Http.Request.Query;
        if (!call.Catalog.TryGet(query["type"].ToString(), out var type))
        {
            await call.Refuse(Platform.Records.ListRecordsHandler.UnknownType(query["type"].ToString()) with { Field = "type" });
            return;
        }

        var (upload, problem, status) = await Upload.Read(call);
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, [problem]);
            return;
        }

        var settings = await Settings(call, type, upload!);
        if (settings.Failed)
        {
            await call.Refuse(settings.Problems);
            return;
        }

        var started = await call.Send(new StartImport(type.Key, upload!.File, settings.Value, call.Flag("dryRun")));
        if (started.Failed)
        {
            await call.Refuse(started.Problems);
            return;
        }

        call.Http.Response.Headers.Location = $"{ApiCall.Root}/imports/{started.Value}";
        await Answer(call, started.Value, StatusCodes.Status202Accepted);
    }

    public static async Task List(ApiCall call)
    {
        if (call.UnknownParameter("type") is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        var imports = await call.Send(new ListImports(call.Http.Request.Query["type"].ToString() is { Length: > 0 } type ? type : null));
        if (imports.Failed)
        {
            await call.Refuse(imports.Problems);
            return;
        }

        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var import in imports.Value)
            {
                json.WriteStartObject();
                Write(json, import);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static async Task Get(ApiCall call)
    {
        if (call.UnknownParameter("afterRow") is { } unknown) await call.Misunderstood(unknown);
        else if (!call.TryId(out var id)) await NoSuchImport(call);
        else await Answer(call, id, StatusCodes.Status200OK);
    }

    public static async Task Undo(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await NoSuchImport(call);
            return;
        }

        var undone = await call.Send(new UndoImport(id));
        if (undone.Failed) await call.Refuse(undone.Problems);
        else await Answer(call, id, StatusCodes.Status200OK);
    }

    private static Task NoSuchImport(ApiCall call) =>
        call.Refuse(new Problem("not-found", ("この取り込みは見つかりません。", "There is no such import."), Kind: ProblemKind.NotFound));

    /// <summary>
    /// What the caller decided: nothing, or the part “mapping”, which is either whole settings (<c>{"columns":[{"column":1,"field":"name"}],…}</c>)
    /// or just fields by header (<c>{"会社名":"name"}</c>).
    /// </summary>
    private static async Task<Result<ImportSettings?>> Settings(ApiCall call, RecordType type, Upload upload)
    {
        var match = call.Http.Request.Query["match"].SelectMany(m => (m ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        ImportSettings? settings = null;
        if (upload.Texts.TryGetValue("mapping", out var mapping) && !string.IsNullOrWhiteSpace(mapping))
        {
            try
            {
                using var json = JsonDocument.Parse(mapping, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
                if (json.RootElement.ValueKind != JsonValueKind.Object) return BadMapping(null);
                if (json.RootElement.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array)
                {
                    settings = json.RootElement.Deserialize<ImportSettings>(call.Get<CommandJson>().Options);
                }
                else
                {
                    var byHeader = json.RootElement.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString() ?? "", StringComparer.Ordinal);
                    var inspected = await call.Send(new InspectFile(type.Key, upload.File));
                    if (inspected.Failed) return Result<ImportSettings?>.Fail(inspected.Problems);
                    settings = new ImportSettings
                    {
                        Columns = [.. inspected.Value.Source.Columns.Select(c => byHeader.TryGetValue(c.Ja, out var field) || byHeader.TryGetValue(c.En, out field) ? new ColumnMapping(c.Position, field) : null).OfType<ColumnMapping>()],
                    };
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return BadMapping((e as JsonException)?.Path);
            }
        }

        return match.Count > 0 ? (settings ?? new ImportSettings()) with { Match = match } : settings;
    }

    private static Problem BadMapping(string? where) => new(
        "bad-mapping", ($"mapping を読み取れません。{where}", $"The mapping cannot be read. {where}"),
        ("""{"会社名":"name"} または {"columns":[{"column":1,"field":"name"}]} の形で送ってください。""", """Send {"Company name":"name"} or {"columns":[{"column":1,"field":"name"}]}."""), "mapping");

    private static async Task Answer(ApiCall call, Guid id, int status)
    {
        var import = await call.Send(new GetImport(id));
        if (import.Failed)
        {
            await call.Refuse(import.Problems);
            return;
        }

        var after = long.TryParse(call.Http.Request.Query["afterRow"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : 0;
        var problems = await call.Send(new ListImportProblems(id, after, MostErrors));
        await call.Json(status, json =>
        {
            json.WriteStartObject();
            Write(json, import.Value);
            json.WriteStartArray("errors"u8);
            foreach (var problem in problems.Value)
            {
                json.WriteStartObject();
                json.WriteNumber("row"u8, problem.Row);
                json.WriteString("field"u8, problem.Field);
                json.WriteString("code"u8, problem.Code);
                json.WriteString("message"u8, problem.Message.ToString());
                json.WriteString("cure"u8, problem.Cure?.ToString());
                json.WriteString("value"u8, problem.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ImportView import)
    {
        json.WriteString("id"u8, import.Id);
        json.WriteString("type"u8, import.RecordType);
        json.WriteString("fileName"u8, import.FileName);
        json.WriteString("state"u8, import.State);
        json.WriteBoolean("dryRun"u8, import.DryRun);
        json.WriteString("at"u8, import.At.UtcDateTime);
        if (import.FinishedAt is { } end) json.WriteString("finishedAt"u8, end.UtcDateTime);
        else json.WriteNull("finishedAt"u8);
        json.WriteNumber("rows"u8, import.Done);
        if (import.Total is { } total) json.WriteNumber("total"u8, total);
        json.WriteNumber("created"u8, import.Created);
        json.WriteNumber("updated"u8, import.Updated);
        json.WriteNumber("unchanged"u8, import.Unchanged);
        json.WriteNumber("refused"u8, import.Refused);
        json.WriteString("message"u8, import.Message?.ToString());
    }
}
