using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>Checks one route by what is registered.</summary>
internal sealed class CheckRouteHandler(WasteDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<CheckRoute, Result<RouteAnswer>>
{
    public async Task<Result<RouteAnswer>> Handle(CheckRoute check, CancellationToken cancellationToken)
    {
        if (WasteKinds.Find(check.WasteKind) is null)
        {
            return new Problem(
                "waste.unknown-kind",
                ($"廃棄物の種類「{check.WasteKind}」はありません。", $"There is no waste kind “{check.WasteKind}”."),
                ("種類を一覧から選んでください。", "Choose a kind from the list."),
                "wasteKind");
        }

        var route = new Route(check.GeneratorId, check.WasteKind, check.On ?? clock.Today(tenant))
        {
            SiteId = check.SiteId, TransporterId = check.TransporterId, DisposerId = check.DisposerId, DestinationId = check.DestinationId,
            Flags = check.Flags, Electronic = check.Electronic,
        };
        return RouteJudgement.Of(route, await RouteBook.Read(db, mediator, [route], cancellationToken));
    }
}
