using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Customers.People;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>
/// Keeps the keys of all customers, then walks the keys in their order and compares all customers that share one, and fills the queue.
/// Held in memory: a page of keys, the customers compared lately, and eight bytes for each phone number.
/// </summary>
internal sealed class ScanForDuplicates(CustomersDb db, DuplicateFinder finder, ISettings settings, TimeProvider clock) : IJob
{
    private const int AtOnce = 5_000;

    /// <summary>How many keys are read at once; more than any block that is looked at.</summary>
    internal int KeysAtOnce { get; set; } = 20_000;

    /// <summary>How many customers are kept at most between pages of keys.</summary>
    internal int ProfilesKept { get; set; } = 200_000;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var total = await db.People.LongCountAsync(cancellation) + await db.Companies.LongCountAsync(cancellation);
        var (done, from) = (0L, settings.Of<CustomersSettings>().DuplicatesFrom);
        var people = new PairSearch(from, Sharers(await Keep<Person>(Profile.Of, Said, cancellation)));
        var companies = new PairSearch(from, Sharers(await Keep<Company>(Profile.Of, Said, cancellation)));

        var (now, kept) = (clock.GetUtcNow(), new KeptProfiles(db, ProfilesKept));
        var found = new List<FoundPair>();
        for (long? next = long.MinValue; next is { } first;)
        {
            (var blocks, next) = await Blocks(first, people, companies, cancellation);
            var members = await kept.Of(blocks.SelectMany(b => b.Ids).ToHashSet(), cancellation);
            foreach (var (key, ids) in blocks)
            {
                var these = ids.Select(id => members.GetValueOrDefault(id)).OfType<Keyed>().ToList();
                found.AddRange(people.Within(key, these.FindAll(k => !k.Profile.IsCompany)));
                found.AddRange(companies.Within(key, these.FindAll(k => k.Profile.IsCompany)));
                if (found.Count >= AtOnce) await Queue();
            }

            // Keys are spread evenly, so the place of one among all possible says how far we are.
            await run.Report(total + (long)(total * ((((double)first) - long.MinValue) / ulong.MaxValue)), total * 2);
        }

        await Queue();

        Task Said(int more) => run.Report(done += more, total * 2);

        async Task Queue()
        {
            foreach (var type in found.GroupBy(f => f.A.IsCompany ? CustomersContract.Company : CustomersContract.Person))
            {
                await finder.Queue(type.Key, type.Select(f => (f.A.Id, f.B.Id, f.Likeness)), now, cancellation);
            }

            found.Clear();
        }
    }

    /// <summary>Writes the keys that are missing: a scan every night must not write every key every night.</summary>
    /// <returns>The key of each phone number, once for each who has it.</returns>
    private async Task<List<long>> Keep<T>(Func<T, Profile> profile, Func<int, Task> said, CancellationToken cancellation) where T : Record
    {
        var phones = new List<long>();
        for (var last = Guid.Empty; ;)
        {
            var page = await db.Set<T>().AsNoTracking().Where(r => r.Id.CompareTo(last) > 0).OrderBy(r => r.Id).Take(AtOnce).ToListAsync(cancellation);
            if (page.Count == 0) return phones;
            last = page[^1].Id;
            var profiles = page.ConvertAll(r => profile(r));
            phones.AddRange(profiles.SelectMany(p => p.Phones).Select(Profile.PhoneKey));
            await finder.KeepKeys(profiles, cancellation);
            await said(page.Count);
        }
    }

    /// <summary>The next blocks of more than one and not too many, and the key to go on from; null after the last.</summary>
    private async Task<(List<(long Key, List<Guid> Ids)> Blocks, long? Next)> Blocks(long first, PairSearch people, PairSearch companies, CancellationToken cancellation)
    {
        var page = await db.MatchKeys.Where(k => k.KeyHash >= first).OrderBy(k => k.KeyHash).ThenBy(k => k.CustomerId)
            .Select(k => new { k.KeyHash, k.CustomerId }).Take(KeysAtOnce).ToListAsync(cancellation);
        var isLast = page.Count < KeysAtOnce;
        var (blocks, next) = (new List<(long, List<Guid>)>(), (long?)null);
        for (int start = 0, end; start < page.Count; start = end)
        {
            var key = page[start].KeyHash;
            for (end = start + 1; end < page.Count && page[end].KeyHash == key; end++)
            {
            }

            // The last block of a page may go on in the next one, unless it is too large already.
            if (end == page.Count && !isLast && end - start <= PairSearch.LargestBlock && start > 0)
            {
                next = key;
                break;
            }

            if (end - start > PairSearch.LargestBlock)
            {
                people.Skip(key);
                companies.Skip(key);
            }
            else if (end - start > 1)
            {
                blocks.Add((key, page.GetRange(start, end - start).ConvertAll(k => k.CustomerId)));
            }

            if (end == page.Count && !isLast) next = key == long.MaxValue ? null : key + 1;
        }

        return (blocks, next);
    }

    /// <summary>How many have a phone number; kept for those alone that somebody shares.</summary>
    private static Func<string, int> Sharers(List<long> phones)
    {
        phones.Sort();
        var shared = new Dictionary<long, int>();
        for (int start = 0, end; start < phones.Count; start = end)
        {
            for (end = start + 1; end < phones.Count && phones[end] == phones[start]; end++)
            {
            }

            if (end - start > 1) shared[phones[start]] = end - start;
        }

        return phone => shared.GetValueOrDefault(Profile.PhoneKey(phone), 1);
    }
}
