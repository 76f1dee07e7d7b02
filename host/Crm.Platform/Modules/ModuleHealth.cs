using System.Collections.Concurrent;
using Crm.Platform.Tenancy;
using Crm.Sdk;

namespace Crm.Platform.Modules;

/// <summary>Which modules must not run, for everybody or for one tenant, since when and why.</summary>
internal sealed class ModuleHealth(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Module, Guid? Tenant), Quarantine> closed = new();
    private int version = 1;

    /// <summary>Raised with each change, so that what was worked out from it is worked out anew.</summary>
    public int Version => version;

    public IReadOnlyCollection<Quarantine> All => [.. closed.Values];

    public void Close(string module, Label reason, Guid? tenant = null)
    {
        closed[(module, tenant)] = new(module, tenant, reason, clock.GetUtcNow());
        Interlocked.Increment(ref version);
    }

    /// <summary>Lets it run again.</summary>
    public void Open(string module, Guid? tenant = null)
    {
        if (closed.TryRemove((module, tenant), out _)) Interlocked.Increment(ref version);
    }

    /// <summary>Why the module must not run for this tenant; null when it may.</summary>
    public Quarantine? Of(string module, TenantInfo tenant) =>
        Of(module) ?? closed.GetValueOrDefault((module, tenant.Id)) ?? tenant.Closed.GetValueOrDefault(module);

    /// <summary>Why the module must not run for anybody; null when it may.</summary>
    public Quarantine? Of(string module) => closed.GetValueOrDefault((module, null));
}

/// <summary>A module that must not run.</summary>
/// <param name="Module">Its key.</param>
/// <param name="Tenant">For whom; null for everybody.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when (UTC).</param>
internal sealed record Quarantine(string Module, Guid? Tenant, Label Reason, DateTimeOffset Since);
