// The cities, wards, towns and villages of Japan, and finding one at the beginning of an address.
using System.Text;

namespace Crm.Sdk.Japan;

// Key: the folded name without its 郡, by which an address is known.
internal sealed record City(string Code, string Name, string Kana, string Key, Prefecture Prefecture);

internal static class Cities
{
    private static readonly Lazy<City[]> Loaded = new(Load);
    private static readonly Lazy<Dictionary<string, City[]>> BySpelling = new(Index);

    /// <summary>In the order in which postal codes refer to them.</summary>
    public static City[] All => Loaded.Value;

    /// <summary>
    /// The city whose name, with or without its 郡, the folded text begins with, the longest that does; and how much of the text it takes.
    /// Without a prefecture only a name that is not in several of them is taken.
    /// </summary>
    public static (City City, int Length)? AtStartOf(ReadOnlySpan<char> folded, Prefecture? prefecture)
    {
        var spellings = BySpelling.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = Math.Min(folded.Length, Longest); length >= 2; length--)
        {
            if (folded[length - 1] is not ('市' or '区' or '町' or '村')) continue;
            if (!spellings.TryGetValue(folded[..length], out var cities)) continue;
            foreach (var city in cities)
                if (city.Prefecture == prefecture || (prefecture is null && cities.Length == 1)) return (city, length);
        }

        return null;
    }

    private const int Longest = 14;

    private static City[] Load()
    {
        var lines = Encoding.UTF8.GetString(PostalCodes.Unpack("Crm.Sdk.Japan.cities.tsv.br")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(lines, line =>
        {
            var parts = line.Split('\t');
            return new City(parts[0], parts[1], parts[2], AddressKey.Fold(Spellings(parts[1]).Last()), Prefectures.All[int.Parse(parts[0].AsSpan(0, 2)) - 1]);
        });
    }

    private static Dictionary<string, City[]> Index() => All
        .SelectMany(city => Spellings(city.Name).Select(name => (Name: AddressKey.Fold(name), City: city)))
        .GroupBy(s => s.Name, s => s.City)
        .ToDictionary(g => g.Key, g => g.Distinct().ToArray());

    /// <summary>北群馬郡榛東村 is also written 榛東村; 札幌市北区 needs its 市.</summary>
    private static IEnumerable<string> Spellings(string name)
    {
        yield return name;
        var county = name.IndexOf('郡');
        if (county > 0 && county < name.Length - 2 && name[^1] is '町' or '村') yield return name[(county + 1)..];
    }
}
