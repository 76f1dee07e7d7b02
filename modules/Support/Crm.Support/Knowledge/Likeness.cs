// How alike texts are, without a dictionary: Japanese has no blanks between words, so pairs of characters stand for them.
using Crm.Sdk.Text;

namespace Crm.Support.Knowledge;

/// <summary>Texts as sets of pairs of characters; rare pairs say more than those that stand everywhere.</summary>
internal sealed class Likeness
{
    private readonly Dictionary<string, int> documents = new(StringComparer.Ordinal);
    private int count;

    /// <summary>The pairs of a text.</summary>
    public static HashSet<string> Pairs(string? text)
    {
        var plain = TextNormaliser.ToKana((text ?? "").ToLowerInvariant());
        var pairs = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < plain.Length; i++)
        {
            if (char.IsLetterOrDigit(plain[i]) && char.IsLetterOrDigit(plain[i + 1])) pairs.Add(plain.Substring(i, 2));
        }

        return pairs;
    }

    /// <summary>
    /// The pairs that say what a text is about: those without hiragana, of which politeness and grammar are made. All of them when there are no others.
    /// </summary>
    public static HashSet<string> Topic(string? text)
    {
        var topic = Pairs(new string([.. (text ?? "").Select(c => c is >= 'ぁ' and <= 'ゟ' ? ' ' : c)]));
        return topic.Count > 0 ? topic : Pairs(text);
    }

    /// <summary>Counts a text, so that what it shares with many others weighs less.</summary>
    public void Learn(IReadOnlySet<string> pairs)
    {
        count++;
        foreach (var pair in pairs) documents[pair] = documents.GetValueOrDefault(pair) + 1;
    }

    /// <summary>How much of what is asked an answer covers: 0 to 1, by weight.</summary>
    private double Covers(IReadOnlySet<string> asked, IReadOnlySet<string> answer)
    {
        double shared = 0, all = 0;
        foreach (var pair in asked)
        {
            var weight = Weight(pair);
            all += weight;
            if (answer.Contains(pair)) shared += weight;
        }

        return all == 0 ? 0 : shared / all;
    }

    /// <summary>How well an article answers: by how much of what is asked it covers, or how much of its title was asked. 0 to 1.</summary>
    /// <param name="asked">The topic of what is asked.</param>
    /// <param name="title">The topic of the article's title and keywords.</param>
    /// <param name="whole">The pairs of all of it.</param>
    public double Answers(IReadOnlySet<string> asked, IReadOnlySet<string> title, IReadOnlySet<string> whole) => Math.Max(Covers(asked, whole), Covers(title, asked));

    /// <summary>How alike two short texts are: 0 to 1 (Dice).</summary>
    public static double Alike(IReadOnlySet<string> one, IReadOnlySet<string> other)
    {
        return one.Count + other.Count == 0 ? 0 : 2.0 * one.Count(other.Contains) / (one.Count + other.Count);
    }

    // What no text has weighs as much as what one has: it may be a slip as well as a subject.
    private double Weight(string pair) => Math.Log(1 + ((count + 1.0) / (Math.Max(1, documents.GetValueOrDefault(pair)) + 1)));
}
