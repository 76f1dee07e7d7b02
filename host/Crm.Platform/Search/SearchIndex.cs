using System.Data.Common;
using System.Globalization;
using System.Text;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Platform.Search;

/// <summary>
/// The search text of records, as pairs of neighbouring characters after normalisation. A token carries its tenant and record type, so that
/// a posting list has nothing in it but what is looked for, and is written in hexadecimal, so that no database's idea of a word matters.
/// </summary>
internal static class SearchIndex
{
    private const int LongestBody = 4_000;

    /// <summary>What some changes take out of the index and put into it. Asks nothing and may be worked out beside the writing of the records.</summary>
    public static SearchChanges Of(TenantInfo tenant, IReadOnlyList<RecordChange> changes)
    {
        var gone = new List<Guid>();
        var written = new List<SearchDocument>();
        foreach (var change in changes)
        {
            var isNew = change.Action == RecordActions.Created;
            if (!isNew && change.Action == RecordActions.Updated && !change.Fields.Any(f => Matters(change.Type, f.Field))) continue;
            if (!isNew) gone.Add(change.Record.Id);
            if (change.Action != RecordActions.Deleted && Document(change.Type, change.Record, tenant) is { } document) written.Add(document);
        }

        return new(gone, written);
    }

    /// <summary>Brings the index up to date.</summary>
    public static async Task Update(
        Dialect dialect, DbConnection connection, DbTransaction transaction, TenantInfo tenant, SearchChanges changes, CancellationToken cancellation)
    {
        if (changes.Gone.Count > 0) await dialect.RemoveSearch(connection, transaction, tenant, changes.Gone, cancellation);
        if (changes.Written.Count > 0) await dialect.AddSearch(connection, transaction, tenant, changes.Written, cancellation);
    }

    /// <summary>The condition that a record of a type has all words of a query.</summary>
    public static string Condition(Dialect dialect, DbCommand command, RecordType type, TenantInfo tenant, string query)
    {
        var tokens = QueryTokens(tenant, type, query);
        return tokens.Count == 0 ? "1 = 0" : "t.id IN (" + dialect.SearchIds(command, tenant, type.Key, tokens) + ")";
    }

    /// <summary>The tokens all of which a record must have; one that ends with an asterisk stands for all that begin so.</summary>
    public static IReadOnlyList<string> QueryTokens(TenantInfo tenant, RecordType type, string query)
    {
        var prefix = Prefix(tenant.Number, type.Key);
        var tokens = TextNormaliser.SearchTokens(query.Replace(',', ' ').Replace('、', ' '));
        return [.. tokens.Select(t => Encode(new StringBuilder(), prefix, t.Text).Append(t.Prefix ? "*" : "").ToString())];
    }

    /// <summary>Whether a record has all words of a query in the text of some fields alone.</summary>
    public static bool Matches(SearchDocument document, IReadOnlyList<string> queryTokens)
    {
        var tokens = document.Tokens.Split(' ').ToHashSet(StringComparer.Ordinal);
        return queryTokens.All(t => t.EndsWith('*') ? tokens.Any(has => has.StartsWith(t[..^1], StringComparison.Ordinal)) : tokens.Contains(t));
    }

    private static bool Matters(RecordType type, Field field) => field.Searchable || type.TitleFields.Contains(field.Key);

    /// <summary>What a record is found by; null when it has no text.</summary>
    public static SearchDocument? Document(RecordType type, Record record, TenantInfo tenant)
    {
        var title = RecordTitles.Of(type, f => f.Get(record));
        var body = new StringBuilder(title);
        foreach (var field in type.Fields)
        {
            if (!field.Searchable || type.TitleFields.Contains(field.Key)) continue;
            var text = field.Get(record) switch
            {
                null => null,
                string s => field.Choices.Count > 0 ? field.Choices.FirstOrDefault(c => c.Key == s)?.Label.Ja : s,
                string[] many => string.Join(' ', many),
                var other => RecordCursor.ToText(other),
            };
            if (string.IsNullOrEmpty(text)) continue;
            text = text.Cut(Math.Max(0, LongestBody - body.Length));
            if (body.Length > 0) body.Append(' ');
            body.Append(text);
        }

        if (body.Length == 0) return null;
        return Entry(type.Key, record.Id, title, body.ToString(), tenant.Number);
    }

    /// <summary>An entry from text that is known: its tokens are made for a tenant's number.</summary>
    public static SearchDocument Entry(string type, Guid id, string title, string all, int tenant)
    {
        var words = TextNormaliser.SearchText(all.Split([' ', '\u3000', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).AsSpan();
        var prefix = Prefix(tenant, type);
        var tokens = new StringBuilder(words.Length * 6);
        foreach (var word in words.Split(' ')) Encode(tokens.Length == 0 ? tokens : tokens.Append(' '), prefix, words[word]);
        return new(type, id, title, all, tokens.ToString());
    }

    /// <summary>The tenant's number, a z, and four hexadecimal digits for the record type. Two types may share them: queries name the type too.</summary>
    private static string Prefix(int tenant, string type)
    {
        var hash = 2_166_136_261u;
        foreach (var unit in type) hash = (hash ^ unit) * 16_777_619;
        return string.Create(CultureInfo.InvariantCulture, $"{tenant:x}z{(hash >> 16) ^ (hash & 0xFFFF):x4}");
    }

    /// <summary>Four hexadecimal digits for each UTF-16 unit.</summary>
    private static StringBuilder Encode(StringBuilder to, string prefix, ReadOnlySpan<char> token)
    {
        const string digits = "0123456789abcdef";
        to.Append(prefix);
        foreach (var unit in token) to.Append(digits[unit >> 12]).Append(digits[(unit >> 8) & 15]).Append(digits[(unit >> 4) & 15]).Append(digits[unit & 15]);
        return to;
    }
}

/// <summary>What a save does to the search index.</summary>
internal sealed record SearchChanges(IReadOnlyList<Guid> Gone, IReadOnlyList<SearchDocument> Written);

/// <summary>A record's entry in the search index.</summary>
/// <param name="RecordType">Key of the record type.</param>
/// <param name="Id">The record.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">All its searchable text.</param>
/// <param name="Tokens">What it is found by, each once, with blanks between.</param>
internal sealed record SearchDocument(string RecordType, Guid Id, string Title, string Body, string Tokens);
