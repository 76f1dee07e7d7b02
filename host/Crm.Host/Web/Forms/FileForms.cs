// Forms that carry files: as large as Files:MaxBytes allows, on their own addresses only, and a clear word beyond that.
using Crm.Platform.Files;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Crm.Host.Web.Forms;

internal static class FileForms
{
    /// <summary>What a form holds besides the file.</summary>
    private const long Rest = 1 << 20;

    /// <summary>A body this many times too large is read and thrown away, so that its sender sees the answer; of a larger one the connection ends.</summary>
    private const int ReadToTheEnd = 10;

    /// <summary>Says that a form takes files: the server's own limit of 30 MB and that of forms give way to <c>Files:MaxBytes</c>.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder endpoint, IEndpointRouteBuilder routes) where TBuilder : IEndpointConventionBuilder
    {
        var most = routes.ServiceProvider.GetRequiredService<IOptions<FileLimits>>().Value.MaxBytes;
        return endpoint.WithFormOptions(multipartBodyLengthLimit: most + Rest).WithMetadata(new Takes(most));
    }

    /// <summary>The problem page of a form that is too large for its address; null when it can be read. Stands before whatever reads the form.</summary>
    public static async Task<IResult?> Refuses(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Takes>() is not { MaxBytes: var most } || !http.Request.HasFormContentType) return null;
        if (await IsTooLarge(http, most)) return Page.Problem(http, [FileProblems.TooLarge(most)]);
        try
        {
            // What is read here is kept for all who ask for the form.
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return form.Files.Any(f => f.Length > most) ? Page.Problem(http, [FileProblems.TooLarge(most)]) : null;
        }
        catch (Exception e) when (http.Request.ContentLength is null && e is InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return Page.Problem(http, [FileProblems.TooLarge(most)]);
        }
        catch (InvalidDataException)
        {
            // Not too large but broken: the check against forged forms refuses it.
            return null;
        }
    }

    /// <summary>Whether a body says that it is too large; such a body is read to its end.</summary>
    public static async Task<bool> IsTooLarge(HttpContext http, long most)
    {
        var size = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (http.Request.ContentLength is not { } length || length <= most + Rest)
        {
            if (size is { IsReadOnly: false }) size.MaxRequestBodySize = most + Rest;
            return false;
        }

        if (length <= most * ReadToTheEnd && size is { IsReadOnly: false })
        {
            size.MaxRequestBodySize = null;
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        }

        return true;
    }

    private sealed record Takes(long MaxBytes);
}
