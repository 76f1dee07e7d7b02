// Brings a backup back: the installation into an empty place, or one tenant as a new one beside the others. Nothing is written before all
// is checked, and all rows are written in one transaction: stopped at any point, the place is as it was.
using System.Data.Common;
using System.Text.Json;
using Crm.Platform.Encryption;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Plugins;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Storage;

namespace Crm.Platform.Backup;

/// <summary>What was brought back: tenants by key, how many tables and rows.</summary>
internal sealed record Restored(IReadOnlyList<string> Tenants, int Tables, long Rows);

internal sealed class Restore(Databases databases, KnownTables tables, PluginStore plugins, PluginHost running, MasterKey master, Tenants tenants, RestoredPeople people)
{
    private const int RowsAtOnce = 500;
    private const int BytesAtOnce = 4 << 20;

    /// <summary>Everything, into an installation without tenants and users.</summary>
    public async Task<Result<Restored>> Installation(BackupFile file, CancellationToken cancellation)
    {
        if (!file.Manifest.Installation) return new Problem("one-tenant", ("これはテナント 1 件のバックアップです。", "This is a backup of one tenant."), ("--tenant を指定してください。", "Say --tenant."), "tenant");
        var sound = await file.Verify(cancellation);
        if (sound.Failed) return Result<Restored>.Fail(sound.Problems);
        await using (var look = await Open(cancellation))
        {
            var sql = new Sql(databases.Dialect, look);
            if (await sql.First($"SELECT (SELECT COUNT(*) FROM control_tenant) + (SELECT COUNT(*) FROM control_user)", r => r.Long(0), cancellation) > 0)
            {
                return new Problem("not-empty", ("この環境にはすでにテナントかユーザーがあります。何も変更していません。", "There are tenants or users here already. Nothing was changed."), ("空のデータベースとデータフォルダーに復元してください。", "Restore into an empty database and data folder."));
            }
        }

        if (await Keys(file, null, cancellation) is { } locked) return locked;
        var owners = file.Manifest.Schemas.Select(s => s.Owner).ToHashSet(StringComparer.Ordinal);
        await using var connection = await Open(cancellation);

        // What comes with the product first: the packages in the file bring the rest.
        var known = await tables.In(connection, null, cancellation);
        var packages = await Packages(file, cancellation);
        var problems = SchemaFits.Check(file.Manifest, known, owners.Where(o => !packages.Contains(o)).ToHashSet(StringComparer.Ordinal));
        if (problems.Count > 0) return Result<Restored>.Fail(problems);
        try
        {
            var run = await Plugins(connection, file, packages, cancellation);
            if (run.Count == 0)
            {
                known = await tables.In(connection, null, cancellation);
                run = SchemaFits.Check(file.Manifest, known, owners);
            }

            if (run.Count > 0)
            {
                if (packages.Count > 0) await NoPlugins(connection);
                return Result<Restored>.Fail(run);
            }

            var restored = await Rows(connection, file, known, new RestoredIds(null), cancellation);
            tenants.Forget();
            return restored;
        }
        catch when (packages.Count > 0)
        {
            await NoPlugins(connection);
            throw;
        }
    }

    /// <summary>One tenant, closed until somebody opens it: a copy must not send the mails of the original once more.</summary>
    /// <param name="file">A backup of the tenant, or of the installation.</param>
    /// <param name="key">Which tenant of the backup.</param>
    /// <param name="asKey">Its key here; as it was when null.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<Restored>> Tenant(BackupFile file, string key, string? asKey, CancellationToken cancellation)
    {
        if (file.Manifest.Tenants.FirstOrDefault(t => t.Key == key) is not { } tenant)
        {
            return new Problem("no-such-tenant", ($"バックアップにテナント「{key}」はありません。", $"The backup has no tenant “{key}”."), ("./crm backup verify で中身を確認してください。", "./crm backup verify shows what it has."), "tenant", ProblemKind.NotFound);
        }

        // Rows of that id are the installation's own: its administrators among them.
        if (tenant.Id == User.Installation) return new Problem("not-a-tenant", ($"バックアップの「{key}」はテナントではありません。何も変更していません。", $"“{key}” of the backup is no tenant. Nothing was changed."), Field: "tenant");

        var wanted = asKey ?? key;
        if (!Catalog.CustomFields.KeyStep().IsMatch(wanted)) return new Problem("bad-key", ("テナントキーは英小文字で始まる英数字にしてください。", "The tenant's key must be letters and digits and begin with a small letter."), Field: "as");
        if (await tenants.Find(wanted, cancellation) is not null) return new Problem("taken", ($"テナント「{wanted}」はすでにあります。何も変更していません。", $"There is a tenant “{wanted}” already. Nothing was changed."), ("--as で別のキーを指定してください。", "Choose another key with --as."), "as");
        var sound = await file.Verify(cancellation);
        if (sound.Failed) return Result<Restored>.Fail(sound.Problems);
        if (await Keys(file, tenant.Id, cancellation) is { } locked) return locked;

        await using var connection = await Open(cancellation);
        var known = await tables.In(connection, null, cancellation);
        var owners = await Owners(file, tenant, cancellation);
        List<Problem> problems =
        [
            .. SchemaFits.Check(file.Manifest, known, owners),
            .. tenant.Modules.Where(m => !tables.Knows(m) && file.Manifest.Schemas.All(s => s.Owner != m)).Select(SchemaFits.NoModule),
        ];
        if (problems.Count > 0) return Result<Restored>.Fail(problems);
        var ids = await Ids(file, tenant, wanted, cancellation);
        var restored = await Rows(connection, file, known, ids, cancellation);
        tenants.Forget();
        return restored;
    }

