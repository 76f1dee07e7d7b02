using System.Globalization;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Crm.Sdk.Web;

/// <summary>
/// Writes a value the way it is shown everywhere. Plain code and not a component: a list writes it hundreds of times.
/// </summary>
internal static class FieldMarkup
{
    /// <summary>Writes a value. In a line (<paramref name="brief"/>), long text is cut to its beginning; a file is a link where the record's address is known.</summary>
    public static void Write(
        RenderTreeBuilder page, Field field, object? value, ITenant tenant, IReadOnlyDictionary<Guid, string>? titles, bool brief, string? recordHref = null)
    {
        switch (field.Kind)
        {
            case var _ when value is null or "" or string[] { Length: 0 }:
                page.AddMarkupContent(0, "<span class=\"text-empty\" aria-hidden=\"true\">–</span>");
                break;
            case FieldKind.Choice when value is string key:
                Badge(page, field, key);
                break;
            case FieldKind.MultiChoice when value is string[] keys:
                foreach (var key in keys) Badge(page, field, key);
                break;
            case FieldKind.YesNo when value is bool yes:
                page.AddMarkupContent(3, yes ? "<span class=\"status-yes\">" : "<span class=\"status-no\">");
                page.AddContent(4, Icon.Of(yes ? "check" : "x"));
                page.AddContent(5, ValueText.YesNo(yes));
                page.AddMarkupContent(6, "</span>");
                break;
            case FieldKind.Email:
                Link(page, "mailto:" + value, value.ToString()!);
                break;
            case FieldKind.Phone:
                Link(page, "tel:" + Digits(value.ToString()!), value.ToString()!);
                break;
            case FieldKind.Url when value is string url && (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)):
                Link(page, url, brief ? Host(url) : url, elsewhere: true);
                break;
            case FieldKind.Reference when value is Guid id && field.References is not null:
                // One the reader may not see has no title: it is no use to lead them there.
                if (titles?.ContainsKey(id) == false) page.AddContent(12, "–");
                else Link(page, Routes.Record(field.References, id), ValueText.Of(field, value, tenant, titles));
                break;
            case FieldKind.User when value is Guid id:
                User(page, titles?.GetValueOrDefault(id) ?? "?");
                break;
            case FieldKind.File when recordHref is not null:
                Link(page, recordHref + "/file/" + field.Key, Texts.L("ファイルを開く", "Open the file"));
                break;
            case FieldKind.File:
                page.AddContent(18, Texts.L("あり", "Attached"));
                break;
            case FieldKind.Markdown when !brief && value is string markdown:
                page.OpenElement(7, "div");
                page.AddAttribute(8, "class", "markdown");
                page.AddContent(9, MarkdownText.Of(markdown));
                page.CloseElement();
                break;
            case FieldKind.LongText when !brief:
                page.OpenElement(10, "div");
                page.AddAttribute(11, "class", "long-text");
                page.AddContent(12, value.ToString());
                page.CloseElement();
                break;
            case FieldKind.Markdown or FieldKind.LongText:
                page.AddContent(13, Beginning(value.ToString()!));
                break;
            case FieldKind.DateTime when value is DateTimeOffset moment:
                page.OpenElement(14, "time");
                page.AddAttribute(15, "datetime", moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                page.AddContent(16, ValueText.Moment(moment, tenant));
                page.CloseElement();
                break;
            default:
                page.AddContent(17, ValueText.Of(field, value, tenant, titles));
                break;
        }
    }

    /// <summary>Whether columns of this field stand at the right.</summary>
    public static bool IsNumber(Field field) => field.Kind is FieldKind.Number or FieldKind.Money;

    /// <summary>Initials for a round picture: the first two characters of a Japanese name, initials of others.</summary>
    public static string Initials(string name)
    {
        var words = name.Split([' ', '　'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => "?",
            [var one] => one[..Math.Min(one.Length, one[0] < 0x2000 ? 2 : 1)],
            [var first, .., var last] when first[0] < 0x2000 => $"{first[0]}{last[0]}",
            [var family, ..] => family[..1],
        };
    }

    private static void Badge(RenderTreeBuilder page, Field field, string key)
    {
        var choice = ValueText.FindChoice(field, key);
        page.OpenElement(1, "span");
        page.AddAttribute(2, "class", BadgeClass(choice?.Color));
        page.AddContent(3, choice?.Label.ToString() ?? key);
        page.CloseElement();
    }

    /// <summary>CSS classes of a badge in a Tabler colour.</summary>
    public static string BadgeClass(string? color) => color is null ? "badge badge-plain" : $"badge bg-{color}-lt";

    private static void User(RenderTreeBuilder page, string name)
    {
        page.OpenElement(1, "span");
        page.AddAttribute(2, "class", "person");
        page.OpenElement(3, "span");
        page.AddAttribute(4, "class", "avatar avatar-xs");
        page.AddAttribute(5, "aria-hidden", "true");
        page.AddContent(6, Initials(name));
        page.CloseElement();
        page.AddContent(7, name);
        page.CloseElement();
    }

    private static void Link(RenderTreeBuilder page, string href, string text, bool elsewhere = false)
    {
        page.OpenElement(1, "a");
        page.AddAttribute(2, "href", href);
        if (elsewhere)
        {
            page.AddAttribute(3, "rel", "noopener noreferrer");
            page.AddAttribute(4, "target", "_blank");
        }

        page.AddContent(5, text);
        page.CloseElement();
    }

    private static string Digits(string phone) =>
        string.Concat(phone.Normalize(System.Text.NormalizationForm.FormKC).Where(c => char.IsAsciiDigit(c) || c == '+'));

    private static string Host(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Host : url;

    private static string Beginning(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Shorten(80);
    }
}
