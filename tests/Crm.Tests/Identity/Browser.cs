using System.Net;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;

namespace Crm.Tests.Identity;

/// <summary>A browser without scripts: keeps cookies, follows links to forms, sends what a form holds.</summary>
public sealed class Browser
{
    private readonly HttpClient http;

    public Browser(TestServer server, string address, string? language = null)
    {
        http = new(new CookieContainerHandler(Cookies) { InnerHandler = server.CreateHandler() }) { BaseAddress = new Uri(address) };
        if (language is not null) http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
    }

    public CookieContainer Cookies { get; } = new();

    public HttpResponseMessage Last { get; private set; } = null!;

    public IHtmlDocument Page { get; private set; } = null!;

    public string Text => Page?.Body?.TextContent ?? "";

    public HttpStatusCode Status => Last.StatusCode;

    /// <summary>Where the last answer leads, without host.</summary>
    public string? LeadsTo => Last.Headers.Location is { } to ? (to.IsAbsoluteUri ? to.PathAndQuery : to.ToString()) : null;

    public Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return Send(request);
    }

    /// <summary>Fills the form of the page that posts there, and sends it.</summary>
    public Task<HttpResponseMessage> Submit(string action, params (string Name, string Value)[] typed)
    {
        var form = Page.Forms.FirstOrDefault(f => (f.GetAttribute("action") == action && f.GetAttribute("method") == "post") || Page.QuerySelector($"[formaction='{action}']")?.Closest("form") == f)
            ?? throw new InvalidOperationException($"No form posts to {action}: {Text}");
        var hidden = form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().Where(i => !string.IsNullOrEmpty(i.Name)).Select(i => (Name: i.Name!, i.Value));
        return Post(action, [.. hidden.Where(h => typed.All(t => t.Name != h.Name)), .. typed]);
    }

    /// <summary>Sends a form as it stands; without the page's token unless it is among the values.</summary>
    public Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] values) => Send(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(values.Select(v => KeyValuePair.Create(v.Name, v.Value))),
    });

    /// <summary>What a script of the page would send.</summary>
    public async Task<JsonElement> PostJson(string path, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-CSRF-Token", Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value"));
        request.Headers.Add("Origin", http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        Last = await http.SendAsync(request);
        var text = await Last.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async Task<Browser> SignIn(string email, string password = SignInHost.Password, bool stay = false)
    {
        await Get("/sign-in");
        await Submit("/sign-in", [("email", email), ("password", password), .. stay ? new[] { ("stay", "true") } : []]);
        return this;
    }

    /// <summary>Whether the browser is signed in.</summary>
    public async Task<bool> IsIn()
    {
        await Get("/me");
        return Status == HttpStatusCode.OK;
    }

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request)
    {
        Last = await http.SendAsync(request);
        if (Last.Content.Headers.ContentType?.MediaType == "text/html") Page = await new HtmlParser().ParseDocumentAsync(await Last.Content.ReadAsStringAsync());
        return Last;
    }
}
