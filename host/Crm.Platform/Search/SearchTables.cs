using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Search;

/// <summary>
/// The search index in the form each database searches fastest: a contentless FTS5 table on SQLite, a GIN index over token vectors on
/// PostgreSQL, an ordinary inverted index on SQL Server (its full-text service is optional and often absent).
/// </summary>
internal static class SearchTables
{
    public static void Create(MigrationBuilder migration)
    {
        if (migration.ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal))
        {
            migration.Sql("""
                CREATE TABLE platform_search (rowid INTEGER PRIMARY KEY, tenant_id BLOB NOT NULL, record_type TEXT NOT NULL, record_id BLOB NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL);
                CREATE UNIQUE INDEX ux_platform_search_record ON platform_search (tenant_id, record_id);
                CREATE VIRTUAL TABLE platform_search_tokens USING fts5(tokens, content='', contentless_delete=1, detail=none, tokenize='ascii');
                """);
            return;
        }

        migration.TenantTable("platform_search", t => t
            .Column<string>("record_type", 100, required: true).Column<Guid>("record_id").Column<string>("title", required: true).Column<string>("body", required: true)
            .Key("record_id"));
        if (migration.ActiveProvider.EndsWith("PostgreSQL", StringComparison.Ordinal))
        {
            // New entries wait on a list that holds some ten thousand records; Upkeep puts them in their place.
            migration.Sql("""
                ALTER TABLE platform_search ADD COLUMN tokens tsvector NOT NULL DEFAULT ''::tsvector;
                CREATE INDEX ix_platform_search_tokens ON platform_search USING gin (tokens) WITH (gin_pending_list_limit = 16384);
                """);
        }
        else
        {
            migration.TenantTable("platform_search_token", t => t
                .Column<string>("token", 32, required: true).Column<string>("record_type", 100, required: true).Column<Guid>("record_id")
                .Key("token", "record_type", "record_id").Index("record_id"));
        }
    }
}
