using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;

namespace Crm.Sdk.Web;

/// <summary>
/// All outline icons of Tabler by name, written into the page itself: no request, no font, no flash.
/// Read from the assembly when the first page is rendered.
/// </summary>
internal static class IconSet
{
    private static readonly Lazy<FrozenDictionary<string, string>> Shapes = new(Read);

    /// <summary>The inner markup of an icon; that of a point when there is none of this name.</summary>
    public static string Shape(string name) => Shapes.Value.TryGetValue(name, out var shape) ? shape : Shapes.Value["point"];

    private static FrozenDictionary<string, string> Read()
    {
        using var packed = Assembly.GetExecutingAssembly().GetManifestResourceStream("icons.gz")
            ?? throw new InvalidOperationException("Crm.Sdk was built without its icons.");
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var shapes = new Dictionary<string, string>(6000);
        while (text.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            shapes[line[..tab]] = line[(tab + 1)..];
        }

        return shapes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
