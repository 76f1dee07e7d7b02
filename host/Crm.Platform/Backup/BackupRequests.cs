// What the administrators of the installation see and set about its backups.
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Backup;

/// <summary>The plan and the last backups.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ListBackups : IRequest<Result<BackupOverview>>;

internal sealed record BackupOverview(BackupPlanRow? Plan, IReadOnlyList<BackupRow> Last);

internal sealed class ListBackupsHandler(ControlDbs control) : IRequestHandler<ListBackups, Result<BackupOverview>>
{
    public async Task<Result<BackupOverview>> Handle(ListBackups request, CancellationToken cancellationToken)
    {
        await using var db = await control.Open();
        return new BackupOverview(
            await db.BackupPlans.AsNoTracking().SingleOrDefaultAsync(cancellationToken),
            await db.Backups.AsNoTracking().OrderByDescending(b => b.At).Take(30).ToListAsync(cancellationToken));
    }
}

/// <summary>Sets when and where to. Problems name <c>folder</c>, <c>hour</c>, <c>timeZone</c> or <c>keep</c>.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record SaveBackupPlan(bool Active, string Folder, int Hour, string TimeZone, int Keep) : IRequest<Result>;

internal sealed class SaveBackupPlanHandler(ControlDbs control, TimeProvider clock) : IRequestHandler<SaveBackupPlan, Result>
{
    public async Task<Result> Handle(SaveBackupPlan wanted, CancellationToken cancellationToken)
    {
        if (Wrong(wanted) is { } problem) return problem;
        await using var db = await control.Open();
        var row = await db.BackupPlans.SingleOrDefaultAsync(cancellationToken);
        if (row is null) db.BackupPlans.Add(row = new BackupPlanRow());
        if (!row.Active || row.Hour != wanted.Hour || row.TimeZone != wanted.TimeZone) row.Since = clock.GetUtcNow();
        (row.Active, row.Folder, row.Hour, row.TimeZone, row.Keep) = (wanted.Active, wanted.Folder, wanted.Hour, wanted.TimeZone, wanted.Keep);
        await db.SaveChangesAsync(cancellationToken);
        return Result.Done;
    }

    private static Problem? Wrong(SaveBackupPlan wanted)
    {
        if (wanted.Hour is < 0 or > 23) return new("range", ("時刻は 0〜23 時で指定してください。", "The hour is 0 to 23."), Field: "hour");
        if (wanted.Keep is < 1 or > 1_000) return new("range", ("残す数は 1〜1000 で指定してください。", "Keep 1 to 1,000."), Field: "keep");
        if (SettingsNameWhatThereIs.Zone(wanted.TimeZone) is { } zone) return zone;
        if (wanted.Folder.Length is 0 or > 500 || !Path.IsPathFullyQualified(wanted.Folder))
        {
            return new("folder", ("フォルダーは / から始まる絶対パスで指定してください。", "The folder is a full path, from the root."), Field: "folder");
        }

        try
        {
            var probe = Path.Combine(Directory.CreateDirectory(wanted.Folder).FullName, ".crm-" + Sdk.Records.Ids.New().ToString("n"));
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", ($"このフォルダーに書き込めません: {e.Message}", $"The folder cannot be written to: {e.Message}"), ("サーバーのユーザーが書き込めるフォルダーを指定してください。", "Name one the server's user may write to."), "folder");
        }
    }
}

/// <summary>Makes a backup now, in the background. Problem: <c>no-plan</c>.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record BackUpNow : IRequest<Result>;

internal sealed class BackUpNowHandler(ControlDbs control, BackupClock clock, Current current) : IRequestHandler<BackUpNow, Result>
{
    public async Task<Result> Handle(BackUpNow request, CancellationToken cancellationToken)
    {
        await using var db = await control.Open();
        if (!await db.BackupPlans.AnyAsync(cancellationToken))
        {
            return new Problem("no-plan", ("保存先が決まっていません。", "It is not said yet where to."), ("先にフォルダーを保存してください。", "Save the folder first."), "folder");
        }

        clock.Want(current.Actor.Name);
        return Result.Done;
    }
}
