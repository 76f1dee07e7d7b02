using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Members;
using Crm.Plugins.Retail.Sales;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail.Channels;

/// <summary>
/// Who buys where. Customers are counted by what they bought within the days: in stores only, online only, or both. Somebody has moved when
/// their first purchase ever in one channel lies within the days and an earlier day saw one in the other. Sales of nobody we know are told apart.
/// </summary>
/// <param name="From">First day; a year ago when null.</param>
/// <param name="Until">Last day; today when null.</param>
/// <remarks>Problems: <c>forbidden</c> for who may not see all sales; <c>retail.days-wrong-way</c>.</remarks>
[Requires(RetailContract.MaySeeChannels)]
internal sealed record GetChannels(DateOnly? From = null, DateOnly? Until = null) : IRequest<Result<ChannelFigures>>;

internal sealed record ChannelFigures(DateOnly From, DateOnly Until, IReadOnlyList<BuyerKind> Buyers, IReadOnlyList<ChannelMonth> Months, IReadOnlyList<StoreFigures> Stores)
{
    /// <summary>How many bought in stores before and now online for the first time.</summary>
    public int MovedOnline { get; init; }

    /// <summary>How many bought online before and now in a store for the first time.</summary>
    public int MovedToStores { get; init; }

    /// <summary>Sales in stores that nobody is linked to.</summary>
    public decimal UnknownInStores { get; init; }

    /// <summary>Sales online that nobody is linked to.</summary>
    public decimal UnknownOnline { get; init; }
}

/// <summary>People of one kind: <c>store</c>, <c>ec</c> or <c>both</c>.</summary>
internal sealed record BuyerKind(string Kind, int People, int Receipts, decimal InStores, decimal Online)
{
    public decimal Amount => InStores + Online;

    public decimal? PerPerson => People > 0 ? Amount / People : null;
}

internal sealed record ChannelMonth(DateOnly Month, decimal InStores, decimal Online);

internal sealed record StoreFigures(Guid StoreId, string Name, int People, int PeopleAlsoOnline, decimal Amount);

internal sealed class GetChannelsHandler(RetailDb db, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<GetChannels, Result<ChannelFigures>>
{
    public async Task<Result<ChannelFigures>> Handle(GetChannels query, CancellationToken cancellationToken)
    {
        // Shares among the sales somebody happens to see would be wrong shares.
        if (user.Reach(RetailContract.Sale, RecordAction.Read) != Reach.All) return Problems.Forbidden(RetailContract.Sale + ":read");
        var until = query.Until ?? clock.Today(tenant);
        var from = query.From ?? until.AddYears(-1).AddDays(1);
        if (until < from)
        {
            return new Problem("retail.days-wrong-way", ("期間の終わりが始まりより前です。", "The days end before they begin."), ("期間を確認してください。", "Check both days."), "until");
        }

        var sales = await db.Sales.AsNoTracking().Where(s => s.SoldOn >= from && s.SoldOn <= until)
            .Select(s => new Line(s.PersonId, s.Channel!, s.SoldOn!.Value, s.StoreId, s.Receipt, s.Amount ?? 0)).ToListAsync(cancellationToken);
        var linked = sales.Where(s => s.Person is not null).ToList();
        var kinds = linked.GroupBy(s => s.Person!.Value).ToDictionary(g => g.Key, g => (g.Any(s => s.InStore), g.Any(s => !s.InStore)) switch { (true, false) => BuysAt.Store, (false, true) => BuysAt.Online, _ => BuysAt.Both });
        var buyers = BuysAt.All.Select(k =>
        {
            var theirs = linked.Where(s => kinds[s.Person!.Value] == k.Key).ToList();
            return new BuyerKind(
                k.Key, theirs.Select(s => s.Person).Distinct().Count(), theirs.Select(s => (s.Channel, s.On, s.Receipt)).Distinct().Count(),
                theirs.Where(s => s.InStore).Sum(s => s.Amount), theirs.Where(s => !s.InStore).Sum(s => s.Amount));
        });
        var (online, toStores) = await Moved(from, until, cancellationToken);
        return new ChannelFigures(from, until, [.. buyers], Months(sales), await Stores(linked, kinds, cancellationToken))
        {
            MovedOnline = online, MovedToStores = toStores,
            UnknownInStores = sales.Where(s => s.Person is null && s.InStore).Sum(s => s.Amount), UnknownOnline = sales.Where(s => s.Person is null && !s.InStore).Sum(s => s.Amount),
        };
    }

    private async Task<(int Online, int ToStores)> Moved(DateOnly from, DateOnly until, CancellationToken cancellation)
    {
        var first = await db.Sales.AsNoTracking().Where(s => s.PersonId != null && s.SoldOn != null && s.SoldOn <= until).GroupBy(s => new { s.PersonId, s.Channel })
            .Select(g => new { g.Key.PersonId, g.Key.Channel, On = g.Min(s => s.SoldOn!.Value) }).ToListAsync(cancellation);
        var days = first.GroupBy(f => f.PersonId).Select(g => (
            Store: g.Where(f => f.Channel == SaleChannels.Store).Select(f => (DateOnly?)f.On).FirstOrDefault(), Online: g.Where(f => f.Channel == SaleChannels.Online).Select(f => (DateOnly?)f.On).FirstOrDefault())).ToList();
        return (days.Count(d => d.Store < d.Online && d.Online >= from), days.Count(d => d.Online < d.Store && d.Store >= from));
    }

    private static IReadOnlyList<ChannelMonth> Months(List<Line> sales) =>
    [
        .. sales.GroupBy(s => new DateOnly(s.On.Year, s.On.Month, 1)).OrderBy(g => g.Key)
            .Select(g => new ChannelMonth(g.Key, g.Where(s => s.InStore).Sum(s => s.Amount), g.Where(s => !s.InStore).Sum(s => s.Amount))),
    ];

    private async Task<IReadOnlyList<StoreFigures>> Stores(List<Line> linked, Dictionary<Guid, string> kinds, CancellationToken cancellation)
    {
        var names = await db.Stores.AsNoTracking().Select(s => new { s.Id, s.Name }).ToDictionaryAsync(s => s.Id, s => s.Name, cancellation);
        return
        [
            .. linked.Where(s => s is { InStore: true, Store: not null }).GroupBy(s => s.Store!.Value)
                .Select(g => new StoreFigures(
                    g.Key, names.GetValueOrDefault(g.Key, "–"), g.Select(s => s.Person).Distinct().Count(), g.Select(s => s.Person!.Value).Distinct().Count(p => kinds[p] == BuysAt.Both), g.Sum(s => s.Amount)))
                .OrderByDescending(s => s.Amount),
        ];
    }

    private sealed record Line(Guid? Person, string Channel, DateOnly On, Guid? Store, string? Receipt, decimal Amount)
    {
        public bool InStore => Channel == SaleChannels.Store;
    }
}
