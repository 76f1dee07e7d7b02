// Keys under which two spellings of an e-mail address are the same.
namespace Crm.Sdk.Japan;

/// <summary>
/// Keys of an e-mail address. (Source: design notes, H.) The address itself is used as typed.
/// Dots at the end or in a row (<c>taro..y.@docomo.ne.jp</c>) are old but living Japanese mobile addresses and are let through.
/// </summary>
/// <param name="Strict">Trimmed, full width made half, the domain in lower case. Equal strict keys are one mailbox.</param>
/// <param name="Weak">All in lower case, without a +tag, for gmail also without dots. Equal weak keys are only a hint.</param>
public readonly record struct EmailKey(string Strict, string Weak)
{
    private const int Longest = 320;

    /// <summary>Makes the keys; false when the text is no address (exactly one @ with something on both sides, no spaces).</summary>
    public static bool TryParse(string? text, out EmailKey key)
    {
        key = default;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed.Length > Longest) return false;

        Span<char> address = stackalloc char[Longest];
        address = address[..trimmed.Length];
        var at = -1;
        for (var i = 0; i < trimmed.Length; i++)
        {
            var c = trimmed[i];
            if (c is >= '！' and <= '～') c = (char)(c - '！' + '!');
            if (char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or ';' or '<' or '>') return false;
            if (c == '@')
            {
                if (at >= 0) return false;
                at = i;
            }

            address[i] = at >= 0 ? char.ToLowerInvariant(c) : c;
        }

        if (at <= 0 || at == address.Length - 1 || address[at + 1] == '.' || address[^1] == '.') return false;
        key = new(address.SequenceEqual(text) ? text! : address.ToString(), Weaken(address, at));
        return true;
    }

    private static string Weaken(ReadOnlySpan<char> address, int at)
    {
        var domain = address[(at + 1)..];
        var gmail = domain is "gmail.com" or "googlemail.com";
        if (gmail) domain = "gmail.com";

        Span<char> local = stackalloc char[Longest];
        var length = 0;
        foreach (var c in address[..at])
        {
            if (c == '+' && length > 0) break;
            if (!gmail || c != '.') local[length++] = char.ToLowerInvariant(c);
        }

        return string.Concat(local[..length], "@", domain);
    }
}
