namespace Crm.Host.CommandLine.Authoring;

/// <summary>What changed in the public surface of the SDK between two versions, from their listings (PublicApi.txt).</summary>
/// <param name="Removed">Members that are gone: plugins that use them are refused.</param>
/// <param name="Changed">Members whose shape is another one: plugins that use them are refused until they are built again.</param>
/// <param name="Added">Members that are new: plugins that use them need the new version.</param>
internal sealed record ApiDifference(IReadOnlyList<string> Removed, IReadOnlyList<(string Before, string After)> Changed, IReadOnlyList<string> Added)
{
    public static ApiDifference Between(IEnumerable<string> before, IEnumerable<string> after)
    {
        var (old, now) = (Members(before), Members(after));
        var gone = old.Except(now).ToLookup(Name, StringComparer.Ordinal);
        var come = now.Except(old).ToLookup(Name, StringComparer.Ordinal);
        List<string> removed = [], added = [];
        List<(string, string)> changed = [];
        foreach (var name in gone.Select(g => g.Key).Union(come.Select(c => c.Key)).Order(StringComparer.Ordinal))
        {
            // Overloads share a name: as many as left and came are taken for changes, the rest for what it is.
            var (left, entered) = (gone[name].ToList(), come[name].ToList());
            var pairs = Math.Min(left.Count, entered.Count);
            changed.AddRange(left.Take(pairs).Zip(entered));
            removed.AddRange(left.Skip(pairs));
            added.AddRange(entered.Skip(pairs));
        }

        return new(removed, changed, added);
    }

    private static HashSet<string> Members(IEnumerable<string> lines) => [.. lines.Select(l => l.TrimEnd()).Where(l => l.Length > 0 && l[0] != '#')];

    /// <summary>The member without its parameters, kind or type; spaces between type parameters belong to it.</summary>
    private static string Name(string member)
    {
        var depth = 0;
        for (var i = 0; i < member.Length; i++)
        {
            if (member[i] == '<') depth++;
            else if (member[i] == '>') depth--;
            else if (depth == 0 && member[i] is '(' or ' ' or ':') return member[..i];
        }

        return member;
    }
}
