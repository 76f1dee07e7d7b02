using System.Text;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Registers;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>The register of guests under the inn law: what it must say, of whom, by which law, and how long it is kept.</summary>
public sealed class RegisterTests
{
    [Theory]
    [InlineData("street", "hotel.register-lacks-address")]
    [InlineData("contact", "hotel.register-lacks-contact")]
    public async Task Name_address_and_contact_are_wanted_of_everybody(string left, string code)
    {
        await using var host = await CrmTestHost.Start();
        (string, object?)[] empty = left == "street" ? [("prefecture", null), ("city", null), ("street", null)] : [(left, null)];

        Assert.Equal([$"{left}:{code}"], await host.Refusals(HotelContract.Register, Guests.Entry(empty)));
        Assert.Equal(["name:required"], await host.Refusals(HotelContract.Register, Guests.Entry(("name", null))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry()));
    }

    [Fact]
    public async Task The_contact_took_the_place_of_the_occupation_on_13_December_2023()
    {
        await using var host = await CrmTestHost.Start();

        Assert.Equal(["occupation:hotel.register-lacks-occupation"], await host.Refusals(HotelContract.Register, Guests.Entry(("madeOn", "2023-12-12"), ("contact", null))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry(("madeOn", "2023-12-12"), ("contact", null), ("occupation", "会社員"))));
        Assert.Equal(["contact:hotel.register-lacks-contact"], await host.Refusals(HotelContract.Register, Guests.Entry(("madeOn", "2023-12-13"), ("contact", null), ("occupation", "会社員"))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry(("madeOn", "2023-12-13"))));
    }

    [Fact]
    public async Task A_foreigner_without_an_address_in_Japan_gives_nationality_and_passport_number()
    {
        await using var host = await CrmTestHost.Start();
        (string, object?)[] abroad = [("name", "Emma Schneider"), ("foreigner", true), ("prefecture", "Germany"), ("city", "Köln"), ("street", "Ring 1")];

        Assert.Equal(
            ["nationality:hotel.register-lacks-nationality", "passportNumber:hotel.register-lacks-passport-number"], await host.Refusals(HotelContract.Register, Guests.Entry(abroad)));

        var entry = await host.Save(HotelContract.Register, Guests.Entry([.. abroad, ("nationality", "ドイツ"), ("passportNumber", "C01X00T47")]));
        var record = await host.Record(HotelContract.Register, entry);
        Assert.Equal("C01X00T47", record["passportNumber"]);
        Assert.Equal([RegisterChecks.NoCopy], (string[])record["checks"]!);
    }

    [Fact]
    public async Task A_passport_number_lies_sealed_and_nothing_searches_for_it()
    {
        await using var host = await CrmTestHost.Start();
        await host.Save(HotelContract.Register, Guests.Entry(("foreigner", true), ("nationality", "ドイツ"), ("passportNumber", "C01X00T47")));

        Assert.True((await host.List(HotelContract.Register)).Type["passportNumber"].Encrypted);
        Assert.Empty(await host.Ask(new SearchRecords("C01X00T47")));
        Assert.True((await host.Send(new ListRecords(HotelContract.Register) { Filter = Filter.Eq("passportNumber", "C01X00T47") })).Failed);
    }

    [Fact]
    public async Task Neither_passport_number_nor_copy_lies_in_clear_on_the_disk()
    {
        await using var host = await CrmTestHost.Start();
        var copy = Encoding.UTF8.GetBytes("%PDF-1.7 " + string.Concat(Enumerable.Repeat("PASSPORT-COPY-OF-EMMA ", 50)));
        var entry = await host.Save(
            HotelContract.Register,
            Guests.Entry(("name", "Emma Schneider"), ("foreigner", true), ("nationality", "ドイツ"), ("passportNumber", "C01X00T47"), ("passportCopy", await host.Upload("passport.pdf", "application/pdf", copy))));

        Assert.Equal("%PDF-1.7 PASSPORT-COPY", (await host.Get($"/api/v1/records/hotel.register/{entry}/files/passportCopy")).Text[..22]);
        Assert.True(LiesOnDisk(host.Folder, "Emma Schneider"));
        Assert.False(LiesOnDisk(host.Folder, "C01X00T47"));
        Assert.False(LiesOnDisk(host.Folder, "PASSPORT-COPY-OF-EMMA"));
    }

    [Fact]
    public async Task A_house_wants_what_its_municipality_adds_and_others_what_the_settings_say()
    {
        await using var host = await CrmTestHost.Start();
        var atami = await host.Save(HotelContract.Inn, ("name", "熱海館"), ("ownExtras", true), ("extras", new[] { "age", "previousPlace", "nextPlace" }));
        var elsewhere = await host.Save(HotelContract.Inn, ("name", "箱根館"));

        Assert.Equal(
            ["age:hotel.register-lacks-age", "previousPlace:hotel.register-lacks-previous-place", "nextPlace:hotel.register-lacks-next-place"],
            await host.Refusals(HotelContract.Register, Guests.Entry(("innId", atami))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry(("innId", atami), ("age", 41), ("previousPlace", "自宅"), ("nextPlace", "箱根町"))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry(("innId", elsewhere))));

        await host.Set(HotelContract.Plugin, ("extras", new[] { "room", "sex" }));

        Assert.Equal(
            ["sex:hotel.register-lacks-sex", "room:hotel.register-lacks-room"], await host.Refusals(HotelContract.Register, Guests.Entry(("innId", elsewhere))));
        Assert.Empty(await host.Refusals(HotelContract.Register, Guests.Entry(("innId", atami), ("age", 41), ("previousPlace", "自宅"), ("nextPlace", "箱根町"))));
    }

