// Looks for duplicates of a few customers: when one is typed, saved or imported.
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Finds customers like a given one by the keys that are kept of all: a few index look-ups, whatever the number of customers.</summary>
internal sealed class DuplicateFinder(CustomersDb db)
{
    /// <summary>A key more customers share than this tells nothing.</summary>
    private const int LargestBlock = 100;

    private const int AtOnce = 500;

    /// <summary>Customers like this one, best first.</summary>
    public async Task<List<(Guid Id, Likeness Likeness)>> Like(Profile profile, int from, CancellationToken cancellation)
    {
        var keys = profile.Blocks().Distinct().ToList();
        if (keys.Count == 0) return [];
        var shared = await db.MatchKeys.Where(k => keys.Contains(k.KeyHash) && k.CustomerId != profile.Id)
            .Select(k => new { k.KeyHash, k.CustomerId }).Take(LargestBlock * keys.Count).ToListAsync(cancellation);
        var ids = shared.GroupBy(k => k.KeyHash).Where(g => g.Count() <= LargestBlock).SelectMany(g => g).Select(k => k.CustomerId).Distinct().Take(LargestBlock * 2).ToList();
        if (ids.Count == 0) return [];
        var others = profile.IsCompany
            ? (await db.Companies.AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(cancellation)).ConvertAll(Profile.Of)
            : (await db.People.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellation)).ConvertAll(Profile.Of);
        var sharers = others.SelectMany(o => o.Phones).Concat(profile.Phones).CountBy(p => p).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. others.Select(o => (o.Id, Likeness: Comparison.Of(profile, o, p => sharers.GetValueOrDefault(p, 2))))
                .Where(f => f.Likeness.Score >= from).OrderByDescending(f => f.Likeness.Score),
        ];
    }

    /// <summary>Keeps the keys of customers as they are now; those that are gone lose theirs.</summary>
    public async Task<List<Profile>> Index(string recordType, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var profiles = recordType == CustomersContract.Company
            ? (await db.Companies.AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(cancellation)).ConvertAll(Profile.Of)
            : (await db.People.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellation)).ConvertAll(Profile.Of);
        await db.MatchKeys.Where(k => ids.Contains(k.CustomerId)).ExecuteDeleteAsync(cancellation);
        (await db.InsertAsync(KeysOf(profiles).ToList(), cancellation)).OrThrow("Keys of customers could not be kept");
        return profiles;
    }

    /// <summary>Writes those keys of customers that are missing.</summary>
    public async Task KeepKeys(IReadOnlyList<Profile> profiles, CancellationToken cancellation)
    {
        foreach (var some in profiles.Chunk(AtOnce))
        {
            var ids = some.Select(p => p.Id).ToList();
            await Again(async () =>
            {
                var there = (await db.MatchKeys.Where(k => ids.Contains(k.CustomerId)).Select(k => new { k.CustomerId, k.KeyHash }).ToListAsync(cancellation)).Select(k => (k.CustomerId, k.KeyHash)).ToHashSet();
                return await db.InsertAsync(KeysOf(some).Where(k => !there.Contains((k.CustomerId, k.KeyHash))).ToList(), cancellation);
            });
        }
    }

    /// <summary>Puts pairs into the queue; what was decided stays decided.</summary>
    public async Task Queue(string recordType, IEnumerable<(Guid A, Guid B, Likeness Likeness)> found, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var part in found.Chunk(AtOnce)) await Again(() => QueueSome(recordType, part, now, cancellation));
    }

    private async Task<Result> QueueSome(string recordType, IReadOnlyList<(Guid A, Guid B, Likeness Likeness)> found, DateTimeOffset now, CancellationToken cancellation)
    {
        var firsts = found.Select(f => DuplicatePair.Ordered(f.A, f.B).First).Distinct().ToList();
        var there = (await db.DuplicatePairs.Where(p => firsts.Contains(p.FirstId)).ToListAsync(cancellation)).ToDictionary(p => (p.FirstId, p.SecondId));
        var fresh = new List<DuplicatePair>();
        foreach (var (a, b, likeness) in found)
        {
            var key = DuplicatePair.Ordered(a, b);
            if (!there.TryGetValue(key, out var pair))
            {
                there[key] = pair = new DuplicatePair { FirstId = key.First, SecondId = key.Second, RecordType = recordType, FoundAt = now };
                fresh.Add(pair);
            }

            if (pair.State == PairStates.Open) (pair.Score, pair.Reasons) = (likeness.Score, likeness.Reasons);
        }

        var saved = await db.SaveAsync(cancellation: cancellation);
        db.ChangeTracker.Clear();
        return saved.Failed ? saved : await db.InsertAsync(fresh, cancellation);
    }

    // Somebody who saved a customer meanwhile may have written the same: then it is there at the second look.
    private static async Task Again(Func<Task<Result>> write)
    {
        if ((await write()).Failed) (await write()).OrThrow("What was found could not be kept");
    }

    private static IEnumerable<MatchKey> KeysOf(IEnumerable<Profile> profiles) =>
        profiles.SelectMany(p => p.Blocks().Distinct().Select(k => new MatchKey { KeyHash = k, CustomerId = p.Id }));
}

/// <summary>Keeps keys up to date and looks for duplicates of whatever was saved, by whichever way.</summary>
[Subscriber("customers.find-duplicates", CustomersContract.Company, CustomersContract.Person)]
internal sealed class FindDuplicatesOnSave(DuplicateFinder finder, CustomersDb db, ISettings settings, TimeProvider clock) : INotificationHandler<RecordsChanged>
{
    private static readonly string[] Compared =
        ["name", "nameKana", "lastName", "firstName", "lastNameKana", "firstNameKana", "phone", "mobile", "fax", "email", "birthDate", "corporateNumber", "companyId", "parentId", "address"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "updated" && !changed.Fields.Any(f => Compared.Any(c => f == c || f.StartsWith(c, StringComparison.Ordinal)) || AddressParts.Contains(f))) return;
        var ids = changed.Ids.ToList();
        if (changed.Action == "deleted") await db.DuplicatePairs.Where(p => p.State == PairStates.Open && (ids.Contains(p.FirstId) || ids.Contains(p.SecondId))).ExecuteDeleteAsync(cancellationToken);
        var profiles = await finder.Index(changed.RecordType, ids, cancellationToken);
        var own = settings.Of<CustomersSettings>();
        if (!own.DuplicatesOnSave) return;

        var found = new List<(Guid, Guid, Likeness)>();
        foreach (var profile in profiles)
        {
            found.AddRange((await finder.Like(profile, own.DuplicatesFrom, cancellationToken)).Select(f => (profile.Id, f.Id, f.Likeness)));
        }

        await finder.Queue(changed.RecordType, found, clock.GetUtcNow(), cancellationToken);
    }

    private static readonly string[] AddressParts = ["postalCode", "prefecture", "city", "street", "building"];
}
