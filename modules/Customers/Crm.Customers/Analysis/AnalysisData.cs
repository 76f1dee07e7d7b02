using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Analysis;

/// <summary>What the figures are worked out from, and what of it the current user may see.</summary>
internal sealed record AnalysisLines(string Type, DateOnly From, DateOnly Until, IReadOnlyList<Bought> All, IReadOnlyList<IGrouping<Guid, Bought>> Customers)
{
    public required IReadOnlyDictionary<Guid, RfmScore> Scores { get; init; }

    public required IReadOnlyDictionary<Guid, (string Name, string Category, decimal Price)> Products { get; init; }

    /// <summary>Products that have a category.</summary>
    public IReadOnlyDictionary<Guid, (string Category, decimal Price)> Categories => Products.Where(p => p.Value.Category.Length > 0).ToDictionary(p => p.Key, p => (p.Value.Category, p.Value.Price));

    public required bool ShowsCosts { get; init; }

    public required bool ShowsTotals { get; init; }

    public required bool ShowsAttributes { get; init; }

    /// <summary>What was bought in the period.</summary>
    public IEnumerable<Bought> Within => All.Where(l => l.On >= From);
}

internal sealed class AnalysisData(CustomersDb db, BoughtLines bought, IMediator mediator, IUser user, ISettings settings)
{
    private const int FirstYear = 1950;
    private const int LastYear = 9000;

    /// <summary>Problems: <c>forbidden</c>, because figures of all customers are for those who may see all of them; <c>bad-analysis</c>.</summary>
    public async Task<Result<AnalysisLines>> Of(string type, DateOnly asOf, int months, CancellationToken cancellation)
    {
        if (type is not (CustomersContract.Person or CustomersContract.Company) || asOf.Year is < FirstYear or > LastYear)
        {
            return Problems.Invalid("bad-analysis", "recordType", ("個人か会社を、1950年から9000年までの基準日で分析できます。", "People or companies are analysed, as of a day from 1950 to 9000."));
        }

        if (user.Reach(type, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{type}:read");
        if (user.Reach(CustomersContract.Purchase, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{CustomersContract.Purchase}:read");

        // What is hidden from a role does not come out as a sum of few either.
        var types = (await mediator.Send(new GetRecordTypes(), cancellation)).OrThrow("The record types could not be read").ToDictionary(t => t.Key, StringComparer.Ordinal);
        bool Sees(string of, string field) => types.TryGetValue(of, out var known) && known.TryGet(field, out _);
        if (!Sees(CustomersContract.Purchase, "amount")) return Problems.Forbidden($"{CustomersContract.Purchase}:read");

        var bins = RfmBins.Of(settings.Of<CustomersSettings>());
        var lines = await bought.Of(type, asOf, cancellation);
        List<IGrouping<Guid, Bought>> customers = [.. lines.GroupBy(l => l.Customer)];
        return new AnalysisLines(type, asOf.AddMonths(-Math.Clamp(months, 1, 60)).AddDays(1), asOf, lines, customers)
        {
            Scores = customers.ToDictionary(c => c.Key, c => Score(c, bins, asOf)),
            Products = await bought.Products(cancellation),
            ShowsCosts = Sees(CustomersContract.Product, "unitCost"),
            ShowsTotals = Sees(type, "purchaseTotal"),
            ShowsAttributes = type == CustomersContract.Company ? Sees(type, "industry") : Sees(type, "sex") && Sees(type, "birthDate"),
        };
    }

    /// <summary>Of everybody who bought: the industry of companies, the sex and decade of age of people, as <c>female.30</c>.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Attributes(AnalysisLines lines, CancellationToken cancellation)
    {
        if (!lines.ShowsAttributes) return new Dictionary<Guid, string>();
        var named = lines.Type == CustomersContract.Company
            ? (await db.Companies.AsNoTracking().Where(c => db.Purchases.Any(b => b.CompanyId == c.Id)).Select(c => new { c.Id, c.Industry }).ToListAsync(cancellation)).Select(c => (c.Id, Key: c.Industry ?? ""))
            : (await db.People.AsNoTracking().Where(p => db.Purchases.Any(b => b.PersonId == p.Id)).Select(p => new { p.Id, p.Sex, p.BirthDate }).ToListAsync(cancellation)).Select(p => (p.Id, Key: $"{p.Sex}.{Decade(p.BirthDate, lines.Until)}"));
        return named.Where(n => lines.Scores.ContainsKey(n.Id)).ToDictionary(n => n.Id, n => n.Key);
    }

    /// <summary>An attribute in words.</summary>
    public static string NameOf(string type, string attribute)
    {
        if (type == CustomersContract.Company) return Companies.CompanyFields.Type["industry"].Choices.FirstOrDefault(i => i.Key == attribute)?.Label.ToString() ?? Texts.L("不明", "Unknown");
        var (sex, decade) = (attribute[..attribute.IndexOf('.', StringComparison.Ordinal)], attribute[(attribute.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return $"{People.Sexes.All.FirstOrDefault(s => s.Key == sex)?.Label.ToString() ?? Texts.L("性別不明", "sex unknown")} {(decade.Length == 0 ? Texts.L("年齢不明", "age unknown") : Texts.L($"{decade}代", $"{decade}s"))}";
    }

    private static RfmScore Score(IGrouping<Guid, Bought> customer, RfmBins bins, DateOnly until)
    {
        var recent = customer.Where(b => b.On > until.AddYears(-RfmBins.Years)).ToList();
        return bins.Score(until.DayNumber - customer.Max(b => b.On).DayNumber, recent.Select(b => b.On).Distinct().Count(), recent.Sum(b => b.Amount));
    }

    private static string Decade(DateOnly? birth, DateOnly on)
    {
        if (birth is not { } day) return "";
        var age = on.Year - day.Year - (on < day.AddYears(on.Year - day.Year) ? 1 : 0);
        return (age / 10 * 10).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
