using System.Text.RegularExpressions;

namespace Crm.Sdk.Text;

/// <summary>A regular expression that a whole text must match, such as <c>[A-Z]{2}-[0-9]{4}</c>.</summary>
public sealed class TextPattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Regex whole;

    /// <exception cref="ArgumentException">It is not a regular expression, or one with look-around, back references or too many states.</exception>
    public TextPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        try
        {
            (Text, whole) = (pattern, new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Longest));
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException(e.Message, nameof(pattern), e);
        }
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether the whole text looks so.</summary>
    public bool Matches(string text) => whole.IsMatch(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
