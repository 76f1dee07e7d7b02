using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace Crm.Sdk.Web;

/// <summary>
/// All outline icons of Tabler by name, written into the page itself: no request, no font, no flash.
/// Read from the assembly when the first page is rendered.
/// </summary>
internal static class IconSet
{
    private static readonly Lazy<FrozenDictionary<string, string>> Shapes = new(Read);

    // A page has dozens of icons, and always the same ones. Only names of the set are kept, and classes are written in the program.
    private static readonly ConcurrentDictionary<(string Name, string? Class), MarkupString> Written = new();

    /// <summary>The whole icon as decoration, written once.</summary>
    public static MarkupString Markup(string name, string? cssClass)
    {
        if (!Shapes.Value.ContainsKey(name)) name = "point";
        return Written.GetOrAdd((name, cssClass), static icon => new(
            $"<svg class=\"icon{(icon.Class is null ? "" : " " + icon.Class)}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{Shape(icon.Name)}</svg>"));
    }

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
