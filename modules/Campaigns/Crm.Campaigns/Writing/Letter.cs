// A mail before it is addressed: Markdown and fields become HTML and plain text, once; each reader's values are then put in.
using System.Globalization;
using System.Net;
using System.Text;
using Crm.Campaigns.Audience;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Crm.Campaigns.Writing;

/// <summary>What is written, as it is approved and kept.</summary>
internal sealed record LetterContent(string Subject, string? SubjectB, string? Preheader, string Body);

/// <summary>A letter as one reader gets it, without the footer. <see cref="Html"/> is what stands inside the body.</summary>
internal sealed record WrittenLetter(string Subject, string? Preheader, string Html, string Text);

/// <summary>A letter that only waits for values.</summary>
internal sealed class Letter
{
    private const char PlaceBegins = '\uE000';
    private const char PlaceEnds = '\uE001';
    private const char LinkBegins = '\uE002';
    private const char LinkEnds = '\uE003';

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseSoftlineBreakAsHardlineBreak().Build();

    private readonly Func<IReadOnlyDictionary<string, object?>, string> subject;
    private readonly Func<IReadOnlyDictionary<string, object?>, string>? subjectB;
    private readonly Func<IReadOnlyDictionary<string, object?>, string>? preheader;
    private readonly Func<IReadOnlyDictionary<string, object?>, string> html;
    private readonly Func<IReadOnlyDictionary<string, object?>, string> text;
    private readonly IReadOnlyList<string> links;

    public Letter(LetterContent content)
    {
        foreach (var written in new[] { content.Subject, content.SubjectB, content.Preheader, content.Body }.OfType<string>())
        {
            if (TemplateText.Check(written) is { } wrong) throw new ArgumentException(wrong.En, nameof(content));
        }

        var (body, tags) = Hidden(content.Body);
        (subject, subjectB, preheader) = (TemplateText.Compile(content.Subject), content.SubjectB is { } b ? TemplateText.Compile(b) : null, content.Preheader is { Length: > 0 } p ? TemplateText.Compile(p) : null);
        html = TemplateText.Compile(Shown(Html(body, out links), tags));
        text = TemplateText.Compile(Shown(Text(body), tags));
        Paths = TemplateText.Paths(content.Subject, content.SubjectB, content.Preheader, content.Body);
    }

    /// <summary>The paths it asks for.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The web addresses it links to, in the order of their numbers.</summary>
    public static IReadOnlyList<string> LinksOf(LetterContent content)
    {
        Html(Hidden(content.Body).Body, out var links);
        return links;
    }

    /// <summary>The letter for one reader.</summary>
    /// <param name="values">What paths mean, as plain text.</param>
    /// <param name="variant">Which subject.</param>
    /// <param name="track">The address to put in the place of a link, by its number; null leaves links as they are.</param>
    public WrittenLetter For(IReadOnlyDictionary<string, object?> values, string? variant, Func<int, string>? track = null)
    {
        var encoded = Each(values, v => WebUtility.HtmlEncode(v));
        var plain = Each(values, v => v);
        return new(
            OneLine((variant == Variants.B && subjectB is not null ? subjectB : subject)(plain)),
            preheader is null ? null : OneLine(preheader(plain)),
            Linked(html(encoded), number => WebUtility.HtmlEncode(Address(number))),
            Linked(text(plain), Address));

        string Address(int number) => number >= links.Count ? "" : track is null ? links[number] : track(number);
    }

