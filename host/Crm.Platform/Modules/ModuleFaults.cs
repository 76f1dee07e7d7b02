using System.Threading.Channels;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Modules;

/// <summary>How many faults of a plugin are too many; section <c>Plugins:Breaker</c>.</summary>
internal sealed class BreakerOptions
{
    /// <summary>Faults for one tenant, within <see cref="Within"/>, after which the plugin is closed for it.</summary>
    public int Faults { get; set; } = 10;

    public TimeSpan Within { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>
/// Counts what goes wrong in plugins, for each tenant on its own. One that fails too often is closed for that tenant, on all nodes, until
/// an administrator switches it on again or another version comes; the administrators are told. Modules of the product are not closed so.
/// </summary>
internal sealed partial class ModuleFaults(
    ModuleList modules, Tenants tenants, WorkScopes scopes, Staff staff, IOptions<BreakerOptions> options, TimeProvider clock, ILogger<ModuleFaults> log) : BackgroundService
{
    // Closing writes, and a fault may be noted in the middle of somebody's transaction: it is done elsewhere.
    private readonly Channel<Fault> noted = Channel.CreateBounded<Fault>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something of a module threw or took too long.</summary>
    /// <param name="module">Whose it is; null and modules of the product are not counted.</param>
    /// <param name="tenant">For whom it worked.</param>
    /// <param name="what">What it was, such as the name of a class.</param>
    public void Note(string? module, Guid tenant, string what)
    {
        if (modules.Now.Runtime(module) is { IsPlugin: true }) noted.Writer.TryWrite(new(module!, tenant, what));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var recent = new Dictionary<(string, Guid), Queue<DateTimeOffset>>();
        await foreach (var fault in noted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await Count(recent, fault, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogNotClosed(log, e, fault.Module);
            }
        }
    }

    private async Task Count(Dictionary<(string, Guid), Queue<DateTimeOffset>> recent, Fault fault, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!recent.TryGetValue((fault.Module, fault.Tenant), out var times)) recent[(fault.Module, fault.Tenant)] = times = new();
        times.Enqueue(now);
        while (now - times.Peek() > options.Value.Within) times.Dequeue();
        if (times.Count < options.Value.Faults) return;
        recent.Remove((fault.Module, fault.Tenant));
        if (await tenants.Find(fault.Tenant, cancellation) is not { } tenant || !tenant.Modules.Contains(fault.Module) || modules.Find(fault.Module) is not { } module) return;
        var minutes = options.Value.Within.TotalMinutes;
        await tenants.Close(
            tenant.Id, fault.Module,
            ($"{minutes:0} 分間に {options.Value.Faults} 回失敗したため停止しました（最後の失敗: {fault.What}）。", $"Closed after {options.Value.Faults} failures within {minutes:0} minutes (the last: {fault.What})."), cancellation);
        LogClosed(log, fault.Module, tenant.Id, fault.What);
        await Tell(tenant, module.Module.Name, cancellation);
    }

    private async Task Tell(TenantInfo tenant, Sdk.Label name, CancellationToken cancellation)
    {
        var people = await staff.Of(tenant, cancellation);
        await using var scope = await scopes.Open(tenant, Actor.System(ChangeSource.Job), cancellation);
        foreach (var administrator in people.Members.Where(p => p.Active && people.RightsOf(p.Id).May(ModuleRights.Key)))
        {
            await scope.Get<IMediator>().Send(
                new NotifyUser(administrator.Id, ($"「{name.Ja}」は失敗が続いたため停止しました。", $"“{name.En}” failed again and again and was closed.")) { Link = "/settings/modules" }, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The plugin {Module} is closed for tenant {Tenant}: it failed too often, at last in {What}")]
    private static partial void LogClosed(ILogger logger, string module, Guid tenant, string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "The failing plugin {Module} could not be closed")]
    private static partial void LogNotClosed(ILogger logger, Exception exception, string module);

    private readonly record struct Fault(string Module, Guid Tenant, string What);
}
