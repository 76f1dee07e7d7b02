using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>A slip came back, or a report was made to JWNET.</summary>
/// <param name="ManifestId">The manifest.</param>
/// <param name="Step">Which, by a key of <see cref="Steps"/>.</param>
/// <param name="On">The day; today when null.</param>
[Command("waste.record-arrival")]
internal sealed record RecordArrival(Guid ManifestId, string Step, DateOnly? On = null) : IRequest<Result>;

internal sealed class RecordArrivalHandler(WasteDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<RecordArrival, Result>
{
    public async Task<Result> Handle(RecordArrival arrival, CancellationToken cancellationToken)
    {
        var manifest = await db.Load<Manifest>(arrival.ManifestId, RecordAction.Edit, cancellation: cancellationToken);
        if (manifest.Failed) return manifest;

        if (!manifest.Value.Arrived(arrival.Step, arrival.On ?? clock.Today(tenant)))
        {
            return new Problem(
                "waste.unknown-step",
                ($"「{arrival.Step}」という票・報告はありません。", $"There is no slip or report “{arrival.Step}”."),
                ("b2、c2、d、e、register などを指定してください。", "Use b2, c2, d, e, register, …"),
                "step");
        }

        return await db.SaveAsync(cancellation: cancellationToken);
    }
}
