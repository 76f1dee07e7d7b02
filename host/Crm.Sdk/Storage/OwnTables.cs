// What a module may do to tables, said when its model is made and again for each step of a migration before it runs.
using System.Text.RegularExpressions;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Crm.Sdk.Storage;

/// <summary>A module has tables of its own only, each of whose rows belongs to a tenant.</summary>
internal sealed partial class OwnTables(string module) : IModelFinalizingConvention
{
    private const string TenantColumn = "tenant_id";

    private readonly string prefix = module.Replace('-', '_') + "_";

    /// <summary>Looks at a model when it is whole: while it is described, types stand in it that turn out to be parts of others.</summary>
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes()) Check(entity);
    }

    /// <summary>Refuses an entity whose rows belong to no tenant, or whose table is somebody else's.</summary>
    private void Check(IReadOnlyEntityType entity)
    {
        if (entity.GetTableName() is { } table) Own(table);
        if (entity.IsOwned() || entity.BaseType is not null) return;
        if (entity.FindProperty(nameof(Record.TenantId))?.ClrType != typeof(Guid))
        {
            throw Refused($"the entity {entity.ClrType.Name} needs a property Guid {nameof(Record.TenantId)}: rows without it would be everybody's.");
        }

        if (entity.FindPrimaryKey() is { } key && key.Properties[0].Name != nameof(Record.TenantId))
        {
            throw Refused($"the key of {entity.ClrType.Name} must begin with {nameof(Record.TenantId)}.");
        }
    }

    /// <summary>Refuses a step of a migration that makes a table without a tenant or touches somebody else's.</summary>
    public void Check(MigrationOperation step)
    {
        switch (step)
        {
            case CreateTableOperation create:
                Own(create.Name);
                if (create.Columns.Find(c => c.Name == TenantColumn) is not { IsNullable: false } tenant || tenant.ClrType != typeof(Guid))
                {
                    throw Refused($"the table {create.Name} has no {TenantColumn}; make it with RecordTable or TenantTable.");
                }

                break;
            case RenameTableOperation rename:
                Own(rename.Name);
                Own(rename.NewName ?? rename.Name);
                break;
            case ColumnOperation { Name: TenantColumn } or DropColumnOperation { Name: TenantColumn } or RenameColumnOperation { Name: TenantColumn }:
                throw Refused($"{TenantColumn} of a table stays as it was made.");
            case ITableMigrationOperation on:
                Own(on.Table);
                break;
            case SqlOperation sql:
                foreach (Match named in TableStatement().Matches(sql.Sql))
                {
                    if (named.Groups["verb"].Value.Equals("CREATE", StringComparison.OrdinalIgnoreCase)) throw Refused("SQL of its own makes a table; make it with RecordTable or TenantTable.");
                    Own(named.Groups["table"].Value);
                }

                break;
        }
    }

    private void Own(string? table)
    {
        if (table is null || !table.StartsWith(prefix, StringComparison.Ordinal)) throw Refused($"the table {table ?? "without a name"} is not its own; those begin with {prefix}");
    }

    private InvalidOperationException Refused(string why) => new($"The module {module} is refused: {why}");

    [GeneratedRegex(
        """\b(?<verb>CREATE|ALTER|DROP|TRUNCATE)\s+(?:\w+\s+)?TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?(?:\w+\.)?["\[]?(?<table>\w+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TableStatement();
}
