using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>
/// Each night: entries whose years are over go for good, with their history and the copies of passports, in the bin or not. Each batch is
/// removed and noted before the next; a run that is stopped goes on with what is left.
/// </summary>
internal sealed class PurgeRegister(HotelDb db, IMediator mediator, ISettings settings, TimeProvider clock, ITenant tenant) : IJob
{
    private const int AtOnce = 200;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var before = today.AddYears(-settings.Of<HotelSettings>().YearsKept);
        var (entries, copies) = (0, 0);
        while (true)
        {
            // The filter that hides the bin also hides other tenants; without it the tenant must be named.
            var batch = await db.Register.IgnoreQueryFilters().AsNoTracking().Where(r => r.TenantId == db.TenantId && r.MadeOn < before)
                .OrderBy(r => r.MadeOn).ThenBy(r => r.Id).Select(r => new { r.Id, r.MadeOn, r.PassportCopy }).Take(AtOnce).ToListAsync(cancellation);
            if (batch.Count == 0) break;

            var removal = new Removal
            {
                RemovedOn = today, Entries = batch.Count, Copies = batch.Count(r => r.PassportCopy is not null), MadeFrom = batch[0].MadeOn, MadeUntil = batch[^1].MadeOn,
            };
            db.Add(removal);
            var noted = await db.SaveAsync(cancellation: cancellation);
            noted.OrThrow("The removal could not be noted");
            db.ChangeTracker.Clear();
            var erased = await mediator.Send(new EraseRecords(HotelContract.Register, [.. batch.Select(r => r.Id)]), cancellation);
            erased.OrThrow("The register could not be cleared");

            (entries, copies) = (entries + batch.Count, copies + removal.Copies);
            await run.Report(entries, null, ($"名簿 {entries:#,##0} 件、旅券の写し {copies:#,##0} 件を消去しました。", $"Removed {entries:#,##0} entries and {copies:#,##0} copies of passports."));
        }

        if (entries == 0) await run.Report(0, 0, ("保存期間を過ぎた名簿はありません。", "No entry is past its years."));
    }
}