    /// <summary>The modules a tenant has on or has rows of.</summary>
    private static async Task<HashSet<string>> Owners(BackupFile file, BackedUpTenant tenant, CancellationToken cancellation)
    {
        var owners = new HashSet<string>(tenant.Modules, StringComparer.Ordinal) { TableOwner.Control, TableOwner.Platform };
        foreach (var table in file.Manifest.Tables.Where(t => t.Rows > 0 && !owners.Contains(t.Owner)))
        {
            var at = table.Columns.ToList().IndexOf("tenant_id");
            await foreach (var row in file.Rows(table, cancellation))
            {
                if (at < 0 || row[at].GetGuid() != tenant.Id) continue;
                owners.Add(table.Owner);
                break;
            }
        }

        return owners;
    }

    /// <summary>The ids of the tenant, its users, roles and teams are kept where they are free; beside the original they are new.</summary>
    private async Task<RestoredIds> Ids(BackupFile file, BackedUpTenant tenant, string key, CancellationToken cancellation)
    {
        var taken = await tenants.Find(tenant.Id, cancellation) is not null;
        var fresh = new Dictionary<Guid, Guid>();
        if (taken)
        {
            fresh[tenant.Id] = Sdk.Records.Ids.New();
            foreach (var table in file.Manifest.Tables.Where(t => t.Name is "control_user" or "control_role" or "control_team"))
            {
                var columns = table.Columns.ToList();
                await foreach (var row in file.Rows(table, cancellation))
                {
                    if (row[columns.IndexOf("tenant_id")].GetGuid() == tenant.Id) fresh[row[columns.IndexOf("id")].GetGuid()] = Sdk.Records.Ids.New();
                }
            }
        }

        return new(new(tenant.Id, key, fresh));
    }

    private async Task<Problem?> Keys(BackupFile file, Guid? tenant, CancellationToken cancellation)
    {
        var keys = new List<(Guid, byte[])>();
        foreach (var table in file.Manifest.Tables.Where(t => t.Name == "control_tenant_key"))
        {
            var columns = table.Columns.ToList();
            await foreach (var row in file.Rows(table, cancellation))
            {
                var of = row[columns.IndexOf("tenant_id")].GetGuid();
                if (tenant is null || of == tenant) keys.Add((of, row[columns.IndexOf("wrapped")].GetBytesFromBase64()));
            }
        }

        if (keys.Count > 0 && await file.MasterKey(cancellation) is { } brought) master.Bring(brought);
        return MasterKeyOpens.Check(master, keys);
    }