    [Theory]
    [InlineData("2023-11-20", "2026-11-20")]
    [InlineData("2024-02-29", "2027-02-28")]
    public void An_entry_is_kept_for_three_years_from_its_making(string made, string until) =>
        Assert.Equal(DateOnly.Parse(until, System.Globalization.CultureInfo.InvariantCulture), RegisterLaw.KeepUntil(DateOnly.Parse(made, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public async Task What_is_past_its_years_goes_for_good_and_what_went_is_told()
    {
        await using var host = await CrmTestHost.Start();
        var old = await host.Save(HotelContract.Register, Guests.Entry(("madeOn", "2023-11-20"), ("name", "古井 一郎"), ("occupation", "会社員")));
        var binned = await host.Save(HotelContract.Register, Guests.Entry(("madeOn", "2023-11-20"), ("name", "古井 二郎"), ("occupation", "会社員")));
        var young = await host.Save(HotelContract.Register, Guests.Entry(("madeOn", "2023-11-22"), ("occupation", "会社員")));
        await host.Change(HotelContract.Register, old, ("room", "201"));
        await host.Ask(new DeleteRecords(HotelContract.Register, [binned]));

        // The clock stands on the last day on which they must be there; the night after it they go.
        await host.AdvanceTime(TimeSpan.FromDays(1));

        Assert.True((await host.Send(new GetRecord(HotelContract.Register, old) { EvenDeleted = true })).Failed);
        Assert.True((await host.Send(new GetRecord(HotelContract.Register, binned) { EvenDeleted = true })).Failed);
        Assert.Empty(await host.Ask(new SearchRecords("古井")));
        Assert.Equal("山田 花子", (await host.Record(HotelContract.Register, young))["name"]);
        var told = Assert.Single((await host.List(HotelContract.Removal, null, "removedOn", "entries", "copies", "madeFrom", "madeUntil")).Rows);
        Assert.Equal([new DateOnly(2026, 11, 21), 2m, 0m, new DateOnly(2023, 11, 20), new DateOnly(2023, 11, 20)], told.Values);
    }

    [Fact]
    public async Task Who_keeps_the_register_longer_than_the_law_says_so_and_never_shorter()
    {
        await using var host = await CrmTestHost.Start();
        await host.Save(HotelContract.Register, Guests.Entry(("madeOn", "2023-11-20"), ("occupation", "会社員")));

        await Assert.ThrowsAsync<CrmTestException>(() => host.Set(HotelContract.Plugin, ("yearsKept", 2)));
        await host.Set(HotelContract.Plugin, ("yearsKept", 5));
        await host.AdvanceTime(TimeSpan.FromDays(1));

        Assert.Single((await host.List(HotelContract.Register)).Rows);
    }

    [Fact]
    public async Task The_copy_of_a_passport_goes_with_its_entry()
    {
        await using var host = await CrmTestHost.Start();
        var copy = await host.Upload("passport.pdf", "application/pdf", "%PDF-1.7 x"u8.ToArray());
        var entry = await host.Save(
            HotelContract.Register,
            Guests.Entry(("madeOn", "2023-11-20"), ("occupation", "会社員"), ("foreigner", true), ("nationality", "ドイツ"), ("passportNumber", "C01X00T47"), ("passportCopy", copy)));
        var young = await host.Save(HotelContract.Register, Guests.Entry());

        await host.AdvanceTime(TimeSpan.FromDays(1));

        Assert.Equal(404, (await host.Get($"/api/v1/records/hotel.register/{entry}/files/passportCopy")).Status);
        Assert.True((await host.Send(new SaveRecord(HotelContract.Register, young, new Dictionary<string, object?> { ["passportCopy"] = copy }))).Failed);
        Assert.Equal(1m, Assert.Single((await host.List(HotelContract.Removal, null, "copies")).Rows).Values[0]);
    }

    [Fact]
    public async Task Nothing_that_the_law_still_wants_is_removed()
    {
        await using var host = await CrmTestHost.Start();
        await host.Save(HotelContract.Register, Guests.Entry(("madeOn", "2023-11-21"), ("occupation", "会社員")));

        await host.AdvanceTime(TimeSpan.FromDays(1));

        Assert.Single((await host.List(HotelContract.Register)).Rows);
        Assert.Empty((await host.List(HotelContract.Removal)).Rows);
    }

    [Fact]
    public async Task Only_who_works_with_the_register_sees_it()
    {
        await using var host = await CrmTestHost.Start();
        await host.Save(HotelContract.Register, Guests.Entry());
        var (desk, sales) = (await host.As("support"), await host.As("sales"));

        Assert.Single((await desk.List(HotelContract.Register)).Rows);
        Assert.True((await sales.Send(new ListRecords(HotelContract.Register))).Failed);
    }

    /// <summary>Whether any file of the installation holds a text, in the encodings databases use.</summary>
    private static bool LiesOnDisk(string folder, string text) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        file.CopyTo(content);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        return bytes.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;
    });
}
