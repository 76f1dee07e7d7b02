// Serves wwwroot under one address that changes with its content, so that browsers keep every file for ever.
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Crm.Platform.Plugins;
using Microsoft.Net.Http.Headers;

namespace Crm.Host.Web;

/// <summary>Scripts, styles and pictures, the product's and those of plugins: <c>/assets/{version}/css/crm.css</c>. Modules may import each other by relative address.</summary>
internal sealed class Assets
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".mjs"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml", [".png"] = "image/png", [".ico"] = "image/x-icon", [".webmanifest"] = "application/manifest+json", [".txt"] = "text/plain; charset=utf-8",
    };

    private const string PluginFolder = "plugin";

    private readonly string root;
    private readonly bool frozen;
    private readonly ConcurrentDictionary<(string Path, string Encoding), byte[]> packed = new();

    private readonly PluginHost plugins;

    public Assets(IWebHostEnvironment environment, PluginHost plugins)
    {
        this.plugins = plugins;
        root = Path.GetFullPath(Directory.Exists(environment.WebRootPath) ? environment.WebRootPath : Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        frozen = !environment.IsDevelopment();
        Version = frozen ? Fingerprint(root) : "dev";
    }

    /// <summary>Changes when any file does.</summary>
    public string Version { get; }

    /// <summary>The address of a file.</summary>
    public string Href(string path) => $"/assets/{Version}/{path}";

    /// <summary>The address of a file in the <c>wwwroot</c> of a plugin; changes with the plugin's version.</summary>
    public string Href(string plugin, string path) => plugins.Find(plugin) is { } running
        ? $"/assets/{Short(running)}/{PluginFolder}/{plugin}/{path}"
        : throw new InvalidOperationException($"{plugin} is no plugin that runs here; only plugins have files of their own.");

    public async Task Serve(HttpContext http, string version, string path)
    {
        if (path.StartsWith(PluginFolder + "/", StringComparison.Ordinal))
        {
            await ServeOfPlugin(http, version, path[(PluginFolder.Length + 1)..]);
            return;
        }

        var file = Path.GetFullPath(Path.Combine(root, path));
        if (!file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !Types.TryGetValue(Path.GetExtension(file), out var type) || !File.Exists(file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = http.Response.Headers;
        headers.CacheControl = frozen ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        http.Response.ContentType = type;
        var accepted = http.Request.Headers.AcceptEncoding.ToString();
        var encoding = accepted.Contains("br", StringComparison.Ordinal) ? "br" : accepted.Contains("gzip", StringComparison.Ordinal) ? "gzip" : null;
        if (encoding is null || type.StartsWith("image/png", StringComparison.Ordinal) || !frozen)
        {
            await http.Response.SendFileAsync(file, http.RequestAborted);
            return;
        }

        headers.ContentEncoding = encoding;
        var bytes = packed.GetOrAdd((file, encoding), static key => Pack(key.Path, key.Encoding));
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private async Task ServeOfPlugin(HttpContext http, string version, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || plugins.Find(path[..slash]) is not { } running || !Types.TryGetValue(Path.GetExtension(path), out var type)
            || !running.Package.Files.TryGetValue("wwwroot" + path[slash..], out var content))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // A page of the version before may ask for its own file still: it gets the new one, and does not keep it.
        http.Response.Headers.CacheControl = version == Short(running) ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.ContentType = type;
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static string Short(LoadedPlugin plugin) => plugin.Package.Digest[..12];

    private static byte[] Pack(string file, string encoding)
    {
        // Libraries come compressed from the build, as small as it gets; our own files are small enough to do it here.
        if (encoding == "br" && File.Exists(file + ".br")) return File.ReadAllBytes(file + ".br");
        using var result = new MemoryStream();
        using (Stream packing = encoding == "br" ? new BrotliStream(result, CompressionLevel.Optimal) : new GZipStream(result, CompressionLevel.Optimal))
        {
            packing.Write(File.ReadAllBytes(file));
        }

        return result.ToArray();
    }

    private static string Fingerprint(string root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".br", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(root, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
