namespace Crm.Campaigns.Journeys;

/// <summary>Something a customer and we had to do with each other.</summary>
internal readonly record struct Touchpoint(DateTimeOffset At, string Kind, string Name);

/// <summary>From one kind of touchpoint at one place of the way to another at the next, and how many went so.</summary>
internal sealed record JourneyLink(int Place, string From, string To, int People);

/// <summary>A way, kind by kind, and how many went it.</summary>
internal sealed record JourneyPath(IReadOnlyList<string> Kinds, int People);

/// <summary>A place of the way, and how many had a kind of touchpoint there, the commonest first.</summary>
internal sealed record JourneyPlace(int Place, IReadOnlyList<JourneyPath> Kinds);

/// <summary>Puts touchpoints of many customers into ways: in order of time, the same kind twice in a row counted once, the first few.</summary>
internal static class Journey
{
    public static IReadOnlyList<string> PathOf(IEnumerable<Touchpoint> touchpoints, int longest)
    {
        var path = new List<string>();
        foreach (var touchpoint in touchpoints.OrderBy(t => t.At))
        {
            if (path.Count > 0 && path[^1] == touchpoint.Name) continue;
            if (path.Count == longest) break;
            path.Add(touchpoint.Name);
        }

        return path;
    }

    /// <summary>So many of all, evenly spaced: the first ones are those who have been there longest, and go other ways than the others.</summary>
    public static List<Guid> Sample(List<Guid> all, int most) =>
        all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];

    /// <summary>How many had what at each place of their way.</summary>
    public static IReadOnlyList<JourneyPlace> Places(IReadOnlyList<IReadOnlyList<string>> paths) =>
        [.. Enumerable.Range(0, paths.Select(p => p.Count).DefaultIfEmpty().Max()).Select(place => new JourneyPlace(place, Commonest(paths.Where(p => p.Count > place).Select(p => (IReadOnlyList<string>)[p[place]]), int.MaxValue)))];

    public static IReadOnlyList<JourneyLink> Links(IEnumerable<IReadOnlyList<string>> paths) =>
        [.. paths.SelectMany(p => Enumerable.Range(0, Math.Max(0, p.Count - 1)).Select(i => (Place: i, From: p[i], To: p[i + 1])))
            .GroupBy(l => l).Select(g => new JourneyLink(g.Key.Place, g.Key.From, g.Key.To, g.Count())).OrderBy(l => l.Place).ThenByDescending(l => l.People).ThenBy(l => l.From, StringComparer.Ordinal).ThenBy(l => l.To, StringComparer.Ordinal)];

    public static IReadOnlyList<JourneyPath> Commonest(IEnumerable<IReadOnlyList<string>> paths, int count) =>
        [.. paths.Where(p => p.Count > 0).GroupBy(p => string.Join('\n', p), StringComparer.Ordinal).Select(g => new JourneyPath(g.First(), g.Count())).OrderByDescending(p => p.People).ThenBy(p => string.Join('\n', p.Kinds), StringComparer.Ordinal).Take(count)];
}
