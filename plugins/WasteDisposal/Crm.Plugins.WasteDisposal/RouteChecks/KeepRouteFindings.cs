using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>Notes with each manifest what speaks against its route, whatever way it was saved: imports are checked like forms.</summary>
[Subscriber("waste.keep-route-findings", WasteContract.Manifest)]
internal sealed class KeepRouteFindings(WasteDb db, IMediator mediator) : INotificationHandler<RecordsChanged>
{
    private static readonly string[] Decide = ["issuedOn", "generatorId", "siteId", "transporterId", "disposerId", "destinationId", "wasteKind", "flags", "medium"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "deleted") return;
        if (changed.Action == "updated" && !changed.Fields.Any(Decide.Contains)) return;

        var ids = changed.Ids.ToList();
        await Note(db, mediator, await db.Manifests.Where(m => ids.Contains(m.Id)).ToListAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Checks some manifests and saves what changed.</summary>
    public static async Task Note(WasteDb db, IMediator mediator, IEnumerable<Manifest> some, CancellationToken cancellation)
    {
        var manifests = some.Where(m => m is { GeneratorId: not null, WasteKind: not null, IssuedOn: not null }).ToList();
        if (manifests.Count == 0) return;
        var routes = manifests.ToDictionary(m => m.Id, Of);
        var book = await RouteBook.Read(db, mediator, routes.Values, cancellation);
        foreach (var manifest in manifests)
        {
            string[] found = [.. RouteJudgement.Of(routes[manifest.Id], book).Findings.Select(f => f.Code).Distinct()];
            if (!found.SequenceEqual(manifest.RouteFindings ?? [])) manifest.RouteFindings = found.Length == 0 ? null : found;
        }

        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("Findings could not be noted");
    }

    internal static Route Of(Manifest m) => new(m.GeneratorId!.Value, m.WasteKind!, m.IssuedOn!.Value)
    {
        SiteId = m.SiteId, TransporterId = m.TransporterId, DisposerId = m.DisposerId, DestinationId = m.DestinationId, Flags = m.Flags ?? [], Electronic = m.IsElectronic,
    };
}
