using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.Subscriptions;

namespace Crm.Tests.Customers;

/// <summary>Renewals, reminders and what a subscription brings per month.</summary>
public sealed class SubscriptionTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Theory]
    [InlineData("month", 12_000, 12_000)]
    [InlineData("quarter", 12_000, 4_000)]
    [InlineData("year", 100_000, 8333.3333)]
    public void What_it_brings_per_month(string period, decimal price, decimal monthly) =>
        Assert.Equal(monthly, new Subscription { Price = price, BillingPeriod = period }.PerMonth);

    [Fact]
    public void It_reminds_of_a_renewal_once()
    {
        var subscription = new Subscription { RenewsOn = Today.AddDays(30) };

        Assert.True(subscription.RemindIfDue(Today, 30));
        Assert.False(subscription.RemindIfDue(Today.AddDays(1), 30));
        var due = Assert.IsType<SubscriptionRenewalDue>(Assert.Single(subscription.RaisedEvents));
        Assert.Equal(Today.AddDays(30), due.RenewsOn);
    }

    [Fact]
    public void It_does_not_remind_too_early_nor_of_what_is_cancelled()
    {
        Assert.False(new Subscription { RenewsOn = Today.AddDays(31) }.RemindIfDue(Today, 30));
        Assert.False(new Subscription { RenewsOn = Today.AddDays(10), CancelledOn = Today.AddDays(10) }.RemindIfDue(Today, 30));
        Assert.True(new Subscription { RenewsOn = Today.AddDays(10), CancelledOn = Today.AddDays(11) }.RemindIfDue(Today, 30));
    }

    [Fact]
    public void The_thirty_first_stays_the_thirty_first_after_a_short_month()
    {
        var subscription = new Subscription { BillingPeriod = "month", StartedOn = new(2026, 1, 31), RenewsOn = new(2026, 2, 28) };

        Assert.True(subscription.RenewIfDue(new(2026, 2, 28)));
        Assert.Equal(new DateOnly(2026, 3, 31), subscription.RenewsOn);
    }

    [Fact]
    public void Renewals_missed_while_nobody_looked_are_caught_up()
    {
        var subscription = new Subscription { BillingPeriod = "year", StartedOn = new(2020, 4, 15), RenewsOn = new(2023, 4, 1) };

        Assert.True(subscription.RenewIfDue(Today));
        Assert.Equal(new DateOnly(2027, 4, 1), subscription.RenewsOn);
        Assert.False(subscription.RenewIfDue(Today));
    }

    [Fact]
    public void What_does_not_renew_by_itself_waits_for_somebody()
    {
        var subscription = new Subscription { BillingPeriod = "month", RenewsOn = Today, RenewsByItself = false };
        Assert.False(subscription.RenewIfDue(Today));
    }

    [Fact]
    public void A_renamed_company_keeps_its_old_name_with_its_last_day()
    {
        var company = new Company { Name = "東西物産株式会社", NameKana = "トウザイブッサン", FormerNames = "東西商会" };

        var former = company.Rename("ＴＺホールディングス株式会社", "ティーゼットホールディングス", new(2026, 4, 1)).Value;

        Assert.Equal("東西物産株式会社", former.Name);
        Assert.Equal(new DateOnly(2026, 3, 31), former.Until);
        Assert.Equal("東西物産株式会社（トウザイブッサン）、東西商会", company.FormerNames);
        Assert.Equal("ティーゼットホールディングス", company.NameKana);
        Assert.IsType<CompanyRenamed>(Assert.Single(company.RaisedEvents));
    }
}
