// All pairs worth a person's look among many records, without comparing each with each.
namespace Crm.Customers.Duplicates.Matching;

/// <summary>A pair found; <paramref name="A"/> comes before <paramref name="B"/> in the order of ids.</summary>
internal readonly record struct FoundPair(Profile A, Profile B, Likeness Likeness);

internal static class PairSearch
{
    /// <summary>A key that more records share than this tells nothing (a switchboard, 佐藤 without a given name); other keys find its pairs.</summary>
    private const int LargestBlock = 300;

    /// <summary>Compares what shares a block. Memory: 24 bytes for each key of each record, besides the records.</summary>
    /// <param name="all">The records.</param>
    /// <param name="from">The score from which a pair is given.</param>
    /// <param name="done">Told now and then how many of all keys are done.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<FoundPair> Among(IReadOnlyList<Profile> all, int from, Action<long, long>? done = null, CancellationToken cancellation = default)
    {
        var sharers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var phone in all.SelectMany(p => p.Phones)) sharers[phone] = sharers.GetValueOrDefault(phone) + 1;

        var entries = new List<(long Key, int At)>(all.Count * 7);
        var keys = new long[all.Count][];
        for (var i = 0; i < all.Count; i++)
        {
            keys[i] = [.. all[i].Blocks().Distinct().Order()];
            foreach (var key in keys[i]) entries.Add((key, i));
        }

        entries.Sort();
        var tooLarge = entries.CountBy(e => e.Key).Where(k => k.Value > LargestBlock).Select(k => k.Key).ToHashSet();
        for (int start = 0, end; start < entries.Count; start = end)
        {
            for (end = start + 1; end < entries.Count && entries[end].Key == entries[start].Key; end++)
            {
            }

            if ((start & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                done?.Invoke(start, entries.Count);
            }

            if (end - start > LargestBlock) continue;
            for (var i = start; i < end; i++)
            {
                for (var j = i + 1; j < end; j++)
                {
                    if (FirstShared(keys[entries[i].At], keys[entries[j].At]) != entries[start].Key) continue;
                    var (a, b) = (all[entries[i].At], all[entries[j].At]);
                    var likeness = Comparison.Of(a, b, p => sharers.GetValueOrDefault(p, 1));
                    if (likeness.Score >= from) yield return a.Id.CompareTo(b.Id) < 0 ? new(a, b, likeness) : new(b, a, likeness);
                }
            }
        }

        // A pair that shares several keys is compared under the first of them whose block is looked at.
        long? FirstShared(long[] a, long[] b)
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
}
