using System.Globalization;
using AngleSharp.Html.Parser;
using Crm.Customers;
using Crm.Customers.Analysis;
using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>From every figure of the analysis to the customers behind it: as many as the figure says.</summary>
public sealed class AnalysisDrillTests
{
    private static readonly DateOnly AsOf = new(2026, 11, 20);

    [Fact]
    public async Task Behind_each_figure_there_are_as_many_customers_as_it_says()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule()]);
        var tenant = await host.NewTenant();
        await Buy(tenant, new Random(21));
        var view = await tenant.Ask(new GetAnalysis(AsOf));
        async Task<int> Count(string figure)
        {
            var behind = await tenant.Ask(new GetBehind(figure, AsOf));
            Assert.NotEqual(figure, behind.Title);
            Assert.Equal(behind.Customers.Count, behind.Customers.Distinct().Count());
            Assert.Equal(Math.Min(100, behind.Customers.Count), behind.First.Count);
            return behind.Customers.Count;
        }

        Assert.Equal((view.Customers, view.Repeat.Buyers, view.Repeat.Repeaters), (await Count(Behind.Everybody), await Count(Behind.Buyers), await Count(Behind.Repeaters)));
        Assert.Equal(await Count(Behind.Repeaters), await Count(Behind.Repeat));
        Assert.All(view.Rfm, c => Assert.True(c.Customers > 0));
        foreach (var cell in view.Rfm) Assert.Equal(cell.Customers, await Count($"{Behind.Rfm}:{cell.Group}"));
        foreach (var month in view.ByMonth)
        {
            var (new_, back, all) = (await Count($"{Behind.New}:{month.Month:yyyy-MM}"), await Count($"{Behind.Repeat}:{month.Month:yyyy-MM}"), await Count($"{Behind.InMonth}:{month.Month:yyyy-MM}"));
            Assert.Equal((month.Buyers, month.New > 0, month.Repeat > 0), (all, new_ > 0, back > 0));
            Assert.InRange(all, Math.Max(new_, back), new_ + back);
        }

        foreach (var cohort in view.Cohorts)
        {
            Assert.Equal(cohort.Size, await Count($"{Behind.Cohort}:{cohort.Month:yyyy-MM}"));
            for (var later = 0; later < cohort.Bought.Count; later++) Assert.Equal(cohort.Bought[later], await Count($"{Behind.Cohort}:{cohort.Month:yyyy-MM}:{later}"));
        }

        Assert.Contains(view.Products, p => p.Product is null);
        foreach (var product in view.Products) Assert.Equal(product.Customers, await Count(product.Product is { } id ? $"{Behind.Product}:{id}" : $"{Behind.ProductName}:{product.Name}"));
        Assert.True(view.Attributes.Count > 5 && view.Rules.Count > 0 && view.Upgrades.Count > 0, $"There is too little to tell: {view.Attributes.Count} attributes, {view.Rules.Count} rules, {view.Upgrades.Count} upgrades.");
        foreach (var cell in view.Attributes) Assert.Equal(cell.Customers, await Count($"{Behind.Attribute}:{cell.Key}"));
        foreach (var rule in view.Rules.Select(r => r.Rule))
        {
            var (both, open) = (await Count($"{Behind.Both}:{rule.If}:{rule.Then}"), await Count($"{Behind.NotYetBoth}:{rule.If}:{rule.Then}"));
            Assert.Equal((rule.Both, rule.Confidence), (both, (double)both / (both + open)));
        }

        foreach (var path in view.Upgrades.Select(u => u.Path))
        {
            var (went, open) = (await Count($"{Behind.Upgraded}:{path.From}:{path.To}"), await Count($"{Behind.NotYetUpgraded}:{path.From}:{path.To}"));
            Assert.Equal((path.WentOn, path.Buyers), (went, went + open));
        }

        Assert.InRange(await Count(Behind.KnownCost), 1, view.Repeat.Buyers - 1);

        // And so on the page: each of its links leads to people, who can be kept as a list.
        var browser = await tenant.BrowserWith("administrator");
        var links = new HtmlParser().ParseDocument((await browser.Send(HttpMethod.Get, $"/x/customers/analysis?asOf={AsOf:yyyy-MM-dd}")).Is(200).Text)
            .QuerySelectorAll("a[href*='/x/customers/behind']").Select(a => a.GetAttribute("href")!).Distinct().ToList();
        Assert.True(links.Count > 60, $"Only {links.Count} figures lead anywhere.");
        foreach (var link in links.Where((_, i) => i % 5 == 0)) (await browser.Send(HttpMethod.Get, link)).Is(200);
        (await browser.Send(HttpMethod.Get, "/x/customers/behind?figure=cohort:x")).Is(404);

        var list = await tenant.Ask(new KeepBehind("優良", $"{Behind.Rfm}:{view.Rfm[0].Group}", AsOf, 12, CustomersContract.Person));
        Assert.Equal(view.Rfm[0].Customers, await tenant.Ask(new CountSegment(list)));
    }

    [Fact]
    public async Task Who_may_not_see_all_customers_is_told_of_none_whatever_they_ask_about()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule());
        var seller = TestHost.UserWith([CustomersContract.SeeAnalysis], (CustomersContract.Person, RecordAction.Read, Reach.Own), (CustomersContract.Product, RecordAction.Read, Reach.All), (CustomersContract.Purchase, RecordAction.Read, Reach.All));
        async Task<string> Asked(string type, DateOnly asOf) => (await crm.Send(new GetBehind(Behind.Everybody, asOf, 12, type), actor: seller)).Problems.Single().Code;

        Assert.Equal("forbidden", await Asked(CustomersContract.Person, AsOf));
        Assert.Equal("bad-analysis", await Asked(CustomersContract.Product, AsOf));
        Assert.Equal("bad-analysis", await Asked(CustomersContract.Person, DateOnly.MinValue));
        Assert.Equal("bad-analysis", (await crm.Send(new KeepBehind("x", Behind.Everybody, AsOf, 12, CustomersContract.Product), actor: seller)).Problems.Single().Code);
    }

    /// <summary>Ninety people of all ages, seven products of two categories, one of them without a cost, and things bought by name alone.</summary>
    private static async Task Buy(ApiTenant tenant, Random random)
    {
        var products = (await tenant.Ask(new SaveRecords(CustomersContract.Product, [.. Enumerable.Range(0, 7).Select(i => new Dictionary<string, object?>
        {
            ["name"] = $"商品{i}", ["code"] = $"P{i}", ["category"] = i < 4 ? "珈琲" : "茶", ["unitPrice"] = 500m + (i * 400), ["unitCost"] = i == 6 ? 300m : null,
        })]))).Rows.Select(r => r.Id!.Value).ToList();
        var people = (await tenant.Ask(new SaveRecords(CustomersContract.Person, [.. Enumerable.Range(0, 90).Select(i => new Dictionary<string, object?>
        {
            ["lastName"] = "客", ["firstName"] = i.ToString(CultureInfo.InvariantCulture), ["sex"] = i % 3 == 0 ? "female" : i % 3 == 1 ? "male" : null, ["birthDate"] = i % 5 == 0 ? null : new DateOnly(1950 + (i % 50), 1 + (i % 12), 5),
        })]))).Rows.Select(r => r.Id!.Value).ToList();
        var lines = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var person in people)
        {
            var (began, likes) = (AsOf.AddDays(-random.Next(30, 800)), random.Next(2));
            for (var n = random.Next(12); n >= 0; n--)
            {
                var on = n == 0 ? began : began.AddDays(random.Next(700));
                if (on > AsOf.AddDays(20)) continue;
                var line = new Dictionary<string, object?> { ["personId"] = person, ["boughtOn"] = on, ["quantity"] = 1m, ["unitPrice"] = 500m + random.Next(3_000) };
                if (random.Next(10) == 0) line["productName"] = "菓子：缶";
                else line["productId"] = products[Math.Min(6, (likes * 4) + random.Next(4))];
                lines.Add(line);
            }
        }

        await tenant.Ask(new SaveRecords(CustomersContract.Purchase, lines));
    }
}
