using System.Text.Json;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Import;

/// <summary>Where an import stands.</summary>
[Requires(PlatformPermissions.Import)]
internal sealed record GetImport(Guid Id) : IRequest<Result<ImportView>>;

/// <summary>The latest imports, newest first: one's own, and those of others where <see cref="ImportAccess"/> lets one see them.</summary>
[Requires(PlatformPermissions.Import)]
internal sealed record ListImports(string? RecordType = null, int Limit = 50) : IRequest<Result<IReadOnlyList<ImportView>>>;

/// <summary>What was wrong with rows of an import, in the order of the file.</summary>
[Requires(PlatformPermissions.Import)]
internal sealed record ListImportProblems(Guid Id, long AfterRow = 0, int Limit = 500) : IRequest<Result<IReadOnlyList<ImportProblem>>>;

/// <summary>Takes back a whole import; records changed since keep what was changed.</summary>
[Requires(PlatformPermissions.Import)]
internal sealed record UndoImport(Guid Id) : IRequest<Result<UndoOutcome>>;

/// <summary>An import.</summary>
internal sealed record ImportView(
    Guid Id, DateTimeOffset At, Guid? ActorId, string ActorName, string RecordType, Guid File, string FileName, ImportSettings Settings, string State, bool DryRun,
    long? Total, long Done, long Created, long Updated, long Unchanged, long Refused, Label? Message, DateTimeOffset? FinishedAt)
{
    /// <summary>Whether it waits for its turn or is being done.</summary>
    public bool UnderWay => State is ImportState.Queued or ImportState.Running;
}

/// <summary>What was wrong with a row.</summary>
internal sealed record ImportProblem(long Row, string? Field, string Code, Label Message, Label? Cure, string? Value);

