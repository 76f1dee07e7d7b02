using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Crm.Tests.Storage;

/// <summary>Reads T-SQL with the parser of SQL Server 2019, also what stands in the strings of EXEC.</summary>
internal static class TSql
{
    public static TSqlFragment Parse(string sql)
    {
        var problems = Problems(sql);
        Assert.True(problems.Count == 0, string.Join('\n', problems) + "\n\n" + sql);
        return Read(sql, out _);
    }

    public static IReadOnlyList<string> Problems(string sql)
    {
        var fragment = Read(sql, out var errors);
        if (errors.Count > 0) return [.. errors.Select(e => $"line {e.Line}: {e.Message}")];
        var inner = new ExecutedStrings();
        fragment.Accept(inner);
        return [.. inner.Texts.SelectMany(Problems)];
    }

    private static TSqlFragment Read(string sql, out IList<ParseError> errors) => new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out errors);

    private sealed class ExecutedStrings : TSqlFragmentVisitor
    {
        public List<string> Texts { get; } = [];

        // A variable in the middle stands for a name, as where a default constraint is dropped.
        public override void Visit(ExecutableStringList node) => Texts.Add(string.Concat(node.Strings.Select(s => s is StringLiteral literal ? literal.Value : "[name]")));
    }
}

public sealed class TSqlTests
{
    [Theory]
    [InlineData("SELECT id FROM t LIMIT 5")]
    [InlineData("SELECT a IS NULL FROM t")]
    [InlineData("SELECT id FROM t ORDER BY a NULLS LAST")]
    [InlineData("SELECT id FROM t ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 5 ROWS")]
    [InlineData("IF 1 = 1 EXEC(N'CREATE INDEX x ON t (a) WHERE')")]
    [InlineData("IF @x IS NOT NULL EXEC(N'ALTER TABLE t DROP CONSTRAINT ' + @x + ' FROM')")]
    [InlineData("SELECT t.plan FROM t")]
    public void What_SQL_Server_cannot_read_is_noticed(string sql) => Assert.NotEmpty(TSql.Problems(sql));
}
