using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>What the check has come to while the rules go through a route.</summary>
internal sealed class RouteJudgement(Route route, RouteBook book)
{
    private readonly List<RouteFinding> findings = [];
    private readonly List<RouteGround> grounds = [];

    public Route Route => route;

    public RouteBook Book => book;

    public Label Kind => WasteKinds.Name(route.Kind);

    public void Add(RouteFinding finding)
    {
        if (!findings.Contains(finding)) findings.Add(finding);
    }

    public void Rests(string recordType, Guid id, string title, Label on) => grounds.Add(new(recordType, id, title, on));

    public RouteAnswer Answer() => new([.. findings.OrderByDescending(f => f.Weight)], grounds);

    public static RouteAnswer Of(Route route, RouteBook book)
    {
        var judgement = new RouteJudgement(route, book);
        TransportNeedsAContract.Check(judgement);
        TransportNeedsAPermitAtBothEnds.Check(judgement);
        DisposalNeedsAContract.Check(judgement);
        DisposalNeedsAPermitWhereItHappens.Check(judgement);
        TheSiteTakesTheWaste.Check(judgement);
        LargeSpecialGeneratorsGoElectronic.Check(judgement);
        return judgement.Answer();
    }
}

internal static class TransportNeedsAContract
{
    public static void Check(RouteJudgement judgement)
    {
        if (judgement.Route.TransporterId is { } transporter) ContractCovers.Check(judgement, transporter, transport: true);
    }
}

internal static class DisposalNeedsAContract
{
    public static void Check(RouteJudgement judgement)
    {
        if (judgement.Route.DisposerId is { } disposer) ContractCovers.Check(judgement, disposer, transport: false);
    }
}

/// <summary>A contract with the contractor is in force on the day, is about the kind, and names the place.</summary>
internal static class ContractCovers
{
    public static void Check(RouteJudgement judgement, Guid contractor, bool transport)
    {
        var route = judgement.Route;
        var all = judgement.Book.Contracts(route.GeneratorId, contractor).Where(c => (transport ? c.Transports : c.Disposes) && c.Status != ContractStatuses.Draft).ToList();
        if (all.Count == 0)
        {
            judgement.Add(RouteFindings.NoContract(transport, judgement.Book.Name(contractor)));
            return;
        }

        var inForce = all.Where(c => c.InForce(route.On)).ToList();
        if (inForce.Count == 0)
        {
            judgement.Add(RouteFindings.ContractNotInForce(all.MaxBy(c => c.EndsOn ?? DateOnly.MaxValue)!.Title, route.On));
            return;
        }

        var about = inForce.Where(c => c.Covers(route.Kind, route.Flags)).ToList();
        if (about.Count == 0)
        {
            judgement.Add(RouteFindings.ContractLacksKind(inForce[0].Title, judgement.Kind));
            return;
        }

        var there = about.Where(c => Place(c, transport) is not { } place || route.DestinationId is null || place == route.DestinationId).ToList();
        if (there.Count == 0)
        {
            judgement.Add(RouteFindings.DestinationDiffers(transport, about[0].Title, judgement.Book.Site(Place(about[0], transport))?.Name ?? "?"));
            return;
        }

        var best = there.OrderBy(c => c.Status == ContractStatuses.Incomplete).First();
        if (best.Status == ContractStatuses.Incomplete) judgement.Add(RouteFindings.ContractToBeMended(best.Title));
        judgement.Rests(WasteContract.Contract, best.Id, best.Title, transport ? ("運搬の契約", "Transport contract") : ("処分の契約", "Disposal contract"));
    }

    private static Guid? Place(Contract contract, bool transport) => transport ? contract.DestinationId : contract.DisposalPlaceId;
}

