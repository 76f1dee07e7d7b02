using Crm.Customers.Analysis.Figures;
using Crm.Customers.Analysis.Models;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

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
internal sealed record CrossCell(string Attribute, int Customers, decimal Amount, int Loyal);

internal sealed class GetAnalysisHandler(CustomersDb db, BoughtLines bought, IMediator mediator, IUser user, ISettings settings) : IRequestHandler<GetAnalysis, Result<AnalysisView>>
{
    private const int Shown = 20;
    private const int WeeksAhead = 52;

    public async Task<Result<AnalysisView>> Handle(GetAnalysis get, CancellationToken cancellationToken)
    {
        // Figures of all customers are for those who may see all of them.
        if (user.Reach(get.RecordType, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{get.RecordType}:read");
        if (user.Reach(CustomersContract.Purchase, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{CustomersContract.Purchase}:read");

        // What is hidden from a role does not come out as a sum of few either.
        var types = (await mediator.Send(new GetRecordTypes(), cancellationToken)).OrThrow("The record types could not be read").ToDictionary(t => t.Key, StringComparer.Ordinal);
        bool Sees(string type, string field) => types.TryGetValue(type, out var known) && known.TryGet(field, out _);
        if (!Sees(CustomersContract.Purchase, "amount")) return Problems.Forbidden($"{CustomersContract.Purchase}:read");
        var (costs, totals) = (Sees(CustomersContract.Product, "unitCost"), Sees(get.RecordType, "purchaseTotal"));
        var attributes = get.RecordType == CustomersContract.Company ? Sees(get.RecordType, "industry") : Sees(get.RecordType, "sex") && Sees(get.RecordType, "birthDate");

        var until = get.AsOf;
        var from = until.AddMonths(-Math.Clamp(get.Months, 1, 60)).AddDays(1);
        var lines = await bought.Of(get.RecordType, until, cancellationToken);
        var cut = lines.Count >= BoughtLines.Most;
        var customers = lines.GroupBy(l => l.Customer).ToList();
        var bins = RfmBins.Of(settings.Of<CustomersSettings>());
        var scores = customers.ToDictionary(c => c.Key, c => Score(c, bins, until));
        var amounts = customers.ToDictionary(c => c.Key, c => c.Sum(b => b.Amount));
        var within = lines.Where(l => l.On >= from).ToList();

        var histories = customers.ToDictionary(c => c.Key, c => BuyerHistory.Of([.. c.Where(b => b.Amount >= 0 && b.Quantity >= 0).DefaultIfEmpty(c.First()).GroupBy(b => b.On).OrderBy(d => d.Key).Select(d => (d.Key, d.Sum(b => b.Amount)))], until));
        var sample = Sample([.. histories.Values]);
        var (buying, spending) = (BgNbd.Fit(sample), GammaGamma.Fit(sample));
        var known = costs ? within.Where(l => l.Cost is not null).ToList() : [];
        var names = await bought.Products(cancellationToken);
        return new AnalysisView(
            customers.Count,
            [.. scores.GroupBy(s => s.Value.Group).Select(g => new RfmCell(g.Key, g.Count(), g.Sum(s => amounts[s.Key]))).OrderBy(c => RfmGroups.All.Select(a => a.Key).ToList().IndexOf(c.Group))],
            RepeatFigures.Of(customers, from, until), [.. Months(customers, from, until)], Cohort.Of(customers, until, Math.Min(get.Months, 24)), [.. ProductRank.Of(within).Take(Shown)],
            buying, spending, totals ? await Lifetime(histories, amounts, buying, spending, cancellationToken) : [], customers.Count == 0 ? null : amounts.Values.Average(),
            [.. AssociationRule.Of([.. customers.Select(c => c.Select(b => b.Product).OfType<Guid>().ToHashSet())]).Take(Shown).Select(r => new NamedRule(r, names.GetValueOrDefault(r.If).Name ?? "–", names.GetValueOrDefault(r.Then).Name ?? "–"))],
            [.. UpgradePath.Of(customers, names.Where(n => n.Value.Category.Length > 0).ToDictionary(n => n.Key, n => (n.Value.Category, n.Value.Price))).Take(Shown).Select(p => new NamedUpgrade(p, names.GetValueOrDefault(p.From).Name ?? "–", names.GetValueOrDefault(p.To).Name ?? "–"))],
            attributes ? await Attributes(get.RecordType, scores, amounts, until, cancellationToken) : [],
            known.Count == 0 ? null : known.Sum(l => l.Amount - l.Cost!.Value), within.Sum(l => l.Amount) is var all and > 0 ? known.Sum(l => l.Amount) / all : 0, cut);
    }

    private static RfmScore Score(IGrouping<Guid, Bought> customer, RfmBins bins, DateOnly until)
    {
        var recent = customer.Where(b => b.On > until.AddYears(-RfmBins.Years)).ToList();
        return bins.Score(until.DayNumber - customer.Max(b => b.On).DayNumber, recent.Select(b => b.On).Distinct().Count(), recent.Sum(b => b.Amount));
    }

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

    private async Task<IReadOnlyList<CrossCell>> Attributes(string type, Dictionary<Guid, RfmScore> scores, Dictionary<Guid, decimal> amounts, DateOnly until, CancellationToken cancellation)
    {
        var named = type == CustomersContract.Company
            ? (await db.Companies.AsNoTracking().Where(c => c.LastPurchaseOn != null).Select(c => new { c.Id, c.Industry }).ToListAsync(cancellation))
                .Select(c => (c.Id, Name: Companies.CompanyFields.Type["industry"].Choices.FirstOrDefault(i => i.Key == c.Industry)?.Label.ToString() ?? Texts.L("不明", "Unknown")))
            : (await db.People.AsNoTracking().Where(p => p.LastPurchaseOn != null).Select(p => new { p.Id, p.Sex, p.BirthDate }).ToListAsync(cancellation))
                .Select(p => (p.Id, Name: $"{People.Sexes.All.FirstOrDefault(s => s.Key == p.Sex)?.Label.ToString() ?? Texts.L("性別不明", "sex unknown")} {Age(p.BirthDate, until)}"));
        return
        [
            .. named.Where(n => scores.ContainsKey(n.Id)).GroupBy(n => n.Name)
                .Select(g => new CrossCell(g.Key, g.Count(), g.Sum(n => amounts[n.Id]), g.Count(n => scores[n.Id].Group == RfmGroups.Loyal)))
                .OrderByDescending(c => c.Amount),
        ];
    }

    private static string Age(DateOnly? birth, DateOnly on)
    {
        if (birth is not { } day) return Texts.L("年齢不明", "age unknown");
        var age = on.Year - day.Year - (on < day.AddYears(on.Year - day.Year) ? 1 : 0);
        return Texts.L($"{age / 10 * 10}代", $"{age / 10 * 10}s");
    }
}
