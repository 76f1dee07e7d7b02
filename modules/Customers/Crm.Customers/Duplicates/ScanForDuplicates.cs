using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Customers.People;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Compares all customers with all that share a key with them, keeps the keys of all, and fills the queue.</summary>
internal sealed class ScanForDuplicates(CustomersDb db, DuplicateFinder finder, ISettings settings, TimeProvider clock) : IJob
{
    private const int AtOnce = 5_000;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        await Scan<Person>(CustomersContract.Person, Profile.Of, run, cancellation);
        await Scan<Company>(CustomersContract.Company, Profile.Of, run, cancellation);
    }

    private async Task Scan<T>(string type, Func<T, Profile> profile, JobRun run, CancellationToken cancellation) where T : Record
    {
        var profiles = new List<Profile>();
        var total = await db.Set<T>().LongCountAsync(cancellation);
        for (var last = Guid.Empty; ;)
        {
            var page = await db.Set<T>().AsNoTracking().Where(r => r.Id.CompareTo(last) > 0).OrderBy(r => r.Id).Take(AtOnce).ToListAsync(cancellation);
            if (page.Count == 0) break;
            profiles.AddRange(page.Select(profile));
            last = page[^1].Id;
            await Keep(profiles[^page.Count..], cancellation);
            await run.Report(profiles.Count, total);
        }

        var now = clock.GetUtcNow();
        var from = settings.Of<CustomersSettings>().DuplicatesFrom;
        var batch = new List<(Guid, Guid, Likeness)>();
        foreach (var pair in PairSearch.Among(profiles, from, cancellation: cancellation))
        {
            batch.Add((pair.A.Id, pair.B.Id, pair.Likeness));
            if (batch.Count < AtOnce) continue;
            await finder.Queue(type, batch, now, cancellation);
            batch.Clear();
        }

        await finder.Queue(type, batch, now, cancellation);
    }

    /// <summary>Only where something is missing: a scan every night must not write every key every night.</summary>
    private async Task Keep(List<Profile> profiles, CancellationToken cancellation)
    {
        foreach (var part in profiles.Chunk(500))
        {
            var ids = part.Select(p => p.Id).ToList();
            var there = (await db.MatchKeys.Where(k => ids.Contains(k.CustomerId)).Select(k => new { k.CustomerId, k.KeyHash }).ToListAsync(cancellation)).Select(k => (k.CustomerId, k.KeyHash)).ToHashSet();
            db.MatchKeys.AddRange(part.SelectMany(p => p.Blocks().Distinct().Where(k => !there.Contains((p.Id, k))).Select(k => new MatchKey { TenantId = db.TenantId, KeyHash = k, CustomerId = p.Id })));
            await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
        }
    }
}
