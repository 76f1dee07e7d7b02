// A growing run of characters on the stack: keys are made a million times in an import and must not litter the heap.
using System.Buffers;

namespace Crm.Sdk.Text;

internal ref struct CharBuffer(Span<char> initial)
{
    private Span<char> chars = initial;
    private char[]? rented;

    public int Length { get; private set; }

    public readonly Span<char> Written => chars[..Length];

    /// <summary>The last character, or U+0000 when there is none.</summary>
    public readonly char Last => Length == 0 ? '\0' : chars[Length - 1];

    public void Append(char c)
    {
        if (Length == chars.Length) Grow(1);
        chars[Length++] = c;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (Length + text.Length > chars.Length) Grow(text.Length);
        text.CopyTo(chars[Length..]);
        Length += text.Length;
    }

    public readonly void ReplaceLast(char c) => chars[Length - 1] = c;

    public void Truncate(int length) => Length = length;

    /// <summary>The written characters, or <paramref name="original"/> itself when they are the same.</summary>
    public readonly string ToString(string original) => Written.SequenceEqual(original) ? original : Written.ToString();

    public override readonly string ToString() => Written.ToString();

    public void Dispose()
    {
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        rented = null;
        chars = default;
        Length = 0;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(chars.Length * 2, Length + needed));
        Written.CopyTo(larger);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        chars = rented = larger;
    }
}
