using System.Data.Common;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Storage.Schema;

/// <summary>The tables of a migrated database, as its own catalog tells.</summary>
internal static class ActualTables
{
    public static Task<IReadOnlyList<Table>> Of(string database, DbConnection connection) =>
        database == Databases.Sqlite ? Sqlite(connection) : PostgreSql(connection);

    private static async Task<IReadOnlyList<Table>> Sqlite(DbConnection connection)
    {
        var tables = new List<Table>();
        foreach (var row in await Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"))
        {
            var table = new Table((string)row[0]!);
            var key = new SortedDictionary<long, string>();
            foreach (var column in await Rows(connection, $"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table.Name}') ORDER BY cid"))
            {
                table.Columns.Add(Column.Of((string)column[0]!, (string)column[1]!, (long)column[2]! == 0));
                if ((long)column[3]! > 0) key[(long)column[3]!] = (string)column[0]!;
            }

            table.Key = [.. key.Values];
            foreach (var index in await Rows(connection, $"SELECT l.name, l.\"unique\", m.sql FROM pragma_index_list('{table.Name}') l JOIN sqlite_master m ON m.name = l.name WHERE l.origin = 'c'"))
            {
                var columns = await Rows(connection, $"SELECT name FROM pragma_index_info('{index[0]}') ORDER BY seqno");
                var sql = (string)index[2]!;
                var where = sql.IndexOf(" WHERE ", StringComparison.Ordinal);
                table.Indexes.Add(new((string)index[0]!, [.. columns.Select(c => c[0] as string ?? "(expression)")], (long)index[1]! == 1, where < 0 ? null : sql[(where + 7)..]));
            }

            tables.Add(table);
        }

        return tables;
    }

    private static async Task<IReadOnlyList<Table>> PostgreSql(DbConnection connection)
    {
        var tables = new List<Table>();
        foreach (var row in await Rows(
            connection, "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1"))
        {
            var table = new Table((string)row[0]!) { IsWalled = (bool)row[1]! };
            foreach (var column in await Rows(
                connection,
                $"""
                SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, l.collname::text FROM pg_attribute a LEFT JOIN pg_collation l ON l.oid = a.attcollation
                WHERE a.attrelid = 'public.{table.Name}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """))
            {
                table.Columns.Add(Column.Of((string)column[0]!, (string)column[1]!, (bool)column[2]!, column[3] as string));
            }

            foreach (var index in await Rows(
                connection,
                $"""
                SELECT c.relname::text, i.indisunique, i.indisprimary, pg_get_expr(i.indpred, i.indrelid),
                  ARRAY(SELECT coalesce(a.attname::text, '(expression)') FROM unnest(i.indkey::int[]) WITH ORDINALITY k(n, o)
                    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'public.{table.Name}'::regclass
                """))
            {
                if ((bool)index[2]!) table.Key = [.. (string[])index[4]!];
                else table.Indexes.Add(new((string)index[0]!, (string[])index[4]!, (bool)index[1]!, index[3] as string));
            }

            tables.Add(table);
        }

        return tables;
    }

    internal static async Task<List<object?[]>> Rows(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add([.. row.Select(v => v is DBNull ? null : v)]);
        }

        return rows;
    }
}
