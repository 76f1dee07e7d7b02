// /settings/audit: what was asked for stands in the address, so that a filtered audit can be sent to somebody.
using System.Globalization;
using Crm.Platform.Audit;
using Crm.Platform.Tenancy;
using MediatR;

namespace Crm.Host.Web.Settings.Audit;

internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings/audit", async (HttpContext http, IMediator mediator, Current current, Platform.Modules.ModuleList modules) =>
    {
        var asked = AuditAddress.Read(http.Request.Query);
        var part = await mediator.Send(asked, http.RequestAborted);
        return part.Failed ? Page.Problem(http, part.Problems) : Page.Of<AuditPage>(http, new Dictionary<string, object?>
        {
            [nameof(AuditPage.Model)] = new AuditModel(asked, part.Value, current.Catalog, new AuditWords(current.Catalog, modules)),
        });
    });
}

/// <summary>What of the audit is shown, as the address of its page.</summary>
internal static class AuditAddress
{
    public const string System = "system";

    public static ListAudit Read(IQueryCollection query)
    {
        var who = query["who"].ToString();
        return new ListAudit(query["show"] == "access", Id(query["before"]))
        {
            From = Day(query["from"]), To = Day(query["to"]), BySystem = who == System, Actor = Id(who), Action = Text(query["action"]), RecordType = Text(query["type"]),
            Record = Id(query["record"]), ChangeSet = Id(query["set"]), Key = Text(query["key"]),
        };
    }

    public static string Of(ListAudit asked)
    {
        (string Name, string? Value)[] all =
        [
            ("show", asked.Access ? "access" : null), ("from", Day(asked.From)), ("to", Day(asked.To)), ("who", asked.BySystem ? System : asked.Actor?.ToString()),
            ("action", asked.Action), ("type", asked.RecordType), ("record", asked.Record?.ToString()), ("key", asked.Key), ("set", asked.ChangeSet?.ToString()), ("before", asked.Before?.ToString()),
        ];
        return "/settings/audit" + QueryString.Create(all.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value)));
    }

    public static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

internal sealed record AuditModel(ListAudit Asked, AuditPart Part, Platform.Catalog.TenantCatalog Catalog, AuditWords Words);
