using System.Globalization;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace Crm.Platform.Jobs;

/// <summary>
/// Quartz as the clock of the cluster: it knows when a schedule is due and lets one node say so. What is due for whom is decided
/// then (<see cref="ScheduledRuns"/>), so that a job has one trigger per time zone and not one per tenant.
/// </summary>
internal sealed partial class JobClock(
    Databases databases, Tenants tenants, ModuleList modules, JobCatalog jobs, ScheduledRuns runs, NodeName node, IOptions<JobOptions> options,
    ILoggerFactory logs, ILogger<JobClock> log, TimeProvider clock) : BackgroundService
{
    internal const string JobKeyData = "job";
    internal const string ZoneData = "zone";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private IScheduler? scheduler;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Clock) return;
        scheduler = await Build().BuildScheduler(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (scheduler is not null) await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        (int, string)? scheduled = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var zones = (await tenants.All(stoppingToken)).Where(t => t.Active).Select(t => t.TimeZone).DistinctBy(z => z.Id).OrderBy(z => z.Id, StringComparer.Ordinal).ToList();
                var wanted = (modules.Version, string.Join(',', zones.Select(z => z.Id)));
                if (scheduled != wanted)
                {
                    await Schedule(zones, stoppingToken);
                    scheduled = wanted;
                }

                if (scheduler!.Status != SchedulerStatus.Running) await scheduler.Start(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e);
            }

            await Task.Delay(LookAgain, clock, stoppingToken);
        }
    }

    /// <summary>Brings the stored triggers in line with the schedules. One that is unchanged is left alone and remembers when it was due last.</summary>
    private async Task Schedule(List<TimeZoneInfo> zones, CancellationToken cancellation)
    {
        var wanted = new Dictionary<TriggerKey, (JobDescription Job, TimeZoneInfo? Zone, string Says)>();
        foreach (var job in jobs.All)
        {
            switch (job.Schedule)
            {
                case JobSchedule.Every every:
                    wanted[new TriggerKey("every", job.Key)] = (job, null, "every " + every.Interval.ToString("c", CultureInfo.InvariantCulture));
                    break;
                case JobSchedule.Daily daily:
                    foreach (var zone in zones) wanted[new TriggerKey(zone.Id, job.Key)] = (job, zone, "daily " + daily.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
                    break;
            }
        }

        var stored = await Stored(cancellation);
        await scheduler!.UnscheduleJobs([.. stored.Keys.Where(k => !wanted.ContainsKey(k))], cancellation);
        foreach (var (key, (job, zone, says)) in wanted.Where(w => stored.GetValueOrDefault(w.Key) != w.Value.Says))
        {
            var detail = Quartz.JobBuilder.Create<ClockTick>().WithIdentity(key.Name, key.Group).RequestRecovery()
                .UsingJobData(JobKeyData, job.Key).UsingJobData(ZoneData, zone?.Id ?? "").Build();
            var trigger = TriggerBuilder.Create(clock).WithIdentity(key).ForJob(detail).WithDescription(says).WithSchedule(ScheduleOf(job.Schedule!, zone));
            await scheduler.ScheduleJob(detail, trigger.Build(), ScheduleJobOptions.Replacing, cancellation);
        }
    }

    /// <summary>A moment that passed while nothing ran is made up for once.</summary>
    private static IScheduleBuilder ScheduleOf(JobSchedule schedule, TimeZoneInfo? zone) => schedule switch
    {
        JobSchedule.Daily daily => CronScheduleBuilder.Create($"{daily.At.Second} {daily.At.Minute} {daily.At.Hour} * * ?")
            .InTimeZone(zone!).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed),
        JobSchedule.Every every => SimpleScheduleBuilder.Create().WithInterval(every.Interval).RepeatForever()
            .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount),
        _ => throw new InvalidOperationException($"No trigger is made for {schedule}."),
    };

    private async Task<Dictionary<TriggerKey, string?>> Stored(CancellationToken cancellation)
    {
        var stored = new Dictionary<TriggerKey, string?>();
        var page = new TriggerQuery();
        var found = await scheduler!.QueryTriggers(page, cancellation);
        foreach (var trigger in found.Items) stored[trigger.Key] = trigger.Description;
        return stored;
    }

    private QuartzSchedulerBuilder Build() => QuartzSchedulerBuilder.Create(quartz =>
    {
        quartz.ConfigureScheduler(o =>
        {
            o.InstanceName = "crm";
            o.InstanceId = node.Value;
        });
        quartz.Services.AddSingleton(logs);
        quartz.Services.AddSingleton(runs);
        quartz.UseTimeProvider(clock);
        quartz.UseDefaultThreadPool(2);
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(o => o.TablePrefix = "qrtz_");

            // Quartz makes its own tables: they hold a clock and nothing a person keeps (docs/adr).
            store.ProvisionSchema();
            switch (databases.Dialect.Name)
            {
                case "Sqlite":
                    store.UseSqlite(databases.Installation);
                    break;
                case "PostgreSql":
                    store.UsePostgres(databases.Installation);
                    store.UseClustering();
                    break;
                default:
                    store.UseSqlServer(databases.Installation);
                    store.UseClustering();
                    break;
            }
        });
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "The schedules of jobs could not be brought up to date; it will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    /// <summary>What Quartz runs when a schedule is due.</summary>
    internal sealed class ClockTick(ScheduledRuns runs) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var data = context.MergedJobDataMap;
            var zone = data.GetString(ZoneData);
            await runs.Queue(data.GetString(JobKeyData)!, string.IsNullOrEmpty(zone) ? null : zone, MomentOf(context, data), cancellationToken);
        }

        /// <summary>The moment the schedule names, to the second; also when another node makes up for one that died while saying so.</summary>
        private static DateTimeOffset MomentOf(IJobExecutionContext context, JobDataMap data)
        {
            var moment = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
            if (context.Recovering && data.TryGetValue(SchedulerConstants.FailedJobOriginalTriggerScheduledFireTime, out var original)
                && DateTimeOffset.TryParse(original as string, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var first))
            {
                moment = first;
            }

            return DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());
        }
    }
}
