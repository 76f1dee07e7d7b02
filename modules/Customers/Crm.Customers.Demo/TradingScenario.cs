using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Purchases;
using Crm.Customers.Subscriptions;

namespace Crm.Customers.Demo;

/// <summary>
/// A trading company for works supplies: 300 companies and their people, consumers in the online shop, 12,000 purchases in three years.
/// </summary>
internal static class TradingScenario
{
    public const int Companies = 300;
    public const int People = 2_000;
    public const int Purchases = 12_000;
    public const int Products = 80;

    private const int Branches = 60;
    private const int Consumers = 420;
    private const int Duplicates = 40;

    public static SampleData Make(int seed, DateOnly today)
    {
        var data = new SampleData();
        var dice = new Dice(seed);
        var customers = new SampleCustomers(data, dice, today);
        for (var i = 0; i < Companies - Branches; i++) customers.Company();
        var heads = dice.Shuffle(data.Companies.Where(c => c.Kind == CompanyKinds.Corporation));
        for (var i = 0; i < Branches; i++)
        {
            var (relation, word) = dice.Pick([(CompanyRelations.Branch, "支店"), (CompanyRelations.Factory, "工場"), ("office", "営業所"), (CompanyRelations.Store, "店")]);
            customers.Part(heads[i % 35], relation, word);
        }

        customers.OldNames(25);
        while (data.People.Count < People - Consumers - Duplicates) customers.Employee(dice.PickEarly(data.Companies));
        for (var i = 0; i < Consumers; i++) customers.Consumer(dice.Pick(["ec", "ec", "store", "web-ad", "sns", "referral"]));
        customers.Duplicate(Duplicates);
        customers.Remark(600);
        Goods(data);
        Buy(data, dice, today);
        Subscribe(data, dice, today);
        return data;
    }

    private static void Goods(SampleData data)
    {
        foreach (var (category, name, unit, price) in SampleProducts.Goods.Concat(SampleProducts.Plans))
        {
            data.Products.Add(new Product { Code = $"G{data.Products.Count + 1:0000}", Name = name, Category = category, Unit = unit, UnitPrice = price });
        }
    }

    private static void Buy(SampleData data, Dice dice, DateOnly today)
    {
        var goods = data.Products.Where(p => p.Category != "サービス").ToList();
        var staff = data.People.Where(p => p.CompanyId is not null).ToLookup(p => p.CompanyId);
        var consumers = data.People.Where(p => p.CompanyId is null).ToList();
        var buyers = dice.Shuffle(
            data.Companies.Where(c => c.Status != CompanyStatuses.Prospect).Select(c => (Company: (Company?)c, Person: (Person?)null))
                .Concat(consumers.Select(p => (Company: (Company?)null, Person: (Person?)p))));
        var lines = 0;
        for (var round = 0; lines < Purchases; round++)
        {
            foreach (var (company, consumer) in buyers)
            {
                var habit = Habit.Roll(dice, company is not null, today);
                var favourites = dice.Shuffle(goods).Take(company is null ? 4 : 9).ToList();
                for (var on = habit.From; on <= habit.Until && lines < Purchases; on = on.AddDays(dice.Around(habit.Interval, habit.Interval * 0.25, 1)))
                {
                    if (habit.Months is { } months && !months.Contains(on.Month)) continue;
                    var contact = company is null ? consumer : staff[company.Id].Any() && dice.Chance(0.8) ? dice.Pick(staff[company.Id].ToList()) : null;
                    var channel = company is null ? dice.Pick(["ec", "ec", "ec", "store"]) : dice.Weighted([("sales", 5), ("fax", 3), ("ec", 3), ("phone", 2), ("agency", 0.5)], c => c.Item2).Item1;
                    for (var line = dice.Between(1, company is null ? 2 : 4); line > 0 && lines < Purchases; line--)
                    {
                        data.Purchases.Add(Line(dice, ++lines, on, company, contact, dice.Pick(favourites), channel));
                        if (dice.Chance(0.008) && lines < Purchases) data.Purchases.Add(Return(dice, ++lines, data.Purchases[^1], today));
                    }
                }

                if (lines >= Purchases) return;
            }
        }
    }

