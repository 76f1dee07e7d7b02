using System.Net;
using System.Text.RegularExpressions;

namespace Crm.Tests.Api;

/// <summary>A browser as far as requests go: keeps cookies and sends the mark against forged forms.</summary>
internal sealed partial class BrowserClient(Uri address)
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    private string mark = "";

    public async Task SignIn(string email, string password)
    {
        mark = MarkOf((await Send(HttpMethod.Get, "/sign-in")).Text);
        var signedIn = await Send(HttpMethod.Post, "/sign-in", [("email", email), ("password", password)]);
        Assert.True(signedIn.Status == 302, $"not signed in: {signedIn.Status} {signedIn.Text}");
        var home = await Send(HttpMethod.Get, "/");
        Assert.True(home.Status == 200, $"no start page: {home.Status}");
        mark = MarkOf(home.Text);
    }

    public async Task<ApiAnswer> Send(HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get) request.Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", mark), .. form.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        // A stream of events does not end; what it says at once is enough.
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream") return new((int)response.StatusCode, "", response.Headers, "text/event-stream");
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Sends a form with a file.</summary>
    public async Task<ApiAnswer> Upload(string path, string fileName, byte[] content, params (string Name, string Value)[] form)
    {
        using var body = new MultipartFormDataContent { { new ByteArrayContent(content), "file", fileName }, { new StringContent(mark), "__RequestVerificationToken" } };
        foreach (var (name, value) in form) body.Add(new StringContent(value), name);
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), body);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    private static string MarkOf(string html) => Mark().Match(html) is { Success: true } found ? found.Groups[1].Value : throw new Xunit.Sdk.XunitException("no form mark in " + html);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();
}
