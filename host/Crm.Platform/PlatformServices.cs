using Crm.Platform.Backup;
using Crm.Platform.Catalog;
using Crm.Platform.Editions;
using Crm.Platform.Files;
using Crm.Platform.Identity;
using Crm.Platform.Jobs;
using Crm.Platform.Mail;
using Crm.Platform.Messaging;
using Crm.Platform.Modules;
using Crm.Platform.Observability;
using Crm.Platform.Pipeline;
using Crm.Platform.Plugins;
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

namespace Crm.Platform;

/// <summary>Puts the platform and the modules of the product together.</summary>
internal static class PlatformServices
{
    public static IServiceCollection AddCrmPlatform(this IServiceCollection services, IConfiguration configuration, params IReadOnlyList<CrmModule> modules)
    {
        services.Configure<StorageOptions>(configuration.GetSection("Storage"));
        services.Configure<Fields.FieldSettings>(configuration.GetSection("Fields"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Dialect, SqliteDialect>();
        services.AddSingleton<Dialect, PostgreSqlDialect>();
        services.AddSingleton(Databases);
        services.AddSingleton(s => new HostServices(services, s));
        services.AddSingleton(s => new ModuleList(
            modules, s.GetRequiredService<HostServices>(), ModuleTypes.OfPlatform(typeof(CrmModule).Assembly, typeof(PlatformServices).Assembly),
            s.GetRequiredService<ModuleHealth>()));
        services.AddSingleton<ModuleHealth>();
        services.AddSingleton<ModuleFaults>();
        services.AddHostedService(s => s.GetRequiredService<ModuleFaults>());
        services.AddCrmPlugins(modules);
        services.AddCrmEditions();
        services.AddSingleton<Migrator>();
        services.AddOptions<Encryption.EncryptionOptions>().BindConfiguration("Encryption");
        services.AddSingleton<Encryption.MasterKey>();
        services.AddSingleton<Encryption.TenantKeys>();
        services.AddCrmBackups();
        services.AddSingleton<ModuleSeeds>();
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
        services.AddScoped<ISettings, Settings.ModuleSettings>();
        services.AddScoped<Session>();
        services.AddScoped<IEvents, RaisedEvents>();
        services.AddScoped<ModuleScopes>();
        services.AddScoped<ModuleDbs>();
        services.AddScoped(s => (PlatformDb)s.GetRequiredService<ModuleDbs>().Create(typeof(PlatformDb), TableOwner.Platform));
        services.AddScoped<Gate>();
        services.AddScoped<Audit.SettingsJournal>();
        services.AddScoped<Fields.FieldLimits>();
        services.AddScoped<IMediator, CrmMediator>();
        services.AddScoped<RequestValidators>();
        services.AddCrmPipeline();
        services.AddScoped<RecordLoader>();
        services.AddScoped<Search.SearchAnew>();
        services.AddScoped<RecordWriter>();
        services.AddScoped<RecordCompletions>();
        services.AddScoped<RecordJournal>();
        services.AddScoped<PartRights>();
        services.AddScoped<RecordChecks>();
        services.AddOptions<RecordOptions>().BindConfiguration("Records").Validate(o => o.RuleTime > TimeSpan.Zero, "Records:RuleTime must be above zero.").ValidateOnStart();
        services.AddScoped<RuleInstances>();
        services.AddScoped<RecordRules>();
        services.AddScoped<ComputedFields>();
        services.AddScoped<UniqueInExt>();
        services.AddScoped<RecordTitles>();
        services.AddScoped<FindPointing>();
        services.AddScoped<Search.VisibleText>();
        services.AddScoped<RecordCounts>();
        services.AddScoped<ChangeSets>();
        services.AddScoped<AccessLog>();
        services.AddScoped<Export.ExportUses>();
        services.AddCrmMessaging();
        services.AddCrmJobs();
        services.AddPlatformJob<Encryption.SealAnew>(Encryption.SealAnew.Key, new("暗号化のやり直し", "Seal encrypted fields anew"));
        services.AddPlatformJob<Import.ImportJob>(Import.ImportJob.Key, new("ファイルの取り込み", "Import a file"));
        services.AddScoped<Import.ImportNames>();
        services.AddScoped<Import.ImportDoubts>();
        services.AddScoped<Import.ImportAccess>();
        services.AddScoped<Import.ImportFormats>();
        services.AddCrmFiles();
        services.AddCrmMail();
        services.AddCrmObservability();
        services.AddIdentityPlatform(configuration);

        services.Scan(scan => scan.FromAssemblies(typeof(PlatformServices).Assembly)
            .AddClasses(c => c.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime());
        return services;
    }

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
