// The part of Handlebars that templates may use. Handlebars could do more: reach into objects, call helpers, pull in other templates; none
// of which a mail needs, so nothing else is let through.
using System.Text.RegularExpressions;
using Crm.Sdk;
using HandlebarsDotNet;

namespace Crm.Campaigns.Writing;

/// <summary>Reads templates, and makes functions of them.</summary>
internal static partial class TemplateText
{
    private const int DeepestNesting = 5;

    /// <summary>What is wrong with a template; null when it is understood.</summary>
    public static Label? Check(string template)
    {
        if (template.Any(IsPrivateUse)) return ("使えない文字（私用領域）があります。", "There are characters of the private use area.");
        if (InAddress().IsMatch(template)) return ("リンクのアドレスには差し込めません。", "Addresses of links are not filled in.");
        var (open, turned) = (new Stack<string>(), new Stack<bool>());
        foreach (Match tag in Tag().Matches(template))
        {
            var text = tag.Value;
            if (Value().IsMatch(text) || Default().IsMatch(text)) continue;
            if (Begin().Match(text) is { Success: true } begin)
            {
                open.Push(begin.Groups[1].Value);
                turned.Push(false);
                if (open.Count > DeepestNesting) return ($"条件の入れ子は{DeepestNesting}段までです。", $"Conditions go {DeepestNesting} deep at most.");
            }
            else if (Else().IsMatch(text) && turned.TryPop(out var before) && !before)
            {
                turned.Push(true);
            }
            else if (End().Match(text) is { Success: true } end && open.TryPop(out var begun) && begun == end.Groups[1].Value)
            {
                turned.Pop();
            }
            else
            {
                return Label.Same(text);
            }
        }

        if (open.Count > 0) return ($"{{{{/{open.Peek()}}}}} がありません。", $"{{{{/{open.Peek()}}}}} is missing.");
        var left = Tag().Replace(template, "");
        return left.Contains("{{", StringComparison.Ordinal) || left.Contains("}}", StringComparison.Ordinal) ? ("括弧 {{ }} が対になっていません。", "Braces {{ }} do not pair.") : null;
    }

    /// <summary>The paths a template asks for, each once: <c>customer.lastName</c>.</summary>
    public static IReadOnlyList<string> Paths(params IEnumerable<string?> templates) =>
        [.. templates.OfType<string>().SelectMany(t => Tag().Matches(t).Select(m => m.Value)).SelectMany(t => Path().Matches(Quoted().Replace(t, "")).Select(m => m.Value)).Where(p => p is not ("if" or "unless" or "else" or "default")).Distinct(StringComparer.Ordinal)];

    /// <summary>A function that fills a template in, which <see cref="Check"/> has let through. Values are put in as they are: whoever calls encodes them for where they go.</summary>
    public static Func<IReadOnlyDictionary<string, object?>, string> Compile(string template)
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
        handlebars.RegisterHelper("default", (writer, _, arguments) => writer.WriteSafeString(arguments[0] is string { Length: > 0 } value ? value : arguments[1]?.ToString() ?? ""));
        var filled = handlebars.Compile(template);
        return values => filled(values);
    }

    /// <summary>Characters that stand for placeholders while Markdown is read; no text has them.</summary>
    public static bool IsPrivateUse(char c) => c is >= '\uE000' and <= '\uE0FF';

    [GeneratedRegex(@"\{\{.*?\}\}\}?", RegexOptions.Singleline, matchTimeoutMilliseconds: 500)]
    public static partial Regex Tag();

    // Words that Handlebars reads as something else than a value are none.
    [GeneratedRegex(@"^\{\{\s*(?!(?:if|unless|else|default|this|each|with|lookup|log)\s*\})[A-Za-z][\w-]*(\.[A-Za-z][\w-]*){0,5}\s*\}\}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Value();

    [GeneratedRegex("""^\{\{\s*default\s+[A-Za-z][\w-]*(\.[A-Za-z][\w-]*){0,5}\s+"[^"{}\\\r\n]{0,200}"\s*\}\}$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Default();

    [GeneratedRegex(@"^\{\{#(if|unless)\s+[A-Za-z][\w-]*(\.[A-Za-z][\w-]*){0,5}\s*\}\}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Begin();

    [GeneratedRegex(@"^\{\{\s*else\s*\}\}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Else();

    [GeneratedRegex(@"^\{\{/(if|unless)\}\}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex End();

    [GeneratedRegex(@"(\]\(|https?://)[^\s)]*\{\{", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 500)]
    private static partial Regex InAddress();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Path();
}
