using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Reports;

/// <summary>The lines of the report of a fiscal year (April to March) about a generator's paper manifests; JWNET reports the electronic ones itself.</summary>
/// <param name="GeneratorId">Whose waste it was.</param>
/// <param name="FiscalYear">The year in which the fiscal year begins.</param>
/// <param name="SiteId">One place of origin; null for all of them.</param>
[Requires(WasteContract.MayMakeReports)]
internal sealed record GetYearReport(Guid GeneratorId, int FiscalYear, Guid? SiteId = null) : IRequest<Result<YearReport>>;

internal sealed record YearReport(string Generator, string GeneratorAddress, int FiscalYear, IReadOnlyList<YearReportLine> Lines)
{
    public int Sheets => Lines.Sum(l => l.Sheets);

    public decimal Tonnes => Lines.Sum(l => l.Tonnes ?? 0);
}

/// <summary>One line: Converted says that some of the weight was worked out from volumes; Unweighed counts manifests whose quantity has no weight and is not in Tonnes.</summary>
internal sealed record YearReportLine(
    string Site, string SiteAddress, Label Kind, decimal? Tonnes, int Sheets, string TransporterPermit, string Transporter, string Destination,
    string DisposerPermit, string Disposer, string DisposalPlace, bool Converted, int Unweighed);

internal sealed class GetYearReportHandler(WasteDb db, IMediator mediator) : IRequestHandler<GetYearReport, Result<YearReport>>
{
    private const int MostAtOnce = 500;

    public async Task<Result<YearReport>> Handle(GetYearReport query, CancellationToken cancellationToken)
    {
        var generator = await mediator.Send(new GetRecord(CustomersContract.Company, query.GeneratorId), cancellationToken);
        if (generator.Failed) return Result<YearReport>.Fail(generator.Problems);

        var manifests = await db.Manifests.AsNoTracking()
            .Where(m => m.GeneratorId == query.GeneratorId && m.FiscalYear == query.FiscalYear && m.Medium == Media.Paper && m.CancelledOn == null
                && (query.SiteId == null || m.SiteId == query.SiteId))
            .Select(m => new { m.SiteId, m.WasteKind, m.Flags, m.Quantity, m.Unit, m.TransporterId, m.DisposerId, m.DestinationId })
            .ToListAsync(cancellationToken);
        var groups = manifests.GroupBy(m => new Key(m.SiteId, m.WasteKind ?? "", string.Join(',', m.Flags ?? []), m.TransporterId, m.DisposerId, m.DestinationId)).ToList();

        var places = groups.SelectMany(g => new[] { g.Key.Site, g.Key.Destination }).OfType<Guid>().Distinct().ToList();
        var sites = await db.Sites.AsNoTracking().Where(s => places.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken);
        var holders = groups.SelectMany(g => new[] { g.Key.Transporter, g.Key.Disposer }).OfType<Guid>().Distinct().ToList();
        var permits = (await db.Permits.AsNoTracking().Where(p => p.CompanyId != null && holders.Contains(p.CompanyId.Value)).ToListAsync(cancellationToken)).ToLookup(p => p.CompanyId!.Value);
        var names = await Names(holders, cancellationToken);

        var lines = groups.Select(g =>
        {
            var (origin, goal) = (Site(sites, g.Key.Site), Site(sites, g.Key.Destination));
            var weights = g.Select(m => Units.Tonnes(m.Quantity, m.Unit, m.WasteKind)).ToList();
            return new YearReportLine(
                origin?.Name ?? "", origin?.Address.ToString() ?? "", Kind(g.Key), weights.Any(w => w is not null) ? weights.Sum() : null, weights.Count,
                Permit(permits, g.Key.Transporter, origin, g.Key, transport: true), Name(names, g.Key.Transporter), goal?.Address.ToString() ?? "",
                Permit(permits, g.Key.Disposer, goal, g.Key, transport: false), Name(names, g.Key.Disposer), goal?.Address.ToString() ?? "",
                g.Any(m => m.Unit is not (Units.Tonne or "kg") && m.Quantity is not null), weights.Count(w => w is null));
        });
        return new YearReport(
            generator.Value.Title, string.Concat(generator.Value["prefecture"], generator.Value["city"], generator.Value["street"]), query.FiscalYear,
            [.. lines.OrderBy(l => l.Site, StringComparer.Ordinal).ThenBy(l => l.Kind.Ja, StringComparer.Ordinal).ThenBy(l => l.Transporter, StringComparer.Ordinal)]);
    }

    private async Task<Dictionary<Guid, string>> Names(List<Guid> companies, CancellationToken cancellation)
    {
        var names = new Dictionary<Guid, string>();
        foreach (var some in companies.Chunk(MostAtOnce))
        {
            var page = await mediator.Send(new ListRecords(CustomersContract.Company) { Filter = new Filter.Ids(some), Fields = ["name"], Limit = MostAtOnce }, cancellation);
            if (page.Failed) continue;
            foreach (var row in page.Value.Read()) names[row.Id] = row.Text("name") ?? "";
        }

        return names;
    }

    private static Site? Site(Dictionary<Guid, Site> sites, Guid? id) => id is { } known ? sites.GetValueOrDefault(known) : null;

    private static string Name(Dictionary<Guid, string> names, Guid? id) => id is { } known ? names.GetValueOrDefault(known, "") : "";

    private static Label Kind(Key key)
    {
        var kind = WasteKinds.Name(key.Kind);
        if (key.Flags.Length == 0) return kind;
        var flags = key.Flags.Split(',').Select(WasteFlags.Name).ToList();
        return ($"{kind.Ja}({string.Join("・", flags.Select(f => f.Ja))})", $"{kind.En} ({string.Join(", ", flags.Select(f => f.En))})");
    }

    /// <summary>The number of the permit for the place and the kind. Empty when none is: the number of another authority would be a false statement.</summary>
    private static string Permit(ILookup<Guid, Permit> permits, Guid? company, Site? place, Key key, bool transport)
    {
        if (company is not { } holder) return "";
        var special = WasteFlags.IsSpecial(key.Flags.Split(','));
        return permits[holder].Where(p => transport ? PermitKinds.Transports(p.Kind) : PermitKinds.Disposes(p.Kind))
            .Where(p => place?.Prefecture is null || PermitReach.Of(p, place, transport) == PermitFit.Here)
            .OrderByDescending(p => PermitKinds.IsSpecial(p.Kind) == special)
            .ThenByDescending(p => p.ExpiresOn).FirstOrDefault()?.Number ?? "";
    }

    private sealed record Key(Guid? Site, string Kind, string Flags, Guid? Transporter, Guid? Disposer, Guid? Destination);
}