/// <summary>The permit of the prefecture where it is loaded and of the one where it is unloaded.</summary>
internal static class TransportNeedsAPermitAtBothEnds
{
    public static void Check(RouteJudgement judgement)
    {
        if (judgement.Route.TransporterId is not { } transporter) return;
        var permits = judgement.Book.Permits(transporter).Where(p => PermitKinds.Transports(p.Kind)).ToList();
        if (permits.Count == 0)
        {
            judgement.Add(RouteFindings.NoPermit(transport: true, judgement.Book.Name(transporter)));
            return;
        }

        PermitCovers.Check(judgement, permits, transporter, judgement.Book.Site(judgement.Route.SiteId), origin: true, transport: true, ("積込み側の許可", "Permit where it is loaded"));
        PermitCovers.Check(judgement, permits, transporter, judgement.Book.Site(judgement.Route.DestinationId), origin: false, transport: true, ("荷降ろし側の許可", "Permit where it is unloaded"));
    }
}

internal static class DisposalNeedsAPermitWhereItHappens
{
    public static void Check(RouteJudgement judgement)
    {
        if (judgement.Route.DisposerId is not { } disposer) return;
        var permits = judgement.Book.Permits(disposer).Where(p => PermitKinds.Disposes(p.Kind)).ToList();
        if (permits.Count == 0)
        {
            judgement.Add(RouteFindings.NoPermit(transport: false, judgement.Book.Name(disposer)));
            return;
        }

        PermitCovers.Check(judgement, permits, disposer, judgement.Book.Site(judgement.Route.DestinationId), origin: false, transport: false, ("処分の許可", "Disposal permit"));
    }
}

/// <summary>One of the permits was given for the place, is in force on the day, and has the kind in its scope.</summary>
internal static class PermitCovers
{
    public static void Check(RouteJudgement judgement, IReadOnlyList<Permit> permits, Guid company, Site? place, bool origin, bool transport, Label on)
    {
        var route = judgement.Route;
        var here = permits;
        if (place?.Prefecture is null) judgement.Add(RouteFindings.PlaceUnknown(origin));
        else here = [.. permits.Where(p => PermitReach.Of(p, place, transport) == PermitFit.Here)];
        if (here.Count == 0)
        {
            var where = PermitReach.InCharge(place!, transport)?.Name ?? place!.Prefecture!.Name.Ja;
            judgement.Add(permits.FirstOrDefault(p => PermitReach.Of(p, place!, transport) == PermitFit.Unknown) is { } city
                ? RouteFindings.PermitCityUnknown(city.Number!, where)
                : RouteFindings.PermitElsewhere(judgement.Book.Name(company), where));
            return;
        }

        // What fails the fewest conditions says best what is wrong.
        var best = here.OrderByDescending(p => p.InForce(route.On) && p.Covers(route.Kind, route.Flags)).ThenByDescending(p => p.Covers(route.Kind, route.Flags)).ThenByDescending(p => p.InForce(route.On)).First();
        if (!best.Covers(route.Kind, route.Flags)) judgement.Add(RouteFindings.PermitLacksKind(best.Number!, judgement.Kind, route.Flags));
        else if (best.Since > route.On) judgement.Add(RouteFindings.PermitNotYet(best.Number!, best.Since.Value));
        else if (!best.InForce(route.On)) judgement.Add(RouteFindings.PermitExpired(best.Number!, best.EndedOn ?? best.ExpiresOn));
        else
        {
            if (best.ExpiresOn < route.On) judgement.Add(RouteFindings.RenewalPending(best.Number!));
            judgement.Rests(WasteContract.Permit, best.Id, best.Number!, on);
        }
    }
}

internal static class TheSiteTakesTheWaste
{
    public static void Check(RouteJudgement judgement)
    {
        if (judgement.Book.Site(judgement.Route.DestinationId) is { WasteKinds.Length: > 0 } site && !site.WasteKinds.Contains(judgement.Route.Kind))
        {
            judgement.Add(RouteFindings.SiteDoesNotTake(site.Name, judgement.Kind));
        }
    }
}

internal static class LargeSpecialGeneratorsGoElectronic
{
    public static void Check(RouteJudgement judgement)
    {
        var route = judgement.Route;
        if (route.Electronic == false && WasteFlags.IsSpecial(route.Flags) && RouteFindings.ElectronicDuty.Holds(route.On) && judgement.Book.IsLargeSpecialGenerator(route.GeneratorId))
        {
            judgement.Add(RouteFindings.ElectronicRequired());
        }
    }
}
