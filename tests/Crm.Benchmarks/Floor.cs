using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Benchmarks;

/// <summary>The same work by the driver alone, on a connection that stays open: what no product on this machine can beat.</summary>
internal sealed class Floor(Workbench bench) : IAsyncDisposable
{
    private static readonly string[] Columns = [.. Enumerable.Range(0, 15).Select(i => "c" + i)];

    private readonly Dictionary<Guid, DbConnection> connections = [];

    private Dialect Dialect => bench.Databases.Dialect;

    public async Task<DbConnection> Open(TenantInfo? tenant = null)
    {
        tenant ??= bench.Tenant;
        if (!connections.TryGetValue(tenant.Id, out var open)) connections[tenant.Id] = open = await bench.Databases.Open(tenant, CancellationToken.None);
        return open;
    }

    /// <summary>Runs a query and reads every value of every row.</summary>
    public async Task<int> Query(DbCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < reader.FieldCount; i++) _ = reader.GetValue(i);
            rows++;
        }

        return rows;
    }

    /// <summary>A command on the open connection.</summary>
    public async Task<DbCommand> Command(Func<DbCommand, string> write, TenantInfo? tenant = null)
    {
        var command = (await Open(tenant)).CreateCommand();
        command.CommandText = write(command);
        return command;
    }

    /// <summary>A table as wide as a person, with a key and two indexes, and nothing else about it.</summary>
    public async Task MakeTable()
    {
        await using var plain = Dialect.Connect(bench.Databases.Installation);
        await plain.OpenAsync();
        await Dialect.PrepareMigration(plain, CancellationToken.None);
        await using var command = plain.CreateCommand();
        var (id, json) = bench.Database == "Sqlite" ? ("BLOB", "TEXT") : ("uuid", "jsonb");
        command.CommandText = $"""
            DROP TABLE IF EXISTS control_floor;
            CREATE TABLE control_floor (tenant_id {id} NOT NULL, id {id} NOT NULL, {string.Join(", ", Columns.Select(c => c + " text"))}, ext {json}, PRIMARY KEY (tenant_id, id));
            CREATE INDEX ix_floor_1 ON control_floor (tenant_id, c0, id); CREATE INDEX ix_floor_2 ON control_floor (tenant_id, c9, id);
            """;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Inserts people from a number on, in one transaction.</summary>
    public async Task Insert(int from, int count)
    {
        var rows = new List<object?[]>(count);
        for (var i = from; i < from + count; i++)
        {
            var values = Guests.Row(i).Values.ToArray();
            var ext = new ExtensionData($$$"""{"guests":{"zone":"{{{values[15]}}}","score":{{{values[16]}}},"lastStay":"{{{values[17]}}}","pillow":"{{{values[18]}}}","member":true}}""");
            rows.Add([bench.Tenant.Id, Guid.CreateVersion7(), .. values[..15], ext]);
        }

        var open = await Open();
        await using var transaction = await open.BeginTransactionAsync();
        var table = new TableRows("control_floor", ["tenant_id", "id", .. Columns, "ext"], rows)
        {
            Types = [typeof(Guid), typeof(Guid), .. Columns.Select(_ => typeof(string)), typeof(ExtensionData)],
        };
        await Dialect.Insert(open, transaction, table, CancellationToken.None);
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in connections.Values) await open.DisposeAsync();
    }
}
