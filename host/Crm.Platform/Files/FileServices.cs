using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Files;

/// <summary>Registers stored files.</summary>
internal static class FileServices
{
    public static IServiceCollection AddCrmFiles(this IServiceCollection services)
    {
        services.AddOptions<FileLimits>().BindConfiguration("Files").Validate(o => o.MaxBytes > 0, "Files:MaxBytes must be above zero.").ValidateOnStart();
        services.AddScoped<FileStore>();
        services.AddScoped<IFiles>(provider => provider.GetRequiredService<FileStore>());
        return services.AddSingleton<ITidy, FileTidy>();
    }
}

/// <summary>Pieces of uploads that broke off. An upload under way is younger than a day.</summary>
internal sealed class FileTidy(TimeProvider clock) : ITidy
{
    public async Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation)
    {
        // The id tells when the upload began.
        var before = Guid.CreateVersion7(clock.GetUtcNow() - TimeSpan.FromDays(1));
        var orphans = await sql.Rows(
            $"""
            SELECT file_id FROM platform_file_chunk c WHERE c.tenant_id = {tenant.Id} AND c.position = 0 AND c.file_id < {before}
              AND NOT EXISTS (SELECT 1 FROM platform_file f WHERE f.tenant_id = {tenant.Id} AND f.id = c.file_id)
            """,
            r => r.Id(0), cancellation);
        foreach (var id in orphans)
        {
            await sql.InTransaction(s => s.Execute($"DELETE FROM platform_file_chunk WHERE tenant_id = {tenant.Id} AND file_id = {id}", cancellation), cancellation);
        }
    }
}
