using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Update;

namespace Crm.Platform.SqlServer;

/// <summary>
/// The second wall between tenants on SQL Server: a security policy on every table that has a tenant. It is an ordinary condition to the
/// optimizer and costs no index.
/// </summary>
internal static class SqlServerWall
{
    /// <summary>The session's tenant, 16 bytes, or none.</summary>
    public const string TenantKey = "crm.tenant";

    /// <summary>What a session without a tenant may reach.</summary>
    public const string ReachKey = "crm.reach";

    /// <summary>Reach: the platform's own tables, for the queues of all tenants.</summary>
    public const string All = "all";

    /// <summary>Reach: all tables, to move rows in a migration.</summary>
    public const string Migration = "migration";

    /// <summary>The policy of a new table.</summary>
    public static IEnumerable<string> Policy(string table)
    {
        var platform = table.StartsWith("platform_", StringComparison.Ordinal);
        var function = platform ? "dbo.crm_platform_rows" : "dbo.crm_tenant_rows";
        var reaches = platform ? $"IN (N''{All}'', N''{Migration}'')" : $"= N''{Migration}''";
        yield return
            $"""
            IF OBJECT_ID(N'{function}', N'IF') IS NULL EXEC(N'CREATE FUNCTION {function} (@tenant_id binary(16)) RETURNS TABLE WITH SCHEMABINDING AS
            RETURN SELECT 1 AS allowed WHERE @tenant_id = CONVERT(binary(16), SESSION_CONTEXT(N''{TenantKey}''))
              OR CONVERT(nvarchar(20), SESSION_CONTEXT(N''{ReachKey}'')) {reaches}');
            """;
        yield return
            $"""
            CREATE SECURITY POLICY dbo.{Name(table)}
              ADD FILTER PREDICATE {function}(tenant_id) ON dbo.{table},
              ADD BLOCK PREDICATE {function}(tenant_id) ON dbo.{table}
              WITH (STATE = ON);
            """;
    }

    public static string Drop(string table) => $"DROP SECURITY POLICY IF EXISTS dbo.{Name(table)};";

    private static string Name(string table) => "crm_wall_" + table;
}

/// <summary>Text in plain byte order, and the wall around every table that has a tenant.</summary>
internal sealed class SqlServerMigrations(MigrationsSqlGeneratorDependencies dependencies, ICommandBatchPreparer preparer)
    : SqlServerMigrationsSqlGenerator(dependencies, preparer)
{
    /// <summary>Order of text: by its UTF-16 units, whatever the server was installed with.</summary>
    public const string ByteOrder = "Latin1_General_100_BIN2";

    protected override void Generate(CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        foreach (var column in operation.Columns) InByteOrder(column);
        base.Generate(operation, model, builder, terminate);
        if (terminate && !operation.Name.StartsWith("control_", StringComparison.Ordinal) && operation.Columns.Any(c => c.Name == "tenant_id")) Wall(operation.Name, builder);
    }

    protected override void Generate(AddColumnOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate)
    {
        InByteOrder(operation);
        base.Generate(operation, model, builder, terminate);
    }

    protected override void Generate(AlterColumnOperation operation, IModel? model, MigrationCommandListBuilder builder)
    {
        InByteOrder(operation);
        InByteOrder(operation.OldColumn);
        base.Generate(operation, model, builder);
    }

    protected override void Generate(DropTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        Statement(SqlServerWall.Drop(operation.Name), builder);
        base.Generate(operation, model, builder, terminate);
    }

    protected override void Generate(RenameTableOperation operation, IModel? model, MigrationCommandListBuilder builder)
    {
        Statement(SqlServerWall.Drop(operation.Name), builder);
        base.Generate(operation, model, builder);
        if (operation.NewName is { } name && !name.StartsWith("control_", StringComparison.Ordinal)) Wall(name, builder);
    }

    private static void InByteOrder(ColumnOperation column)
    {
        if (column.ClrType == typeof(string) || column.ClrType == typeof(string[]) || column.ClrType == typeof(Crm.Sdk.Records.ExtensionData)) column.Collation ??= ByteOrder;
    }

    private static void Wall(string table, MigrationCommandListBuilder builder)
    {
        foreach (var sql in SqlServerWall.Policy(table)) Statement(sql, builder);
    }

    private static void Statement(string sql, MigrationCommandListBuilder builder) => builder.AppendLine(sql).EndCommand();
}
