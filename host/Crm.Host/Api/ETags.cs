using System.Globalization;
using Crm.Sdk;

namespace Crm.Host.Api;

/// <summary>A record's version as an entity tag: <c>"3"</c>.</summary>
internal static class ETags
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version If-Match asks for; null when any will do. False when it cannot be one of ours.</summary>
    public static bool TryIfMatch(HttpContext http, out int? version)
    {
        version = null;
        var header = http.Request.Headers.IfMatch.ToString().Trim();
        if (header.Length == 0 || header == "*") return true;
        if (!TryVersion(header, out var number)) return false;
        version = number;
        return true;
    }

    /// <summary>Whether the caller has this version already.</summary>
    public static bool IsKnown(HttpContext http, int version) => TryVersion(http.Request.Headers.IfNoneMatch.ToString().Trim(), out var known) && known == version;

    public static Problem Unreadable() => new(
        "bad-etag", ("If-Match を読み取れません。", "If-Match cannot be read."), ("読み取り時の ETag を \"3\" のように一つだけ指定してください。", "Send the one ETag the record was answered with, like \"3\"."), "If-Match");

    // A proxy that compresses turns "3" into W/"3".
    private static bool TryVersion(string header, out int version)
    {
        version = 0;
        var tag = header.AsSpan();
        if (tag.StartsWith("W/")) tag = tag[2..];
        return tag is ['"', .. var digits, '"'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }
}
