using System.Reflection;
using System.Runtime.Loader;
using Crm.Host.Api;
using Crm.Host.Identity;
using Crm.Host.Web;
using Crm.Host.Web.Public;
using Crm.Platform;
using Crm.Platform.Observability;
using Crm.Platform.Plugins;
using Crm.Platform.SqlServer;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;

namespace Crm.Host;

/// <summary>Puts the host together: configuration, platform, modules, edges. Everything that serves or administers starts here.</summary>
internal static class CrmApp
{
    /// <summary>The host, ready to run; nothing has been migrated or started yet.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null, IReadOnlyList<CrmModule>? modules = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).AddEnvironmentVariables().AddEnvironmentVariables("CRM__").AddCommandLine(args);
        builder.Logging.AddCrmLogging(builder.Configuration);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddCrmPlatform(builder.Configuration, modules ?? FindModules());
        builder.Services.AddSqlServerStorage();
        builder.Services.AddCrmIdentity();
        builder.Services.AddCrmWeb();
        builder.Services.AddCrmApi();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseCrmWeb();
        app.UseCrmApi();
        app.UseRouting();
        app.UseCrmIdentity();
        app.UseCrmScreens();
        app.MapCrmObservability();
        app.MapIdentity();
        app.MapCrmScreens().RequireAuthorization();
        app.MapCrmApi();
        app.MapPublicPages();
        return app;
    }

    /// <summary>Brings all databases up to date; a module whose migration fails is quarantined and said so.</summary>
    public static async Task Migrate(WebApplication app, CancellationToken cancellation)
    {
        var migrator = app.Services.GetRequiredService<Migrator>();
        await migrator.Installation(cancellation);
        await app.Services.GetRequiredService<Platform.Encryption.TenantKeys>().Check(cancellation);
        foreach (var tenant in await app.Services.GetRequiredService<Tenants>().All(cancellation)) await migrator.Of(tenant, cancellation);
        await app.Services.GetRequiredService<PluginStore>().Follow(cancellation);
        app.Services.GetRequiredService<Readiness>().Migrated();
    }

    /// <summary>The modules that lie beside the host: a project reference is all it takes to add one.</summary>
    /// <param name="but">Assemblies that are none of the host's: a plugin's, which lie beside its tests.</param>
    public static IReadOnlyList<CrmModule> FindModules(IReadOnlySet<string>? but = null)
    {
        string[] own = ["Crm.Sdk", "Crm.Sdk.Testing", "Crm.Platform", "Crm.Platform.SqlServer", "Crm.Host"];
        return
        [
            .. Directory.GetFiles(Path.GetDirectoryName(typeof(CrmApp).Assembly.Location)!, "Crm.*.dll")
                .Select(Path.GetFileNameWithoutExtension)
                .Where(name => !own.Contains(name) && but?.Contains(name!) != true && !name!.EndsWith(".Contracts", StringComparison.Ordinal) && !name.Contains("Tests", StringComparison.Ordinal))
                .Select(name => AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name!)))
                .SelectMany(assembly => assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(CrmModule)) && !t.IsAbstract))
                .Select(type => (CrmModule)Activator.CreateInstance(type)!),
        ];
    }
}
