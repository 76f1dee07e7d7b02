// What somebody hands in as a file: an import, or the file of a field.
using System.Net.Http.Headers;
using System.Text.Json;

namespace Crm.Sdk.Testing;

public abstract partial class Acting
{
    /// <summary>
    /// Imports a file as the API does: what kind of file it is, by which format of a module it is read and which column fills which field is
    /// found out. Waits until all rows were looked at.
    /// </summary>
    /// <param name="recordType">What the rows become.</param>
    /// <param name="fileName">Its name; the ending says nothing, the content decides.</param>
    /// <param name="content">The file.</param>
    /// <param name="match">Keys of the fields by which a row finds the record it changes.</param>
    public async Task<TestImport> Import(string recordType, string fileName, byte[] content, params string[] match)
    {
        var by = string.Concat(match.Select(m => "&match=" + Uri.EscapeDataString(m)));
        using var started = JsonDocument.Parse(await SendFile($"/api/v1/imports?type={recordType}{by}", fileName, "text/csv", content));
        await Host.Idle();
        using var ended = JsonDocument.Parse((await Get($"/api/v1/imports/{started.RootElement.GetProperty("id").GetGuid()}")).Text);
        var import = ended.RootElement;
        return new TestImport(import.GetProperty("created").GetInt64(), import.GetProperty("updated").GetInt64(), import.GetProperty("unchanged").GetInt64(), import.GetProperty("refused").GetInt64())
        {
            Errors = [.. import.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("row")} {e.GetProperty("field")}:{e.GetProperty("code")} {e.GetProperty("message")}")],
        };
    }

    /// <summary>Stores a file and answers with its id, which is the value of a file field.</summary>
    public async Task<Guid> Upload(string fileName, string contentType, byte[] content)
    {
        using var stored = JsonDocument.Parse(await SendFile("/api/v1/files", fileName, contentType, content));
        return stored.RootElement.GetProperty("id").GetGuid();
    }

    private async Task<string> SendFile(string path, string fileName, string contentType, byte[] content)
    {
        using var file = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        using var form = new MultipartFormDataContent { { file, "file", fileName } };
        var answer = await Request(HttpMethod.Post, path, form);
        return answer.Status is >= 200 and < 300 ? answer.Text : throw new CrmTestException($"{path} answers {answer.Status}: {answer.Text}", $"{path} の応答が {answer.Status} です: {answer.Text}");
    }
}

/// <summary>What became of the rows of a file.</summary>
/// <param name="Created">Rows that made a record.</param>
/// <param name="Updated">Rows that changed one.</param>
/// <param name="Unchanged">Rows that found a record as they would make it.</param>
/// <param name="Refused">Rows that were not taken.</param>
public sealed record TestImport(long Created, long Updated, long Unchanged, long Refused)
{
    /// <summary>Why rows were refused, as <c>row field:code message</c>; the first 1,000.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}
