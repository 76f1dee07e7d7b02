using System.Diagnostics;
using System.Diagnostics.Metrics;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;

namespace Crm.Platform.Observability;

/// <summary>What the product counts and traces. Tags name modules, requests, jobs and tenants' ids; never a person or what they entered.</summary>
internal sealed class CrmMeters : IDisposable
{
    public const string Name = "Crm";

    private readonly ActivitySource activities = new(Name);
    private readonly Histogram<double> requests;
    private readonly Histogram<double> deliveries;
    private readonly Histogram<double> lag;
    private readonly Histogram<double> jobRuns;
    private readonly UpDownCounter<long> jobsRunning;
    private readonly Counter<long> mails;

    public CrmMeters(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        requests = meter.CreateHistogram<double>("crm.request.duration", "s", "Time a request of a screen, the API or a module took.");
        deliveries = meter.CreateHistogram<double>("crm.delivery.duration", "s", "Time a subscriber took for an event.");
        lag = meter.CreateHistogram<double>("crm.outbox.lag", "s", "Time from an event to the end of its delivery.");
        jobRuns = meter.CreateHistogram<double>("crm.job.duration", "s", "Time a run of a job took.");
        jobsRunning = meter.CreateUpDownCounter<long>("crm.job.running", "{run}", "Runs of jobs under way on this node.");
        mails = meter.CreateCounter<long>("crm.mail.sent", "{mail}", "Mails handed to the transport.");
    }

    /// <summary>Begins a step of a trace; null when nobody listens.</summary>
    public Activity? Start(string name, ActivityKind kind = ActivityKind.Internal, TenantInfo? tenant = null) =>
        activities.StartActivity(name, kind)?.SetTag("crm.tenant", tenant?.Id);

    public void Requested(string request, string result, TimeSpan took) =>
        requests.Record(took.TotalSeconds, new("request", request), new("result", result));

    public void Delivered(Subscriber subscriber, string result, TimeSpan took, TimeSpan? since)
    {
        deliveries.Record(took.TotalSeconds, new("subscriber", subscriber.Name), new("result", result));
        if (since is { } late) lag.Record(late.TotalSeconds);
    }

    public void JobBegan(string job) => jobsRunning.Add(1, new KeyValuePair<string, object?>("job", job));

    public void JobEnded(string job, string state, TimeSpan took)
    {
        jobsRunning.Add(-1, new KeyValuePair<string, object?>("job", job));
        jobRuns.Record(took.TotalSeconds, new("job", job), new("state", state));
    }

    public void Mailed(string result) => mails.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Dispose() => activities.Dispose();
}
