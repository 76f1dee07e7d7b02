using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Overview;

/// <summary>On the dashboard: manifests that are late or nearly so, permits and contracts that end. Asked as lists are, so rights hold.</summary>
internal sealed class WasteWidgets(IMediator mediator, TimeProvider clock, ITenant tenant, ISettings settings) : INotificationHandler<CollectWidgets>
{
    private const int Horizon = 60;
    private const int Rows = 6;

    private static readonly Ending[] Endings =
    [
        new(WasteContract.Permit, "expiresOn", ["number", "companyId", "kind"], ("期限が近い許可証", "Permits about to expire"), row => $"{row.Title("companyId")} {row.Choice("kind")}", 21),
        new(WasteContract.Contract, "endsOn", ["title", "status"], ("終了・更新が近い委託契約", "Contracts about to end or renew"), row => row.Text("title") ?? "", 22)
        {
            Besides = new Filter.Compare("status", FilterOp.In, ContractStatuses.Concluded, ContractStatuses.Incomplete),
        },
    ];

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        var (today, days) = (clock.Today(tenant), settings.Of<WasteSettings>().ManifestDaysBefore);
        var found = await mediator.Send(
            new ListRecordsTogether(
            [
                Number(new Filter.Compare("nextDue", FilterOp.Lt, today)),
                Number(new Filter.All(new Filter.Compare("nextDue", FilterOp.Gte, today), new Filter.Compare("nextDue", FilterOp.Lte, today.AddDays(days)))),
                .. Endings.Select(e => e.List(today)),
            ]),
            cancellationToken);
        var pages = found.Value;

        // Nothing for who may not see manifests.
        if (!pages[0].Failed && !pages[1].Failed)
        {
            var (overdue, soon) = (pages[0].Value.Count ?? 0, pages[1].Value.Count ?? 0);
            notification.Add(new Widget("waste.overdue", ("期限を過ぎたマニフェスト", "Manifests overdue"))
            {
                Value = $"{overdue:#,##0}",
                Note = new Sdk.Label($"{days}日以内に期限 {soon:#,##0} 件", $"{soon:#,##0} due within {days} days").ToString(),
                Link = Routes.Screen(WasteContract.Plugin, "chase") + "?show=late",
                Order = 20,
            });
        }

        foreach (var (ending, page) in Endings.Zip(pages.Skip(2)))
        {
            if (!page.Failed && page.Value.Rows.Count > 0) notification.Add(ending.Widget(page.Value));
        }
    }

    private static ListRecords Number(Filter filter) => new(WasteContract.Manifest) { Filter = filter, Limit = 0, Count = true };

    /// <summary>Records of a type that end soon or ended a short while ago, and how they stand on the dashboard.</summary>
    private sealed record Ending(string Type, string Day, string[] Fields, Sdk.Label Title, Func<Row, string> Text, int Order)
    {
        public Filter? Besides { get; init; }

        public ListRecords List(DateOnly today)
        {
            Filter[] parts =
            [
                new Filter.Compare(Day, FilterOp.Gte, today.AddDays(-30)), new Filter.Compare(Day, FilterOp.Lte, today.AddDays(Horizon)), new Filter.Compare("endedOn", FilterOp.Empty, true),
                .. Besides is null ? Array.Empty<Filter>() : [Besides],
            ];
            return new(Type) { Filter = new Filter.All(parts), Sort = [new(Day)], Fields = [Day, .. Fields], Limit = Rows, Count = true, Titles = true };
        }

        public Widget Widget(RecordPage page) => new(Type + ".ending", Title)
        {
            Value = $"{page.Count:#,##0}",
            Order = Order,
            Link = Routes.List(Type),
            Rows = [.. page.Read().Select(r => new WidgetRow($"{ValueText.Day(r.Day(Day)!.Value)} {Text(r)}") { Link = Routes.Record(Type, r.Id) })],
        };
    }
}

/// <summary>In the bell: the user's own manifests that are late, permits and contracts that end; each goes away when it is dealt with.</summary>
internal sealed class WasteNotices(IMediator mediator, TimeProvider clock, ITenant tenant, IUser user) : INotificationHandler<CollectNotices>
{
    private const int Horizon = 30;

    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (user.Id is not { } me) return;
        var today = clock.Today(tenant);
        var mine = Filter.Eq("owner", me);
        var found = await mediator.Send(
            new ListRecordsTogether(
            [
                First(WasteContract.Manifest, "nextDue", new Filter.All(new Filter.Compare("nextDue", FilterOp.Lt, today), mine)),
                First(WasteContract.Permit, "expiresOn", Ending("expiresOn", today, mine)),
                First(WasteContract.Contract, "endsOn", Ending("endsOn", today, new Filter.All(mine, new Filter.Compare("status", FilterOp.In, ContractStatuses.Concluded, ContractStatuses.Incomplete)))),
            ]),
            cancellationToken);
        if (Of(found.Value[0], "nextDue") is { } late)
        {
            notification.Add(new Notice(($"担当のマニフェスト {late.Count:#,##0} 件が期限を過ぎています", $"{late.Count:#,##0} of your manifests are overdue"), Routes.Screen(WasteContract.Plugin, "chase"), tenant.StartOf(late.Day))
            {
                Icon = "clock-exclamation", Urgent = true,
            });
        }

        if (Of(found.Value[1], "expiresOn") is { } permits)
        {
            notification.Add(new Notice(($"担当の許可証 {permits.Count:#,##0} 件の期限が近づいています", $"{permits.Count:#,##0} of your permits are about to expire"), Routes.List(WasteContract.Permit), tenant.StartOf(permits.Day))
            {
                Icon = "certificate", Urgent = permits.Day < today,
            });
        }

        if (Of(found.Value[2], "endsOn") is { } contracts)
        {
            notification.Add(new Notice(($"担当の委託契約 {contracts.Count:#,##0} 件が終了・更新を迎えます", $"{contracts.Count:#,##0} of your contracts end or renew soon"), Routes.List(WasteContract.Contract), tenant.StartOf(contracts.Day)) { Icon = "file-text" });
        }
    }

    private static Filter Ending(string day, DateOnly today, Filter mine) => new Filter.All(
        new Filter.Compare(day, FilterOp.Lte, today.AddDays(Horizon)), new Filter.Compare(day, FilterOp.Gte, today.AddDays(-Horizon)), new Filter.Compare("endedOn", FilterOp.Empty, true), mine);

    private static ListRecords First(string type, string day, Filter filter) => new(type) { Filter = filter, Sort = [new(day)], Fields = [day], Limit = 1, Count = true };

    /// <summary>How many there are and the first day among them; null when there is none, or none to be seen.</summary>
    private static (long Count, DateOnly Day)? Of(Sdk.Result<RecordPage> page, string day) =>
        page.Failed || page.Value.Rows.Count == 0 ? null : (page.Value.Count ?? 0, page.Value.Read().First().Day(day)!.Value);
}
