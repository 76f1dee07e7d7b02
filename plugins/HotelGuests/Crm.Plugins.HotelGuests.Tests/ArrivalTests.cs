using System.Text.Json;
using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Arrivals;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk.Testing;
using Crm.Sdk.Users;
using Crm.Support.Contracts;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>Who arrives and what is to be known of them.</summary>
public sealed class ArrivalTests
{
    [Fact]
    public async Task The_sheet_tells_allergies_preferences_notes_and_the_last_complaint()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Hanako(
            (HotelContract.PersonFields.Vip, true), (HotelContract.PersonFields.Allergies, "そば"), (HotelContract.PersonFields.RoomWishes, new[] { "quiet", "low-floor" }),
            (HotelContract.PersonFields.Pillow, "firm"), (HotelContract.PersonFields.Anniversary, "2010-11-21"), (HotelContract.PersonFields.AnniversaryKind, "wedding"), ("memo", "送迎希望"));
        await host.Stay(hanako, "2025-05-01", "2025-05-02", ("status", "departed"), ("complaint", "空調の音が気になる"));
        await host.Stay(hanako, "2024-05-01", "2024-05-02", ("status", "departed"), ("complaint", "夕食が遅れた"));
        await host.Stay(hanako, "2026-11-20", "2026-11-22", ("room", "301"), ("adults", 2), ("meals", "half"), ("requests", "夕食は19時"));
        await host.Stay(hanako, "2026-11-20", "2026-11-22", ("status", "cancelled"));
        await host.DeliverEvents();

        var arrival = Assert.Single((await host.Ask(new GetArrivals())).Arrivals);

        Assert.Equal(("山田 花子", true, "そば", "301"), (arrival.Guest, arrival.Vip, arrival.Allergies, arrival.Room));
        Assert.Equal((2, new DateOnly(2025, 5, 2)), (arrival.StaysBefore, arrival.LastStayOn));
        Assert.Equal(("空調の音が気になる", new DateOnly(2025, 5, 2)), (arrival.LastComplaint!.Text, arrival.LastComplaint.On));
        Assert.Equal("夕食は19時\n送迎希望", arrival.Notes);
        var page = (await host.Get("/x/hotel/arrivals")).Text;
        foreach (var told in new[] { "山田 花子", "そば", "静か", "低層階", "硬め", "夕食は19時", "空調の音が気になる", "結婚記念日", "名簿 未記載" }) Assert.Contains(told, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_complaint_made_to_support_stands_on_the_sheet()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Hanako();
        await host.Stay(hanako, "2025-05-01", "2025-05-02", ("status", "departed"), ("complaint", "空調の音が気になる"));
        await host.Stay(hanako, "2026-11-20", "2026-11-22");
        await host.Ask(new OpenInquiry("忘れ物が届かない") { PersonId = hanako, Complaint = true, ReceivedAt = new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero) });

        var complaint = Assert.Single((await host.Ask(new GetArrivals())).Arrivals).LastComplaint!;

