using System.Text;
using Crm.Sdk;

namespace Crm.Platform.Files;

/// <summary>
/// What a file is, by its first bytes and not by what its sender says. Only these types are ever shown in the browser;
/// everything else can be downloaded only, so that an uploaded page or drawing with a script in it never runs.
/// </summary>
internal static class FileType
{
    public const string Unknown = "application/octet-stream";

    private static readonly (string Type, int Offset, byte[] Bytes)[] Shown =
    [
        ("image/png", 0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        ("image/jpeg", 0, [0xFF, 0xD8, 0xFF]),
        ("image/gif", 0, "GIF87a"u8.ToArray()),
        ("image/gif", 0, "GIF89a"u8.ToArray()),
        ("image/webp", 8, "WEBP"u8.ToArray()),
        ("application/pdf", 0, "%PDF-"u8.ToArray()),
    ];

    /// <summary>Types a browser would not run, kept as the sender named them so that the right program opens the download.</summary>
    private static readonly HashSet<string> Downloaded = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/csv", "application/json", "application/zip", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", "message/rfc822", "audio/mpeg", "video/mp4",
    };

    public static string Of(ReadOnlySpan<byte> start, string declared)
    {
        foreach (var (type, offset, bytes) in Shown)
        {
            if (start.Length >= offset + bytes.Length && start.Slice(offset, bytes.Length).SequenceEqual(bytes)) return type;
        }

        var named = declared.Split(';')[0].Trim().ToLowerInvariant();
        if (named == "text/plain" && IsText(start)) return "text/plain";
        return Downloaded.Contains(named) ? named : Unknown;
    }

    private static bool IsText(ReadOnlySpan<byte> start) => start.IndexOf((byte)0) < 0;
}

/// <summary>The name a file came with, without what could mislead a person or a file system.</summary>
internal static class FileName
{
    public static string Clean(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            // Direction marks let "exe.fdp" read as "pdf.exe" backwards.
            var category = Rune.GetUnicodeCategory(rune);
            if (category is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator || rune == Rune.ReplacementChar)
            {
                continue;
            }

            clean.Append("<>:\"|?*".Contains((char)Math.Min(rune.Value, char.MaxValue)) ? "_" : rune.ToString());
        }

        var text = clean.ToString().Trim(' ', '.');
        if (text.Length == 0) return "file";
        if (text.Length <= 255) return text;
        var extension = Path.GetExtension(text);
        return extension.Length is > 0 and < 20 ? text.Cut(255 - extension.Length) + extension : text.Cut(255);
    }
}
