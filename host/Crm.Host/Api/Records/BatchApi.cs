// POST /records/{type}/batch: up to 5,000 rows, {"match":["code"],"rows":[…],"atomic":true,"dryRun":false,"reason":"…"}.
// PATCH /records/{type}?filter…: the same values in all records a filter finds. POST /change-sets/{id}/undo takes either back.
using System.Text.Json;
using Crm.Host.Api.Filters;
using Crm.Host.Api.Json;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Records;

internal static class BatchApi
{
    private const int MostRows = 5_000;

    public static async Task Save(ApiCall call)
    {
        if (!call.TryRecordType(out var type))
        {
            await call.NoSuchType();
            return;
        }

        if (call.UnknownParameter("atomic", "dryRun", "match") is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        var (batch, problem, status) = await JsonBody.Read(call, JsonBody.ManyRecords, (ref Utf8JsonReader reader) => Batch.Read(ref reader, type, call.Tenant.Currency));
        if (problem is null && batch!.Problems.Count > 0) (problem, status) = (batch.Problems[0], ProblemStatus.Of(batch.Problems));
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, batch?.Problems is { Count: > 0 } several ? several : [problem]);
            return;
        }

        var match = call.Http.Request.Query["match"].SelectMany(m => (m ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var atomic = batch!.Atomic || call.Flag("atomic");
        var dryRun = batch.DryRun || call.Flag("dryRun");
        var unreadable = batch.Rows.Exists(r => r.Problems.Count > 0);

        // A row that cannot be read is a refused row like any other; with "atomic" the rest is only checked.
        var saved = await call.Send(new SaveRecords(type.Key, [.. batch.Rows.Where(r => r.Problems.Count == 0).Select(r => r.Values)])
        {
            Match = [.. batch.Match.Concat(match).Distinct(StringComparer.Ordinal)], Atomic = atomic, DryRun = dryRun || (atomic && unreadable), Reason = batch.Reason,
        });
        if (saved.Failed)
        {
            await call.Refuse(saved.Problems);
            return;
        }

        var outcomes = saved.Value.Rows.GetEnumerator();
        RowOutcome Next() => outcomes.MoveNext() ? outcomes.Current : default;
        RowOutcome[] rows = [.. batch.Rows.Select(r => r.Problems.Count > 0 ? new RowOutcome(RowAction.Refused, null, r.Problems) : Next())];
        var nothingSaved = atomic && rows.Any(r => r.Action == RowAction.Refused);
        if (nothingSaved) rows = [.. rows.Select(r => r.Action == RowAction.Refused ? r : new RowOutcome(RowAction.Refused, r.Action == RowAction.Created ? null : r.Id, [NotSaved()]))];
        await Answer(call, type, rows, dryRun || nothingSaved ? null : saved.Value.ChangeSet, nothingSaved ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    public static async Task Edit(ApiCall call)
    {
        if (!call.TryRecordType(out var type))
        {
            await call.NoSuchType();
            return;
        }

        var (list, problems) = ListQuery.Read(type.Key, call.Http.Request.Query);
        if (problems.Count > 0)
        {
            await call.Misunderstood(problems);
            return;
        }

        if (list.Filter is null)
        {
            await call.Misunderstood(new Problem("filter-needed", ("条件がありません。", "There is no filter."), ("filter[項目]=値 で対象を絞り込んでください。", "Say which records by filter[field]=value."), "filter"));
            return;
        }

        var (body, problem, status) = await JsonBody.Read(call, JsonBody.OneRecord, (ref Utf8JsonReader reader) => RecordBody.Read(ref reader, type, call.Tenant.Currency));
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, [problem]);
            return;
        }

        if (body!.Problems.Count > 0)
        {
            await call.Refuse(body.Problems);
            return;
        }

        var saved = await call.Send(new BulkEdit(type.Key, list.Filter, body.Values));
        if (saved.Failed) await call.Refuse(saved.Problems);
        else await Answer(call, type, saved.Value.Rows, saved.Value.ChangeSet, StatusCodes.Status200OK);
    }

    public static async Task Undo(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.Refuse(new Problem("not-found", ("その変更セットはありません。", "There is no such change set."), Kind: ProblemKind.NotFound));
            return;
        }

        var undone = await call.Send(new UndoChangeSet(id));
        if (undone.Failed)
        {
            await call.Refuse(undone.Problems);
            return;
        }

        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("restored"u8, undone.Value.Restored);
            json.WriteStartArray("kept"u8);
            foreach (var (record, field) in undone.Value.Kept)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, record);
                json.WriteString("field"u8, field);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Problem NotSaved() => new("not-saved", ("ほかの行に誤りがあるため保存しませんでした。", "Not saved, because another row has an error."), ("誤りのある行を直してください。", "Correct the rows with errors."));