    /// <summary>A value cannot end a header, whatever stands in it.</summary>
    public static string OneLine(string text) => string.Join(' ', new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Values as they go into one kind of text; characters that mean something to us are taken out.</summary>
    private static Dictionary<string, object?> Each(IReadOnlyDictionary<string, object?> values, Func<string, string> write) =>
        values.ToDictionary(v => v.Key, object? (v) => v.Value switch
        {
            IReadOnlyDictionary<string, object?> inner => Each(inner, write),
            string value => write(new string([.. value.Where(c => !TemplateText.IsPrivateUse(c))])),
            _ => null,
        }, StringComparer.Ordinal);

    // Markdown must not read what stands in braces: an underscore would become emphasis, a quotation mark an entity.
    private static (string Body, List<string> Tags) Hidden(string body)
    {
        var tags = new List<string>();
        var hidden = TemplateText.Tag().Replace(body, tag =>
        {
            tags.Add(tag.Value);
            return $"{PlaceBegins}{tags.Count - 1}{PlaceEnds}";
        });
        return (hidden, tags);
    }

    private static string Shown(string text, List<string> tags) => Between(text, PlaceBegins, PlaceEnds, number => tags[number]);

    private static string Html(string body, out IReadOnlyList<string> links)
    {
        var document = Markdown.Parse(body, Pipeline);
        var found = new List<string>();
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (IsWeb(link.Url) && !link.IsImage) link.Url = $"{LinkBegins}{Number(found, link.Url!)}{LinkEnds}";
            else if (!IsSafe(link.Url)) link.Url = "";
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (IsWeb(link.Url)) link.ReplaceBy(new LinkInline($"{LinkBegins}{Number(found, link.Url)}{LinkEnds}", "").AppendChild(new LiteralInline(link.Url)));
        }

        links = found;
        return Unescaped(document.ToHtml(Pipeline));
    }

    /// <summary>The same without markup: a link is its text and its address behind it.</summary>
    private static string Text(string body)
    {
        // Numbers of links follow from their order; both texts have the same.
        var document = Markdown.Parse(body, Pipeline);
        var found = new List<string>();
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (IsWeb(link.Url) && !link.IsImage) link.AppendChild(new LiteralInline($" {LinkBegins}{Number(found, link.Url!)}{LinkEnds} "));
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (IsWeb(link.Url)) link.ReplaceBy(new LiteralInline($"{LinkBegins}{Number(found, link.Url)}{LinkEnds} "));
        }

        foreach (var item in document.Descendants<ListItemBlock>().ToList())
        {
            if (item.Descendants<ParagraphBlock>().FirstOrDefault()?.Inline is { FirstChild: { } first }) first.InsertBefore(new LiteralInline("・"));
        }

        return string.Join("\n\n", document.Select(Plain).Where(block => block.Length > 0));
    }

    private static string Plain(Block block)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer) { EnableHtmlForBlock = false, EnableHtmlForInline = false, EnableHtmlEscape = false };
        Pipeline.Setup(renderer);
        renderer.Render(block);
        return writer.ToString().Trim();
    }

    private static int Number(List<string> found, string url)
    {
        if (found.IndexOf(url) is >= 0 and var known) return known;
        found.Add(url);
        return found.Count - 1;
    }

    private static bool IsWeb(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !url!.Any(TemplateText.IsPrivateUse);

    private static bool IsSafe(string? url) => url is not null && (url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    // In addresses Markdig writes our marks as percent codes.
    private static string Unescaped(string html) => html.Replace("%EE%80%82", LinkBegins.ToString(), StringComparison.Ordinal).Replace("%EE%80%83", LinkEnds.ToString(), StringComparison.Ordinal);

    private static string Linked(string text, Func<int, string> address) => Between(text, LinkBegins, LinkEnds, address);

    private static string Between(string text, char begins, char ends, Func<int, string> what)
    {
        var at = text.IndexOf(begins, StringComparison.Ordinal);
        if (at < 0) return text;
        var whole = new StringBuilder(text.Length + 200);
        var done = 0;
        for (; at >= 0; at = text.IndexOf(begins, done))
        {
            var end = text.IndexOf(ends, at);
            whole.Append(text, done, at - done).Append(what(int.Parse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture)));
            done = end + 1;
        }

        return whole.Append(text, done, text.Length - done).ToString();
    }
}
