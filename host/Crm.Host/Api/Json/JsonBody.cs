// Reads a JSON body to its end, within limits, and says where it is malformed.
using System.Buffers;
using System.Text.Json;
using Crm.Sdk;
using Microsoft.AspNetCore.Http.Features;

namespace Crm.Host.Api.Json;

internal static class JsonBody
{
    public const int OneRecord = 1 << 20;
    public const int ManyRecords = 32 << 20;
    private const int Depth = 16;

    /// <summary>What is done with the text of a body.</summary>
    public delegate T Parser<out T>(ref Utf8JsonReader reader);

    /// <summary>The parsed body; or the problem and the status it is answered with.</summary>
    public static async Task<(T? Value, Problem? Problem, int Status)> Read<T>(ApiCall call, int limit, Parser<T> parse)
    {
        var request = call.Http.Request;
        if (!IsJson(request.ContentType)) return (default, NotJson(request.ContentType), StatusCodes.Status415UnsupportedMediaType);
        if (request.ContentLength > limit) return (default, TooLarge(), StatusCodes.Status413PayloadTooLarge);

        // What the server takes at all is more than one record may have: then it reads the rest and the caller sees the answer.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } most } size && most < limit) size.MaxRequestBodySize = limit;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(call.Aborted);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return (default, TooLarge(), StatusCodes.Status413PayloadTooLarge);
            }

            if (!read.IsCompleted)
            {
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return (Parse(read.Buffer, parse), null, StatusCodes.Status200OK);
            }
            catch (JsonException wrong)
            {
                return (default, Malformed(wrong), StatusCodes.Status400BadRequest);
            }
            finally
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    public static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is >= 0 and var semicolon) type = type[..semicolon];
        type = type.Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    public static Problem TooLarge() => new(
        "too-large", ("送信データが大きすぎます。", "The body is too large."), ("分けて送ってください。", "Send it in parts."), Kind: ProblemKind.TooLarge);

    public static Problem NotJson(string? contentType) => new(
        "not-json", ($"Content-Type が「{contentType}」です。", $"The content type is “{contentType}”."), ("application/json で送ってください。", "Send application/json."));

    public static Problem Malformed(JsonException wrong)
    {
        var (line, column) = ((wrong.LineNumber ?? 0) + 1, (wrong.BytePositionInLine ?? 0) + 1);
        return new(
            "malformed-json", ($"JSON として読み取れません（{line} 行目 {column} バイト目）。", $"This is not JSON that can be read (line {line}, byte {column})."),
            ("括弧・引用符・カンマを確認してください。同じ名前を二度書くこともできません。", "Check brackets, quotes and commas; a name may stand only once."));
    }

    private static T Parse<T>(ReadOnlySequence<byte> text, Parser<T> parse)
    {
        if (text.FirstSpan.StartsWith("\uFEFF"u8)) text = text.Slice(3);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = Depth });
        try
        {
            if (!reader.Read()) throw new JsonException();
            var value = parse(ref reader);
            if (reader.Read()) throw At(ref reader);
            return value;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            // Text that is no Unicode: half of a surrogate pair, bytes that are not UTF-8.
            throw At(ref reader);
        }
    }

    private static JsonException At(ref Utf8JsonReader reader) => new(message: null, path: null, lineNumber: 0, bytePositionInLine: reader.BytesConsumed);
}
