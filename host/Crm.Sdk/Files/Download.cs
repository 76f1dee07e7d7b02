using System.Text;

namespace Crm.Sdk.Files;

/// <summary>A file as the answer of a request: the browser offers to save it, the API sends it.</summary>
/// <param name="Name">Its name with extension; may be Japanese.</param>
/// <param name="ContentType">Its media type; text with its charset.</param>
/// <param name="Write">Writes the content, piece by piece when it is long.</param>
public sealed record Download(string Name, string ContentType, Func<Stream, CancellationToken, Task> Write)
{
    /// <summary>A file that is there already.</summary>
    public static Download Of(string name, string contentType, byte[] content) => new(name, contentType, (to, cancellation) => to.WriteAsync(content, cancellation).AsTask());

    /// <summary>A text in UTF-8; with a byte order mark when a spreadsheet is to open it.</summary>
    public static Download Of(string name, string contentType, string text, bool forSpreadsheet = false) =>
        Of(name, contentType + "; charset=utf-8", forSpreadsheet ? [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)] : Encoding.UTF8.GetBytes(text));
}