    private async Task<Restored> Rows(DbConnection connection, BackupFile file, IReadOnlyList<KnownSchema> known, RestoredIds ids, CancellationToken cancellation)
    {
        await using var writing = await databases.Dialect.BeginWrite(connection, cancellation);
        if (ids.One is not null) ids.Number = 1 + await new Sql(databases.Dialect, connection, writing.Transaction).First($"SELECT COALESCE(MAX(number), 0) FROM control_tenant", r => r.Int(0), cancellation);
        var (written, keys) = (0L, new List<string>());
        var infos = new Dictionary<Guid, TenantInfo>();
        foreach (var table in known.SelectMany(s => s.Tables))
        {
            if (file.Manifest.Tables.FirstOrDefault(t => t.Name == table.Name) is not { Rows: > 0 } from) continue;
            if (table.Name is "control_plugin" or "control_plugin_key") continue;
            if (ids.One is not null && table.Owner == TableOwner.Control && !Backups.OfOneTenant.Contains(table.Name)) continue;
            var columns = from.Columns.Select(c => table.Columns.Single(k => k.Name == c)).ToList();
            var change = new RestoredRows(table.Name, columns, ids, people, master);
            var (rows, bytes) = (new List<object?[]>(), 0L);
            await foreach (var line in file.Rows(from, cancellation))
            {
                if (change.Of(line) is not { } row) continue;
                if (table.Name == "control_tenant")
                {
                    var info = Tenants.Info(new TenantRow { Id = (Guid)row[change.At("id")]!, Number = (int)row[change.At("number")]!, Key = (string)row[change.At("key")]!, Name = "" }, []);
                    infos[info.Id] = info;
                    keys.Add(info.Key);
                }

                rows.Add(row);
                bytes += row.Sum(v => v switch { byte[] many => many.Length, string text => 2 * text.Length, _ => 16 });
                if (rows.Count == RowsAtOnce || bytes > BytesAtOnce) await Flush();
            }

            await Flush();

            async Task Flush()
            {
                if (rows.Count == 0) return;
                if (table.Name == KnownTables.Search)
                {
                    foreach (var of in rows.GroupBy(r => (Guid)r[change.At("tenant_id")]!))
                    {
                        await databases.Dialect.AddSearch(connection, writing.Transaction, infos[of.Key], [.. of.Select(r => SearchIndex.Entry((string)r[change.At("record_type")]!, (Guid)r[change.At("record_id")]!, (string)r[change.At("title")]!, (string)r[change.At("body")]!, infos[of.Key].Number))], cancellation);
                    }
                }
                else
                {
                    await databases.Dialect.Insert(connection, writing.Transaction, new(table.Name, [.. columns.Select(c => databases.Dialect.Quote(c.Name))], rows) { Types = [.. columns.Select(c => c.Type)] }, cancellation);
                }

                written += rows.Count;
                rows.Clear();
                bytes = 0;
            }
        }

        cancellation.ThrowIfCancellationRequested();
        await writing.Transaction.CommitAsync(CancellationToken.None);
        return new(keys, file.Manifest.Tables.Count, written);
    }

    /// <summary>Ids of the plugins whose packages are in the file and ran.</summary>
    private static async Task<HashSet<string>> Packages(BackupFile file, CancellationToken cancellation)
    {
        var packages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in file.Manifest.Tables.Where(t => t.Name == "control_plugin"))
        {
            var columns = table.Columns.ToList();
            await foreach (var row in file.Rows(table, cancellation))
            {
                if (row[columns.IndexOf("active")].GetBoolean()) packages.Add(row[columns.IndexOf("id")].GetString()!);
            }
        }

        return packages;
    }

    /// <summary>Takes the plugins in first: running, they make their tables.</summary>
    private async Task<IReadOnlyList<Problem>> Plugins(DbConnection connection, BackupFile file, HashSet<string> packages, CancellationToken cancellation)
    {
        if (packages.Count == 0) return [];
        var known = (await tables.In(connection, null, cancellation)).SelectMany(s => s.Tables).ToDictionary(t => t.Name, StringComparer.Ordinal);
        await using (var writing = await databases.Dialect.BeginWrite(connection, cancellation))
        {
            var sql = new Sql(databases.Dialect, connection, writing.Transaction);
            foreach (var table in file.Manifest.Tables.Where(t => t.Name is "control_plugin" or "control_plugin_key"))
            {
                await sql.Execute($"DELETE FROM {Sql.Raw(table.Name)}", cancellation);
                var columns = table.Columns.Select(c => known[table.Name].Columns.Single(k => k.Name == c)).ToList();
                await foreach (var line in file.Rows(table, cancellation))
                {
                    object?[] row = [.. columns.Select((c, i) => RowLines.Read(line[i], c.Type))];
                    await databases.Dialect.Insert(connection, writing.Transaction, new(table.Name, [.. columns.Select(c => databases.Dialect.Quote(c.Name))], [row]) { Types = [.. columns.Select(c => c.Type)] }, cancellation);
                }
            }

            await writing.Transaction.CommitAsync(cancellation);
        }

        await plugins.Follow(cancellation);
        return [.. packages.Where(p => running.Find(p) is null && !file.Manifest.Missing.Any(m => m.StartsWith(p + " ", StringComparison.Ordinal))).Select(p => new Problem(
            "plugin-not-running", ($"プラグイン「{p}」が動かないため、復元しませんでした。", $"The plugin “{p}” does not run here, so nothing was restored."),
            plugins.NotRunning.TryGetValue(p, out var why) && why.Problems is [var first, ..] ? first.Message : null, "from"))];
    }

    private async Task NoPlugins(DbConnection connection)
    {
        await using (var writing = await databases.Dialect.BeginWrite(connection, CancellationToken.None))
        {
            var sql = new Sql(databases.Dialect, connection, writing.Transaction);
            await sql.Execute($"DELETE FROM control_plugin", CancellationToken.None);
            await sql.Execute($"DELETE FROM control_plugin_key", CancellationToken.None);
            await writing.Transaction.CommitAsync(CancellationToken.None);
        }

        await plugins.Follow(CancellationToken.None);
    }

    private async Task<DbConnection> Open(CancellationToken cancellation)
    {
        var connection = databases.Dialect.Connect(databases.Installation);
        try
        {
            await connection.OpenAsync(cancellation);
            await databases.Dialect.PrepareMigration(connection, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
