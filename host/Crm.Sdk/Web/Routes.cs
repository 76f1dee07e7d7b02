namespace Crm.Sdk.Web;

/// <summary>Addresses of the generated screens. Write links with these, not by hand.</summary>
public static class Routes
{
    /// <summary>The dashboard.</summary>
    public const string Home = "/";

    /// <summary>The list of a record type.</summary>
    public static string List(string recordType) => "/r/" + recordType;

    /// <summary>The list of a record type, filtered to one value of a field.</summary>
    public static string ListWhere(string recordType, string field, string value) =>
        $"/r/{recordType}?filter[{Uri.EscapeDataString(field)}]={Uri.EscapeDataString(value)}";

    /// <summary>The page of a record.</summary>
    public static string Record(string recordType, Guid id) => $"/r/{recordType}/{id}";

    /// <summary>The form that changes a record.</summary>
    public static string Edit(string recordType, Guid id) => $"/r/{recordType}/{id}/edit";

    /// <summary>The form that makes a record; values by field key fill it at first.</summary>
    public static string New(string recordType, params IReadOnlyList<Prefill> values) =>
        $"/r/{recordType}/new" + (values.Count == 0 ? "" : "?" + string.Join('&', values.Select(v => $"{Uri.EscapeDataString(v.Field)}={Uri.EscapeDataString(v.Value)}")));

    /// <summary>A screen of a module or plugin.</summary>
    public static string Screen(string module, string screen) => $"/x/{module}/{screen}";

    /// <summary>A screen or an endpoint of a module that answers strangers.</summary>
    public static string Public(string tenant, string module, string key) => $"/public/{tenant}/{module}/{key}";

    /// <summary>The file that a query of a module's API answers with, for people who are signed in.</summary>
    public static string Download(string module, string key) => $"/x/{module}/download/{key}";

    /// <summary>Where a form posts that names the request it sends.</summary>
    public static string Send(string command) => "/send/" + command;

    /// <summary>The file in a field of a record.</summary>
    public static string File(string recordType, Guid id, string field) => $"/r/{recordType}/{id}/file/{field}";
}

/// <summary>A value a form begins with.</summary>
/// <param name="Field">Key of the field.</param>
/// <param name="Value">As a person would type it.</param>
public sealed record Prefill(string Field, string Value)
{
    /// <summary>Lets a pair stand where one is asked for.</summary>
    public static implicit operator Prefill((string Field, string Value) pair) => new(pair.Field, pair.Value);
}
