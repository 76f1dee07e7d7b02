// The floor of pages: ASP.NET and the driver, the same rows of the same database, as little HTML around them as shows them, compressed.
// `dotnet Crm.Benchmarks.dll bare PROVIDER CONNECTION TENANT --urls …`; nobody signs in, nothing is checked, nothing is noted.
using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Crm.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Benchmarks.Serving;

internal static class BareServer
{
    public const string Word = "bare";

    private const string Company = "customers_company";
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    /// <summary>The bare server on a site's database, for its tenant.</summary>
    public static Task<ServedProcess> Start(Site site) => ServedProcess.Start(typeof(BareServer).Assembly.Location, Word, site.Database, site.ConnectionString, site.Tenant.Id.ToString());

    public static async Task<int> Run(string[] words)
    {
        Dialect dialect = words[1] == "Sqlite" ? new SqliteDialect() : new PostgreSqlDialect();
        var tenant = Guid.Parse(words[3]);
        var open = new ConcurrentBag<DbConnection>();
        var builder = WebApplication.CreateSlimBuilder(words[4..]);
        builder.Logging.ClearProviders();
        builder.Services.AddResponseCompression(options =>
        {
            options.MimeTypes = ["text/html", "application/json"];
            options.Providers.Add<BrotliCompressionProvider>();
        });
        await using var app = builder.Build();
        app.UseResponseCompression();
        app.MapGet("/readyz", () => "ready");
        app.MapGet("/list", () => Table(Company, "name, phone, code, address_prefecture, address_city, rank, updated_at", "", "sort_name", 50));
        app.MapGet("/record/{id:guid}", (Guid id) => Record(id));
        app.MapGet("/board", () => Table("deals_deal", "name, value, expected_close, stage_id, company_id, owner_id, probability", " AND status = 'open'", "expected_close", 180));
        app.MapGet("/chase", () => Table("waste_manifest", "number, next_step, next_due, generator_id, waste_kind, transporter_id, disposer_id", " AND next_due IS NOT NULL", "next_due", 50));
        app.MapPost("/move/{id:guid}/{stage:guid}", (Guid id, Guid stage) => Change(command => $"UPDATE deals_deal SET stage_id = {dialect.Bind(command, dialect.ToColumn(stage))} WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant))} AND id = {dialect.Bind(command, dialect.ToColumn(id))}"));
        app.MapPost("/touch/{id:guid}", (Guid id) => Change(command => $"UPDATE {Company} SET version = version + 1 WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant))} AND id = {dialect.Bind(command, dialect.ToColumn(id))}"));
        await app.RunAsync();
        return 0;

        async Task<IResult> Change(Func<DbCommand, string> sql) => Results.Ok(await With(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql(command);
            return await command.ExecuteNonQueryAsync();
        }));

        async Task<IResult> Table(string table, string columns, string where, string order, int rows) =>
            Page(await With(connection => Rows(connection, command => $"SELECT id, {columns} FROM {table} WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant))} AND deleted_at IS NULL{where} ORDER BY {order}{dialect.Limit(rows)}")));

        async Task<IResult> Record(Guid id) => Page(await With(async connection =>
        {
            var text = await Rows(connection, command => $"SELECT * FROM {Company} WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant))} AND id = {dialect.Bind(command, dialect.ToColumn(id))}");
            foreach (var (table, columns, day) in ((string, string, string)[])[("customers_purchase", "product_name, amount, bought_on", "bought_on"), ("customers_note", "title, written_at", "written_at"), ("deals_activity", "subject, starts_at", "starts_at")])
            {
                text.Append(await Rows(connection, command => $"SELECT id, {columns} FROM {table} WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant))} AND company_id = {dialect.Bind(command, dialect.ToColumn(id))} AND deleted_at IS NULL ORDER BY {day} DESC{dialect.Limit(50)}"));
            }

            return text;
        }));

        async Task<T> With<T>(Func<DbConnection, Task<T>> work)
        {
            if (!open.TryTake(out var connection))
            {
                connection = dialect.Connect(words[2]);
                await connection.OpenAsync();
                await dialect.Prepare(connection, tenant, CancellationToken.None);
            }

            var done = await work(connection);
            open.Add(connection);
            return done;
        }
    }

    private static async Task<StringBuilder> Rows(DbConnection connection, Func<DbCommand, string> sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql(command);
        await using var reader = await command.ExecuteReaderAsync();
        var text = new StringBuilder("<table>");
        while (await reader.ReadAsync())
        {
            text.Append("<tr>");
            for (var i = 0; i < reader.FieldCount; i++)
            {
                text.Append("<td>").Append(Html.Encode(Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? "")).Append("</td>");
            }

            text.Append("</tr>");
        }

        return text.Append("</table>");
    }

    private static IResult Page(StringBuilder body) => Results.Text("<!DOCTYPE html><html><body>" + body + "</body></html>", "text/html; charset=utf-8");
}
