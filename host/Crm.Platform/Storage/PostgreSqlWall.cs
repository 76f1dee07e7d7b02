using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations;

namespace Crm.Platform.Storage;

/// <summary>
/// The second wall between tenants on PostgreSQL. Every table with a tenant has row-level security; sessions of the product read through
/// views of the same names that show the session's tenant alone.
/// </summary>
/// <remarks>
/// Why views in front (docs/adr/0011): on a table with row-level security PostgreSQL uses no index for a condition whose functions are not
/// declared leakproof, and those of numbers, JSON paths and full text are not. A view is no such barrier. Writing is tested by the tables'
/// own policies always, reading wherever a session was not prepared by the product.
/// </remarks>
internal static class PostgreSqlWall
{
    /// <summary>The session's tenant, or empty.</summary>
    public const string TenantSetting = "crm.tenant";

    /// <summary>What a session without a tenant may reach.</summary>
    public const string ReachSetting = "crm.reach";

    /// <summary>Whether the session reads through the views.</summary>
    public const string ViewsSetting = "crm.views";

    /// <summary>Reach: the platform's own tables, for the queues of all tenants.</summary>
    public const string All = "all";

    /// <summary>Reach: all tables, to move rows in a migration.</summary>
    public const string Migration = "migration";

    /// <summary>Where the views are; comes first in the search path.</summary>
    public const string Schema = "crm_tenant";

    private const string Own = $"tenant_id = nullif(current_setting('{TenantSetting}', true), '')::uuid";

    /// <summary>Makes the views that are missing or lack a column.</summary>
    public const string Views =
        $"""
        DO $do$
        DECLARE tenants record;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('{Schema}'));
          CREATE SCHEMA IF NOT EXISTS {Schema};
          FOR tenants IN
            SELECT c.relname AS name, CASE WHEN c.relname LIKE 'platform\_%' THEN $w$ OR current_setting('{ReachSetting}', true) = '{All}'$w$ ELSE '' END AS more
            FROM pg_class c
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'control\_%'
              AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
              AND (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
                IS DISTINCT FROM (
                  SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_class v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
                  WHERE v.relnamespace = to_regnamespace('{Schema}') AND v.relname = c.relname)
          LOOP
            EXECUTE format('DROP VIEW IF EXISTS {Schema}.%I', tenants.name);
            EXECUTE format('CREATE VIEW {Schema}.%1$I AS SELECT * FROM %1$I WHERE %2$s', tenants.name, $w${Own}$w$ || tenants.more);
          END LOOP;
        END
        $do$
        """;

    /// <summary>The policies of a new table.</summary>
    public static IEnumerable<string> Policies(string table)
    {
        var reaches = table.StartsWith("platform_", StringComparison.Ordinal) ? $"IN ('{All}', '{Migration}')" : $"= '{Migration}'";
        var mine = $"{Own} OR current_setting('{ReachSetting}', true) {reaches}";

        // Declared immutable so that the planner asks once and drops the policy when the answer is yes: a session does not change sides.
        yield return
            $"""
            DO $do$ BEGIN
              IF to_regproc('crm_reads_views') IS NULL THEN
                CREATE FUNCTION crm_reads_views() RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
                  $$ BEGIN RETURN coalesce(current_setting('{ViewsSetting}', true), '') = 'on'; END $$;
              END IF;
            END $do$;
            """;
        yield return $"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;";
        yield return $"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;";
        yield return $"CREATE POLICY tenant_reads ON {table} FOR SELECT USING (crm_reads_views() OR {mine});";
        yield return $"CREATE POLICY tenant_adds ON {table} FOR INSERT WITH CHECK ({mine});";
        yield return $"CREATE POLICY tenant_changes ON {table} FOR UPDATE USING ({mine}) WITH CHECK ({mine});";
        yield return $"CREATE POLICY tenant_removes ON {table} FOR DELETE USING ({mine});";
    }
}

/// <summary>Text in plain byte order, and the wall around every table that has a tenant.</summary>
internal sealed class PostgreSqlMigrations(MigrationsSqlGeneratorDependencies dependencies, INpgsqlSingletonOptions options)
    : NpgsqlMigrationsSqlGenerator(dependencies, options)
{
    protected override void Generate(MigrationOperation operation, IModel? model, MigrationCommandListBuilder builder)
    {
        // A view holds on to the columns of its table; it is made anew when the migration is done.
        var table = operation switch
        {
            DropTableOperation drop => drop.Name,
            RenameTableOperation rename => rename.Name,
            DropColumnOperation drop => drop.Table,
            RenameColumnOperation rename => rename.Table,
            AlterColumnOperation alter => alter.Table,
            _ => null,
        };
        if (table is not null) Statement($"DROP VIEW IF EXISTS {PostgreSqlWall.Schema}.{table};", builder);
        base.Generate(operation, model, builder);
    }

    protected override void Generate(CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        foreach (var column in operation.Columns) ByteOrder(column);
        base.Generate(operation, model, builder, terminate);
        if (!terminate || operation.Name.StartsWith("control_", StringComparison.Ordinal) || operation.Columns.All(c => c.Name != "tenant_id")) return;
        foreach (var sql in PostgreSqlWall.Policies(operation.Name)) Statement(sql, builder);
    }

    protected override void Generate(AddColumnOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        ByteOrder(operation);
        base.Generate(operation, model, builder, terminate);
    }

    private static void ByteOrder(AddColumnOperation column)
    {
        if (column.ClrType == typeof(string) || column.ClrType == typeof(string[])) column.Collation ??= "C";
    }

    private void Statement(string sql, MigrationCommandListBuilder builder)
    {
        builder.AppendLine(sql);
        EndStatement(builder);
    }
}
