// Takes a Japanese address apart and makes one key of its many spellings: 芝5-29-11 = 芝五丁目２９番１１号 = 芝5の29の11.
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>
/// An address taken apart, with the key under which its spellings are the same. (Source: design notes, H for the spellings named there;
/// 条, 地割, 丁 of Sakai and a fourth number being a room, M.) An address without <see cref="Block"/> is too vague to match by.
/// </summary>
/// <param name="Key">City without county, town, block; never the building. The prefecture is left out because people leave it out.</param>
/// <param name="Prefecture">東京都; also when only the city was typed and there is just one of that name. Empty when not known.</param>
/// <param name="City">港区, as Japan Post writes it. Empty when not known.</param>
/// <param name="Town">芝, as typed.</param>
/// <param name="Block">Numbers of 丁目, 番地 and 号: 5-29-11.</param>
/// <param name="Building">What follows, as typed.</param>
public readonly record struct AddressKey(string Key, string Prefecture, string City, string Town, string Block, string Building)
{
    private const int MostNumbers = 3;

    private static readonly (string Name, Prefecture Prefecture)[] PrefectureNames =
        [.. Prefectures.All.Select(p => (Fold(p.Name.Ja), p))];

    // After a number these say that it belongs to a name: 北10条, 4区, 1番町, 3F, 2号館.
    private static readonly string[] NamesWithNumber = ["条", "線", "区", "番町", "番丁", "番館", "番街", "番通", "号線", "号室", "号館", "号棟", "階", "棟", "f"];

    private static readonly string[] Units = ["丁目", "番地", "番", "号", "地割", "丁"];

    /// <summary>Takes an address in one line apart; never fails. A postal code in front is passed over.</summary>
    public static AddressKey Of(string? address) => Of(address, out _);

    /// <summary>
    /// The parts of an address in one line, the street with its numbers as typed; null when its city cannot be told, for then nobody knows
    /// where the street begins.
    /// </summary>
    internal static PostalAddress? Split(string address)
    {
        var parts = Of(address, out var at);
        if (parts.City.Length == 0) return null;
        var code = PostalCode.TryParse(address[..at.Head], out var read, out _) ? read.ToString() : null;
        return new PostalAddress
        {
            PostalCode = code, Prefecture = parts.Prefecture, City = parts.City, Street = NullIfEmpty(Trimmed(address.AsSpan(at.Town..at.End))), Building = NullIfEmpty(parts.Building),
        };
    }

    private static AddressKey Of(string? address, out (int Head, int Town, int End) at)
    {
        at = default;
        if (string.IsNullOrWhiteSpace(address)) return new("", "", "", "", "", "");
        var folded = new CharBuffer(stackalloc char[256]);
        Fold(address, ref folded);
        var text = (ReadOnlySpan<char>)folded.Written;

        var start = PostalCodeLength(text);
        var numbers = FindNumbers(text, start);
        Span<char> block = stackalloc char[64];
        var end = ReadNumbers(text, numbers, block, out var blockLength);

        var key = new CharBuffer(stackalloc char[256]);
        var (prefecture, city, town) = ReadHead(text[start..numbers], ref key);
        key.Append(block[..blockLength]);

        at = (SourceIndex(address, start), SourceIndex(address, start + town), SourceIndex(address, end));
        var result = new AddressKey(
            key.ToString(),
            prefecture?.Name.Ja ?? "",
            city?.Name ?? "",
            Trimmed(address.AsSpan(at.Town, SourceIndex(address, numbers) - at.Town)),
            block[..blockLength].ToString(),
            Trimmed(address.AsSpan(at.End)));
        key.Dispose();
        folded.Dispose();
        return result;
    }

    /// <summary>Takes an address kept in parts apart; what stands in its building part is never read as a block.</summary>
    public static AddressKey Of(PostalAddress address)
    {
        var key = Of(string.Concat(address.Prefecture, address.City, address.Street));
        return string.IsNullOrWhiteSpace(address.Building)
            ? key
            : key with { Building = key.Building.Length == 0 ? address.Building.Trim() : $"{key.Building} {address.Building.Trim()}" };
    }

    /// <summary>Folded with what people mix up in place names: ヶ, ケ and が; ッ and ツ (の and ノ are one already).</summary>
    internal static string Fold(string text)
    {
        var buffer = new CharBuffer(stackalloc char[256]);
        Fold(text, ref buffer);
        var folded = buffer.ToString();
        buffer.Dispose();
        return folded;
    }

    private static void Fold(ReadOnlySpan<char> text, ref CharBuffer to)
    {
        CharacterFold.Append(text, ref to, lettersOnly: false);
        foreach (ref var c in to.Written) c = c switch { 'ガ' => 'ケ', 'ッ' => 'ツ', _ => c };
    }

    /// <summary>Where in the typed address the character lies that became <paramref name="folded"/>.</summary>
    private static int SourceIndex(string address, int folded)
    {
        var buffer = new CharBuffer(stackalloc char[256]);
        var at = 0;
        for (var i = 0; i < address.Length; i++, at = i)
        {
            CharacterFold.AppendAt(address, ref i, ref buffer, lettersOnly: false);
            if (buffer.Length > folded) break;
        }

        buffer.Dispose();
        return at;
    }

    private static int PostalCodeLength(ReadOnlySpan<char> text)
    {
        var (at, digits, marked) = (0, 0, false);
        for (; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at])) digits++;
            else if (text[at] == '〒') marked = true;
            else if (text[at] != ' ' && !Dashes.Any.Contains(text[at])) break;
        }

        return digits == 7 || marked ? at : 0;
    }

    /// <summary>Where the block begins, or the end of the text.</summary>
    private static int FindNumbers(ReadOnlySpan<char> text, int from)
    {
        for (var i = from; i < text.Length;)
        {
            var length = DigitRun(text[i..]);
            if (length == 0)
            {
                i++;
                continue;
            }

            var ascii = char.IsAsciiDigit(text[i]);
            var rest = text[(i + length)..];
            if (ascii ? !IsNameWithNumber(rest) : StartsBlockInKanji(rest)) return i;
            i += length;
        }

        return text.Length;
    }

    /// <summary>六本木 and 八丁堀 are names; only what follows shows that a kanji number is meant as a number.</summary>
    private static bool StartsBlockInKanji(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("丁目") || rest.StartsWith("番地") || rest.StartsWith("地割")) return true;
        if (rest.IsEmpty) return false;
        var next = DigitRun(rest[1..]);
        if (next == 0) return false;
        return rest[0] is 'ノ' or '丁' || Dashes.Any.Contains(rest[0]) || (rest[0] == '番' && rest[(1 + next)..].StartsWith("号"));
    }

    /// <summary>Writes the numbers as 5-29-11; returns where they end.</summary>
    private static int ReadNumbers(ReadOnlySpan<char> text, int from, Span<char> block, out int blockLength)
    {
        blockLength = 0;
        var end = from;
        var at = from;
        for (var count = 0; count < MostNumbers; count++)
        {
            var length = DigitRun(text[at..]);
            if (length == 0 || (count > 0 && IsNameWithNumber(text[(at + length)..]))) break;
            if (count > 0) block[blockLength++] = '-';
            blockLength += WriteNumber(text.Slice(at, length), block[blockLength..]);
            end = at += length;

            var unit = Unit(text[at..]);
            if (unit > 0) end = at += unit;
            var joint = at + Spaces(text[at..]);
            var joined = joint < text.Length && (text[joint] == 'ノ' || Dashes.Any.Contains(text[joint]));
            if (joined) joint += 1 + Spaces(text[(joint + 1)..]);
            if (!joined && unit == 0) break;
            at = joint;
        }

        return end;
    }

    private static bool IsNameWithNumber(ReadOnlySpan<char> rest)
    {
        foreach (var name in NamesWithNumber)
            if (rest.StartsWith(name) && (name != "f" || rest.Length == 1 || !char.IsAsciiLetterLower(rest[1]))) return true;
        return false;
    }

    private static int Unit(ReadOnlySpan<char> rest)
    {
        foreach (var unit in Units)
            if (rest.StartsWith(unit)) return unit.Length;
        return 0;
    }

    private static int Spaces(ReadOnlySpan<char> text) => text.Length - text.TrimStart(' ').Length;

    /// <summary>Length of the run of digits or of kanji digits the text begins with.</summary>
    private static int DigitRun(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return 0;
        var end = char.IsAsciiDigit(text[0]) ? text.IndexOfAnyExceptInRange('0', '9') : text.IndexOfAnyExcept(KanjiNumber.Digits);
        return end < 0 ? text.Length : end;
    }

    private static int WriteNumber(ReadOnlySpan<char> digits, Span<char> to)
    {
        if (char.IsAsciiDigit(digits[0]))
        {
            digits = digits.TrimStart('0');
            if (digits.IsEmpty) digits = "0";
            digits = digits[..Math.Min(digits.Length, 12)];
            digits.CopyTo(to);
            return digits.Length;
        }

        KanjiNumber.Parse(digits).TryFormat(to, out var written);
        return written;
    }

    /// <summary>Prefecture and city, and where the town begins; appends city and town to the key.</summary>
    private static (Prefecture? Prefecture, City? City, int Town) ReadHead(ReadOnlySpan<char> head, ref CharBuffer key)
    {
        var compact = new CharBuffer(stackalloc char[256]);
        foreach (var c in head)
            if (CharacterFold.IsKept(c) || char.IsSurrogate(c)) compact.Append(c);
        ReadOnlySpan<char> rest = compact.Written;

        Prefecture? prefecture = null;
        foreach (var (name, candidate) in PrefectureNames)
        {
            if (!rest.StartsWith(name)) continue;
            prefecture = candidate;
            rest = rest[name.Length..];
            break;
        }

        City? city = null;
        if (Cities.AtStartOf(rest, prefecture) is var (found, length))
        {
            city = found;
            prefecture ??= found.Prefecture;
            rest = rest[length..];
            key.Append(found.Key);
        }

        AppendTown(rest, ref key);
        var town = AfterKept(head, compact.Length - rest.Length);
        compact.Dispose();
        return (prefecture, city, town);
    }

    private static void AppendTown(scoped ReadOnlySpan<char> town, ref CharBuffer key)
    {
        var district = town.StartsWith("大字"); // usually left out, and then so is the 字 below it
        if (district) town = town[2..];
        Span<char> number = stackalloc char[24];
        for (var i = 0; i < town.Length;)
        {
            var run = char.IsAsciiDigit(town[i]) ? 0 : DigitRun(town[i..]);
            if (run > 0 && IsNameWithNumber(town[(i + run)..]))
            {
                key.Append(number[..WriteNumber(town.Slice(i, run), number)]);
                i += run;
                continue;
            }

            if (!district || town[i] != '字') key.Append(town[i]);
            i++;
        }
    }

    private static int AfterKept(ReadOnlySpan<char> head, int kept)
    {
        var at = 0;
        for (; kept > 0; at++)
            if (CharacterFold.IsKept(head[at]) || char.IsSurrogate(head[at])) kept--;
        return at;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string Trimmed(ReadOnlySpan<char> part) => part.Trim(" 　\t\r\n-－‐–—−,，、.。").ToString();
}
