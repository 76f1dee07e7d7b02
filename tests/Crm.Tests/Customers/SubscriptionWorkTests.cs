using System.Globalization;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Subscriptions;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Customers;

/// <summary>The morning's work on subscriptions, and their figures. Today is 2026-11-20 in Tokyo.</summary>
public sealed class SubscriptionWorkTests
{
    [Theory, EveryDatabase]
    public async Task Renewals_near_are_told_once_and_those_due_move_on(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事");
        var near = await Subscribe(crm, company, ("billingPeriod", "year"), ("renewsOn", "2026-12-10"));
        var due = await Subscribe(crm, company, ("billingPeriod", "month"), ("renewsOn", "2026-11-20"));
        var far = await Subscribe(crm, company, ("billingPeriod", "year"), ("renewsOn", "2027-03-01"));
        var manual = await Subscribe(crm, company, ("billingPeriod", "year"), ("renewsOn", "2026-11-20"), ("renewsByItself", false));

        Assert.Equal(3, await Morning(crm));
        Assert.Equal(0, await Morning(crm));

        Assert.Equal(new DateOnly(2026, 12, 10), (await crm.Get(CustomersContract.Subscription, near))["renewsOn"]);
        Assert.Equal(new DateOnly(2026, 12, 20), (await crm.Get(CustomersContract.Subscription, due))["renewsOn"]);
        Assert.Equal(new DateOnly(2027, 3, 1), (await crm.Get(CustomersContract.Subscription, far))["renewsOn"]);
        Assert.Equal(new DateOnly(2026, 11, 20), (await crm.Get(CustomersContract.Subscription, manual))["renewsOn"]);
    }

    [Theory, EveryDatabase]
    public async Task Recurring_revenue_and_churn_are_counted_as_defined(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事");
        await Subscribe(crm, company, ("price", 12000), ("billingPeriod", "month"));
        await Subscribe(crm, company, ("price", 120000), ("billingPeriod", "year"));
        await Subscribe(crm, company, ("price", 5000), ("cancelledOn", "2026-11-10"));
        await Subscribe(crm, company, ("price", 5000), ("cancelledOn", "2026-12-01"));
        await Subscribe(crm, company, ("price", 9000), ("cancelledOn", "2026-01-01"));
        await Subscribe(crm, company, ("price", 7000), ("startedOn", "2026-12-01"));

        await using var scope = await crm.Scope();
        var figures = await SubscriptionFigures.On(scope.Of<CustomersDb>("customers"), new(2026, 11, 20), 30, CancellationToken.None);

        Assert.Equal(new SubscriptionFigures(Ever: 6, Running: 3, Monthly: 27000, RanBefore: 4, Lost: 1), figures);
        Assert.Equal(0.25m, figures.Churn);
    }

    [Theory, EveryDatabase]
    public async Task The_dashboard_shows_them_to_who_may_see_all_subscriptions(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事");
        await Subscribe(crm, company, ("price", 120000), ("billingPeriod", "year"), ("renewsOn", "2026-12-10"));

        var widgets = await Widgets(null);
        Assert.Equal(["customers.mrr", "customers.churn", "customers.renewals"], widgets.OrderBy(w => w.Order).Select(w => w.Key));
        Assert.Contains("北斗商事", Assert.Single(widgets.Single(w => w.Key == "customers.renewals").Rows).Text, StringComparison.Ordinal);
        Assert.Empty(await Widgets(TestHost.UserWith((CustomersContract.Subscription, RecordAction.Read, Reach.Own))));

        async Task<IReadOnlyList<Widget>> Widgets(Crm.Platform.Tenancy.Actor? actor)
        {
            await using var scope = await crm.Scope(actor: actor);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
            var gather = new CollectWidgets();
            await scope.Get<IMediator>().Publish(gather);
            Assert.Empty(gather.Missing);
            return gather.Parts;
        }
    }

    private static Task<Guid> Subscribe(TestHost crm, Guid company, params (string, object?)[] more)
    {
        var values = new Dictionary<string, object?> { ["companyId"] = company, ["planName"] = "保守プラン", ["price"] = 1000, ["startedOn"] = "2024-04-01" };
        foreach (var (field, value) in more) values[field] = value;
        return crm.Save(CustomersContract.Subscription, [.. values.Select(v => (v.Key, v.Value))]);
    }

    private static async Task<long> Morning(TestHost crm)
    {
        await using var scope = await crm.Scope(actor: Crm.Platform.Tenancy.Actor.System(ChangeSource.Job));
        var run = new Run();
        await scope.Of<SubscriptionRenewals>("customers").Run(run, CancellationToken.None);
        return run.Done;
    }

    private sealed class Run : JobRun
    {
        public long Done { get; private set; }

        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null)
        {
            Done = done;
            return Task.CompletedTask;
        }
    }
}
