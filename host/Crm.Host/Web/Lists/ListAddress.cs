// The address of a list is all its state: filters, order, columns, page. Same words as the API's query.
using System.Text;
using Crm.Platform.Catalog;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;

namespace Crm.Host.Web.Lists;

/// <summary>One active filter: <c>filter[rank][in]=A,B</c>.</summary>
public sealed record FilterTerm(string Field, FilterOp Op, IReadOnlyList<string> Values)
{
    public string Name => Op == FilterOp.Eq ? $"filter[{Field}]" : $"filter[{Field}][{OpName(Op)}]";

    public string Value => string.Join(',', Values);

    public static string OpName(FilterOp op) => op.ToString().ToLowerInvariant();
}

/// <summary>What a list shows, as it stands in the address.</summary>
public sealed record ListAddress(string Type)
{
    public IReadOnlyList<FilterTerm> Filters { get; init; } = [];

    public string? Query { get; init; }

    public IReadOnlyList<Sort> Sort { get; init; } = [];

    /// <summary>Keys of the columns; those of the type when null.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public string? After { get; init; }

    public bool Bin { get; init; }

    public Guid? View { get; init; }

    /// <summary>Whether all of them are meant where nothing else is said, of a type whose list opens with a view.</summary>
    public bool All { get; init; }

    public static ListAddress Parse(string type, IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> query)
    {
        var address = new ListAddress(type);
        var filters = new List<FilterTerm>();
        foreach (var (name, values) in query)
        {
            var text = values.ToString();
            if (text.Length == 0) continue;
            if (name.StartsWith("filter[", StringComparison.Ordinal))
            {
                if (Term(name, values) is { } term) filters.Add(term);
                continue;
            }

            address = name switch
            {
                "q" => address with { Query = text.Trim() },
                "sort" => address with { Sort = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Crm.Sdk.Records.Sort.Parse)] },
                "fields" => address with { Columns = [.. values.SelectMany(v => v!.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)] },
                "after" => address with { After = text },
                "all" => address with { All = text == "1" },
                "bin" => address with { Bin = text == "1" },
                "view" => address with { View = Guid.TryParse(text, out var view) ? view : null },
                _ => address,
            };
        }

        return address with { Filters = filters };
    }

    /// <summary>The filter the record engine understands; terms about fields that are gone are left out.</summary>
    public Filter? ToFilter(RecordType type, ITenant tenant, IUser user, TimeProvider clock)
    {
        var parts = new List<Filter>();
        foreach (var term in Filters)
        {
            if (type.TryGet(term.Field, out var field)) parts.Add(TermFilter.Of(field, term, tenant, user, clock));
        }

        if (Query is { Length: > 0 } query) parts.Add(new Filter.Text(query));
        return parts.Count switch { 0 => null, 1 => parts[0], _ => new Filter.All(parts) };
    }

    /// <summary>The plain address of a list is its first ready view; what is reached from there goes on to say what it shows.</summary>
    public ListAddress Opened(RecordType type) =>
        type.Views is [var first, ..] && QueryString.Length == 0 ? Parse(Type, Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(first.Query)) with { All = true } : this;

    public ListAddress With(FilterTerm term) => this with { Filters = [.. Filters.Where(f => f.Field != term.Field || f.Op != term.Op), term], After = null };

    public ListAddress Without(FilterTerm term) => this with { Filters = [.. Filters.Where(f => f != term)], After = null };

    /// <summary>The address itself.</summary>
    public string Href => Routes.List(Type) + QueryString;

    public string ExportHref(string format) => (this with { After = null, View = null, All = false }).ExportQuery(format);

    /// <summary>All after the path, with its question mark; empty for the plain list.</summary>
    public string QueryString
    {
        get
        {
            var text = new StringBuilder();
            void Add(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(Readable(name)).Append('=').Append(Readable(Uri.EscapeDataString(value)));

            if (View is { } view) Add("view", view.ToString());
            if (Query is not null) Add("q", Query);
            foreach (var filter in Filters) Add(filter.Name, filter.Value);
            if (Sort.Count > 0) Add("sort", string.Join(',', Sort));
            if (Columns is not null) Add("fields", string.Join(',', Columns));
            if (Bin) Add("bin", "1");
            if (All) Add("all", "1");
            if (After is not null) Add("after", After);
            return text.ToString();
        }
    }

    private string ExportQuery(string format) => $"{Routes.List(Type)}/export{QueryString}{(QueryString.Length == 0 ? '?' : '&')}format={format}";

    // Brackets and commas may stand in a query as they are; the address stays readable.
    private static string Readable(string escaped) => escaped.Replace("%2C", ",", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal);

    private static FilterTerm? Term(string name, Microsoft.Extensions.Primitives.StringValues values)
    {
        var steps = name["filter".Length..].Split(['[', ']'], StringSplitOptions.RemoveEmptyEntries);
        var op = FilterOp.Eq;
        if (steps.Length is < 1 or > 2 || (steps.Length == 2 && !Enum.TryParse(steps[1], ignoreCase: true, out op))) return null;
        List<string> all = op == FilterOp.In
            ? [.. values.SelectMany(v => v!.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)]
            : [values.ToString()];
        return all.Count == 0 ? null : new(steps[0], op, all);
    }
}
