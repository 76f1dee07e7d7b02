// Makes a backup: every table of the installation, or one tenant's rows of them, as they were at one moment, while people work.
using System.Data;
using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Platform.Encryption;
using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Platform.Backup;

/// <summary>What was made: its size, and its name as the SHA-256 of the manifest, which holds the sums of all tables.</summary>
internal sealed record BackupMade(string File, long Bytes, string Sum, BackupManifest Manifest);

internal sealed class Backups(Databases databases, KnownTables tables, PluginHost plugins, MasterKey master, TimeProvider clock)
{
    /// <summary>Tables of the installation of which one tenant's backup holds the tenant's rows. Tokens and passkeys do not move with it.</summary>
    public static readonly IReadOnlySet<string> OfOneTenant = new HashSet<string>(StringComparer.Ordinal)
    {
        "control_tenant", "control_tenant_module", "control_tenant_key", "control_user", "control_role", "control_user_role", "control_team", "control_team_member",
    };

    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a backup beside its place and puts it there when it is whole.</summary>
    /// <param name="file">The file; one that is there is replaced.</param>
    /// <param name="tenant">One tenant; null for the installation.</param>
    /// <param name="withMasterKey">Whether the key that opens everything goes into the same file.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<BackupMade> Write(string file, TenantInfo? tenant, bool withMasterKey, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var partial = file + ".partial";
        try
        {
            BackupManifest manifest;
            string sum;
            var rights = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) rights.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(partial, rights))
            {
                await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation);
                manifest = await Tables(zip, tenant, cancellation);
                if (withMasterKey) await Entry(zip, BackupManifest.MasterKeyEntry, Encoding.ASCII.GetBytes(Convert.ToBase64String(master.Get(mayMake: true))), cancellation);
                var said = JsonSerializer.SerializeToUtf8Bytes(manifest, Indented);
                sum = Convert.ToHexStringLower(SHA256.HashData(said));
                await Entry(zip, BackupManifest.Entry, said, cancellation);
            }

            File.Move(partial, file, overwrite: true);
            return new(file, new FileInfo(file).Length, sum, manifest);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<BackupManifest> Tables(ZipArchive zip, TenantInfo? only, CancellationToken cancellation)
    {
        await using var installation = await Snapshot.Open(databases, databases.Installation, cancellation);
        var all = await Tenants(installation, cancellation);
        var chosen = all.Where(t => only is null || t.Info.Id == only.Id).ToList();
        await using var own = new Snapshots();
        foreach (var database in chosen.Select(t => t.Database).OfType<string>().Where(d => d != databases.Installation).Distinct(StringComparer.Ordinal))
        {
            own.All[database] = await Snapshot.Open(databases, database, cancellation);
        }

        var schemas = await tables.In(installation.Connection, installation.Transaction, cancellation);
        var written = new List<BackedUpTable>();
        foreach (var table in schemas.SelectMany(s => s.Tables))
        {
            var control = table.Owner == TableOwner.Control;
            if (control && only is not null && !OfOneTenant.Contains(table.Name)) continue;
            var entry = zip.CreateEntry(BackedUpTable.EntryOf(table.Name), CompressionLevel.Fastest);
            await using var stream = await entry.OpenAsync(cancellation);
            await using var lines = new SummingStream(stream);
            long rows = 0;
            if (control) rows = await Rows(installation, table, lines, only?.Id, cancellation);
            else foreach (var (info, database) in chosen) rows += await Rows(database is not null && own.All.TryGetValue(database, out var its) ? its : installation, table, lines, info.Id, cancellation);
            written.Add(new(table.Name, table.Owner, [.. table.Columns.Select(c => c.Name)], rows, lines.Sum));
        }

        return new()
        {
            MadeAt = clock.GetUtcNow(),
            Installation = only is null,
            Tenants = [.. chosen.Select(t => t.Info)],
            Schemas = [.. schemas.Select(s => new BackedUpSchema(s.Owner, s.Migrations))],
            Tables = written,
            Missing = await NotRunning(installation, cancellation),
        };
    }

    private async Task<long> Rows(Snapshot from, KnownTable table, SummingStream to, Guid? tenant, CancellationToken cancellation)
    {
        var dialect = databases.Dialect;
        await using var command = from.Connection.CreateCommand();
        command.Transaction = from.Transaction;
        command.CommandTimeout = 0;
        var where = tenant is { } id ? $" WHERE {(table.Name == "control_tenant" ? "id" : "tenant_id")} = {dialect.Bind(command, dialect.ToColumn(id))}" : "";
        command.CommandText = $"SELECT {string.Join(", ", table.Columns.Select(c => dialect.Quote(c.Name)))} FROM {table.Name}{where} ORDER BY {string.Join(", ", table.Key.Select(dialect.Quote))}";
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        using var line = new MemoryStream();
        long rows = 0;
        while (await reader.ReadAsync(cancellation))
        {
            line.SetLength(0);
            await using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = Json.Compact.Encoder, SkipValidation = true })) RowLines.Write(json, dialect, reader, table.Columns);
            line.WriteByte((byte)'\n');
            to.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            rows++;
        }

        return rows;
    }

    /// <summary>The tenants of the snapshot, in the order of their ids.</summary>
    private async Task<IReadOnlyList<(BackedUpTenant Info, string? Database)>> Tenants(Snapshot from, CancellationToken cancellation)
    {
        var sql = new Sql(databases.Dialect, from.Connection, from.Transaction);
        var on = (await sql.Rows($"SELECT tenant_id, module FROM control_tenant_module WHERE enabled = {true} ORDER BY module", r => (Tenant: r.Id(0), Module: r.Text(1)), cancellation)).ToLookup(m => m.Tenant, m => m.Module);
        return await sql.Rows(
            $"SELECT id, {Sql.Raw(databases.Dialect.Quote("key"))}, name, {Sql.Raw(databases.Dialect.Quote("database"))} FROM control_tenant ORDER BY id",
            r => (new BackedUpTenant(r.Id(0), r.Text(1), r.Text(2), [.. on[r.Id(0)]]), r.MaybeText(3)), cancellation);
    }

    private async Task<IReadOnlyList<string>> NotRunning(Snapshot from, CancellationToken cancellation) =>
        [.. (await new Sql(databases.Dialect, from.Connection, from.Transaction).Rows($"SELECT id, version FROM control_plugin WHERE active = {true} ORDER BY id", r => (Id: r.Text(0), Version: r.Text(1)), cancellation))
            .Where(p => plugins.Find(p.Id) is null).Select(p => $"{p.Id} {p.Version}")];

    private static async Task Entry(ZipArchive zip, string name, byte[] content, CancellationToken cancellation)
    {
        await using var stream = await zip.CreateEntry(name).OpenAsync(cancellation);
        await stream.WriteAsync(content, cancellation);
    }

    private sealed class Snapshots : IAsyncDisposable
    {
        public Dictionary<string, Snapshot> All { get; } = new(StringComparer.Ordinal);

        public async ValueTask DisposeAsync()
        {
            foreach (var one in All.Values) await one.DisposeAsync();
        }
    }
}

/// <summary>A database as it was at one moment; writers go on.</summary>
internal sealed class Snapshot(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    public DbConnection Connection => connection;

    public DbTransaction Transaction => transaction;

    public static async Task<Snapshot> Open(Databases databases, string database, CancellationToken cancellation)
    {
        var connection = databases.Dialect.Connect(database);
        try
        {
            await connection.OpenAsync(cancellation);
            await databases.Dialect.PrepareMigration(connection, cancellation);
            return new(connection, await databases.Dialect.BeginSnapshot(connection, cancellation));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
