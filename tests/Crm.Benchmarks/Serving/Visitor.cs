using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Crm.Benchmarks.Serving;

/// <summary>Somebody at a browser, or a program with a token: sends, reads to the end, and does not look at what came.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient http;

    private Visitor(HttpClient http) => this.http = http;

    /// <summary>Bytes of the last answer as they came over the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>A program.</summary>
    public static Visitor With(Uri address, string? token = null)
    {
        var visitor = new Visitor(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address });
        if (token is not null) visitor.http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return visitor;
    }

    /// <summary>Somebody who has signed in; pages come compressed, as to any browser.</summary>
    public static async Task<Visitor> SignIn(Uri address, string email)
    {
        var cookies = new CookieContainer();
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = address };
        var form = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        using var sent = new FormUrlEncodedContent([new("__RequestVerificationToken", Mark().Match(form).Groups[1].Value), new("email", email), new("password", Site.Password)]);
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), sent);
        if (answer.StatusCode != HttpStatusCode.Found) throw new InvalidOperationException($"Not signed in: {answer.StatusCode}");
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        return new(http);
    }

    /// <summary>Asks for a page; one that does not come is an error.</summary>
    public Task Get(string path) => Send(HttpMethod.Get, path, null);

    public Task Post(string path, object body) => Send(HttpMethod.Post, path, body);

    private async Task Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[16_384];
        long bytes = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) bytes += read;
        Bytes = bytes;
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode}");
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();
}
