using System.Globalization;
using Crm.Platform;
using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.SqlServer;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crm.Tests.Storage;

/// <summary>The real platform in front of a connection that notes what SQL Server would be asked.</summary>
internal sealed class SqlServerHost : IAsyncDisposable
{
    public static readonly TenantInfo Tenant = new()
    {
        Id = Guid.CreateVersion7(), Number = 1, Key = "alpha", Name = "アルファ商事", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"),
        Language = CultureInfo.GetCultureInfo("ja"), Currency = "JPY", FiscalYearStart = 4, Version = 1, Modules = Contexts.Modules.Select(m => m.Key).ToHashSet(StringComparer.Ordinal),
    };

    private readonly ServiceProvider services;

    public SqlServerHost()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = "x" }).Build();
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddSingleton<TimeProvider>(new TestClock());
        collection.AddCrmPlatform(configuration, Contexts.All);
        collection.AddSingleton(new Platform.Storage.Databases(
            Options.Create(new StorageOptions { Provider = "SqlServer", ConnectionString = "x" }), new SqlServerDialect(_ => Connection)));
        services = collection.BuildServiceProvider();

        // The installation has this one tenant.
        Connection.Answer("SELECT COUNT(*)\nFROM [control_tenant]".ReplaceLineEndings(), 1);
        Connection.Answer("SELECT COALESCE(SUM([c].[version])", 1L);
        Connection.Answer(
            "SELECT [c].[id], [c].[active], [c].[created_at], [c].[currency], [c].[database], [c].[fiscal_year_start], [c].[key], [c].[language], [c].[name], [c].[number], [c].[time_zone], [c].[version]",
            Tenant.Id.ToByteArray(bigEndian: true), true, DateTimeOffset.UnixEpoch, Tenant.Currency, null, Tenant.FiscalYearStart, Tenant.Key, Tenant.Language.Name, Tenant.Name, Tenant.Number,
            Tenant.TimeZone.Id, Tenant.Version);
    }

    public RecordingConnection Connection { get; } = new();

    public IServiceProvider Services => services;

    public AsyncServiceScope Scope(Actor? actor = null)
    {
        var scope = services.CreateAsyncScope();
        var additions = new TenantAdditions(Array.Empty<(string Type, Field Field)>().ToLookup(f => f.Type, f => f.Field), [], new Dictionary<string, Label>());
        scope.ServiceProvider.GetRequiredService<Current>().Enter(
            Tenant, new TenantCatalog(Tenant, services.GetRequiredService<ModuleList>().Now, services.GetRequiredService<ModuleHealth>(), additions), actor ?? Actor.System(ChangeSource.Screen));
        return scope;
    }

    public async Task<T> Send<T>(IRequest<T> request, Actor? actor = null)
    {
        await using var scope = Scope(actor);
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>All that was sent so far must be T-SQL whose parameters all have a type and a value.</summary>
    public void AllIsTSql()
    {
        Assert.NotEmpty(Connection.Texts);
        foreach (var (text, parameters) in Connection.Texts.Zip(Connection.Parameters))
        {
            TSql.Parse(string.Concat(parameters.Select(p => $"DECLARE {p.ParameterName} {TypeOf(p)};\n")) + text);
            Assert.All(parameters, p => Assert.NotNull(p.Value));
            Assert.True(parameters.Count <= 2_100, $"{parameters.Count} parameters");
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static string TypeOf(Microsoft.Data.SqlClient.SqlParameter parameter) => parameter.SqlDbType switch
    {
        System.Data.SqlDbType.Binary => $"binary({parameter.Size})",
        System.Data.SqlDbType.VarBinary => "varbinary(max)",
        System.Data.SqlDbType.NVarChar => parameter.Size < 0 ? "nvarchar(max)" : $"nvarchar({parameter.Size})",
        System.Data.SqlDbType.Decimal => $"decimal({parameter.Precision},{parameter.Scale})",
        var other => other.ToString(),
    };
}
