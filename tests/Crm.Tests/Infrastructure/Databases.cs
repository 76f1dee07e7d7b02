using System.Reflection;
using Npgsql;
using Xunit.Sdk;

namespace Crm.Tests.Infrastructure;

/// <summary>The databases the suite runs on. SQLite always; PostgreSQL where <c>CRM_TEST_POSTGRES</c> says it is.</summary>
internal static class Databases
{
    public const string Sqlite = "Sqlite";
    public const string PostgreSql = "PostgreSql";

    private static readonly string? Server = Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES");

    public static bool HasPostgreSql => !string.IsNullOrEmpty(Server);

    public static IEnumerable<string> Reachable => HasPostgreSql ? [Sqlite, PostgreSql] : [Sqlite];

    public static string PostgreSqlFor(string database, bool pooling = true) =>
        new NpgsqlConnectionStringBuilder(Server) { Database = database, Pooling = pooling, MaxPoolSize = 20, IncludeErrorDetail = true }.ToString();

    /// <summary>Drops a database once nobody is in it; the server's own vacuum may be, and an ordinary role cannot send it away.</summary>
    public static async Task Drop(string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Admin($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                return;
            }
            catch (PostgresException e) when (attempt < 50 && e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectInUse)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    /// <summary>Runs a command beside the databases under test.</summary>
    public static async Task Admin(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgreSqlFor("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Runs a theory on every database that can be reached; its first argument is the database's name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDatabaseAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Databases.Reachable.Select(d => new object[] { d });
}

/// <summary>Makes a database that was not reached visible in the count of skipped tests.</summary>
public sealed class DatabasesReached
{
    [PostgreSqlFact]
    public void The_suite_runs_on_PostgreSql() => Assert.Contains(Databases.PostgreSql, Databases.Reachable);
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    internal const string NotReached = "PostgreSQL was not reached: CRM_TEST_POSTGRES is not set (./crm test sets it).";

    public PostgreSqlFactAttribute()
    {
        if (!Databases.HasPostgreSql) Skip = NotReached;
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlTheoryAttribute : TheoryAttribute
{
    public PostgreSqlTheoryAttribute()
    {
        if (!Databases.HasPostgreSql) Skip = PostgreSqlFactAttribute.NotReached;
    }
}
