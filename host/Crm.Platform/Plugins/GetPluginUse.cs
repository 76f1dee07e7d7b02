using Crm.Platform.Editions;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Plugins;

/// <summary>Who works with a plugin, for whoever is about to take it out.</summary>
/// <param name="Id">Key of its module.</param>
[Requires(PlatformPermissions.Installation)]
internal sealed record GetPluginUse(string Id) : IRequest<Result<PluginUse>>;

/// <param name="Tenants">Keys of the tenants that have it on.</param>
/// <param name="Records">How many records of each of its types all tenants keep, the recycle bin included; only of types that have some.</param>
/// <param name="Editions">Editions of tenants that carry it, with the tenant.</param>
internal sealed record PluginUse(IReadOnlyList<string> Tenants, IReadOnlyList<(Label Type, long Count)> Records, IReadOnlyList<string> Editions)
{
    public bool Any => Tenants.Count + Records.Count + Editions.Count > 0;

    /// <summary>All of it in one line.</summary>
    public Label Told => (
        string.Join("、", Lines(
            Tenants.Count == 0 ? null : $"{Tenants.Count} テナントで有効（{string.Join("、", Tenants)}）",
            Records.Count == 0 ? null : string.Join("、", Records.Select(r => $"{r.Type.Ja} {r.Count:N0} 件")),
            Editions.Count == 0 ? null : $"適用中のエディション: {string.Join("、", Editions)}")),
        string.Join("; ", Lines(
            Tenants.Count == 0 ? null : $"on for {Tenants.Count} tenant(s): {string.Join(", ", Tenants)}",
            Records.Count == 0 ? null : "records: " + string.Join(", ", Records.Select(r => $"{r.Type.En} {r.Count:N0}")),
            Editions.Count == 0 ? null : $"part of editions in use: {string.Join(", ", Editions)}")));

    private static IEnumerable<string> Lines(params string?[] lines) => lines.OfType<string>();
}

internal sealed class GetPluginUseHandler(PluginHost host, Tenants tenants, Databases databases, EditionStore editions) : IRequestHandler<GetPluginUse, Result<PluginUse>>
{
    public async Task<Result<PluginUse>> Handle(GetPluginUse request, CancellationToken cancellationToken)
    {
        var all = await tenants.All(cancellationToken);
        var carrying = (await editions.All(cancellationToken)).Where(e => e.Manifest.Plugins.Any(p => p.Id == request.Id)).Select(e => $"{e.Manifest.Id} {e.Manifest.Version}").ToHashSet(StringComparer.Ordinal);
        var counts = new List<(Label Type, long Count)>();
        foreach (var type in host.Find(request.Id)?.Runtime.Description.RecordTypes ?? [])
        {
            long count = 0;
            foreach (var database in all.Select(databases.Of).Append(databases.Installation).Distinct(StringComparer.Ordinal)) count += await Count(database, type.Table, cancellationToken);
            if (count > 0) counts.Add((type.Label, count));
        }

        return new PluginUse(
            [.. all.Where(t => t.Modules.Contains(request.Id)).Select(t => t.Key).Order(StringComparer.Ordinal)], counts,
            [.. all.Where(t => t.Edition is not null && carrying.Contains(t.Edition)).Select(t => $"{t.Edition} ({t.Key})").Order(StringComparer.Ordinal)]);
    }

    private async Task<long> Count(string database, string table, CancellationToken cancellation)
    {
        await using var connection = databases.Dialect.Connect(database);
        await connection.OpenAsync(cancellation);
        await databases.Dialect.PrepareMigration(connection, cancellation);
        return await new Sql(databases.Dialect, connection).First($"SELECT COUNT(*) FROM {Sql.Raw(table)}", r => r.Long(0), cancellation);
    }
}
