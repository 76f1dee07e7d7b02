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

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        var (today, days) = (clock.Today(tenant), settings.Of<WasteSettings>().ManifestDaysBefore);
        var late = await Count(new Filter.Compare("nextDue", FilterOp.Lt, today), cancellationToken);
        if (late is { } overdue)
        {
            var soon = await Count(new Filter.All(new Filter.Compare("nextDue", FilterOp.Gte, today), new Filter.Compare("nextDue", FilterOp.Lte, today.AddDays(days))), cancellationToken) ?? 0;
            notification.Add(new Widget("waste.overdue", ("期限を過ぎたマニフェスト", "Manifests overdue"))
            {
                Value = $"{overdue:#,##0}",
                Note = new Sdk.Label($"{days}日以内に期限 {soon:#,##0} 件", $"{soon:#,##0} due within {days} days").ToString(),
                Link = Routes.Screen(WasteContract.Plugin, "chase") + "?show=late",
                Order = 20,
            });
        }

        await Ending(notification, WasteContract.Permit, "expiresOn", "endedOn", ["number", "companyId", "kind"], ("期限が近い許可証", "Permits about to expire"),
            row => $"{row.Title("companyId")} {row.Choice("kind")}", 21, today, cancellationToken);
        await Ending(notification, WasteContract.Contract, "endsOn", "endedOn", ["title", "status"], ("終了・更新が近い委託契約", "Contracts about to end or renew"), row => row.Text("title") ?? "", 22, today, cancellationToken,
            new Filter.Compare("status", FilterOp.In, ContractStatuses.Concluded, ContractStatuses.Incomplete));
    }

    private async Task Ending(
        CollectWidgets widgets, string type, string day, string ended, string[] fields, Sdk.Label title, Func<Row, string> text, int order, DateOnly today, CancellationToken cancellation, Filter? besides = null)
    {
        Filter[] parts =
        [
            new Filter.Compare(day, FilterOp.Gte, today.AddDays(-30)), new Filter.Compare(day, FilterOp.Lte, today.AddDays(Horizon)), new Filter.Compare(ended, FilterOp.Empty, true),
            .. besides is null ? Array.Empty<Filter>() : [besides],
        ];
        var page = await mediator.Send(
            new ListRecords(type) { Filter = new Filter.All(parts), Sort = [new(day)], Fields = [day, .. fields], Limit = Rows, Count = true, Titles = true }, cancellation);
        if (page.Failed || page.Value.Rows.Count == 0) return;
        widgets.Add(new Widget(type + ".ending", title)
        {
            Value = $"{page.Value.Count:#,##0}",
            Order = order,
            Link = Routes.List(type),
            Rows = [.. page.Value.Read().Select(r => new WidgetRow($"{ValueText.Day(r.Day(day)!.Value)} {text(r)}") { Link = Routes.Record(type, r.Id) })],
        });
    }

    /// <summary>Null when the user may not see manifests.</summary>
    private async Task<long?> Count(Filter filter, CancellationToken cancellation) =>
        await mediator.Send(new ListRecords(WasteContract.Manifest) { Filter = filter, Limit = 0, Count = true }, cancellation) is { Failed: false, Value: var page } ? page.Count : null;
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
        if (await First(WasteContract.Manifest, "nextDue", new Filter.All(new Filter.Compare("nextDue", FilterOp.Lt, today), mine), cancellationToken) is { } late)
        {
            notification.Add(new Notice(($"担当のマニフェスト {late.Count:#,##0} 件が期限を過ぎています", $"{late.Count:#,##0} of your manifests are overdue"), Routes.Screen(WasteContract.Plugin, "chase"), tenant.StartOf(late.Day))
            {
                Icon = "clock-exclamation", Urgent = true,
            });
        }

        if (await First(WasteContract.Permit, "expiresOn", Ending("expiresOn", today, mine), cancellationToken) is { } permits)
        {
            notification.Add(new Notice(($"担当の許可証 {permits.Count:#,##0} 件の期限が近づいています", $"{permits.Count:#,##0} of your permits are about to expire"), Routes.List(WasteContract.Permit), tenant.StartOf(permits.Day))
            {
                Icon = "certificate", Urgent = permits.Day < today,
            });
        }

        if (await First(WasteContract.Contract, "endsOn", Ending("endsOn", today, new Filter.All(mine, new Filter.Compare("status", FilterOp.In, ContractStatuses.Concluded, ContractStatuses.Incomplete))), cancellationToken) is { } contracts)
        {
            notification.Add(new Notice(($"担当の委託契約 {contracts.Count:#,##0} 件が終了・更新を迎えます", $"{contracts.Count:#,##0} of your contracts end or renew soon"), Routes.List(WasteContract.Contract), tenant.StartOf(contracts.Day)) { Icon = "file-text" });
        }
    }

    private static Filter Ending(string day, DateOnly today, Filter mine) => new Filter.All(
        new Filter.Compare(day, FilterOp.Lte, today.AddDays(Horizon)), new Filter.Compare(day, FilterOp.Gte, today.AddDays(-Horizon)), new Filter.Compare("endedOn", FilterOp.Empty, true), mine);

    /// <summary>How many there are and the first day among them; null when there is none, or none to be seen.</summary>
    private async Task<(long Count, DateOnly Day)?> First(string type, string day, Filter filter, CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(type) { Filter = filter, Sort = [new(day)], Fields = [day], Limit = 1, Count = true }, cancellation);
        return page.Failed || page.Value.Rows.Count == 0 ? null : (page.Value.Count ?? 0, page.Value.Read().First().Day(day)!.Value);
    }
}