    private static Task Answer(ApiCall call, RecordType type, IReadOnlyList<RowOutcome> rows, Guid? changeSet, int status) => call.Json(
        status,
        json =>
        {
            json.WriteStartObject();
            if (status >= 400)
            {
                ApiProblems.WriteHead(json, status, call.Http.Request.Path.Value ?? "/", [NotSaved()]);
                json.WriteStartArray("errors"u8);
                for (var i = 0; i < rows.Count; i++)
                {
                    foreach (var problem in rows[i].Problems.Where(p => p.Code != "not-saved"))
                    {
                        json.WriteStartObject();
                        json.WriteNumber("row"u8, i);
                        ApiProblems.WriteOne(json, problem, type, call.Tenant);
                        json.WriteEndObject();
                    }
                }

                json.WriteEndArray();
            }

            foreach (var action in Enum.GetValues<RowAction>()) json.WriteNumber(Name(action), rows.Count(r => r.Action == action));
            if (changeSet is { } set) json.WriteString("changeSet"u8, set);
            json.WriteStartArray("rows"u8);
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteString("action"u8, Name(row.Action));
                if (row.Id is { } id) json.WriteString("id"u8, id);
                if (row.Problems.Count > 0)
                {
                    json.WritePropertyName("errors"u8);
                    ApiProblems.WriteErrors(json, row.Problems, type, call.Tenant);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        },
        status >= 400 ? ApiProblems.ContentType : "application/json");

    private static string Name(RowAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());

    /// <summary>What the body of a batch says.</summary>
    private sealed class Batch
    {
        public List<RecordBody> Rows { get; } = [];

        public List<string> Match { get; } = [];

        public List<Problem> Problems { get; } = [];

        public bool Atomic { get; private set; }

        public bool DryRun { get; private set; }

        public string? Reason { get; private set; }

        public static Batch Read(ref Utf8JsonReader reader, RecordType type, string currency)
        {
            var batch = new Batch();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                batch.ReadRows(ref reader, type, currency);
                return batch;
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                batch.Problems.Add(Wrong(null));
                return batch;
            }

            var hasRows = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                switch (name, reader.TokenType)
                {
                    case ("rows", JsonTokenType.StartArray) when !hasRows:
                        hasRows = true;
                        batch.ReadRows(ref reader, type, currency);
                        break;
                    case ("match", JsonTokenType.String):
                        batch.Match.Add(reader.GetString()!);
                        break;
                    case ("match", JsonTokenType.StartArray):
                        batch.ReadMatch(ref reader);
                        break;
                    case ("atomic", JsonTokenType.True or JsonTokenType.False):
                        batch.Atomic = reader.GetBoolean();
                        break;
                    case ("dryRun", JsonTokenType.True or JsonTokenType.False):
                        batch.DryRun = reader.GetBoolean();
                        break;
                    case ("reason", JsonTokenType.String or JsonTokenType.Null):
                        batch.Reason = reader.GetString();
                        break;
                    default:
                        batch.Problems.Add(Wrong(name));
                        reader.Skip();
                        break;
                }
            }

            if (!hasRows && batch.Problems.Count == 0) batch.Problems.Add(Wrong("rows"));
            return batch;
        }

        private void ReadRows(ref Utf8JsonReader reader, RecordType type, string currency)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (Rows.Count < MostRows)
                {
                    Rows.Add(RecordBody.Read(ref reader, type, currency, keepId: true));
                    continue;
                }

                if (Rows.Count == MostRows && Problems.Count == 0) Problems.Add(TooMany());
                reader.Skip();
            }
        }

        private void ReadMatch(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    Match.Add(reader.GetString()!);
                    continue;
                }

                Problems.Add(Wrong("match"));
                reader.Skip();
            }
        }

        private static Problem TooMany() => new(
            "too-many-rows", ($"一度に送れるのは {MostRows:N0} 行までです。", $"At most {MostRows:N0} rows at once."), ("分けて送ってください。", "Send them in parts."), "rows", ProblemKind.TooLarge);

        private static Problem Wrong(string? member) => new(
            "wrong-json-type", (member is null ? "本文の形が違います。" : $"「{member}」は読み取れません。", member is null ? "The body is of the wrong kind." : $"“{member}” is not understood."),
            ("""{"match":["code"],"rows":[{…}],"atomic":false} の形で送ってください。""", """Send {"match":["code"],"rows":[{…}],"atomic":false}."""), member);
    }
}
