using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>A slip came back, or a report was made to JWNET. When the event itself ended is not said by that and stays as it is.</summary>
/// <param name="ManifestId">The manifest.</param>
/// <param name="Step">Which, by a key of <see cref="Steps"/>.</param>
/// <param name="On">The day; today when null, and no later one.</param>
[Command("waste.record-arrival")]
internal sealed record RecordArrival(Guid ManifestId, string Step, DateOnly? On = null) : IRequest<Result>;

internal sealed class RecordArrivalHandler(WasteDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<RecordArrival, Result>
{
    public async Task<Result> Handle(RecordArrival arrival, CancellationToken cancellationToken)
    {
        var manifest = await db.Load<Manifest>(arrival.ManifestId, RecordAction.Edit, cancellation: cancellationToken);
        if (manifest.Failed) return manifest;

        var today = clock.Today(tenant);
        if (arrival.On > today)
        {
            return new Problem(
                "waste.not-yet",
                ($"受領・報告日「{arrival.On:yyyy-MM-dd}」は未来の日付です。", $"{arrival.On:yyyy-MM-dd} has not come yet."),
                ("実際に届いた日を入力してください。", "Enter the day on which it came."),
                "on");
        }

        if (!manifest.Value.Arrived(arrival.Step, arrival.On ?? today))
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
