using Crm.Customers.Duplicates.Matching;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>
/// Customers as they are compared, loaded when a block needs them. Those compared lately are kept, so many at most: what a scan holds in
/// memory does not grow with the number of customers.
/// </summary>
internal sealed class KeptProfiles(CustomersDb db, int most)
{
    private const int AtOnce = 500;

    private Dictionary<Guid, Keyed> recent = [];
    private Dictionary<Guid, Keyed> before = [];

    /// <summary>How many are kept.</summary>
    public int Count => recent.Count + before.Count;

    /// <summary>The customers with these ids; those that are gone are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, Keyed>> Of(IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        var found = new Dictionary<Guid, Keyed>(ids.Count);
        var missing = new List<Guid>();
        foreach (var id in ids)
        {
            if (recent.TryGetValue(id, out var known) || before.TryGetValue(id, out known)) found[id] = known;
            else missing.Add(id);
        }

        foreach (var some in missing.Chunk(AtOnce))
        {
            foreach (var person in await db.People.AsNoTracking().Where(p => some.Contains(p.Id)).ToListAsync(cancellation)) found[person.Id] = Keyed.Of(Profile.Of(person));
            Guid[] rest = [.. some.Where(id => !found.ContainsKey(id))];
            if (rest.Length == 0) continue;
            foreach (var company in await db.Companies.AsNoTracking().Where(c => rest.Contains(c.Id)).ToListAsync(cancellation)) found[company.Id] = Keyed.Of(Profile.Of(company));
        }

        foreach (var (id, keyed) in found) Keep(id, keyed);
        return found;
    }

    // The older half goes when the younger is full; whatever is asked for again is young again.
    private void Keep(Guid id, Keyed keyed)
    {
        if (recent.ContainsKey(id)) return;
        if (recent.Count >= most / 2) (before, recent) = (recent, []);
        before.Remove(id);
        recent[id] = keyed;
    }
}
