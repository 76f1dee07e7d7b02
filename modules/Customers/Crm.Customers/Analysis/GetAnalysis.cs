using Crm.Customers.Analysis.Figures;
using Crm.Customers.Analysis.Models;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Customers.Analysis;

/// <summary>All figures of the analysis as of a day, over a period that ends with it.</summary>
/// <param name="AsOf">The day looked from; purchases after it do not count.</param>
/// <param name="Months">Length of the period in months, 1 to 60.</param>
/// <param name="RecordType">People or companies.</param>
[Requires(CustomersContract.SeeAnalysis)]
internal sealed record GetAnalysis(DateOnly AsOf, int Months = 12, string RecordType = CustomersContract.Person) : IRequest<Result<AnalysisView>>;

internal sealed record AnalysisView(
    int Customers, IReadOnlyList<RfmCell> Rfm, RepeatFigures Repeat, IReadOnlyList<MonthFigures> ByMonth, IReadOnlyList<Cohort> Cohorts, IReadOnlyList<ProductRank> Products,
    BgNbd? Buying, GammaGamma? Spending, IReadOnlyList<LifetimeRow> Lifetime, decimal? PastMean, IReadOnlyList<NamedRule> Rules, IReadOnlyList<NamedUpgrade> Upgrades,
    IReadOnlyList<CrossCell> Attributes, decimal? Margin, decimal KnownCostShare, bool Cut);

internal sealed record RfmCell(string Group, int Customers, decimal Amount);

internal sealed record MonthFigures(DateOnly Month, decimal New, decimal Repeat, int Buyers);

/// <summary>What a customer has brought and is expected to bring in the next year.</summary>
internal sealed record LifetimeRow(Guid Id, string Name, decimal Past, double Alive, double Purchases, decimal? Predicted);

internal sealed record NamedRule(AssociationRule Rule, string If, string Then);

internal sealed record NamedUpgrade(UpgradePath Path, string From, string To);

/// <summary>A cell of attributes × RFM: the sex and age group of people, the industry of companies.</summary>
internal sealed record CrossCell(string Key, string Attribute, int Customers, decimal Amount, int Loyal);

internal sealed class GetAnalysisHandler(AnalysisData data, IMediator mediator) : IRequestHandler<GetAnalysis, Result<AnalysisView>>
{
    private const int Shown = 20;
    private const int WeeksAhead = 52;

    public async Task<Result<AnalysisView>> Handle(GetAnalysis get, CancellationToken cancellationToken)
    {
        var read = await data.Of(get.RecordType, get.AsOf, get.Months, cancellationToken);
        if (read.Failed) return Result<AnalysisView>.Fail(read.Problems);
        var (lines, customers, scores, names) = (read.Value, read.Value.Customers, read.Value.Scores, read.Value.Products);
        var (from, until) = (lines.From, lines.Until);
        var amounts = customers.ToDictionary(c => c.Key, c => c.Sum(b => b.Amount));
        var within = lines.Within.ToList();

        var histories = customers.ToDictionary(c => c.Key, c => BuyerHistory.Of([.. c.Where(b => b.Amount >= 0 && b.Quantity >= 0).DefaultIfEmpty(c.First()).GroupBy(b => b.On).OrderBy(d => d.Key).Select(d => (d.Key, d.Sum(b => b.Amount)))], until));
        var sample = Sample([.. histories.Values]);
        var (buying, spending) = (BgNbd.Fit(sample), GammaGamma.Fit(sample));
        var known = lines.ShowsCosts ? within.Where(l => l.Cost is not null).ToList() : [];
        string Name(Guid product) => names.TryGetValue(product, out var found) ? found.Name : "–";
        return new AnalysisView(
            customers.Count,
            [.. scores.GroupBy(s => s.Value.Group).Select(g => new RfmCell(g.Key, g.Count(), g.Sum(s => amounts[s.Key]))).OrderBy(c => RfmGroups.All.Select(a => a.Key).ToList().IndexOf(c.Group))],
            RepeatFigures.Of(customers, from, until), [.. Months(customers, from, until)], Cohort.Of(customers, until, Math.Min(get.Months, 24)), [.. ProductRank.Of(within).Take(Shown)],
            buying, spending, lines.ShowsTotals ? await Lifetime(histories, amounts, buying, spending, cancellationToken) : [], customers.Count == 0 ? null : amounts.Values.Average(),
            [.. AssociationRule.Of([.. customers.Select(c => c.Select(b => b.Product).OfType<Guid>().ToHashSet())]).Take(Shown).Select(r => new NamedRule(r, Name(r.If), Name(r.Then)))],
            [.. UpgradePath.Of(customers, lines.Categories).Take(Shown).Select(p => new NamedUpgrade(p, Name(p.From), Name(p.To)))],
            await Attributes(lines, amounts, cancellationToken),
            known.Count == 0 ? null : known.Sum(l => l.Amount - l.Cost!.Value), within.Sum(l => l.Amount) is var all and > 0 ? known.Sum(l => l.Amount) / all : 0, lines.All.Count >= BoughtLines.Most);
    }

