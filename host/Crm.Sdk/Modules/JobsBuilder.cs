using Crm.Sdk.Jobs;

namespace Crm.Sdk.Modules;

/// <summary>Adds jobs.</summary>
public sealed class JobsBuilder
{
    private readonly ModuleDescription description;

    internal JobsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a job; it runs when started, unless a clock is said.</summary>
    /// <param name="key">Lower case with dashes; begins with the module's key by itself.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    public JobBuilder Add<TJob>(string key, string ja, string en) where TJob : class, IJob =>
        new(new(description, description.Jobs, new($"{description.Key}.{key}", description.Key, new(ja, en), typeof(TJob))));
}

/// <summary>Says more of a job.</summary>
public sealed class JobBuilder
{
    private readonly Described<JobDescription> job;

    internal JobBuilder(Described<JobDescription> job) => this.job = job;

    /// <summary>Runs each day at a time of the tenant's day.</summary>
    public JobBuilder Daily(TimeOnly at) => On(new JobSchedule.Daily(at));

    /// <summary>Runs again and again.</summary>
    public JobBuilder Every(TimeSpan interval) => On(new JobSchedule.Every(interval));

    private JobBuilder On(JobSchedule schedule)
    {
        job.Change(j => j with { Schedule = schedule });
        return this;
    }
}
