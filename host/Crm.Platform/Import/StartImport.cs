using System.Text.Json;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Import;

/// <summary>Queues an import, or a rehearsal of one that saves nothing. Its settings are remembered for files of the same user with the same header.</summary>
/// <param name="RecordType">What rows are to become.</param>
/// <param name="File">The stored file.</param>
/// <param name="Settings">How; guessed from the header when null.</param>
/// <param name="DryRun">Whether to check everything and save nothing.</param>
[Requires(PlatformPermissions.Import)]
internal sealed record StartImport(string RecordType, Guid File, ImportSettings? Settings, bool DryRun) : IRequest<Result<Guid>>;

internal sealed class StartImportHandler(Session session, Current current, IMediator mediator, IFiles files, IJobs jobs, TimeProvider clock)
    : IRequestHandler<StartImport, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(StartImport start, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(start.RecordType, out var type)) return ListRecordsHandler.UnknownType(start.RecordType);
        if (current.Actor.Reach(type.Key, RecordAction.Create) == Reach.None) return Problems.Forbidden(type.Key + ":create");
        var inspected = await mediator.Send(new InspectFile(start.RecordType, start.File, start.Settings), cancellationToken);
        if (inspected.Failed) return Result<Guid>.Fail(inspected.Problems);
        var settings = inspected.Value.Proposed with
        {
            Match = start.Settings?.Match is { Count: > 0 } match ? match : inspected.Value.Proposed.Match,
            Constants = start.Settings?.Constants ?? inspected.Value.Proposed.Constants,
            EmptyClears = start.Settings?.EmptyClears ?? inspected.Value.Proposed.EmptyClears,
        };
        if (settings.Columns.Count == 0)
        {
            return new Problem(
                "no-columns", ("どの列も項目に対応していません。", "No column is matched to a field."),
                ("列と項目の対応を指定してください。", "Say which column fills which field."), "columns");
        }

        foreach (var key in settings.Columns.Select(c => c.Field).Concat(settings.Constants.Keys).Where(k => k != "id"))
        {
            if (!type.TryGet(key, out _)) return RecordSql.Unknown(type, key);
        }

        if (MatchesByAKey.Refuses(type, settings.Match) is { } noKey) return noKey;
        var stored = await files.Open(start.File, cancellationToken);
        if (stored is not null) await stored.Content.DisposeAsync();
        var id = Ids.New();
        var json = JsonSerializer.Serialize(settings, Json.Compact);
        return await session.Write(
            async sql =>
            {
                var now = clock.GetUtcNow();
                await sql.Execute(
                    $"""
                    INSERT INTO platform_import (tenant_id, id, at, actor_id, actor_name, record_type, file_id, file_name, settings, state, dry_run, total, done, created, updated, unchanged, refused)
                    VALUES ({current.Tenant.Id}, {id}, {now}, {current.Actor.Id}, {current.Actor.Name}, {type.Key}, {start.File}, {stored?.Name ?? ""}, {json},
                      {ImportState.Queued}, {start.DryRun}, {inspected.Value.Source.ApproximateRows ?? 0L}, 0, 0, 0, 0, 0)
                    """,
                    cancellationToken);
                var header = InspectFileHandler.HeaderOf(current.Actor.Id, inspected.Value.Source);
                await sql.Execute($"DELETE FROM platform_import_mapping WHERE tenant_id = {current.Tenant.Id} AND record_type = {type.Key} AND header = {header}", cancellationToken);
                await sql.Execute(
                    $"INSERT INTO platform_import_mapping (tenant_id, record_type, header, settings, at) VALUES ({current.Tenant.Id}, {type.Key}, {header}, {json}, {now})",
                    cancellationToken);
                await jobs.Start(ImportJob.Key, new ImportJob.Arguments(id), cancellationToken);
                return id;
            },
            cancellationToken);
    }
}

/// <summary>Rows find their records by a field that names one record; by a name or a rank they would change whoever shares it.</summary>
internal static class MatchesByAKey
{
    public static IEnumerable<Field> Keys(RecordType type) => type.Fields.Where(f => f.MatchKey || f.Unique);

    public static Problem? Refuses(RecordType type, IReadOnlyList<string> match)
    {
        var keys = Keys(type).ToList();
        if (match.FirstOrDefault(m => m != "id" && !keys.Exists(k => k.Key == m)) is not { } bad) return null;
        var (ja, en) = (string.Join("、", keys.Select(k => $"{k.Key}（{k.Label.Ja}）")), string.Join(", ", keys.Select(k => $"{k.Key} ({k.Label.En})")));
        return new Problem(
            "not-a-match-key", ($"「{bad}」では既存の記録と照合できません。", $"Records cannot be matched by “{bad}”."),
            keys.Count == 0 ? ("照合なしで取り込んでください。", "Import without matching.") : ($"照合に使えるのは次の項目です: {ja}", $"Match by one of: {en}"), "match");
    }
}
