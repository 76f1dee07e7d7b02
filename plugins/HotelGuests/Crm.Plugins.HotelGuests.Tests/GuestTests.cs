using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;
using Crm.Support.Contracts;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>What is kept of guests: habits, anniversaries, the dashboard, another tenant.</summary>
public sealed class GuestTests
{
    [Fact]
    public async Task A_guest_knows_how_often_they_stayed_and_lists_go_by_it()
    {
        await using var host = await CrmTestHost.Start();
        var (hanako, taro) = (await host.Hanako(), await host.Taro());
        var first = await host.Stay(hanako, "2026-04-01", "2026-04-03", ("status", "departed"), ("rate", 20000));
        await host.Stay(hanako, "2026-10-01", "2026-10-02", ("status", "departed"), ("amount", 30000));
        await host.Stay(hanako, "2026-12-01", "2026-12-02");
        await host.DeliverEvents();

        var guest = await host.Record(CustomersContract.Person, hanako);
        Assert.Equal((2m, 3m, 70000m, new DateOnly(2026, 10, 2)), (guest[HotelContract.PersonFields.Stays], guest[HotelContract.PersonFields.Nights], guest[HotelContract.PersonFields.Spend], guest[HotelContract.PersonFields.LastStayOn]));
        Assert.Equal([hanako], (await host.List(CustomersContract.Person, new Filter.Compare(HotelContract.PersonFields.Stays, FilterOp.Gte, 2m), "lastName")).Rows.Select(r => r.Id));

        await host.Change(HotelContract.Stay, first, ("personId", taro));
        await host.DeliverEvents();

        Assert.Equal(1m, (await host.Record(CustomersContract.Person, hanako))[HotelContract.PersonFields.Stays]);
        Assert.Equal(40000m, (await host.Record(CustomersContract.Person, taro))[HotelContract.PersonFields.Spend]);
    }

    [Fact]
    public async Task Who_has_left_is_followed_up_by_the_plans_that_wait_for_a_stay()
    {
        await using var host = await CrmTestHost.Start();
        var (hanako, taro) = (await host.Hanako(), await host.Taro());
        await host.Save(SupportContract.FollowPlan, ("name", "ご滞在のお礼"), ("startedBy", SupportContract.Triggers.Stay), ("days", 7));
        var stay = await host.Stay(hanako, "2026-11-18", "2026-11-20");
        await host.Stay(taro, "2024-04-01", "2024-04-03", ("status", "departed"));
        await host.DeliverEvents();
        Assert.Empty((await host.List(SupportContract.FollowUp)).Rows);

        await host.Change(HotelContract.Stay, stay, ("status", "departed"));
        await host.DeliverEvents();
        await host.Change(HotelContract.Stay, stay, ("amount", 30000));
        await host.DeliverEvents();

        var followUp = Assert.Single((await host.List(SupportContract.FollowUp, null, "personId", "dueOn")).Read());
        Assert.Equal((hanako, new DateOnly(2026, 11, 27)), (followUp.Reference("personId"), followUp.Day("dueOn")));
    }

    [Theory]
    [InlineData("2010-12-25", "2026-12-20", "2027-01-03", "2026-12-25")]
    [InlineData("2010-01-02", "2026-12-20", "2027-01-03", "2027-01-02")]
    [InlineData("2012-02-29", "2027-02-20", "2027-03-05", "2027-02-28")]
    [InlineData("2010-06-01", "2026-12-20", "2027-01-03", null)]
    public void An_anniversary_comes_once_a_year(string day, string from, string until, string? comes) =>
        Assert.Equal(comes is null ? null : Day(comes), Occasions.Within(Day(day), Day(from), Day(until)));

    [Fact]
    public async Task Anniversaries_that_come_are_on_the_dashboard_and_in_the_bell()
    {
        await using var host = await CrmTestHost.Start();
        var desk = await host.As("administrator");
        var hanako = await desk.Hanako((HotelContract.PersonFields.Anniversary, "2010-11-23"), (HotelContract.PersonFields.AnniversaryKind, "wedding"));
        await desk.Taro((HotelContract.PersonFields.Anniversary, "2010-05-01"));
        await desk.Stay(hanako, "2026-11-22", "2026-11-24");

        var (home, bell) = ((await desk.Get("/")).Text, (await desk.Get("/notices")).Text);

        Assert.Contains("記念日が近いお客様", home, StringComparison.Ordinal);
        Assert.Contains("今日の到着", home, StringComparison.Ordinal);
        Assert.Contains("山田 花子 様の記念日（2026-11-23）", bell, StringComparison.Ordinal);
        Assert.Contains("滞在中に記念日・誕生日を迎えるご予約 1 件", bell, StringComparison.Ordinal);
        Assert.DoesNotContain("佐藤 太郎 様の記念日", bell, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stay_ends_after_it_begins_and_day_use_is_possible()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Hanako();

        Assert.Equal(["departsOn:hotel.departure-before-arrival"], await host.Refusals(HotelContract.Stay, ("personId", hanako), ("arrivesOn", "2026-11-21"), ("departsOn", "2026-11-20")));
        var day = await host.Record(HotelContract.Stay, await host.Stay(hanako, "2026-11-20", "2026-11-20", ("rate", 8000)));
        Assert.Equal((0m, 8000m), (day["nights"], day["amount"]));
    }

    [Fact]
    public async Task A_tenant_begins_with_a_house_and_another_tenant_sees_nothing()
    {
        await using var host = await CrmTestHost.Start();
        await host.Stay(await host.Hanako(), "2026-11-20", "2026-11-21");
        var (with, without) = (await host.NewTenant("beta"), await host.NewTenant("gamma", withPlugins: false));

        Assert.Single((await host.List(HotelContract.Inn)).Rows);
        Assert.Empty((await with.List(HotelContract.Stay)).Rows);
        Assert.Equal(404, (await without.Get("/x/hotel/arrivals")).Status);
        Assert.DoesNotContain("アレルギー", (await without.Get($"/r/{CustomersContract.Person}/new")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stays_follow_a_merge_of_their_guests_made_while_the_plugin_was_off()
    {
        await using var host = await CrmTestHost.Start();
        var (stays, goes) = (await host.Hanako(), await host.Taro());
        var stay = await host.Stay(goes, "2026-12-01", "2026-12-03");
        await host.Switch("hotel", false);
        await host.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));
        await host.Switch("hotel", true);

        await host.DeliverEvents();

        Assert.Equal(stays, (await host.Record(HotelContract.Stay, stay))["personId"]);
    }

    [Fact]
    public async Task Every_page_is_there()
    {
        await using var host = await CrmTestHost.Start();
        var entry = await host.Save(HotelContract.Register, Guests.Entry());

        foreach (var page in new[]
        {
            "/x/hotel/arrivals", "/x/hotel/arrivals?day=tomorrow", "/x/hotel/figures", "/x/hotel/figures?from=2026-12-01&until=2026-01-01", "/r/hotel.stay", "/r/hotel.stay/new", "/r/hotel.register",
            "/r/hotel.register/new", "/r/hotel.inn", "/r/hotel.removal", $"/r/hotel.register/{entry}/print/hotel.card", "/settings/modules/hotel/settings",
        })
        {
            Assert.Equal((page, 200), (page, (await host.Get(page)).Status));
        }
    }

    private static DateOnly Day(string iso) => DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture);
}