internal sealed class GetImportHandler(Session session, Current current, ImportAccess access, IMediator mediator)
    : IRequestHandler<GetImport, Result<ImportView>>, IRequestHandler<ListImports, Result<IReadOnlyList<ImportView>>>,
      IRequestHandler<ListImportProblems, Result<IReadOnlyList<ImportProblem>>>, IRequestHandler<UndoImport, Result<UndoOutcome>>
{
    private const string Columns =
        "id, at, actor_id, actor_name, record_type, file_id, file_name, settings, state, dry_run, total, done, created, updated, unchanged, refused, message_ja, message_en, finished_at";

    public async Task<Result<ImportView>> Handle(GetImport get, CancellationToken cancellationToken)
    {
        var sql = await Sql(cancellationToken);
        var import = await Find(get.Id, sql, cancellationToken);
        return import is not null && access.MaySee(import.RecordType, import.ActorId)
            ? await Settled(import, sql, cancellationToken)
            : new Problem("not-found", ("この取り込みは見つかりません。", "There is no such import."), Kind: ProblemKind.NotFound);
    }

    public async Task<Result<IReadOnlyList<ImportView>>> Handle(ListImports list, CancellationToken cancellationToken)
    {
        var sql = await Sql(cancellationToken);
        var type = list.RecordType is null ? Storage.Sql.Raw("") : $" AND record_type = {list.RecordType}";
        var whose = access.SeesOthers ? Storage.Sql.Raw("") : $" AND actor_id = {current.Actor.Id}";
        var imports = await sql.Rows(
            $"SELECT {Storage.Sql.Raw(Columns)} FROM platform_import WHERE tenant_id = {current.Tenant.Id}{type}{whose} ORDER BY id DESC{sql.Limit(Math.Clamp(list.Limit, 1, 500))}",
            View, cancellationToken);
        var seen = new List<ImportView>(imports.Count);
        foreach (var import in imports.Where(i => access.MaySee(i.RecordType, i.ActorId))) seen.Add(await Settled(import, sql, cancellationToken));
        return seen;
    }

    public async Task<Result<IReadOnlyList<ImportProblem>>> Handle(ListImportProblems list, CancellationToken cancellationToken)
    {
        var import = await Handle(new GetImport(list.Id), cancellationToken);
        if (import.Failed) return Result<IReadOnlyList<ImportProblem>>.Fail(import.Problems);
        var sql = await Sql(cancellationToken);
        return await sql.Rows(
            $"""
            SELECT row_number, field, code, ja, en, cure_ja, cure_en, value FROM platform_import_problem
            WHERE tenant_id = {current.Tenant.Id} AND import_id = {list.Id} AND row_number > {list.AfterRow} ORDER BY row_number, position{sql.Limit(Math.Clamp(list.Limit, 1, 5_000))}
            """,
            r => new ImportProblem(
                r.Long(0), r.MaybeText(1), r.Text(2), new(r.Text(3), r.Text(4)), r.MaybeText(5) is { } ja ? new Label(ja, r.MaybeText(6) ?? ja) : null, r.MaybeText(7)),
            cancellationToken);
    }

    public async Task<Result<UndoOutcome>> Handle(UndoImport undo, CancellationToken cancellationToken)
    {
        var import = await Handle(new GetImport(undo.Id), cancellationToken);
        if (import.Failed) return Result<UndoOutcome>.Fail(import.Problems);
        if (import.Value.UnderWay)
        {
            return new Problem("still-running", ("取り込みの実行中は取り消せません。", "An import cannot be undone while it runs."), ("終わるのを待つか、中止してください。", "Wait for its end, or cancel it."), Kind: ProblemKind.Conflict);
        }

        if (import.Value is { DryRun: true } or { Created: 0, Updated: 0 })
        {
            return new Problem("nothing-to-undo", ("この取り込みは何も保存していません。", "This import saved nothing."));
        }

        var undone = await mediator.Send(new UndoChangeSet(undo.Id), cancellationToken);
        if (undone.Failed) return undone;
        await session.Write(
            sql => sql.Execute($"UPDATE platform_import SET state = {ImportState.Undone} WHERE tenant_id = {current.Tenant.Id} AND id = {undo.Id}", cancellationToken),
            cancellationToken);
        return undone;
    }

    private async Task<Sql> Sql(CancellationToken cancellation) => new(session.Dialect, await session.Open(cancellation), session.Transaction);

    /// <summary>
    /// An import whose job is no longer under way, because it was cancelled or its node died, has ended whatever its row says. The row
    /// is looked at once more: the job may have ended well between the two looks.
    /// </summary>
    private async Task<ImportView> Settled(ImportView import, Sql sql, CancellationToken cancellation)
    {
        if (!import.UnderWay) return import;
        var arguments = JsonSerializer.Serialize(new ImportJob.Arguments(import.Id), Json.Compact);
        var runs = await sql.Rows(
            $"""
            SELECT id FROM platform_job_run
            WHERE tenant_id = {current.Tenant.Id} AND state IN ({RunState.Queued}, {RunState.Running}) AND job_key = {ImportJob.Key} AND arguments = {arguments}
            """,
            r => r.Id(0), cancellation);
        if (runs.Count > 0) return import;
        var now = await Find(import.Id, sql, cancellation) ?? import;
        return now.UnderWay ? now with { State = ImportState.Failed, Message = now.Message ?? ImportJob.BrokeOff.Message } : now;
    }

    private Task<ImportView?> Find(Guid id, Sql sql, CancellationToken cancellation) =>
        sql.First($"SELECT {Storage.Sql.Raw(Columns)} FROM platform_import WHERE tenant_id = {current.Tenant.Id} AND id = {id}", View, cancellation);

    private static ImportView View(SqlRow r) => new(
        r.Id(0), r.Moment(1), r.MaybeId(2), r.Text(3), r.Text(4), r.Id(5), r.Text(6), JsonSerializer.Deserialize<ImportSettings>(r.Text(7), Json.Compact)!, r.Text(8), r.Flag(9),
        r.MaybeLong(10), r.Long(11), r.Long(12), r.Long(13), r.Long(14), r.Long(15), r.MaybeText(16) is { } ja ? new Label(ja, r.MaybeText(17) ?? ja) : null, r.MaybeMoment(18));
}
