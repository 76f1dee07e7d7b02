// Makes the backups that are due or asked for, deletes those that are too old, and tells the administrators when one failed.
using System.Globalization;
using System.Net.Mail;
using System.Text;
using System.Threading.Channels;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Jobs;
using Crm.Platform.Mail;
using Crm.Platform.Storage;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Backup;

internal sealed partial class BackupClock(
    Backups backups, ControlDbs control, IMailTransport mail, IOptions<MailOptions> mailOptions, IOptions<JobOptions> options, TimeProvider clock, ILogger<BackupClock> log)
    : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <summary>One that has run so long was left by a node that died.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly Channel<string> wanted = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a backup now; it is made in the background.</summary>
    public void Want(string by) => wanted.Writer.TryWrite(by);

    /// <summary>Makes what is due, once in a cluster.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        await using var db = await control.Open();
        if (await db.BackupPlans.AsNoTracking().SingleOrDefaultAsync(cancellation) is not { } plan || plan.Due(clock.GetUtcNow()) is not { } due) return;
        if (!await db.Backups.AnyAsync(b => b.Due == due, cancellation)) await Make(plan, due, "system", cancellation);
    }

    /// <summary>Makes one into the folder of the plan.</summary>
    public async Task Make(BackupPlanRow plan, DateTimeOffset? due, string by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var file = Path.Combine(plan.Folder, $"crm-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.zip");
        var row = new BackupRow { At = now, Due = due, State = BackupState.Running, File = file, MadeBy = by };
        await using var db = await control.Open();
        db.Backups.Add(row);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (due is not null)
        {
            // Another node has taken this moment.
            return;
        }

        try
        {
            var made = await backups.Write(file, null, withMasterKey: false, cancellation);
            (row.State, row.Bytes, row.Rows, row.Sum) = (BackupState.Done, made.Bytes, made.Manifest.Rows, made.Sum);
            if (made.Manifest.Missing.Count > 0) row.Note = string.Join(", ", made.Manifest.Missing);
            await db.SaveChangesAsync(cancellation);
            await Prune(db, plan.Keep, cancellation);
        }
        catch (Exception e)
        {
            (row.State, row.Note) = (BackupState.Failed, e.Message.Cut(2_000));
            await db.SaveChangesAsync(CancellationToken.None);
            LogFailed(log, e, file);
            await Tell(db, row);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (wanted.Reader.TryRead(out var by))
                {
                    await using var db = await control.Open();
                    if (await db.BackupPlans.AsNoTracking().SingleOrDefaultAsync(stoppingToken) is { } plan) await Make(plan, null, by, stoppingToken);
                }

                if (options.Value.Clock)
                {
                    await Abandoned(stoppingToken);
                    await Look(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotRead(log, e);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(wanted.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(LookAgain, clock, pause.Token));
            await pause.CancelAsync();
        }
    }

    private async Task Abandoned(CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - Longest;
        await using var db = await control.Open();
        await db.Backups.Where(b => b.State == BackupState.Running && b.At < before)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.State, BackupState.Failed).SetProperty(b => b.Note, "the server stopped"), cancellation);
    }

    /// <summary>Only files this list knows are deleted, and never the newest.</summary>
    private static async Task Prune(ControlDb db, int keep, CancellationToken cancellation)
    {
        var done = await db.Backups.Where(b => b.State == BackupState.Done).OrderByDescending(b => b.At).ToListAsync(cancellation);
        foreach (var old in done.Skip(Math.Max(1, keep)))
        {
            File.Delete(old.File);
            db.Backups.Remove(old);
        }

        var failed = await db.Backups.Where(b => b.State == BackupState.Failed).OrderByDescending(b => b.At).ToListAsync(cancellation);
        db.Backups.RemoveRange(failed.Skip(50));
        await db.SaveChangesAsync(cancellation);
    }

    private async Task Tell(ControlDb db, BackupRow failed)
    {
        try
        {
            var people = await db.Users.AsNoTracking().Where(u => u.TenantId == User.Installation && u.Active).ToListAsync();
            foreach (var person in people)
            {
                var subject = person.Language == "en" ? "The backup failed" : "バックアップに失敗しました";
                var text = person.Language == "en"
                    ? $"The backup of {failed.At:u} to {failed.File} failed:\n{failed.Note}\n\nThe page Backups of the installation shows the last ones."
                    : $"{failed.At:u} のバックアップ（{failed.File}）に失敗しました。\n{failed.Note}\n\n最近のバックアップは、インストール管理の「バックアップ」で確認できます。";
                using var message = new MailMessage(MailAddresses.Read(mailOptions.Value.From), MailAddresses.Read(person.Email)) { Subject = subject, SubjectEncoding = Encoding.UTF8, Body = text, BodyEncoding = Encoding.UTF8 };
                await mail.Send(message, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // The page shows it all the same.
            LogNotTold(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The backup {File} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody could be told of a failed backup by mail")]
    private static partial void LogNotTold(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The plan of backups could not be followed; it is tried again")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
