using AngleSharp.Html.Parser;
using Crm.Sdk.Web;

namespace Crm.Tests.Web;

public sealed class MarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x]( java\nscript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("[x](//evil.example/)")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    public void Nothing_typed_into_a_note_runs_or_leads_astray(string markdown)
    {
        var page = new HtmlParser().ParseDocument(MarkdownText.Of(markdown).Value);

        Assert.Empty(page.QuerySelectorAll("script, iframe, object, style"));
        Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal) || a.Name == "style"));
        Assert.DoesNotContain(page.QuerySelectorAll("[href], [src]"), e => (e.GetAttribute("href") ?? e.GetAttribute("src")) is { Length: > 0 });
    }

    [Theory]
    [InlineData("[社](https://example.jp/)", "https://example.jp/")]
    [InlineData("https://example.jp/a", "https://example.jp/a")]
    [InlineData("<a@example.jp>", "mailto:a@example.jp")]
    [InlineData("[会社](/r/customers.company)", "/r/customers.company")]
    public void Honest_links_work(string markdown, string href) =>
        Assert.Equal(href, new HtmlParser().ParseDocument(MarkdownText.Of(markdown).Value).QuerySelector("a")?.GetAttribute("href"));
}
