// ./crm tenant show trading
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Spectre.Console;

namespace Crm.Host.CommandLine.Tenants;

internal static class ShowTenant
{
    public static Command Verb(VerbRunner runner)
    {
        var key = new Argument<string>("KEY") { Description = Texts.L("テナントのキー", "Key of the tenant") };
        return runner.Verb("show", ("テナントの設定を表示する", "Show a tenant's settings"), [key], async work =>
        {
            var tenant = await work.Tenant(work.Value(key));
            if (tenant.Failed) return Result<Answer>.Fail(tenant.Problems);
            var json = Json(tenant.Value);
            return new Answer(json, console =>
            {
                var grid = new Grid().AddColumn().AddColumn();
                foreach (var (name, value) in json) grid.AddRow(Markup.Escape(name), Markup.Escape(Answer.Text(value)));
                console.Write(grid);
            });
        });
    }

    // The connection string of its own database carries a password: only that there is one is told.
    public static JsonObject Json(TenantInfo tenant) => new()
    {
        ["key"] = tenant.Key, ["name"] = tenant.Name, ["id"] = tenant.Id, ["active"] = tenant.Active, ["language"] = tenant.Language.TwoLetterISOLanguageName, ["currency"] = tenant.Currency,
        ["timeZone"] = tenant.TimeZone.Id, ["fiscalYearStart"] = tenant.FiscalYearStart, ["ownDatabase"] = tenant.Database is not null,
        ["modules"] = new JsonArray([.. tenant.Modules.Order(StringComparer.Ordinal).Select(m => (JsonNode)m)]),
    };
}
