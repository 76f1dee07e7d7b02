using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>How much the watch has noted for an owner and not told yet. Gone once it is told.</summary>
internal sealed class WatchTally
{
    public Guid TenantId { get; set; }

    public Guid OwnerId { get; set; }

    public int Late { get; set; }

    public int Soon { get; set; }

    public int Report { get; set; }

    public void Add(Reminded of)
    {
        if (of.Late) Late++;
        if (of.Soon) Soon++;
        if (of.Report) Report++;
    }
}

/// <summary>The watch has gone through all manifests of an owner. Of the plugin alone.</summary>
[Event("waste.manifests-watched.v1")]
internal sealed record ManifestsWatched(Guid OwnerId, int Late, int Soon, int Report, int DaysBefore) : IEvent;

/// <summary>Tells the owner in one message.</summary>
[Subscriber("waste.tell-owner-of-manifests")]
internal sealed class TellOwnerOfManifests(IMediator mediator) : INotificationHandler<ManifestsWatched>
{
    public Task Handle(ManifestsWatched watched, CancellationToken cancellationToken)
    {
        List<Label> parts = [];
        if (watched.Late > 0) parts.Add(($"期限超過 {watched.Late} 件", $"{watched.Late} overdue"));
        if (watched.Soon > 0) parts.Add(($"{watched.DaysBefore} 日以内に期限 {watched.Soon} 件", $"{watched.Soon} due within {watched.DaysBefore} days"));
        if (watched.Report > 0) parts.Add(($"知事等への報告期限 {watched.Report} 件", $"{watched.Report} to report to the governor"));
        return mediator.Send(
            new NotifyUser(watched.OwnerId, ("マニフェスト: " + string.Join("、", parts.Select(p => p.Ja)), "Manifests: " + string.Join(", ", parts.Select(p => p.En))))
            {
                Link = Routes.Screen(WasteContract.Plugin, "chase"),
            },
            cancellationToken);
    }
}
