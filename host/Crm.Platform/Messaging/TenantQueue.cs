using System.Collections.Concurrent;
using System.Threading.Channels;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Messaging;

/// <summary>
/// Wakes up for work that waits in the tenants' databases: at once when this node put it there, by polling for what other nodes left.
/// One query asks a database about all of its tenants; a database that does not answer holds up nobody else.
/// </summary>
internal abstract partial class TenantQueue(Tenants tenants, Databases databases, TimeProvider clock, ILogger log) : BackgroundService
{
    private const int TenantsPerQuery = 500;

    // Each takes a connection while it looks for what is due.
    private const int TenantsAtOnce = 8;

    private readonly ConcurrentDictionary<Guid, Turn> turns = new();
    private readonly ConcurrentDictionary<string, Task> scans = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> running = new();
    private readonly Channel<Guid> woken = Channel.CreateBounded<Guid>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim serving = new(TenantsAtOnce, TenantsAtOnce);
    private long lastFound;

    protected abstract TimeSpan Poll { get; }

    protected abstract TimeSpan IdlePoll { get; }

    protected TimeProvider Clock => clock;

    protected ILogger Log => log;

    /// <summary>A condition that says whether the tenant <c>t.id</c> has work that is due.</summary>
    protected abstract FormattableString Waiting();

    /// <summary>Does, or sets off, all work of a tenant that is due. Not called twice at a time for one tenant.</summary>
    protected abstract Task Serve(TenantInfo tenant, CancellationToken stopping);

    /// <summary>There is work for a tenant.</summary>
    public void Wake(Guid tenant) => woken.Writer.TryWrite(tenant);

    /// <summary>Notes work that was set off, so that stopping waits for it.</summary>
    protected void Track(Task work)
    {
        running.TryAdd(work, 0);
        _ = work.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Lets what is under way end, as long as the host waits; what does not is taken up again by whoever comes next.</summary>
    protected async Task Drain(CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(running.Keys).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The host waits no longer.
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ServeWoken(stoppingToken), ServeFound(stoppingToken));

    private async Task ServeWoken(CancellationToken stopping)
    {
        await foreach (var id in woken.Reader.ReadAllAsync(stopping))
        {
            try
            {
                if (await tenants.Find(id, stopping) is { Active: true } tenant) Begin(tenant, stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e, "wake", id);
            }
        }
    }

    private async Task ServeFound(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                foreach (var group in (await tenants.All(stopping)).Where(t => t.Active).GroupBy(databases.Of))
                {
                    if (scans.TryGetValue(group.Key, out var scan) && !scan.IsCompleted) continue;
                    scans[group.Key] = Scan(group.Key, [.. group], stopping);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e, "tenants", Guid.Empty);
            }

            var idle = clock.GetElapsedTime(Interlocked.Read(ref lastFound)) > IdlePoll;
            await Task.Delay(idle ? IdlePoll : Poll, clock, stopping);
        }
    }

    private async Task Scan(string database, TenantInfo[] inside, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await using var connection = databases.Dialect.Connect(database);
            await connection.OpenAsync(stopping);
            await databases.Dialect.Prepare(connection, inside is [var only] ? only.Id : null, stopping);
            var sql = new Sql(databases.Dialect, connection);
            var byId = inside.ToDictionary(t => t.Id);
            foreach (var some in inside.Chunk(TenantsPerQuery))
            {
                foreach (var id in await sql.Rows(Due(some), r => r.Id(0), stopping))
                {
                    Interlocked.Exchange(ref lastFound, clock.GetTimestamp());
                    Begin(byId[id], stopping);
                }
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(log, e, "poll", inside[0].Id);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Asks which of some tenants have work that is due.</summary>
    internal FormattableString Due(TenantInfo[] some) => $"SELECT t.id FROM ({OneRowEach(some)}) t WHERE {Waiting()}";

    private static FormattableString OneRowEach(TenantInfo[] some) => System.Runtime.CompilerServices.FormattableStringFactory.Create(
        string.Join(" UNION ALL ", some.Select((_, i) => i == 0 ? "SELECT {0} AS id" : $"SELECT {{{i}}}")), [.. some.Select(t => (object)t.Id)]);

    private void Begin(TenantInfo tenant, CancellationToken stopping)
    {
        var turn = turns.GetOrAdd(tenant.Id, _ => new Turn());
        if (turn.Begin()) Track(Run(tenant, turn, stopping));
    }

    private async Task Run(TenantInfo tenant, Turn turn, CancellationToken stopping)
    {
        await Task.Yield();
        do
        {
            try
            {
                await ServeInTurn(tenant.Id, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogFailed(log, e, "serve", tenant.Id);
            }
            catch (OperationCanceledException)
            {
                // Stopping.
            }
        }
        while (turn.Again() && !stopping.IsCancellationRequested);
    }

    private async Task ServeInTurn(Guid id, CancellationToken stopping)
    {
        await serving.WaitAsync(stopping);
        try
        {
            // The tenant may have changed while others were served.
            if (await tenants.Find(id, stopping) is { Active: true } tenant) await Serve(tenant, stopping);
        }
        finally
        {
            serving.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue failed at {Step} for tenant {Tenant}; it will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string step, Guid tenant);

    /// <summary>One tenant is served by one task at a time; being called meanwhile makes it go round once more.</summary>
    private sealed class Turn
    {
        private const int Idle = 0;
        private const int Running = 1;
        private const int CalledMeanwhile = 2;

        private int state;

        public bool Begin()
        {
            while (true)
            {
                if (Interlocked.CompareExchange(ref state, Running, Idle) == Idle) return true;
                if (Interlocked.CompareExchange(ref state, CalledMeanwhile, Running) != Idle) return false;
            }
        }

        /// <summary>Whether to go round once more.</summary>
        public bool Again()
        {
            if (Interlocked.CompareExchange(ref state, Idle, Running) == Running) return false;
            Volatile.Write(ref state, Running);
            return true;
        }
    }
}
