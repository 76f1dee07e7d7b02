using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Points;
using Crm.Plugins.Retail.Sales;
using Crm.Plugins.Retail.Visits;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Plugins.Retail.Demo;

/// <summary>A year at a chain of three stores with an online shop. The sales come as files bring them, by card and account, and are linked as those are.</summary>
internal sealed class RetailDemo(RetailDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int Members = 160;
    private const int AtOnce = 200;

    private static readonly (string Code, string Name, string City, string Street)[] StoreList = [("S01", "吉祥寺店", "武蔵野市", "吉祥寺本町9-1"), ("S02", "立川店", "立川市", "曙町9-2"), ("S03", "自由が丘店", "目黒区", "自由が丘9-3")];
    private static readonly (string Name, decimal Price)[] Products = [("リネンのエプロン", 4800), ("波佐見焼の飯碗", 2200), ("竹のかご（中）", 3600), ("蜜蝋ラップ", 1500), ("今治タオル", 1900), ("木製カトラリー", 2600), ("ほうじ茶 100g", 980), ("季節のジャム", 860)];
    private static readonly (string Family, string Kana)[] Families = [("小林", "コバヤシ"), ("加藤", "カトウ"), ("吉田", "ヨシダ"), ("松本", "マツモト"), ("井上", "イノウエ"), ("木村", "キムラ"), ("清水", "シミズ"), ("山口", "ヤマグチ")];
    private static readonly (string Given, string Kana)[] Givens = [("美咲", "ミサキ"), ("陽子", "ヨウコ"), ("健", "ケン"), ("拓也", "タクヤ"), ("直美", "ナオミ"), ("翔", "ショウ"), ("由美", "ユミ"), ("誠", "マコト")];

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var (random, today) = (new Random(seed), clock.Today(tenant));
        var stores = StoreList.Select(s => new Store { Code = s.Code, Name = s.Name, Address = new() { Prefecture = "東京都", City = s.City, Street = s.Street } }).ToList();
        db.AddRange(stores);
        Must(await db.SaveAsync(cancellation: cancellation));
        var people = await People(random, today, cancellation);
        db.AddRange(people.Where((_, m) => m % 3 == 0).Select(p => Visit(p, random, today, stores)));
        db.AddRange(people.Where((_, m) => m % 4 == 0).Select(p => new PointsEntry { PersonId = p, NotedOn = today.AddDays(-random.Next(1, 300)), Reason = "campaign", Points = 100, Note = "ご来店感謝キャンペーン" }));
        Must(await db.SaveAsync(cancellation: cancellation));
        db.ChangeTracker.Clear();

        var sales = Enumerable.Range(0, Members).SelectMany(m => Sales(m, random, today, stores)).OrderBy(s => s.SoldOn).ToList();
        for (var i = 0; i < sales.Count; i++) (sales[i].Number, sales[i].Receipt) = ($"{(sales[i].Channel == SaleChannels.Store ? "POS" : "EC")}-{i + 1:000000}", $"{i + 1:000000}");
        foreach (var some in sales.Chunk(AtOnce))
        {
            db.AddRange(some);
            Must(await db.SaveAsync(cancellation: cancellation));
            db.ChangeTracker.Clear();
        }
    }

    private static string Card(int member) => $"2900{member:000000}";

    private static string Account(int member) => $"hinata{member:0000}";

    private async Task<List<Guid>> People(Random random, DateOnly today, CancellationToken cancellation)
    {
        // A few cards and accounts belong to nobody yet: their sales wait to be linked.
        var rows = Enumerable.Range(0, Members - 12).Select(IReadOnlyDictionary<string, object?> (m) =>
        {
            var (family, given) = (Families[random.Next(Families.Length)], Givens[random.Next(Givens.Length)]);
            return new Dictionary<string, object?>
            {
                ["lastName"] = family.Family, ["firstName"] = given.Given, ["lastNameKana"] = family.Kana, ["firstNameKana"] = given.Kana, ["prefecture"] = "東京都", ["source"] = m % 3 == 0 ? "ec" : "store",
                ["email"] = $"{Account(m)}@mail.example", [RetailContract.PersonFields.CardNumber] = m % 5 == 4 ? null : Card(m), [RetailContract.PersonFields.EcAccount] = m % 3 == 2 ? null : Account(m),
                [RetailContract.PersonFields.JoinedOn] = today.AddDays(-random.Next(30, 1200)),
            };
        }).ToList();
        var people = new List<Guid>();
        foreach (var some in rows.Chunk(AtOnce))
        {
            var saved = await mediator.Send(new SaveRecords(CustomersContract.Person, some) { Atomic = true }, cancellation);
            Must(saved);
            if (saved.Value.Rows.FirstOrDefault(r => r.Problems.Count > 0) is { Problems: { Count: > 0 } problems }) Must(Result.Fail(problems));
            people.AddRange(saved.Value.Rows.Select(r => r.Id).OfType<Guid>());
        }

        return people;
    }

    private static Visit Visit(Guid person, Random random, DateOnly today, List<Store> stores) => new()
    {
        PersonId = person, StoreId = stores[random.Next(stores.Count)].Id, VisitedOn = today.AddDays(-random.Next(0, 200)),
        Purpose = new[] { "consultation", "pick-up", "event", "return" }[random.Next(4)], Note = random.NextDouble() < 0.4 ? "贈り物のご相談。包装は和紙をご希望" : null,
    };

    private static IEnumerable<Sale> Sales(int member, Random random, DateOnly today, List<Store> stores)
    {
        var home = stores[random.Next(stores.Count)];
        for (var count = random.Next(1, 14); count > 0; count--)
        {
            var day = today.AddDays(-random.Next(0, 365));
            var online = member % 5 == 4 || (member % 3 != 2 && random.NextDouble() < 0.45);
            var (name, price) = Products[random.Next(Products.Length)];
            var quantity = random.Next(1, 4);
            yield return new Sale
            {
                Channel = online ? SaleChannels.Online : SaleChannels.Store, StoreId = online ? null : (random.NextDouble() < 0.85 ? home : stores[random.Next(stores.Count)]).Id, SoldOn = day,
                CardNumber = online ? null : Card(member), EcAccount = online ? Account(member) : null, ProductName = name, UnitPrice = price, Quantity = quantity,
            };
        }
    }

    private static void Must(Result saved)
    {
        saved.OrThrow("The sample data breaks a rule");
    }
}
