// Reads what a record's form posted: text as typed, several choices, files, and titles typed where there was no picker.
using System.Globalization;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Host.Web.Forms;

/// <summary>Values of a form by field key, and the problems met while reading them.</summary>
internal sealed class FormValues
{
    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);

    public List<Problem> Problems { get; } = [];

    public int? Version { get; private set; }

    public string? Reason { get; private set; }

    public string? ReturnTo { get; private set; }

    /// <summary>Key of the postal code whose address is to be filled in, when that button was pressed.</summary>
    public string? Fill { get; private set; }

    public static async Task<FormValues> Read(HttpContext http, RecordType type, ITenant tenant, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var read = new FormValues
        {
            Version = int.TryParse(form["_version"], CultureInfo.InvariantCulture, out var version) ? version : null,
            Reason = form["_reason"].ToString() is { Length: > 0 } reason ? reason : null,
            ReturnTo = Page.IsOurs(form["_return"]) ? form["_return"].ToString() : null,
            Fill = form["_fill"].ToString() is { Length: > 0 } fill ? fill : null,
        };
        foreach (var field in type.Fields.Where(f => !f.ReadOnly))
        {
            switch (field.Kind)
            {
                case FieldKind.File:
                    await read.File(http, form, field);
                    break;
                case FieldKind.Reference when form[field.Key + "._title"].ToString() is { Length: > 0 } title:
                    await read.Reference(mediator, field, title);
                    break;
                case FieldKind.User when form[field.Key + "._title"].ToString() is { Length: > 0 } name:
                    await read.User(http, field, name);
                    break;
                case FieldKind.MultiChoice when form.TryGetValue(field.Key, out var many):
                    read.Values[field.Key] = many.Where(m => m?.Length > 0).ToArray();
                    break;
                case FieldKind.DateTime when form.TryGetValue(field.Key, out var moment):
                    read.Values[field.Key] = Moment(moment.ToString(), tenant);
                    break;
                case FieldKind.Date when form.TryGetValue(field.Key, out var day):
                    read.Values[field.Key] = Day(field, day.ToString(), http.RequestServices.GetRequiredService<TimeProvider>().Today(tenant));
                    break;
                default:
                    if (form.TryGetValue(field.Key, out var value)) read.Values[field.Key] = value.ToString();
                    break;
            }
        }

        return read;
    }

    /// <summary>Values from an address, for a new record that begins with them.</summary>
    public static Dictionary<string, object?> FromQuery(IQueryCollection query, RecordType type)
    {
        var values = type.Fields.Where(f => f.Default is not null).ToDictionary(f => f.Key, f => f.Default, StringComparer.Ordinal);
        foreach (var field in type.Fields.Where(f => !f.ReadOnly))
        {
            if (query.TryGetValue(field.Key, out var value)) values[field.Key] = field.Kind == FieldKind.MultiChoice ? value.ToString().Split(',') : value.ToString();
        }

        return values;
    }

    // Whoever types 12/15 means this year; but a day of birth was never this year's.
    private static object? Day(Field field, string text, DateOnly today) =>
        field.Personal == PersonalData.None && JapaneseDate.TryParse(text, today, out var day) ? day : text;

    // A datetime-local input knows no zone; the tenant's is meant.
    private static object? Moment(string text, ITenant tenant)
    {
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return text;
        var bare = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return new DateTimeOffset(bare, tenant.TimeZone.GetUtcOffset(bare)).ToUniversalTime();
    }

    private async Task File(HttpContext http, IFormCollection form, Field field)
    {
        if (form.Files[field.Key + "._file"] is { Length: > 0 } upload)
        {
            await using var content = upload.OpenReadStream();
            Values[field.Key] = await http.RequestServices.GetRequiredService<IFiles>()
                .Save(Path.GetFileName(upload.FileName), upload.ContentType, content, http.RequestAborted);
        }
        else if (form[field.Key + "._clear"] == "true")
        {
            Values[field.Key] = null;
        }
    }

    private async Task User(HttpContext http, Field field, string name)
    {
        var tenant = http.RequestServices.GetRequiredService<Current>().Tenant;
        if (await http.RequestServices.GetRequiredService<IUserNames>().Find(tenant, name, http.RequestAborted) is { } user) Values[field.Key] = user;
        else Problems.Add(ScreenProblems.NoSuchName(field, name));
    }

    private async Task Reference(IMediator mediator, Field field, string title)
    {
        var found = await mediator.Send(new SearchRecords(title) { Type = field.References, PerType = 10 });
        IReadOnlyList<SearchHit> hits = found.Failed ? [] : found.Value;
        if ((hits.FirstOrDefault(h => h.Title == title) ?? (hits.Count == 1 ? hits[0] : null)) is { } hit)
        {
            Values[field.Key] = hit.Id;
            return;
        }

        Problems.Add(hits.Count == 0
            ? ScreenProblems.NoSuchName(field, title)
            : ScreenProblems.SeveralOfName(field, hits));
    }
}