    private static Purchase Line(Dice dice, int number, DateOnly on, Company? company, Person? person, Product product, string channel)
    {
        var quantity = company is null ? dice.Between(1, 3) : Math.Max(1, dice.Around(6, 6));
        var price = product.UnitPrice!.Value * (company?.Rank == "VIP" ? 0.9m : 1);
        return new Purchase
        {
            Number = $"{on:yyyyMM}-{number:000000}", BoughtOn = on, CompanyId = company?.Id, PersonId = person?.Id, ProductId = product.Id, ProductName = product.Name,
            UnitPrice = decimal.Round(price), Quantity = quantity, Amount = decimal.Round(price) * quantity, Channel = channel,
        };
    }

    private static Purchase Return(Dice dice, int number, Purchase bought, DateOnly today)
    {
        var on = bought.BoughtOn!.Value.AddDays(dice.Between(2, 12));
        if (on > today) on = today;
        return new Purchase
        {
            Number = $"{on:yyyyMM}-{number:000000}", BoughtOn = on, CompanyId = bought.CompanyId, PersonId = bought.PersonId, ProductId = bought.ProductId,
            ProductName = bought.ProductName, UnitPrice = bought.UnitPrice, Quantity = -1, Amount = -bought.UnitPrice, Channel = bought.Channel, Memo = "返品",
        };
    }

    private static void Subscribe(SampleData data, Dice dice, DateOnly today)
    {
        var plans = data.Products.Where(p => p.Category == "サービス").ToList();
        foreach (var (company, i) in dice.Shuffle(data.Companies.Where(c => c.Status == CompanyStatuses.Active)).Take(70).Select((c, i) => (c, i)))
        {
            var plan = dice.Pick(plans);
            var period = plan.Unit switch { "年" => BillingPeriods.Year, "3か月" => "quarter", _ => BillingPeriods.Month };
            var started = dice.Day(today.AddYears(-3), today.AddDays(-20));
            var cancelled = dice.Chance(0.22) ? dice.Day(started.AddDays(15), today) : (DateOnly?)null;
            var renews = started;
            for (var periods = 1; renews <= (cancelled ?? today); periods++) renews = started.AddMonths(periods * BillingPeriods.Months(period)!.Value);
            data.Subscriptions.Add(new Subscription
            {
                Number = $"S{i + 1:00000}", CompanyId = company.Id, ProductId = plan.Id, PlanName = plan.Name, Price = plan.UnitPrice, BillingPeriod = period, StartedOn = started,
                RenewsOn = renews, RenewsByItself = dice.Chance(0.85), CancelledOn = cancelled,
                CancelReason = cancelled is null ? null : dice.Pick(["利用が減ったため", "他社へ変更", "予算の見直し", "担当者の交代", "拠点の閉鎖"]),
            });
        }
    }

    /// <summary>How somebody buys: how often, since when, and in which months.</summary>
    private sealed record Habit(double Interval, DateOnly From, DateOnly Until, int[]? Months)
    {
        public static Habit Roll(Dice dice, bool company, DateOnly today)
        {
            var interval = company ? dice.Weighted([(7.0, 1), (14, 3), (30, 6), (45, 4), (60, 4), (90, 3), (180, 1)], i => i.Item2).Item1 : dice.Pick([45.0, 60, 90, 120, 180]);
            var from = dice.Chance(0.6) ? today.AddYears(-3).AddDays(dice.Between(0, 60)) : dice.Day(today.AddYears(-3), today.AddDays(-30));
            var until = dice.Chance(0.8) ? today : dice.Day(from, today);
            int[]? months = dice.Chance(0.12) ? dice.Pick<int[]>([[3, 4, 5], [6, 7, 8], [9, 10, 11], [12, 1, 2]]) : null;
            return new(months is null ? interval : Math.Min(interval, 20), from, until, months);
        }
    }
}
