using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Jobs;

/// <summary>All jobs of the platform and of the modules that are here.</summary>
internal sealed class JobCatalog(IEnumerable<PlatformJob> platform, ModuleList modules)
{
    public IEnumerable<JobDescription> All => platform.Select(p => p.Job).Concat(modules.All.SelectMany(m => m.Jobs));

    public JobDescription? Find(string key) => All.FirstOrDefault(j => j.Key == key);

    public bool IsOn(JobDescription job, TenantCatalog catalog) =>
        job.Module == PlatformJob.Owner || catalog.IsOn(job.Module);
}

/// <summary>A job of the platform itself, which runs for every tenant.</summary>
internal sealed record PlatformJob(JobDescription Job)
{
    public const string Owner = "platform";
}

/// <summary>Where a run stands; stored.</summary>
internal static class RunState
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
}

/// <summary>Names this process in the history of runs.</summary>
internal sealed record NodeName(string Value)
{
    public static NodeName OfThisProcess() => new($"{Environment.MachineName}:{Environment.ProcessId}");
}

/// <summary>Registers jobs.</summary>
internal static class JobServices
{
    public static IServiceCollection AddCrmJobs(this IServiceCollection services)
    {
        services.AddOptions<JobOptions>().BindConfiguration("Jobs")
            .Validate(o => o.Lease > o.Beat * 2, "Jobs:Lease must be longer than two of Jobs:Beat, or a busy node would lose its runs.")
            .ValidateOnStart();
        services.AddSingleton(NodeName.OfThisProcess());
        services.AddSingleton<JobCatalog>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
        services.AddSingleton<ScheduledRuns>();
        services.AddSingleton<JobClock>();
        services.AddHostedService(provider => provider.GetRequiredService<JobClock>());
        services.AddScoped<JobRuns>();
        services.AddScoped<JobQueue>();
        services.AddScoped<IJobs>(provider => provider.GetRequiredService<JobQueue>());
        services.AddSingleton<ITidy, JobTidy>();
        return services.AddPlatformJob<TidyJob>("platform.tidy", new("保存期間を過ぎた記録の整理", "Clear out what is past its time"), new JobSchedule.Daily(new TimeOnly(3, 30)));
    }

    /// <summary>Adds a job of the platform; without a schedule it runs when the platform starts it with what it is to work on.</summary>
    public static IServiceCollection AddPlatformJob<TJob>(this IServiceCollection services, string key, Label name, JobSchedule? schedule = null) where TJob : class, IJob =>
        services.AddSingleton(new PlatformJob(new JobDescription(key, PlatformJob.Owner, name, typeof(TJob)) { Schedule = schedule, NeedsArguments = schedule is null }));
}
