using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>One way that waste goes.</summary>
internal sealed record Route(Guid GeneratorId, string Kind, DateOnly On)
{
    public Guid? SiteId { get; init; }

    public Guid? TransporterId { get; init; }

    public Guid? DisposerId { get; init; }

    public Guid? DestinationId { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    public bool? Electronic { get; init; }
}

/// <summary>All that is needed to judge some routes, read once for all of them.</summary>
internal sealed class RouteBook
{
    private const int MostAtOnce = 500;

    private ILookup<(Guid Generator, Guid Contractor), Contract> contracts = Enumerable.Empty<Contract>().ToLookup(_ => default((Guid, Guid)));
    private ILookup<Guid, Permit> permits = Enumerable.Empty<Permit>().ToLookup(_ => Guid.Empty);
    private Dictionary<Guid, Site> sites = [];
    private readonly Dictionary<Guid, (string Name, bool LargeSpecial)> companies = [];

    public IEnumerable<Contract> Contracts(Guid generator, Guid contractor) => contracts[(generator, contractor)];

    public IEnumerable<Permit> Permits(Guid company) => permits[company];

    public Site? Site(Guid? id) => id is { } known ? sites.GetValueOrDefault(known) : null;

    public string Name(Guid company) => companies.TryGetValue(company, out var known) ? known.Name : "?";

    public bool IsLargeSpecialGenerator(Guid company) => companies.TryGetValue(company, out var known) && known.LargeSpecial;

    public static async Task<RouteBook> Read(WasteDb db, IMediator mediator, IReadOnlyCollection<Route> routes, CancellationToken cancellation)
    {
        var book = new RouteBook();
        var generators = routes.Select(r => r.GeneratorId).Distinct().ToList();
        var contractors = routes.SelectMany(r => new[] { r.TransporterId, r.DisposerId }).OfType<Guid>().Distinct().ToList();
        var found = await db.Contracts.AsNoTracking()
            .Where(c => c.GeneratorId != null && generators.Contains(c.GeneratorId.Value) && c.ContractorId != null && contractors.Contains(c.ContractorId.Value))
            .ToListAsync(cancellation);
        book.contracts = found.ToLookup(c => (c.GeneratorId!.Value, c.ContractorId!.Value));
        book.permits = (await db.Permits.AsNoTracking().Where(p => p.CompanyId != null && contractors.Contains(p.CompanyId.Value)).ToListAsync(cancellation)).ToLookup(p => p.CompanyId!.Value);

        var places = routes.SelectMany(r => new[] { r.SiteId, r.DestinationId }).Concat(found.SelectMany(c => new[] { c.DestinationId, c.DisposalPlaceId })).OfType<Guid>().Distinct().ToList();
        book.sites = await db.Sites.AsNoTracking().Where(s => places.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellation);
        foreach (var some in generators.Concat(contractors).Distinct().Chunk(MostAtOnce)) await book.ReadCompanies(mediator, some, cancellation);
        return book;
    }

    private async Task ReadCompanies(IMediator mediator, Guid[] ids, CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Company) { Filter = new Filter.Ids(ids), Fields = ["name", WasteContract.CompanyFields.LargeGenerator], Limit = MostAtOnce }, cancellation);
        if (page.Failed) return;
        foreach (var row in page.Value.Read())
        {
            companies[row.Id] = (row.Text("name") ?? "?", row[WasteContract.CompanyFields.LargeGenerator] is string[] large && large.Contains(LargeGenerators.Special));
        }
    }
}
