using System.Globalization;
using Crm.Customers.Analysis.Figures;
using Crm.Customers.Analysis.Models;
using Crm.Sdk.Records;
using Crm.Tests.Tabular;

namespace Crm.Tests.Customers.Care;

/// <summary>The models of buying against the published figures of the CDNOW sample, and figures against plain counts.</summary>
public sealed class AnalysisModelTests
{
    private static readonly DateOnly Calibrated = new(1997, 9, 30);

    private static List<BuyerHistory> Cdnow()
    {
        return
        [
            .. File.ReadLines(SharedData.File("cdnow/CDNOW_sample.txt")).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(c => c.Length == 5)
                .Select(c => (Id: c[1], On: DateOnly.ParseExact(c[2], "yyyyMMdd", CultureInfo.InvariantCulture), Amount: decimal.Parse(c[4], CultureInfo.InvariantCulture)))
                .Where(c => c.On <= Calibrated).GroupBy(c => c.Id)
                .Select(g => BuyerHistory.Of([.. g.GroupBy(x => x.On).OrderBy(x => x.Key).Select(x => (x.Key, x.Sum(y => y.Amount)))], Calibrated)),
        ];
    }

    [SharedDataFact]
    public void The_BG_NBD_model_has_the_published_parameters_on_the_CDNOW_sample()
    {
        var model = BgNbd.Fit(Cdnow())!;

        Within(0.243, model.R);
        Within(4.414, model.Alpha);
        Within(0.793, model.A);
        Within(2.426, model.B);
        Assert.InRange(model.LogLikelihood, -9582.5, -9582.3);

        // Customer 0001 of the paper's spreadsheet: 1.226 purchases in the next 39 weeks.
        Assert.InRange(model.Expected(new BuyerHistory(2, 30.43, 38.86, null), 39), 1.225, 1.227);
    }

    [SharedDataFact]
    public void The_gamma_gamma_model_has_the_published_parameters_on_the_CDNOW_sample()
    {
        var model = GammaGamma.Fit(Cdnow())!;

        Within(6.25, model.P);
        Within(3.74, model.Q);
        Within(15.44, model.V);
    }

    [SharedDataFact]
    public void The_scale_of_the_currency_does_not_matter()
    {
        var dollars = Cdnow();
        var yen = dollars.ConvertAll(h => h with { RepeatValue = h.RepeatValue * 150 });
        var (a, b) = (GammaGamma.Fit(dollars)!, GammaGamma.Fit(yen)!);

        Assert.Equal(a.Q, b.Q, 2);
        Assert.Equal(150, b.Expected(yen[0]) / a.Expected(dollars[0]), 0);
    }

    [Fact]
    public void Too_few_customers_have_no_model()
    {
        Assert.Null(BgNbd.Fit([new BuyerHistory(1, 2, 3, 100)]));
        Assert.Null(GammaGamma.Fit([new BuyerHistory(1, 2, 3, 100)]));
    }

    [Theory]
    [InlineData(0, 12, 2_000_000, "555", RfmGroups.Loyal)]
    [InlineData(30, 1, 10_000, "512", RfmGroups.New)]
    [InlineData(31, 1, 9_999, "411", RfmGroups.New)]
    [InlineData(400, 5, 60_000, "143", RfmGroups.MustNotLose)]
    [InlineData(400, 1, 100, "111", RfmGroups.Dormant)]
    public void Points_begin_where_the_bins_say(int days, int count, int amount, string points, string group)
    {
        var score = new RfmBins([30, 90, 180, 365], [2, 3, 5, 10], [10_000, 50_000, 200_000, 1_000_000]).Score(days, count, amount);

        Assert.Equal((points, group), (score.ToString(), score.Group));
    }

    [Fact]
    public void Two_products_bought_by_the_same_customers_have_a_lift_above_one()
    {
        var (pen, paper, tea) = (Ids.New(), Ids.New(), Ids.New());
        List<IReadOnlySet<Guid>> baskets = [];
        for (var i = 0; i < 10; i++) baskets.Add(new HashSet<Guid> { pen, paper });
        for (var i = 0; i < 10; i++) baskets.Add(new HashSet<Guid> { tea });

        var rules = AssociationRule.Of(baskets);

        Assert.Equal(2, rules.Count);
        Assert.All(rules, r => Assert.Equal((1.0, 2.0, 0.5), (r.Confidence, r.Lift, r.Support)));
    }

    [Fact]
    public void Retention_counts_customers_by_months_since_the_first_purchase()
    {
        var (a, b) = (Ids.New(), Ids.New());
        Bought[] lines = [On(a, 2026, 1, 5), On(a, 2026, 2, 7), On(a, 2026, 4, 1), On(b, 2026, 1, 30)];

        var cohort = Assert.Single(Cohort.Of(lines.GroupBy(l => l.Customer), new DateOnly(2026, 4, 30), 12));

        Assert.Equal((2, "2,1,0,1"), (cohort.Size, string.Join(',', cohort.Bought)));
        var repeat = RepeatFigures.Of(lines.GroupBy(l => l.Customer), new DateOnly(2026, 1, 1), new DateOnly(2026, 4, 30));
        Assert.Equal((2, 1, 200m, 200m), (repeat.Buyers, repeat.Repeaters, repeat.NewAmount, repeat.RepeatAmount));
    }

    private static Bought On(Guid who, int year, int month, int day) => new(who, new DateOnly(year, month, day), 100, null, "緑茶", 1, null);

    private static void Within(double published, double fitted) => Assert.InRange(fitted, published * 0.99, published * 1.01);
}
