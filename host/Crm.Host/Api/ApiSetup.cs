// Puts the REST API into the host: services, the shield against errors, routes.
using System.Threading.RateLimiting;
using Crm.Host.Commands;
using Crm.Host.Api.Files;
using Crm.Host.Api.Imports;
using Crm.Host.Api.OpenApi;
using Crm.Host.Api.Records;
using Crm.Host.Api.Search;
using Crm.Host.Api.Settings;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.Extensions.Options;

namespace Crm.Host.Api;

/// <summary>Section <c>Api</c> of the configuration.</summary>
internal sealed class ApiOptions
{
    /// <summary>Calls one user may make in ten seconds, by all their tokens together; a program that runs wild stops there.</summary>
    public int CallsPerTenSeconds { get; set; } = 100_000;
}

internal static class ApiSetup
{
    public static IServiceCollection AddCrmApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration("Api").Validate(o => o.CallsPerTenSeconds > 0, "Api:CallsPerTenSeconds must be above zero.").ValidateOnStart();
        services.AddSingleton<ApiRate>();
        services.AddSingleton<CommandJson>();
        services.AddSingleton<ReadLog>();
        services.AddHostedService(s => s.GetRequiredService<ReadLog>());
        services.AddSingleton<OpenApiDocuments>();

        // A filter of a few hundred kanji is longer than the 8 KiB a request line may have by default.
        services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = 64 << 10);
        return services;
    }

    /// <summary>Before sign-in: whatever goes wrong from here on is answered with problem details.</summary>
    public static void UseCrmApi(this WebApplication app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || http.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase),
        api => api.UseMiddleware<ApiErrors>());

    public static void MapCrmApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/openapi/v1.json", Handle(OpenApiEndpoint.Get)).AllowAnonymous();
        var api = app.MapGroup(ApiCall.Root).RequireAuthorization();
        api.MapGet("/record-types", Handle(RecordTypesApi.List));
        api.MapGet("/record-types/{type}", Handle(RecordTypesApi.Get));
        api.MapGet("/records/{type}", Handle(ListApi.List));
        api.MapPost("/records/{type}", Handle(RecordApi.Create));
        api.MapPatch("/records/{type}", Handle(BatchApi.Edit));
        api.MapPost("/records/{type}/batch", Handle(BatchApi.Save));
        api.MapGet("/records/{type}/{id}", Handle(RecordApi.Get));
        api.MapPatch("/records/{type}/{id}", Handle(RecordApi.Change));
        api.MapDelete("/records/{type}/{id}", Handle(RecordApi.Delete));
        api.MapPost("/records/{type}/{id}/restore", Handle(RecordApi.Restore));
        api.MapGet("/records/{type}/{id}/history", Handle(HistoryApi.History));
        api.MapGet("/records/{type}/{id}/timeline", Handle(HistoryApi.Timeline));
        api.MapGet("/records/{type}/{id}/files/{field}", Handle(FileApi.Download));
        api.MapGet("/records/{type}/export", Handle(ExportApi.Export));
        api.MapPost("/change-sets/{id}/undo", Handle(BatchApi.Undo));
        api.MapPost("/files", Handle(FileApi.Upload));
        api.MapPost("/imports", Handle(ImportApi.Start));
        api.MapGet("/imports", Handle(ImportApi.List));
        api.MapGet("/imports/{id}", Handle(ImportApi.Get));
        api.MapPost("/imports/{id}/undo", Handle(ImportApi.Undo));
        api.MapGet("/search", Handle(SearchApi.Find));
        api.MapGet("/settings/{module}", Handle(SettingsApi.Get));
        api.MapPatch("/settings/{module}", Handle(SettingsApi.Change));
        api.MapPost("/commands/{key}", Handle(CommandApi.Send));
        api.MapGet("/x/{module}/{key}", Handle(EndpointApi.Get));
        api.MapPost("/x/{module}/{key}", Handle(EndpointApi.Post));
    }

    /// <summary>What every call passes: a caller with a tenant, not too many calls, the language.</summary>
    private static RequestDelegate Handle(Func<ApiCall, Task> answer) => http =>
    {
        var current = http.RequestServices.GetRequiredService<Current>();
        if (!current.HasTenant || current.Actor.Id is not { } user) return ApiProblems.Write(http, StatusCodes.Status401Unauthorized, [ApiErrors.NotSignedIn()]);
        ApiLanguage.Use(http, current.Tenant);
        return http.RequestServices.GetRequiredService<ApiRate>().TryCall(user) ? answer(new ApiCall(http, current)) : ApiProblems.Write(http, StatusCodes.Status429TooManyRequests, [ApiRate.TooMany()]);
    };
}

/// <summary>Counts the calls of each user.</summary>
internal sealed class ApiRate(IOptions<ApiOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<Guid> limiter = PartitionedRateLimiter.Create<Guid, Guid>(user => RateLimitPartition.GetFixedWindowLimiter(user, _ => new()
    {
        PermitLimit = options.Value.CallsPerTenSeconds, Window = TimeSpan.FromSeconds(10), QueueLimit = 0,
    }));

    public bool TryCall(Guid user)
    {
        using var lease = limiter.AttemptAcquire(user);
        return lease.IsAcquired;
    }

    public static Problem TooMany() => new(
        "too-many-calls", ("リクエストが多すぎます。", "Too many requests."), ("Retry-After の秒数だけ待ってください。", "Wait as many seconds as Retry-After says."), Kind: ProblemKind.TooMany);

    public void Dispose() => limiter.Dispose();
}
