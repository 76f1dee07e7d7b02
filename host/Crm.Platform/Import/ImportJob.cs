using System.Text.Json;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Import;

/// <summary>
/// Runs an import, some rows at a time: rows, their outcome and how far it is commit together, so that a run which breaks off
/// goes on where it was and no row is taken twice.
/// </summary>
internal sealed class ImportJob(Session session, Current current, IMediator mediator, IFiles files, ImportFormats formats, ImportNames names, ImportDoubts doubts, TimeProvider clock) : IJob
{
    public const string Key = "platform.import";
    private const int RowsAtOnce = 1_000;
    private const int LongestText = 1_000;

    private static readonly string[] ProblemColumns =
        ["tenant_id", "import_id", "row_number", "position", "field", "code", "ja", "en", "cure_ja", "cure_en", "value"];

    private static readonly Type[] ProblemTypes =
    [
        typeof(Guid), typeof(Guid), typeof(long), typeof(int), typeof(string), typeof(string), typeof(string), typeof(string), typeof(string), typeof(string), typeof(string),
    ];

    internal static readonly Problem BrokeOff = new(
        "import-broke-off", ("取り込みはエラーのため途中で止まりました。それまでに保存した行は残っています。", "The import broke off because of an error. Rows saved until then are there."),
        ("取り消してからやり直すか、管理者に連絡してください。", "Undo it and try again, or tell an administrator."));

    private readonly HashSet<string> promised = new(StringComparer.Ordinal);

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var id = JsonSerializer.Deserialize<Arguments>(run.Arguments!, Json.Compact)!.Import;
        var import = (await mediator.Send(new GetImport(id), cancellation)).Value;
        if (!import.UnderWay) return;
        current.ChangeSet = id;
        current.Through(ChangeSource.Import);
        try
        {
            await Run(run, import, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // What was saved so far stays, and can be taken back; the error itself stands in the run of the job.
            await Finish(id, ImportState.Failed, e is RowsRefusedException refused ? refused.Problem : BrokeOff, CancellationToken.None);
            throw;
        }
    }

    private async Task Run(JobRun run, ImportView import, CancellationToken cancellation)
    {
        var id = import.Id;
        if (!current.Catalog.TryGet(import.RecordType, out var type))
        {
            await Finish(id, ImportState.Failed, ListRecordsHandler.UnknownType(import.RecordType), cancellation);
            return;
        }

        var opened = await ImportFile.Open(files, import.File, import.Settings, cancellation);
        if (opened.Failed)
        {
            await Finish(id, ImportState.Failed, opened.Problems[0], cancellation);
            return;
        }

        await using var file = opened.Value;
        if (formats.Find(type, import.Settings.Format) is { } format) file.ReadBy(formats, format, type);
        var reader = new ImportRowReader(type, import.Settings, file.Source.Date1904, current.Tenant);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = new List<ImportRow>(RowsAtOnce);
        long position = 0;
        var done = import.Done;
        await foreach (var row in file.Source.Rows(cancellation))
        {
            if (++position <= import.Done) continue;
            rows.Add(reader.Read(row));
            if (rows.Count < RowsAtOnce) continue;
            await Take(import, type, rows, seen, again: false, cancellation);
            done += rows.Count;
            await run.Report(done, import.Total, null);
            rows.Clear();
        }

        if (rows.Count > 0) await Take(import, type, rows, seen, again: false, cancellation);
        await run.Report(done + rows.Count, done + rows.Count, null);
        await TakeThoseThatNameLaterRows(import, type, reader, file.Source, seen, cancellation);
        await Finish(id, ImportState.Done, null, cancellation);
    }

