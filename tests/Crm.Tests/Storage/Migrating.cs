using Crm.Platform;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crm.Tests.Storage;

/// <summary>Runs the product's own migrations on a database of one's choice.</summary>
internal static class Migrating
{
    public static async Task Run(Dialect dialect, string connectionString, CrmModule[] modules, CancellationToken cancellation = default)
    {
        var collection = new ServiceCollection().AddLogging().AddCrmPlatform(new ConfigurationBuilder().Build(), modules);
        collection.AddSingleton(new Platform.Storage.Databases(Options.Create(new StorageOptions { Provider = dialect.Name, ConnectionString = connectionString }), dialect));
        await using var services = collection.BuildServiceProvider();
        await services.GetRequiredService<Migrator>().Installation(cancellation);
        AllAreWell(services);
    }

    public static void AllAreWell(IServiceProvider services) =>
        Assert.True(services.GetRequiredService<ModuleHealth>().All.Count == 0, string.Join('\n', services.GetRequiredService<ModuleHealth>().All.Select(q => $"{q.Module}: {q.Reason.En}")));
}
