// What changed between two texts, line by line.
namespace Crm.Support.Knowledge.Versions;

/// <summary>A line that one of two texts has and the other has not.</summary>
/// <param name="Added">Whether the later text has it.</param>
/// <param name="Text">The line.</param>
internal sealed record ChangedLine(bool Added, string Text);

/// <summary>The lines by which two texts differ, in their order: what is common to both is as long as can be.</summary>
internal static class LineChanges
{
    /// <summary>Beyond this many pairs of lines the texts are taken as wholly different: nobody reads such a comparison, and it would take long.</summary>
    private const int MostPairs = 1_000_000;

    public static IReadOnlyList<ChangedLine> Between(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var same = 0;
        while (same < old.Length && same < now.Length && old[same] == now[same]) same++;
        var tail = 0;
        while (tail < old.Length - same && tail < now.Length - same && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        var (gone, come) = (old[same..^tail], now[same..^tail]);
        return (long)gone.Length * come.Length > MostPairs
            ? [.. gone.Select(l => new ChangedLine(false, l)), .. come.Select(l => new ChangedLine(true, l))]
            : Walk(gone, come);
    }

    private static List<ChangedLine> Walk(string[] gone, string[] come)
    {
        // common[i, j]: how many lines the rest of one from i and the rest of the other from j have in common.
        var common = new int[gone.Length + 1, come.Length + 1];
        for (var i = gone.Length - 1; i >= 0; i--)
        {
            for (var j = come.Length - 1; j >= 0; j--) common[i, j] = gone[i] == come[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var changes = new List<ChangedLine>();
        var (at, to) = (0, 0);
        while (at < gone.Length || to < come.Length)
        {
            if (at < gone.Length && to < come.Length && gone[at] == come[to]) (at, to) = (at + 1, to + 1);
            else if (to == come.Length || (at < gone.Length && common[at + 1, to] >= common[at, to + 1])) changes.Add(new(false, gone[at++]));
            else changes.Add(new(true, come[to++]));
        }

        return changes;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
