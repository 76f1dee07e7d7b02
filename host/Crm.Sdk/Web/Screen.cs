using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Crm.Sdk.Web;

/// <summary>
/// A page: loads by sending queries, changes nothing. Changes are made by forms, which name the request they send.
/// Rendered on the server for each request; keeps no state.
/// </summary>
public abstract class Screen : Part
{
}

/// <summary>A piece of a page that may ask for data.</summary>
public abstract class Part : ComponentBase
{
    private Task? loading;

    /// <summary>The request this page answers.</summary>
    [CascadingParameter]
    public required ScreenContext Context { get; set; }

    /// <summary>The tenant.</summary>
    protected ITenant Tenant => Context.Tenant;

    /// <summary>Who looks.</summary>
    protected IUser User => Context.User;

    /// <summary>Sends a query.</summary>
    protected Task<T> Ask<T>(IRequest<T> query) => Context.Mediator.Send(query, Context.Aborted);

    /// <summary>Sends a query without whose answer there is no page: a refusal becomes the page (not found, forbidden).</summary>
    protected async Task<T> Need<T>(IRequest<Result<T>> query)
    {
        var answer = await Ask(query);
        return answer.Failed ? throw new ScreenRefusedException(answer.Problems) : answer.Value;
    }

    /// <summary>Several lists by one question to the database; a refusal of any becomes the page.</summary>
    protected async Task<IReadOnlyList<RecordPage>> NeedTogether(params IReadOnlyList<ListRecords> lists)
    {
        var pages = await Need(new ListRecordsTogether(lists));
        return pages.FirstOrDefault(p => p.Failed) is { } refused ? throw new ScreenRefusedException(refused.Problems) : [.. pages.Select(p => p.Value)];
    }

    /// <summary>The text in the language of who looks.</summary>
    protected static string L(string ja, string en) => Texts.L(ja, en);

    /// <summary>Loads what the page shows; called once before it is rendered.</summary>
    protected virtual Task Load() => Task.CompletedTask;

    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);

        // A component is otherwise rendered once while it still waits for the database.
        await (loading ??= Load());
        await base.SetParametersAsync(ParameterView.Empty);
    }
}

/// <summary>A piece of a record's page, from another module or a plugin.</summary>
public abstract class RecordPart : Part
{
    /// <summary>The record whose page it is.</summary>
    [Parameter]
    public required RecordView Record { get; set; }
}

/// <summary>A layout of many records, for paper.</summary>
public abstract class ListPart : Part
{
    /// <summary>The type of the records, as the tenant sees it.</summary>
    [Parameter]
    public required RecordType Type { get; set; }

    /// <summary>The records in the order of the list, with all fields that may be seen; 1,000 at most.</summary>
    [Parameter]
    public required IReadOnlyList<Row> Rows { get; set; }

    /// <summary>Whether the list has more records than these.</summary>
    [Parameter]
    public bool HasMore { get; set; }
}

/// <summary>Ends the loading of a page whose query was refused; the host answers with the page for the problem.</summary>
internal sealed class ScreenRefusedException(IReadOnlyList<Problem> problems) : Exception(string.Join("; ", problems.Select(p => p.Code)))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}

/// <summary>
/// A note beside the form of a record while somebody fills it: possible duplicates, what is known of the customer.
/// Rendered anew whenever a value changes; shows nothing when it has nothing to say.
/// </summary>
public abstract class FormPart : Part
{
    /// <summary>The type of the record.</summary>
    [Parameter]
    public required RecordType Type { get; set; }

    /// <summary>The record being changed; null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>What the form holds by field key: text as typed, or the field's CLR type before anything was typed.</summary>
    [Parameter]
    public required IReadOnlyDictionary<string, object?> Values { get; set; }

    /// <summary>The text of a field as it stands in the form; null when empty.</summary>
    protected string? Typed(string field) => Values.GetValueOrDefault(field)?.ToString() is { Length: > 0 } text ? text : null;
}

/// <summary>The request a page answers.</summary>
public sealed class ScreenContext
{
    private readonly Func<string, string, string>? assets;

    internal ScreenContext(HttpContext http, IMediator mediator, ITenant tenant, IUser user, Func<string, string, string>? assets = null)
    {
        this.assets = assets;
        Http = http;
        Mediator = mediator;
        Tenant = tenant;
        User = user;
    }

    internal HttpContext Http { get; }

    internal IMediator Mediator { get; }

    /// <summary>The tenant.</summary>
    public ITenant Tenant { get; }

    /// <summary>Who looks.</summary>
    public IUser User { get; }

    /// <summary>Ends when nobody waits for the page any more.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Path of the page.</summary>
    public string Path => Http.Request.Path;

    /// <summary>A path of this installation as others can open it: <c>https://crm.example.jp/feed/…</c>, by the name under which it was reached.</summary>
    public string Whole(string path) => $"{Http.Request.Scheme}://{Http.Request.Host}{path}";

    /// <summary>The address of a file that lies in the <c>wwwroot</c> of a plugin: <c>Asset("waste", "css/waste.css")</c>. Browsers keep it until the plugin changes.</summary>
    public string Asset(string plugin, string path) => assets?.Invoke(plugin, path) ?? path;

    /// <summary>Whether only a part of the page is wanted (htmx): the shell around it is left out.</summary>
    public bool IsPartial => Http.Request.Headers.ContainsKey("HX-Request") && !Http.Request.Headers.ContainsKey("HX-History-Restore-Request");

    /// <summary>What was wrong with the form of a public screen that was just refused; empty when it is opened.</summary>
    public IReadOnlyList<Problem> Problems { get; internal set; } = [];

    /// <summary>What was typed into a form of a public screen that was refused, or null.</summary>
    public string? Typed(string name) => Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>The input by which a form says that its result is shown once.</summary>
    internal const string OnceInput = "_once";

    private const string OnceCookie = "crm.once";

    /// <summary>What a form that led here with <see cref="CommandForm.ShowOnce"/> was answered; null when none did, or when it was shown before.</summary>
    public string? ShownOnce()
    {
        if (Http.Request.Cookies[OnceCookie] is not { Length: > 0 } value) return null;
        Http.Response.Cookies.Delete(OnceCookie, new() { Path = Path });
        return Uri.UnescapeDataString(value);
    }

    /// <summary>Keeps a result for the page a form leads to, for a minute.</summary>
    internal static void KeepOnce(HttpContext http, string page, string value) => http.Response.Cookies.Append(
        OnceCookie, Uri.EscapeDataString(value),
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(1), IsEssential = true, Path = page.Split('?')[0] });

    /// <summary>A value from the address after the question mark, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A value from the route, or null.</summary>
    public string? Route(string name) => Http.Request.RouteValues.TryGetValue(name, out var value) ? value?.ToString() : null;
}

/// <summary>Keys of the slots that record pages offer.</summary>
public static class Slots
{
    /// <summary>A tab on the page of a record type's records. The component is a <see cref="RecordPart"/>.</summary>
    public static string Tabs(string recordType) => recordType + "/tabs";

    /// <summary>A card beside the summary on the page of a record type's records. The component is a <see cref="RecordPart"/>.</summary>
    public static string Side(string recordType) => recordType + "/side";

    /// <summary>A note beside the form of a record type's records. The component is a <see cref="FormPart"/>.</summary>
    public static string Form(string recordType) => recordType + "/form";

    /// <summary>A button or link in the head of the page of a record type's records. The component is a <see cref="RecordPart"/>.</summary>
    public static string Actions(string recordType) => recordType + "/actions";
}
