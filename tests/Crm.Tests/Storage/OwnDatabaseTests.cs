using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Storage;

/// <summary>A tenant may have a database of its own; it is made when it is not there.</summary>
public sealed class OwnDatabaseTests
{
    [Theory, EveryDatabase]
    public async Task What_a_tenant_with_its_own_database_keeps_lies_there_and_nowhere_else(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (own, name) = Own(database);
        try
        {
            var apart = (await crm.Services.GetRequiredService<Tenants>().Create(new NewTenant("apart", "別会社") { Database = own }, CancellationToken.None)).Value;
            await crm.Services.GetRequiredService<Migrator>().Of(apart, CancellationToken.None);

            await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "こころ" }), apart);

            Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Book), apart)).Rows);
            Assert.Single(await crm.Ask(new SearchRecords("ここ"), apart));
            Assert.Empty((await crm.Ask(new ListRecords(LibraryModule.Book))).Rows);
            Assert.Equal((1L, 0L), (await Books(crm, apart), await Books(crm, crm.Tenant with { Id = apart.Id })));
        }
        finally
        {
            if (database == Databases.Sqlite)
            {
                using var pool = new SqliteConnection(own);
                SqliteConnection.ClearPool(pool);
                Directory.Delete(name, recursive: true);
            }
            else
            {
                await Databases.Drop(name);
            }
        }
    }

    /// <summary>Rows of a tenant's books in the database that holds it.</summary>
    private static async Task<long> Books(TestHost crm, TenantInfo tenant)
    {
        var databases = crm.Services.GetRequiredService<Crm.Platform.Storage.Databases>();
        await using var connection = await databases.Open(tenant, CancellationToken.None);
        return await new Sql(databases.Dialect, connection).First($"SELECT COUNT(*) FROM library_book WHERE tenant_id = {tenant.Id}", r => r.Long(0), CancellationToken.None);
    }

    private static (string ConnectionString, string Name) Own(string database)
    {
        if (database == Databases.PostgreSql)
        {
            var name = "own_" + Ids.New().ToString("n");
            return (Databases.PostgreSqlFor(name, pooling: false), name);
        }

        var folder = Directory.CreateTempSubdirectory("crm-own-").FullName;
        return ($"Data Source={Path.Combine(folder, "own.db")}", folder);
    }
}
