using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ModuleList = Crm.Platform.Catalog.Modules;

namespace Crm.Tests.Storage;

/// <summary>Runs the product's own migrations on a database of one's choice.</summary>
internal static class Migrating
{
    public static async Task Run(Dialect dialect, string connectionString, CrmModule[] modules, CancellationToken cancellation = default)
    {
        var health = new ModuleHealth();
        var databases = new Platform.Storage.Databases(Options.Create(new StorageOptions { Provider = dialect.Name, ConnectionString = connectionString }), dialect);
        await new Migrator(databases, new ModuleList(modules), health, NullLogger<Migrator>.Instance).Installation(cancellation);
        Assert.True(health.Quarantined.Count == 0, string.Join('\n', health.Quarantined.Select(q => $"{q.Key}: {q.Value}")));
    }
}
