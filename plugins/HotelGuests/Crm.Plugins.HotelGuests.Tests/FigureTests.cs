using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Figures;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;
using Crm.Sdk.Users;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>Repeat rate and spend, told as the page defines them.</summary>
public sealed class FigureTests
{
    private static readonly DateOnly From = new(2026, 1, 1);
    private static readonly DateOnly Until = new(2026, 10, 31);

    [Fact]
    public async Task Repeat_rate_and_spend_are_those_of_a_plain_computation()
    {
        await using var host = await CrmTestHost.Start();
        var random = new Random(20261120);
        var guests = new List<Guid>();
        for (var i = 0; i < 25; i++) guests.Add(await host.Save(CustomersContract.Person, ("lastName", "宿泊"), ("firstName", $"客{i}")));
        var stays = Enumerable.Range(0, 300).Select(_ =>
        {
            var arrives = new DateOnly(2025, 6, 1).AddDays(random.Next(520));
            return (
                Guest: random.Next(12) == 0 ? (Guid?)null : guests[random.Next(guests.Count)], Arrives: arrives, Nights: random.Next(0, 4), Amount: random.Next(8, 60) * 1000m,
                Status: random.Next(6) == 0 ? "cancelled" : "departed");
        }).ToList();
        IReadOnlyDictionary<string, object?>[] rows =
        [
            .. stays.Select(s => new Dictionary<string, object?>
            {
                ["personId"] = s.Guest, ["arrivesOn"] = s.Arrives, ["departsOn"] = s.Arrives.AddDays(s.Nights), ["amount"] = s.Amount, ["status"] = s.Status,
            }),
        ];
        Assert.All((await host.Ask(new SaveRecords(HotelContract.Stay, rows))).Rows, r => Assert.Equal(RowAction.Created, r.Action));

        var figures = await host.Ask(new GetRepeatFigures(From, Until));

        // Guest by guest, stay by stay: has this guest left on an earlier day?
        var ended = stays.Where(s => s.Status == "departed").Select(s => (s.Guest, On: s.Arrives.AddDays(s.Nights), s.Nights, s.Amount)).ToList();
        var counted = ended.Where(s => s.Guest is not null && s.On >= From && s.On <= Until).ToList();
        var returning = counted.Where(s => ended.Any(e => e.Guest == s.Guest && e.On < s.On)).ToList();
        var fresh = counted.Where(s => !ended.Any(e => e.Guest == s.Guest && e.On < s.On)).ToList();
        Assert.Equal(new GuestKind(returning.Select(s => s.Guest).Distinct().Count(), returning.Count, returning.Sum(s => s.Nights), returning.Sum(s => s.Amount)), figures.Returning);
        Assert.Equal(new GuestKind(fresh.Select(s => s.Guest).Distinct().Count(), fresh.Count, fresh.Sum(s => s.Nights), fresh.Sum(s => s.Amount)), figures.New);
        Assert.Equal((decimal)returning.Count / counted.Count, figures.RepeatRate);
        Assert.Equal(ended.Count(s => s.Guest is null && s.On >= From && s.On <= Until), figures.Unlinked);
        Assert.Equal(counted.Count, figures.Months.Sum(m => m.New + m.Returning));
    }

    [Fact]
    public async Task Two_rooms_left_on_one_day_are_one_visit()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Hanako();
        await host.Stay(hanako, "2026-05-01", "2026-05-02", ("status", "departed"), ("amount", 30000));
        await host.Stay(hanako, "2026-05-01", "2026-05-02", ("status", "departed"), ("amount", 20000));

        var once = await host.Ask(new GetRepeatFigures(From, Until));
        await host.Stay(hanako, "2026-06-01", "2026-06-03", ("status", "departed"), ("amount", 50000));
        var again = await host.Ask(new GetRepeatFigures(From, Until));

        Assert.Equal((0m, 2), (once.RepeatRate, once.New.Stays));
        Assert.Equal((1m / 3m, 50000m, 25000m), (again.RepeatRate, again.Returning.PerStay, again.Returning.PerNight));
    }

    [Fact]
    public async Task The_definition_stands_on_the_page_and_who_sees_some_stays_only_sees_no_rate()
    {
        await using var host = await CrmTestHost.Start();
        await host.Stay(await host.Hanako(), "2026-05-01", "2026-05-02", ("status", "departed"), ("amount", 30000));
        var own = await host.As(new TestRights().On(HotelContract.Stay, RecordAction.Read, Reach.Own).May(HotelContract.MaySeeFigures));

        var page = (await host.Get("/x/hotel/figures?from=2026-01-01&until=2026-10-31")).Text;

        Assert.Contains("リピート率 = リピーターの宿泊 ÷ 対象の宿泊", page, StringComparison.Ordinal);
        Assert.Contains("0.0 %", page, StringComparison.Ordinal);
        Assert.Equal("forbidden", (await own.Send(new GetRepeatFigures(From, Until))).Problems[0].Code);
        Assert.Equal("hotel.days-wrong-way", (await host.Send(new GetRepeatFigures(Until, From))).Problems[0].Code);
    }
}
