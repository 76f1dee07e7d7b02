using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Subscriptions;

/// <summary>Monthly recurring revenue, churn and renewals to look after, for those who may see all subscriptions.</summary>
/// <remarks>
/// MRR: sum of the price per month of all subscriptions that run today.
/// Churn: subscriptions cancelled in the last 30 days ÷ subscriptions that ran 30 days ago.
/// </remarks>
internal sealed class SubscriptionWidgets(CustomersDb db, TimeProvider clock, ITenant tenant, IUser user, IMediator mediator)
    : INotificationHandler<CollectWidgets>
{
    private const int ChurnDays = 30;

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (user.Reach(CustomersContract.Subscription, RecordAction.Read) != Reach.All) return;

        var today = clock.Today(tenant);
        var figures = await SubscriptionFigures.On(db, today, ChurnDays, cancellationToken);
        if (figures.Ever == 0) return;

        notification.Add(new Widget("customers.mrr", ("月間経常収益（MRR）", "Monthly recurring revenue"))
        {
            Value = ValueText.Money(figures.Monthly, tenant),
            Note = new Label($"契約中 {figures.Running:N0} 件の月額換算の合計", $"Price per month of {figures.Running:N0} running subscriptions").ToString(),
            Link = Routes.List(CustomersContract.Subscription),
            Order = 40,
        });
        notification.Add(new Widget("customers.churn", ("解約率（30日）", "Churn (30 days)"))
        {
            Value = figures.Churn?.ToString("P1", CultureInfo.CurrentUICulture) ?? "–",
            Note = new Label($"30日前の契約 {figures.RanBefore:N0} 件のうち解約 {figures.Lost:N0} 件", $"{figures.Lost:N0} of {figures.RanBefore:N0} that ran 30 days ago").ToString(),
            Link = Routes.List(CustomersContract.Subscription),
            Order = 41,
        });
        await Renewals(notification, today, cancellationToken);
    }

    private async Task Renewals(CollectWidgets widgets, DateOnly today, CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Subscription)
            {
                Filter = new Filter.All(
                    new Filter.Compare("renewsOn", FilterOp.Lte, today.AddDays(SubscriptionRenewals.DaysBefore)),
                    new Filter.Compare("cancelledOn", FilterOp.Empty, true),
                    new Filter.Compare("billingPeriod", FilterOp.Ne, BillingPeriods.Month)),
                Sort = [new("renewsOn")],
                Fields = ["renewsOn", "planName", "companyId", "personId"],
                Limit = 8,
                Titles = true,
            },
            cancellation);
        if (page.Failed || page.Value.Rows.Count == 0) return;

        widgets.Add(new Widget("customers.renewals", ("更新が近い契約", "Renewals coming up"))
        {
            Order = 42,
            Rows =
            [
                .. page.Value.Read().Select(row => new WidgetRow($"{ValueText.Day(row.Day("renewsOn")!.Value)} {row.Title("companyId") ?? row.Title("personId")} {row.Text("planName")}")
                {
                    Link = Routes.Record(CustomersContract.Subscription, row.Id),
                }),
            ],
        });
    }
}

/// <summary>Figures about all subscriptions as of a day.</summary>
internal sealed record SubscriptionFigures(int Ever, int Running, decimal Monthly, int RanBefore, int Lost)
{
    /// <summary>0 to 1; null when nothing ran before.</summary>
    public decimal? Churn => RanBefore == 0 ? null : (decimal)Lost / RanBefore;

    public static async Task<SubscriptionFigures> On(CustomersDb db, DateOnly day, int churnDays, CancellationToken cancellation)
    {
        var before = day.AddDays(-churnDays);
        return await db.Subscriptions
            .GroupBy(_ => 1)
            .Select(all => new SubscriptionFigures(
                all.Count(),
                all.Count(s => s.StartedOn <= day && (s.CancelledOn == null || s.CancelledOn > day)),
                all.Where(s => s.StartedOn <= day && (s.CancelledOn == null || s.CancelledOn > day)).Sum(s => s.MonthlyAmount) ?? 0,
                all.Count(s => s.StartedOn <= before && (s.CancelledOn == null || s.CancelledOn > before)),
                all.Count(s => s.StartedOn <= before && s.CancelledOn > before && s.CancelledOn <= day)))
            .SingleOrDefaultAsync(cancellation) ?? new(0, 0, 0, 0, 0);
    }
}
