// All pairs worth a person's look among many records, without comparing each with each.
namespace Crm.Customers.Duplicates.Matching;

/// <summary>A pair found; <paramref name="A"/> comes before <paramref name="B"/> in the order of ids.</summary>
internal readonly record struct FoundPair(Profile A, Profile B, Likeness Likeness);

/// <summary>A record with the keys it is looked at under, in their order.</summary>
internal sealed record Keyed(Profile Profile, long[] Keys)
{
    public static Keyed Of(Profile profile) => new(profile, [.. profile.Blocks().Distinct().Order()]);
}

/// <summary>Compares what shares a key. Blocks come in the order of their keys, one after the other: nothing of one is held for the next.</summary>
/// <param name="from">The score from which a pair is given.</param>
/// <param name="sharers">How many records have a phone number.</param>
internal sealed class PairSearch(int from, Func<string, int> sharers)
{
    /// <summary>A key that more records share than this tells nothing (a switchboard, 佐藤 without a given name); other keys find its pairs.</summary>
    public const int LargestBlock = 300;

    private readonly HashSet<long> tooLarge = [];

    /// <summary>A key that too many share to look at.</summary>
    public void Skip(long key) => tooLarge.Add(key);

    /// <summary>The pairs of one block that no block before it has given.</summary>
    public IEnumerable<FoundPair> Within(long key, IReadOnlyList<Keyed> block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            for (var j = i + 1; j < block.Count; j++)
            {
                if (FirstShared(block[i].Keys, block[j].Keys) != key) continue;
                var (a, b) = (block[i].Profile, block[j].Profile);
                if (Comparison.AtLeast(from, a, b, sharers) is { } likeness) yield return a.Id.CompareTo(b.Id) < 0 ? new(a, b, likeness) : new(b, a, likeness);
            }
        }
    }

    /// <summary>All pairs among records that are at hand.</summary>
    public static IEnumerable<FoundPair> Among(IReadOnlyList<Profile> all, int from)
    {
        var phones = all.SelectMany(p => p.Phones).CountBy(p => p).ToDictionary(StringComparer.Ordinal);
        var search = new PairSearch(from, p => phones.GetValueOrDefault(p, 1));
        foreach (var block in all.Select(Keyed.Of).SelectMany(k => k.Keys.Select(key => (Key: key, Of: k))).GroupBy(e => e.Key, e => e.Of).OrderBy(g => g.Key))
        {
            var members = block.ToList();
            if (members.Count > LargestBlock)
            {
                search.Skip(block.Key);
                continue;
            }

            foreach (var pair in search.Within(block.Key, members)) yield return pair;
        }
    }

    // A pair that shares several keys is compared under the first of them whose block is looked at.
    private long? FirstShared(long[] a, long[] b)
    {
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] < b[j]) i++;
            else if (a[i] > b[j]) j++;
            else if (!tooLarge.Contains(a[i])) return a[i];
            else (i, j) = (i + 1, j + 1);
        }

        return null;
    }
}