        Assert.Equal(("忘れ物が届かない", new DateOnly(2026, 11, 1)), (complaint.Text, complaint.On));
        Assert.StartsWith("/r/support.inquiry/", complaint.Link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Today_and_tomorrow_have_a_sheet_each_and_paper_has_the_same()
    {
        await using var host = await CrmTestHost.Start();
        await host.Stay(await host.Hanako((HotelContract.PersonFields.Allergies, "甲殻類")), "2026-11-20", "2026-11-21");
        await host.Stay(await host.Taro(), "2026-11-21", "2026-11-22");

        var (today, tomorrow) = ((await host.Get("/x/hotel/arrivals?day=today")).Text, (await host.Get("/x/hotel/arrivals?day=tomorrow")).Text);
        var paper = (await host.Get("/r/hotel.stay/print/hotel.arrivals?filter[arrivesOn]=2026-11-20")).Text;

        Assert.Contains("山田 花子", today, StringComparison.Ordinal);
        Assert.DoesNotContain("佐藤 太郎", today, StringComparison.Ordinal);
        Assert.Contains("佐藤 太郎", tomorrow, StringComparison.Ordinal);
        Assert.Contains("山田 花子", paper, StringComparison.Ordinal);
        Assert.Contains("甲殻類", paper, StringComparison.Ordinal);
        Assert.DoesNotContain("佐藤 太郎", paper, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_the_arrivals_of_a_day()
    {
        await using var host = await CrmTestHost.Start();
        await host.Stay(await host.Taro(), "2026-11-25", "2026-11-26", ("number", "R-1"));

        var answer = await host.Get("/api/v1/x/hotel/arrivals?on=2026-11-25");

        Assert.Equal(200, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal("R-1", Assert.Single(json.RootElement.GetProperty("arrivals").EnumerateArray()).GetProperty("number").GetString());
    }

    [Fact]
    public async Task Who_may_not_see_guests_sees_the_stay_without_them()
    {
        await using var host = await CrmTestHost.Start();
        await host.Stay(await host.Hanako((HotelContract.PersonFields.Allergies, "そば")), "2026-11-20", "2026-11-21", ("room", "301"));
        var cleaner = await host.As(new TestRights().On(HotelContract.Stay, RecordAction.Read).May(HotelContract.MaySeeArrivals));
        var cook = await host.As(new TestRights().On(HotelContract.Stay, RecordAction.Read).On(CustomersContract.Person, RecordAction.Read).Hide(CustomersContract.Person, "mobile").May(HotelContract.MaySeeArrivals));
        var nobody = await host.As(new TestRights().On(HotelContract.Stay, RecordAction.Read));

        var (roomOnly, meal) = (Assert.Single((await cleaner.Ask(new GetArrivals())).Arrivals), Assert.Single((await cook.Ask(new GetArrivals())).Arrivals));
        Assert.Equal(("301", null, null), (roomOnly.Room, roomOnly.Guest, roomOnly.Allergies));
        Assert.Equal(("そば", null), (meal.Allergies, meal.Phone));
        Assert.Equal("forbidden", (await nobody.Send(new GetArrivals())).Problems[0].Code);
    }

    [Fact]
    public async Task A_guest_arrives_on_the_day_and_leaves_on_the_day_they_leave()
    {
        await using var host = await CrmTestHost.Start();
        var stay = await host.Stay(await host.Hanako(), "2026-11-20", "2026-11-23");
        var later = await host.Stay(await host.Taro(), "2026-11-22", "2026-11-23");

        Assert.Equal("hotel.arrives-later", (await host.Send(new Arrive(later))).Problems[0].Code);
        Assert.Equal("hotel.not-in-house", (await host.Send(new Depart(stay))).Problems[0].Code);
        Assert.False((await host.Send(new Arrive(stay))).Failed);
        await host.AdvanceTime(TimeSpan.FromDays(1));
        Assert.False((await host.Send(new Depart(stay))).Failed);

        var record = await host.Record(HotelContract.Stay, stay);
        Assert.Equal(("departed", new DateOnly(2026, 11, 21), 1m), (record["status"], record["departsOn"], record["nights"]));
    }

    [Fact]
    public async Task A_guest_s_page_tells_stays_and_what_to_know_and_the_entry_begins_with_what_is_known()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Hanako((HotelContract.PersonFields.Allergies, "そば"), ("prefecture", "東京都"), ("city", "大田区"), ("street", "本羽田2-12-1"));
        var stay = await host.Stay(hanako, "2026-11-20", "2026-11-21", ("room", "301"), ("status", "in-house"));

        var (tab, card) = (await host.Render<GuestTab>(CustomersContract.Person, hanako), await host.Render<GuestCard>(CustomersContract.Person, hanako));
        var person = (await host.Get($"/r/{CustomersContract.Person}/{hanako}")).Text;
        var actions = await host.Render<StayActions>(HotelContract.Stay, stay);

        Assert.Contains("301", tab, StringComparison.Ordinal);
        Assert.Contains("そば", card, StringComparison.Ordinal);
        Assert.Contains("2026-11-20 – 11-21", person, StringComparison.Ordinal);
        Assert.Contains($"contact={Uri.EscapeDataString("090-1234-5678")}", actions, StringComparison.Ordinal);
    }
}
