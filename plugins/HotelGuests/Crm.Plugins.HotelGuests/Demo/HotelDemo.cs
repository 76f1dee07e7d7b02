using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Inns;
using Crm.Plugins.HotelGuests.Registers;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Demo;

/// <summary>A year at an inn with a hot spring and its annexe: guests who come once and guests who come again, and who arrives in these days.</summary>
internal sealed class HotelDemo(HotelDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int AtOnce = 200;
    private static readonly string[] RoomTypes = ["和室10畳", "和室12畳", "和洋室", "露天風呂付き客室", "ツイン"];
    private static readonly string[] Requests = ["アーリーチェックイン希望", "送迎 15:30 駅", "お子様用の浴衣", "夕食は19時から", "ケーキを用意", "車いすをご利用", "駐車場1台"];
    private static readonly string[] Complaints = ["空調の音が気になるとのご指摘", "夕食の提供が遅れた", "露天風呂の温度がぬるいとのご指摘", "隣室の声が聞こえた", "予約サイトの写真と部屋が違うとのご指摘"];

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var (random, today) = (new Random(seed), clock.Today(tenant));
        var main = await db.Inns.OrderBy(i => i.Id).FirstOrDefaultAsync(cancellation);
        if (main is null) db.Add(main = new Inn { Name = tenant.Name });
        (main.Permit, main.Rooms, main.Phone) = ("静伊保旅第1-23号", 24, "0557-55-0101");
        main.Address = new() { PostalCode = "4130012", Prefecture = "静岡県", City = "熱海市", Street = "東海岸町9-99" };
        (main.OwnExtras, main.Extras) = (true, ["age", "previousPlace", "nextPlace"]);
        var annexe = new Inn { Name = main.Name + " 別邸", Rooms = 6, Address = main.Address, OwnExtras = true, Extras = ["age", "room"] };
        db.Add(annexe);
        Must(await db.SaveAsync(cancellation: cancellation));

        var guests = await Guests(cancellation);
        await Preferences(guests, random, cancellation);
        var stays = guests.SelectMany(g => Stays(g, random, today, [main.Id, main.Id, main.Id, annexe.Id])).OrderBy(s => s.BookedOn).ToList();
        for (var i = 0; i < stays.Count; i++) stays[i].Number = $"R{today.Year % 100}{i + 1:00000}";
        foreach (var some in stays.Chunk(AtOnce))
        {
            db.AddRange(some);
            Must(await db.SaveAsync(cancellation: cancellation));
            db.ChangeTracker.Clear();
        }

        await Register(stays, guests.ToDictionary(g => g.Id), random, cancellation);
    }

    private async Task<IReadOnlyList<Row>> Guests(CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Person)
            {
                Filter = new Filter.Compare("companyId", FilterOp.Empty, true), Sort = [new("createdAt")], Limit = 500,
                Fields = ["lastName", "firstName", "postalCode", "prefecture", "city", "street", "building", "mobile", "phone", "email"],
            },
            cancellation);
        Must(page);
        return [.. page.Value.Read()];
    }

    private async Task Preferences(IReadOnlyList<Row> guests, Random random, CancellationToken cancellation)
    {
        string[] allergies = ["そば", "甲殻類", "卵", "小麦", "乳製品", "生の貝"];
        string[] likes = ["日本酒（辛口）", "窓側の席", "朝風呂", "布団は2枚重ね", "お茶は濃いめ", "新聞は経済紙"];
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var guest in guests.Where(_ => random.NextDouble() < 0.45))
        {
            var row = new Dictionary<string, object?> { ["id"] = guest.Id };
            if (random.NextDouble() < 0.15) row[HotelContract.PersonFields.Vip] = true;
            if (random.NextDouble() < 0.3) row[HotelContract.PersonFields.Allergies] = Pick(allergies);
            if (random.NextDouble() < 0.1) row[HotelContract.PersonFields.Diet] = new[] { Pick("vegetarian", "halal", "no-raw-fish", "low-salt") };
            if (random.NextDouble() < 0.5) row[HotelContract.PersonFields.RoomWishes] = new[] { Pick("no-smoking", "quiet", "low-floor", "near-lift", "view") };
            if (random.NextDouble() < 0.3) row[HotelContract.PersonFields.Pillow] = Pick("soft", "firm", "buckwheat", "no-buckwheat");
            if (random.NextDouble() < 0.4) row[HotelContract.PersonFields.Preferences] = Pick(likes);
            if (random.NextDouble() < 0.4)
            {
                row[HotelContract.PersonFields.Anniversary] = new DateOnly(random.Next(1975, 2022), 1, 1).AddDays(random.Next(365));
                row[HotelContract.PersonFields.AnniversaryKind] = Pick("wedding", "birthday", "long-life");
            }

            if (row.Count > 1) rows.Add(row);
        }

        await Save(CustomersContract.Person, rows, cancellation);

        string Pick(params string[] of) => of[random.Next(of.Length)];
    }

    private static IEnumerable<Stay> Stays(Row guest, Random random, DateOnly today, Guid[] inns)
    {
        // Most come once; some come each season. The days reach from a year ago to two weeks ahead.
        var times = random.NextDouble() switch { < 0.62 => 1, < 0.82 => 2, < 0.94 => 3, _ => 5 };
        for (var i = 0; i < times; i++)
        {
            var (soon, nights) = (random.NextDouble(), random.Next(10) switch { < 6 => 1, < 9 => 2, _ => 3 });
            var arrives = soon < 0.12 ? today.AddDays(random.Next(0, 15)) : soon < 0.14 ? today.AddDays(-1) : today.AddDays(-random.Next(1, 380));
            if (soon is >= 0.12 and < 0.14) nights = 3;
            var lost = random.NextDouble();
            var departs = arrives.AddDays(nights);
            var status = lost < 0.08 ? StayStatuses.Cancelled : lost < 0.1 && arrives < today ? StayStatuses.NoShow : departs <= today ? StayStatuses.Departed : arrives < today ? StayStatuses.InHouse : StayStatuses.Booked;
            var adults = random.Next(1, 5);
            yield return new Stay
            {
                PersonId = guest.Id, InnId = inns[random.Next(inns.Length)], Status = status, ArrivesOn = arrives, DepartsOn = departs, BookedOn = arrives.AddDays(-random.Next(2, 90)),
                CancelledOn = status == StayStatuses.Cancelled ? arrives.AddDays(-1) : null, Channel = new[] { "ota", "ota", "direct", "phone", "agency", "group" }[random.Next(6)],
                Adults = adults, Children = random.NextDouble() < 0.2 ? random.Next(1, 3) : null, RoomType = RoomTypes[random.Next(RoomTypes.Length)], Room = $"{random.Next(2, 6)}{random.Next(1, 9):00}",
                Meals = random.NextDouble() < 0.8 ? "half" : "breakfast", Rate = adults * random.Next(14, 32) * 1000m,
                Requests = random.NextDouble() < 0.25 ? Requests[random.Next(Requests.Length)] : null,
                Complaint = status == StayStatuses.Departed && random.NextDouble() < 0.12 ? Complaints[random.Next(Complaints.Length)] : null,
            };
        }
    }

    /// <summary>Entries for those who came in the last weeks.</summary>
    private async Task Register(List<Stay> stays, Dictionary<Guid, Row> guests, Random random, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var stay in stays.Where(s => s.Status is StayStatuses.Departed or StayStatuses.InHouse).OrderByDescending(s => s.ArrivesOn).Take(120))
        {
            var guest = guests[stay.PersonId!.Value];
            var abroad = guest.Text("prefecture") is { } place && Prefectures.Find(place) is null;
            rows.Add(new Dictionary<string, object?>
            {
                ["stayId"] = stay.Id, ["personId"] = stay.PersonId, ["innId"] = stay.InnId, ["madeOn"] = stay.ArrivesOn, ["name"] = $"{guest.Text("lastName")} {guest.Text("firstName")}".Trim(),
                ["postalCode"] = guest.Text("postalCode"), ["prefecture"] = guest.Text("prefecture") ?? "静岡県", ["city"] = guest.Text("city"), ["street"] = guest.Text("street"), ["building"] = guest.Text("building"),
                ["contact"] = guest.Text("mobile") ?? guest.Text("phone") ?? guest.Text("email") ?? "090-0000-0000", ["foreigner"] = abroad, ["nationality"] = abroad ? guest.Text("prefecture") : null,
                [RegisterFields.PassportNumber] = abroad ? "X" + random.Next(1_000_000, 9_999_999).ToString(CultureInfo.InvariantCulture) : null,
                ["age"] = (decimal)random.Next(22, 80), ["room"] = stay.Room, ["departsOn"] = stay.DepartsOn, ["previousPlace"] = "自宅", ["nextPlace"] = "自宅",
            });
        }

        await Save(HotelContract.Register, rows, cancellation);
    }

    private async Task Save(string type, List<IReadOnlyDictionary<string, object?>> rows, CancellationToken cancellation)
    {
        foreach (var some in rows.Chunk(AtOnce))
        {
            var saved = await mediator.Send(new SaveRecords(type, some) { Atomic = true }, cancellation);
            Must(saved);
            if (saved.Value.Rows.FirstOrDefault(r => r.Problems.Count > 0) is { Problems: { Count: > 0 } problems }) Must(Result.Fail(problems));
        }
    }

    private static void Must(Result saved)
    {
        saved.OrThrow("The sample data breaks a rule");
    }
}
