using Crm.Sdk;

namespace Crm.Campaigns.Writing;

/// <summary>A name in a template that means nothing: on which line it stands, and what was perhaps meant.</summary>
internal sealed record WrongName(string Path, int Line, string? Near);

/// <summary>Finds names in a template that mean nothing.</summary>
internal static class WrongNames
{
    /// <summary>Each wrong name once, where it stands first.</summary>
    public static IReadOnlyList<WrongName> In(string template, IReadOnlyCollection<string> known)
    {
        var wrong = new List<WrongName>();
        foreach (System.Text.RegularExpressions.Match tag in TemplateText.Tag().Matches(template))
        {
            foreach (var path in TemplateText.Paths(tag.Value).Where(p => !known.Contains(p) && !wrong.Exists(w => w.Path == p)))
            {
                wrong.Add(new(path, template.AsSpan(0, tag.Index).Count('\n') + 1, Nearest(path, known)));
            }
        }

        return wrong;
    }

    /// <summary>The same as something to tell who writes.</summary>
    /// <param name="wrong">The name.</param>
    /// <param name="part">Which text it stands in, when that is not plain from the field.</param>
    /// <param name="field">Key of the field.</param>
    public static Problem Told(WrongName wrong, Label? part, string? field) => new(
        "campaigns.unknown-field",
        ($"{part?.Ja}{wrong.Line}行目の {{{{{wrong.Path}}}}} という差し込み項目はありません。", $"{(part is { } p ? p.En + ", line" : "Line")} {wrong.Line}: there is no field {{{{{wrong.Path}}}}}."),
        wrong.Near is { } near
            ? ($"{{{{{near}}}}} ではありませんか。ほかの項目は「差し込める項目」から選べます。", $"Do you mean {{{{{near}}}}}? The list of fields has all others.")
            : ("「差し込める項目」から選んでください。プラグインが無効になっている可能性もあります。", "Choose from the list of fields; a plugin may be switched off."),
        field);

    private static string? Nearest(string path, IReadOnlyCollection<string> known)
    {
        var near = known.Select(k => (Path: k, Far: Distance(path, k))).OrderBy(k => k.Far).ThenBy(k => k.Path, StringComparer.Ordinal).FirstOrDefault();
        return near.Path is not null && near.Far <= Math.Max(2, path.Length / 4) ? near.Path : null;
    }

    /// <summary>How many letters are to be put in, taken out or changed (Levenshtein), whatever their case.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1;
                (before, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), before + same));
            }
        }

        return row[^1];
    }
}
