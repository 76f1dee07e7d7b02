using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Plugins;

/// <summary>The plugins of the installation and the keys that are trusted, as this node sees them.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ListPlugins : IRequest<Result<PluginList>>;

/// <param name="Plugins">All that are installed.</param>
/// <param name="Keys">Names of the trusted keys.</param>
/// <param name="StillInMemory">Replaced versions whose memory is not free yet, such as <c>waste 1.0.0</c>.</param>
/// <param name="Safe">Whether the node started without plugins.</param>
internal sealed record PluginList(IReadOnlyList<PluginLine> Plugins, IReadOnlyList<string> Keys, IReadOnlyList<string> StillInMemory, bool Safe);

/// <param name="Id">Key of its module.</param>
/// <param name="Name">What it is called; its id when it does not run.</param>
/// <param name="Version">The version that ought to run.</param>
/// <param name="Publisher">Who made it; null when it does not run.</param>
/// <param name="SignedBy">The trusted key that signed it; null for an unsigned one.</param>
/// <param name="InstalledAt">When (UTC).</param>
/// <param name="InstalledBy">By whom.</param>
/// <param name="Problems">Why it does not run here; empty when it does.</param>
/// <param name="Tenants">Names of the tenants that have it on.</param>
internal sealed record PluginLine(
    string Id, Label Name, string Version, string? Publisher, string? SignedBy, DateTimeOffset InstalledAt, string InstalledBy, IReadOnlyList<Problem> Problems, IReadOnlyList<string> Tenants);

internal sealed class ListPluginsHandler(ControlDbs control, PluginHost host, PluginStore store, Tenants tenants, Microsoft.Extensions.Options.IOptions<PluginOptions> options) : IRequestHandler<ListPlugins, Result<PluginList>>
{
    public async Task<Result<PluginList>> Handle(ListPlugins request, CancellationToken cancellationToken)
    {
        await using var db = await control.Open();
        var rows = await db.Plugins.AsNoTracking().Where(p => p.Active)
            .Select(p => new { p.Id, p.Version, p.SignedBy, p.InstalledAt, p.InstalledBy }).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var keys = await db.PluginKeys.AsNoTracking().Select(k => k.Name).OrderBy(k => k).ToListAsync(cancellationToken);
        var all = await tenants.All(cancellationToken);
        var lines = rows.Select(r =>
        {
            var manifest = host.Find(r.Id)?.Package.Manifest;
            return new PluginLine(
                r.Id, manifest?.Name ?? Label.Same(r.Id), r.Version, manifest?.Publisher, r.SignedBy, r.InstalledAt, r.InstalledBy, store.NotRunning.GetValueOrDefault(r.Id)?.Problems ?? [],
                [.. all.Where(t => t.Modules.Contains(r.Id)).Select(t => t.Name).Order(StringComparer.CurrentCulture)]);
        });
        return new PluginList([.. lines], keys, [.. host.StillInMemory.Select(r => r.Name)], options.Value.Safe);
    }
}
