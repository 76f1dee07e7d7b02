using Crm.Platform.Catalog;
using Crm.Platform.Files;
using Crm.Platform.Identity;
using Crm.Platform.Jobs;
using Crm.Platform.Mail;
using Crm.Platform.Messaging;
using Crm.Platform.Observability;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModuleList = Crm.Platform.Catalog.Modules;

namespace Crm.Platform;

/// <summary>Puts the platform and the modules of the product together.</summary>
internal static class PlatformServices
{
    public static IServiceCollection AddCrmPlatform(this IServiceCollection services, IConfiguration configuration, params IReadOnlyList<CrmModule> modules)
    {
        services.Configure<StorageOptions>(configuration.GetSection("Storage"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Dialect, SqliteDialect>();
        services.AddSingleton<Dialect, PostgreSqlDialect>();
        services.AddSingleton(Databases);
        services.AddSingleton(new ModuleList(modules));
        services.AddSingleton<HandlerTypes>();
        services.AddSingleton<ModuleHealth>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<Catalogs>();
        services.AddSingleton<RecordTotals>();
        services.AddSingleton<WorkScopes>();
        services.AddSingleton<ControlDbs>();
        services.AddSingleton(s => new Tenants(s.GetRequiredService<ControlDbs>().Open, s.GetRequiredService<ModuleList>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<TenantRefresh>();

        services.AddSingleton<Fields.ExtIndexes>();
        services.AddHostedService(s => s.GetRequiredService<Fields.ExtIndexes>());
        services.AddSingleton<ITidy, Fields.ExtIndexTidy>();
        services.AddSingleton<Upkeep>();
        services.AddHostedService(s => s.GetRequiredService<Upkeep>());

        services.AddScoped<Current>();
        services.AddScoped<ITenant>(s => s.GetRequiredService<Current>().Tenant);
        services.AddScoped<IUser>(s => s.GetRequiredService<Current>().Actor);
        services.AddScoped<Session>();
        services.AddScoped<IEvents>(s => s.GetRequiredService<Session>());
        services.AddScoped<ModuleDbs>();
        services.AddScoped(s => (PlatformDb)s.GetRequiredService<ModuleDbs>().Create(typeof(PlatformDb), TableOwner.Platform));
        services.AddScoped<Gate>();
        services.AddScoped<Audit.SettingsJournal>();
        services.AddScoped<IMediator, CrmMediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(RequestMeasure<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(GateBehavior<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        services.AddScoped<RecordLoader>();
        services.AddScoped<RecordWriter>();
        services.AddScoped<RecordJournal>();
        services.AddScoped<RecordChecks>();
        services.AddScoped<RecordTitles>();
        services.AddScoped<RecordCounts>();
        services.AddScoped<ChangeSets>();
        services.AddScoped<AccessLog>();
        services.AddCrmMessaging();
        services.AddCrmJobs();
        services.AddPlatformJob<Import.ImportJob>(Import.ImportJob.Key, new("ファイルの取り込み", "Import a file"));
        services.AddScoped<Import.ImportNames>();
        services.AddCrmFiles();
        services.AddCrmMail();
        services.AddCrmObservability();
        services.AddIdentityPlatform(configuration);

        services.AddHandlers(typeof(PlatformServices).Assembly);
        foreach (var module in modules.Select(ModuleDescription.Of))
        {
            services.AddHandlers(module.Assembly);
            foreach (var own in module.Services) services.Add(own);
            if (module.Database is { } db) services.AddScoped(db, s => s.GetRequiredService<ModuleDbs>().Create(db, module.Key));
            foreach (var job in module.Jobs) services.TryAddScoped(job.Job);
        }

        return services;
    }

    /// <summary>Finds request handlers and validators of an assembly; nothing is registered by hand.</summary>
    public static IServiceCollection AddHandlers(this IServiceCollection services, System.Reflection.Assembly assembly) => services.Scan(scan => scan
        .FromAssemblies(assembly)
        .AddClasses(c => c.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime()
        .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime());

    private static Databases Databases(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>();
        var dialects = services.GetServices<Dialect>().ToList();
        var dialect = dialects.Find(d => string.Equals(d.Name, options.Value.Provider, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"Storage:Provider is “{options.Value.Provider}”; it must be one of {string.Join(", ", dialects.Select(d => d.Name))}.");
        if (dialect.Unusable is { } why) throw new InvalidOperationException($"{why.Ja}\n{why.En}");
        return new Databases(options, dialect);
    }
}

/// <summary>Opens contexts on the installation's database.</summary>
internal sealed class ControlDbs(Databases databases)
{
    public async Task<ControlDb> Open()
    {
        var connection = await databases.Open(null, CancellationToken.None);
        var options = new DbContextOptionsBuilder<ControlDb>();
        databases.Dialect.Use(options, connection);
        return new ControlDb(options.Options) { OwnedConnection = connection };
    }
}
