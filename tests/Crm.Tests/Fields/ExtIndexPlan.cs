using Crm.Platform.Fields;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Fields;

/// <summary>How a database would look up and sort by an extension field.</summary>
internal static class ExtIndexPlan
{
    public static async Task<string> Of(TestHost crm, string recordType, string field)
    {
        await using var scope = await crm.Scope();
        var current = scope.Get<Current>();
        Assert.True(current.Catalog.TryGet(recordType, out var type));
        var databases = crm.Services.GetRequiredService<Platform.Storage.Databases>();
        await crm.Services.GetRequiredService<ExtIndexes>().Build(databases.Of(current.Tenant), type, type[field], CancellationToken.None);
        var dialect = databases.Dialect;
        await using var connection = await databases.Open(current.Tenant, CancellationToken.None);
        await using (var analyze = connection.CreateCommand())
        {
            analyze.CommandText = dialect.Name == "Sqlite" ? "ANALYZE" : $"ANALYZE {type.Table}";
            await analyze.ExecuteNonQueryAsync();
        }

        await using var command = connection.CreateCommand();
        var expression = dialect.Expression(type[field]);
        command.CommandText = (dialect.Name == "Sqlite" ? "EXPLAIN QUERY PLAN " : "EXPLAIN ")
            + $"SELECT t.id FROM {type.Table} t WHERE t.tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND t.deleted_at IS NULL"
            + $" AND {expression} = {dialect.Bind(command, dialect.ToDb(type[field], 3m))} AND {expression} IS NOT NULL ORDER BY {expression}, t.id LIMIT 26";
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(Convert.ToString(reader.GetValue(reader.FieldCount - 1), System.Globalization.CultureInfo.InvariantCulture)!);
        return string.Join('\n', lines);
    }
}
