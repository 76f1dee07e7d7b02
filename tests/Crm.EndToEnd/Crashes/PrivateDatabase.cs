using Crm.EndToEnd.Infrastructure;
using Npgsql;

namespace Crm.EndToEnd.Crashes;

/// <summary>A database of its own on the server that <c>CRM_TEST_POSTGRES</c> names; dropped at the end.</summary>
internal sealed class PrivateDatabase : IAsyncDisposable
{
    public static readonly string? Server = Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES");

    private readonly string name = "e_" + Guid.CreateVersion7().ToString("n");

    private PrivateDatabase()
    {
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder(Server) { Database = name }.ToString();

    public static async Task<PrivateDatabase> Create()
    {
        var made = new PrivateDatabase();
        await Run($"CREATE DATABASE {made.name}");
        return made;
    }

    public async ValueTask DisposeAsync() => await Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private static async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute()
    {
        if (string.IsNullOrEmpty(PrivateDatabase.Server)) Skip = "PostgreSQL was not reached: CRM_TEST_POSTGRES is not set (./crm test sets it).";
    }
}