    private async Task<IReadOnlyList<CrossCell>> Attributes(AnalysisLines lines, Dictionary<Guid, decimal> amounts, CancellationToken cancellation) =>
    [
        .. (await data.Attributes(lines, cancellation)).GroupBy(a => a.Value, StringComparer.Ordinal)
            .Select(g => new CrossCell(g.Key, AnalysisData.NameOf(lines.Type, g.Key), g.Count(), g.Sum(a => amounts[a.Key]), g.Count(a => lines.Scores[a.Key].Group == RfmGroups.Loyal)))
            .OrderByDescending(c => c.Amount).ThenBy(c => c.Key, StringComparer.Ordinal),
    ];

    private static IEnumerable<MonthFigures> Months(IReadOnlyList<IGrouping<Guid, Bought>> customers, DateOnly from, DateOnly until)
    {
        var firsts = customers.ToDictionary(c => c.Key, c => c.Min(b => b.On));
        var byMonth = customers.SelectMany(c => c).Where(b => b.On >= from).ToLookup(b => new DateOnly(b.On.Year, b.On.Month, 1));
        for (var month = new DateOnly(from.Year, from.Month, 1); month <= until; month = month.AddMonths(1))
        {
            var lines = byMonth[month].ToList();
            yield return new(month, lines.Where(b => b.On == firsts[b.Customer]).Sum(b => b.Amount), lines.Where(b => b.On > firsts[b.Customer]).Sum(b => b.Amount), lines.Select(b => b.Customer).Distinct().Count());
        }
    }

    /// <summary>Parameters of a population do not get better by more than so many; every n-th customer is taken, always the same.</summary>
    private static List<BuyerHistory> Sample(List<BuyerHistory> all)
    {
        const int enough = 20_000;
        var step = (all.Count / enough) + 1;
        return step == 1 ? all : [.. all.Where((_, i) => i % step == 0)];
    }

    private async Task<IReadOnlyList<LifetimeRow>> Lifetime(Dictionary<Guid, BuyerHistory> histories, Dictionary<Guid, decimal> amounts, BgNbd? buying, GammaGamma? spending, CancellationToken cancellation)
    {
        if (buying is null) return [];
        var best = histories
            .Select(h => (h.Key, Purchases: buying.Expected(h.Value, WeeksAhead), Worth: spending is { HasMean: true } ? spending.Expected(h.Value) : (double?)null, History: h.Value))
            .OrderByDescending(h => h.Purchases * (h.Worth ?? 1)).Take(Shown).ToList();
        var cards = await mediator.Send(new GetCustomerCards([.. best.Select(b => b.Key)]), cancellation);
        return cards.Failed ? [] :
        [
            .. best.Where(b => cards.Value.ContainsKey(b.Key))
                .Select(b => new LifetimeRow(b.Key, cards.Value[b.Key].Name, amounts[b.Key], buying.Alive(b.History), b.Purchases, b.Worth is { } v ? (decimal)(v * b.Purchases) : null)),
        ];
    }
}
