using Crm.Plugins.Retail.Channels;
using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Members;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.Retail.Overview;

/// <summary>On the dashboard: this month's customers, how many of them buy in both channels, and who moved.</summary>
internal sealed class RetailWidgets(IMediator mediator, TimeProvider clock, ITenant tenant, IUser user) : INotificationHandler<CollectWidgets>
{
    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (!user.May(RetailContract.MaySeeChannels)) return;
        var today = clock.Today(tenant);
        var month = await mediator.Send(new GetChannels(new DateOnly(today.Year, today.Month, 1), today), cancellationToken);
        if (month.Failed) return;
        var people = month.Value.Buyers.Sum(b => b.People);
        var both = month.Value.Buyers.First(b => b.Kind == BuysAt.Both).People;
        notification.Add(new Widget("retail.buyers", ("今月の購入者（会員）", "Customers this month"))
        {
            Value = $"{people:#,##0}",
            Note = new Label(
                $"店舗と EC の両方 {both:#,##0} 人 · 店舗→EC {month.Value.MovedOnline:#,##0} 人 · EC→店舗 {month.Value.MovedToStores:#,##0} 人",
                $"{both:#,##0} in both channels · {month.Value.MovedOnline:#,##0} went online · {month.Value.MovedToStores:#,##0} came to stores").ToString(),
            Link = Routes.Screen(RetailContract.Plugin, "channels"),
            Order = 25,
        });
    }
}
