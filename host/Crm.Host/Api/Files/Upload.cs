// Reads a file and a few texts out of a multipart body as it comes in: at no time is the file in memory or on disk twice.
using Crm.Host.Web.Forms;
using Crm.Sdk;
using Crm.Sdk.Files;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using FileProblems = Crm.Platform.Files.FileProblems;
using FileTooLargeException = Crm.Platform.Files.FileTooLargeException;

namespace Crm.Host.Api.Files;

/// <summary>What came with a multipart body.</summary>
internal sealed record Upload(Guid File, string Name, IReadOnlyDictionary<string, string> Texts)
{
    private const int LongestText = 256 << 10;
    private const int MostTexts = 20;

    /// <summary>Stores the file; or the problem and the status it is answered with.</summary>
    public static async Task<(Upload? Upload, Problem? Problem, int Status)> Read(ApiCall call)
    {
        var request = call.Http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            return (null, NotMultipart(request.ContentType), StatusCodes.Status415UnsupportedMediaType);
        }

        var most = call.Get<IOptions<Crm.Platform.Files.FileLimits>>().Value.MaxBytes;
        if (await FileForms.IsTooLarge(call.Http, most)) return (null, FileProblems.TooLarge(most), StatusCodes.Status413PayloadTooLarge);
        (Guid Id, string Name)? file = null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(call.Aborted) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } part) continue;
                var fileName = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
                if (string.IsNullOrEmpty(fileName))
                {
                    if (texts.Count >= MostTexts) return (null, Broken(), StatusCodes.Status400BadRequest);
                    section.Body = new LimitedStream(section.Body, LongestText);
                    using var text = new StreamReader(section.Body);
                    texts[HeaderUtilities.RemoveQuotes(part.Name).Value ?? ""] = await text.ReadToEndAsync(call.Aborted);
                }
                else if (file is not null)
                {
                    return (null, OneFile(), StatusCodes.Status422UnprocessableEntity);
                }
                else
                {
                    file = (await call.Get<IFiles>().Save(fileName, section.ContentType ?? "application/octet-stream", section.Body, call.Aborted), fileName);
                }
            }
        }
        catch (Exception e) when (e is FileTooLargeException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return (null, FileProblems.TooLarge(most), StatusCodes.Status413PayloadTooLarge);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !call.Aborted.IsCancellationRequested))
        {
            return (null, Broken(), StatusCodes.Status400BadRequest);
        }

        return file is var (id, name) ? (new Upload(id, name, texts), null, StatusCodes.Status200OK) : (null, OneFile(), StatusCodes.Status422UnprocessableEntity);
    }

    private static Problem NotMultipart(string? type) => new(
        "not-multipart", ($"Content-Type が「{type}」です。", $"The content type is “{type}”."), ("multipart/form-data でファイルを送ってください。", "Send the file as multipart/form-data."));

    private static Problem Broken() => new("malformed-multipart", ("送信データを読み取れません。", "The body cannot be read."), ("multipart/form-data の形を確認してください。", "Check the multipart/form-data."));

    private static Problem OneFile() => new("one-file", ("ファイルを一つ送ってください。", "Send one file."), ("項目名 file で一つだけ添付してください。", "Attach one, as the part “file”."), "file");

    /// <summary>A part that is to be read as text must be short.</summary>
    private sealed class LimitedStream(Stream inner, int most) : Stream
    {
        private int taken;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            return (taken += read) <= most ? read : throw new InvalidDataException("A text part is too long.");
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