    /// <summary>
    /// A row may name a record that another row of the file makes, such as a head office further down: what was refused for that alone
    /// has another turn, as long as that helps somebody.
    /// </summary>
    private async Task TakeThoseThatNameLaterRows(ImportView import, RecordType type, ImportRowReader reader, TabularSource source, HashSet<string> seen, CancellationToken cancellation)
    {
        List<string> fields = [.. type.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == type.Key).Select(f => f.Key).Where(k => import.Settings.Columns.Any(c => c.Field == k))];
        if (fields.Count == 0) return;
        bool helped;
        do
        {
            helped = false;
            var waiting = (await (await session.Sql(cancellation)).Rows(
                $"""
                SELECT DISTINCT row_number FROM platform_import_problem
                WHERE tenant_id = {current.Tenant.Id} AND import_id = {import.Id} AND code = {ImportNames.Missing} AND field IN ({Sql.List(fields)})
                """,
                r => r.Long(0), cancellation)).ToHashSet();
            if (waiting.Count == 0) return;
            var rows = new List<ImportRow>(RowsAtOnce);
            await foreach (var row in source.Rows(cancellation))
            {
                if (waiting.Contains(row.Number)) rows.Add(reader.Read(row));
                if (rows.Count < RowsAtOnce) continue;
                helped |= await Take(import, type, rows, seen, again: true, cancellation);
                rows.Clear();
            }

            if (rows.Count > 0) helped |= await Take(import, type, rows, seen, again: true, cancellation);
        }
        while (helped);
    }

    /// <summary>Takes some rows; of those that have another turn only such as have no problem left.</summary>
    /// <returns>Whether a row was saved, or would have been.</returns>
    private async Task<bool> Take(ImportView import, RecordType type, List<ImportRow> rows, HashSet<string> seen, bool again, CancellationToken cancellation)
    {
        if (again) names.ForgetMissing();
        await names.Resolve(rows, import.DryRun ? promised : null, cancellation);
        await doubts.Settle(type, rows, import.Settings.Match, cancellation);
        var fine = rows.Where(r => r.Problems.Count == 0).ToList();
        List<ImportRow> unread = again ? [] : [.. rows.Where(r => r.Problems.Count > 0 && r.Values.Count > 0)];
        if (again && fine.Count == 0) return false;
        return await session.Write(
            async (connection, transaction) =>
            {
                var counts = new long[4];
                if (fine.Count > 0)
                {
                    var saved = await mediator.Send(
                        new SaveRecords(type.Key, [.. fine.Select(r => r.Values)]) { Match = import.Settings.Match, ChangeSet = import.Id, DryRun = import.DryRun, Reason = import.FileName },
                        cancellation);
                    if (saved.Failed) throw new RowsRefusedException(saved.Problems[0]);
                    for (var i = 0; i < fine.Count; i++)
                    {
                        var outcome = saved.Value.Rows[i];
                        fine[i].Problems.AddRange(outcome.Problems);
                        counts[(int)(import.DryRun ? Rehearsed(outcome.Action, fine[i], import.Settings.Match, seen) : outcome.Action)]++;
                    }
                }

                await WhatElseIsWrong(type, unread, import.Settings.Match, cancellation);
                var sql = new Sql(session.Dialect, connection, transaction);
                var noted = again ? fine : rows;
                var refused = noted.Where(r => r.Problems.Count > 0).ToList();
                if (import.DryRun) Promise(type, fine.Where(r => r.Problems.Count == 0));
                if (again)
                {
                    await sql.Execute(
                        $"DELETE FROM platform_import_problem WHERE tenant_id = {current.Tenant.Id} AND import_id = {import.Id} AND row_number IN ({Sql.List(fine.Select(r => r.Number))})", cancellation);
                }

                await Note(connection, transaction, import.Id, type, refused, cancellation);
                await sql.Execute(
                    $"""
                    UPDATE platform_import SET state = {ImportState.Running}, done = done + {(again ? 0L : rows.Count)}, created = created + {counts[(int)RowAction.Created]},
                      updated = updated + {counts[(int)RowAction.Updated]}, unchanged = unchanged + {counts[(int)RowAction.Unchanged]},
                      refused = refused + {(long)refused.Count - (again ? fine.Count : 0)}
                    WHERE tenant_id = {current.Tenant.Id} AND id = {import.Id}
                    """,
                    cancellation);
                return refused.Count < fine.Count;
            },
            cancellation);
    }

    /// <summary>Whoever mends a row wants to hear of all that is wrong with it at once: what could be read of it is checked and not saved.</summary>
    private async Task WhatElseIsWrong(RecordType type, List<ImportRow> unread, IReadOnlyList<string> match, CancellationToken cancellation)
    {
        if (unread.Count == 0) return;
        var looked = await mediator.Send(new SaveRecords(type.Key, [.. unread.Select(r => r.Values)]) { Match = match, DryRun = true }, cancellation);
        if (looked.Failed) return;
        for (var i = 0; i < unread.Count; i++)
        {
            var row = unread[i];
            var said = row.Problems.Select(p => p.Field).ToHashSet();
            row.Problems.AddRange(looked.Value.Rows[i].Problems.Where(p => p.Field is not null && !said.Contains(p.Field)));
        }
    }

    /// <summary>In a rehearsal the rows before make nothing; what they would be called is remembered, for those that name them.</summary>
    private void Promise(RecordType type, IEnumerable<ImportRow> rows)
    {
        if (!type.Fields.Any(f => f.Kind == FieldKind.Reference && f.References == type.Key)) return;
        var keys = ImportNames.NamedBy(type).Select(f => f.Key).ToList();
        foreach (var row in rows)
        {
            foreach (var key in keys)
            {
                if (row.Values.GetValueOrDefault(key) is string name) promised.Add(name);
            }
        }
    }

    /// <summary>In a rehearsal nothing is saved, so a key that came before must be remembered here: its next row would change that record.</summary>
    private static RowAction Rehearsed(RowAction action, ImportRow row, IReadOnlyList<string> match, HashSet<string> seen)
    {
        if (action != RowAction.Created || match.Count == 0) return action;
        return seen.Add(string.Join('\u001f', match.Select(m => row.Values.GetValueOrDefault(m)))) ? action : RowAction.Updated;
    }

    private Task Note(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, Guid import, RecordType type, List<ImportRow> refused, CancellationToken cancellation)
    {
        var rows = refused.SelectMany(r => r.Problems.Select((p, i) => new object?[]
        {
            current.Tenant.Id, import, r.Number, i, p.Field, p.Code, p.Message.Ja.Cut(LongestText), p.Message.En.Cut(LongestText), p.Cure?.Ja.Cut(LongestText), p.Cure?.En.Cut(LongestText),
            p.Field is null || (type.TryGet(p.Field, out var field) && field.Encrypted) ? null : r.Shown(p.Field)?.Cut(200),
        })).ToList();
        return rows.Count == 0 ? Task.CompletedTask : session.Dialect.Insert(
            connection, transaction, new TableRows("platform_import_problem", ProblemColumns, rows) { Types = ProblemTypes }, cancellation);
    }

    private Task Finish(Guid id, string state, Problem? problem, CancellationToken cancellation) => session.Write(
        sql => sql.Execute(
            $"""
            UPDATE platform_import SET state = {state}, total = done, finished_at = {clock.GetUtcNow()}, message_ja = {problem?.Message.Ja.Cut(500)}, message_en = {problem?.Message.En.Cut(500)}
            WHERE tenant_id = {current.Tenant.Id} AND id = {id}
            """,
            cancellation),
        cancellation);

    /// <summary>What the job is started with.</summary>
    internal sealed record Arguments(Guid Import);

    /// <summary>Rows were refused as a whole, not one by one.</summary>
#pragma warning disable RCS1194 // it exists to carry a problem
    private sealed class RowsRefusedException(Problem problem) : Exception("The rows were refused as a whole: " + problem.Message.En)
#pragma warning restore RCS1194
    {
        public Problem Problem => problem;
    }
}
