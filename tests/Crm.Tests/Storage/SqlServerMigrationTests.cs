using Crm.Platform.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Crm.Tests.Storage;

/// <summary>Every migration of every module as T-SQL.</summary>
public sealed class SqlServerMigrationTests
{
    public static TheoryData<string> All => Contexts.Names;

    [Theory, MemberData(nameof(All))]
    public void Every_migration_is_T_SQL_that_SQL_Server_reads(string context)
    {
        var script = Script(context);

        Assert.NotEmpty(((TSqlScript)TSql.Parse(script)).Batches);
        Assert.Contains("CREATE TABLE", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Changing_and_dropping_tables_is_T_SQL_too_and_takes_the_wall_along()
    {
        using var db = Contexts.Open(new SqlServerDialect(), typeof(Records.LibraryDb), "library");
        var generator = db.GetService<IMigrationsSqlGenerator>();
        var commands = generator.Generate(
        [
            new AddColumnOperation { Table = "library_book", Name = "subtitle", ClrType = typeof(string), MaxLength = 200, IsNullable = true },
            new AlterColumnOperation { Table = "library_book", Name = "title", ClrType = typeof(string), MaxLength = 300, OldColumn = new AddColumnOperation { ClrType = typeof(string), MaxLength = 200 } },
            new RenameTableOperation { Name = "library_author", NewName = "library_writer" },
            new DropTableOperation { Name = "library_book" },
        ]);

        var script = string.Join("\nGO\n", commands.Select(c => c.CommandText));
        TSql.Parse(script);
        Assert.Equal(2, Count(script, "COLLATE Latin1_General_100_BIN2"));
        Assert.Contains("DROP SECURITY POLICY IF EXISTS dbo.crm_wall_library_book", script, StringComparison.Ordinal);
        Assert.Contains("CREATE SECURITY POLICY dbo.crm_wall_library_writer", script, StringComparison.Ordinal);
    }

    internal static string Script(string context)
    {
        var (type, owner) = Contexts.Of(Contexts.Modules).Single(c => c.Context.Name == context);
        using var db = Contexts.Open(new SqlServerDialect(), type, owner);
        return db.GetService<IMigrator>().GenerateScript();
    }

    private static int Count(string text, string piece) => text.Split(piece).Length - 1;
}
