using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Crm.Tests.Storage.Schema;

/// <summary>The tables a T-SQL script ends with, read from its statements in their order.</summary>
internal sealed class ScriptedTables : TSqlFragmentVisitor
{
    private readonly Dictionary<string, Table> tables = new(StringComparer.Ordinal);

    public static IReadOnlyList<Table> Of(string script)
    {
        var read = new ScriptedTables();
        TSql.Parse(script).Accept(read);
        return [.. read.tables.Values];
    }

    public override void Visit(CreateTableStatement node)
    {
        var table = tables[NameOf(node.SchemaObjectName)] = new(NameOf(node.SchemaObjectName)) { IsWalled = false };
        Add(table, node.Definition);
    }

    public override void Visit(AlterTableAddTableElementStatement node) => Add(tables[NameOf(node.SchemaObjectName)], node.Definition);

    public override void Visit(AlterTableAlterColumnStatement node)
    {
        var table = tables[NameOf(node.SchemaObjectName)];
        var at = table.Columns.FindIndex(c => c.Name == node.ColumnIdentifier.Value);
        table.Columns[at] = Column.Of(
            node.ColumnIdentifier.Value, Text(node.DataType), node.AlterTableAlterColumnOption != AlterTableAlterColumnOption.NotNull, node.Collation?.Value);
    }

    public override void Visit(AlterTableDropTableElementStatement node)
    {
        var table = tables[NameOf(node.SchemaObjectName)];
        foreach (var element in node.AlterTableDropTableElements.Where(e => e.TableElementType == TableElementType.Column)) table.Columns.RemoveAll(c => c.Name == element.Name.Value);
    }

    public override void Visit(DropTableStatement node)
    {
        foreach (var name in node.Objects) tables.Remove(NameOf(name));
    }

    public override void Visit(CreateIndexStatement node) => tables[NameOf(node.OnName)].Indexes.Add(new(
        node.Name.Value, [.. node.Columns.Select(c => c.Column.MultiPartIdentifier.Identifiers[^1].Value)], node.Unique, node.FilterPredicate is null ? null : Text(node.FilterPredicate)));

    public override void Visit(DropIndexStatement node)
    {
        foreach (var index in node.DropIndexClauses.OfType<DropIndexClause>()) tables[NameOf(index.Object)].Indexes.RemoveAll(i => i.Name == index.Index.Value);
    }

    public override void Visit(CreateSecurityPolicyStatement node)
    {
        // Both halves of the wall: what is read, and what is written.
        foreach (var guarded in node.SecurityPredicateActions.GroupBy(a => NameOf(a.TargetObjectName)))
        {
            tables[guarded.Key].IsWalled = guarded.Select(a => a.SecurityPredicateType).Distinct().Count() == 2;
        }
    }

    public override void Visit(DropSecurityPolicyStatement node)
    {
        foreach (var name in node.Objects)
        {
            if (tables.GetValueOrDefault(NameOf(name).Replace("crm_wall_", "", StringComparison.Ordinal)) is { } table) table.IsWalled = false;
        }
    }

    /// <summary>Names change by sp_rename, which a reader of statements does not see.</summary>
    public override void Visit(ExecutableProcedureReference node)
    {
        if (NameOf(node.ProcedureReference.ProcedureReference.Name) == "sp_rename") throw new NotSupportedException("Teach this reader sp_rename: a migration renames something.");
    }

    private static void Add(Table table, TableDefinition definition)
    {
        foreach (var column in definition.ColumnDefinitions)
        {
            var isNullable = column.Constraints.OfType<NullableConstraintDefinition>().SingleOrDefault()?.Nullable ?? true;
            table.Columns.Add(Column.Of(column.ColumnIdentifier.Value, Text(column.DataType), isNullable, column.Collation?.Value));
        }

        foreach (var key in definition.TableConstraints.OfType<UniqueConstraintDefinition>().Where(c => c.IsPrimaryKey))
        {
            table.Key = [.. key.Columns.Select(c => c.Column.MultiPartIdentifier.Identifiers[^1].Value)];
        }
    }

    private static string NameOf(SchemaObjectName name) => name.BaseIdentifier.Value;

    private static string Text(TSqlFragment fragment) =>
        string.Concat(Enumerable.Range(fragment.FirstTokenIndex, fragment.LastTokenIndex - fragment.FirstTokenIndex + 1).Select(i => fragment.ScriptTokenStream[i].Text)).Replace(" ", "", StringComparison.Ordinal);
}
