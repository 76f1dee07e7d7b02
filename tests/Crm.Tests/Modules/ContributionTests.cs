using System.Net;
using System.Text;
using Crm.Platform.Audit;
using Crm.Platform.Modules;
using Crm.Platform.Settings;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Crm.Tests.Modules.Ferry;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Modules;

/// <summary>What modules add beside records and screens: settings, first data, addresses, public pages, file formats, layouts for paper.</summary>
public sealed class ContributionTests(ContributionTests.FerryHost ferry) : IClassFixture<ContributionTests.FerryHost>
{
    [Fact]
    public async Task Settings_hold_from_the_next_request_on_for_their_tenant_alone()
    {
        var (mine, other) = (await ferry.Host.NewTenant(), await ferry.Host.NewTenant());
        Assert.Equal(12, (await mine.Admin.Get("settings/ferry")).Is(200)["seats"].GetInt32());

        (await mine.Admin.Patch("settings/ferry", new { seats = 3, pier = "南" })).Is(200);

        (await mine.Admin.Get("x/ferry/fare?people=4")).Refuses(422, "people:ferry.full");
        Assert.Equal("south", (await mine.Admin.Get("x/ferry/fare?people=3")).Is(200)["pier"].GetString());
        Assert.Equal("north", (await other.Admin.Get("x/ferry/fare?people=4")).Is(200)["pier"].GetString());
        var noted = Assert.Single((await mine.Ask(new ListAudit())).Entries, e => e.RecordType == AuditedSettings.Module);
        Assert.Contains("定員", noted.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_are_refused_with_their_cure_and_change_nothing()
    {
        var tenant = await ferry.Host.NewTenant();
        (await tenant.Admin.Patch("settings/ferry", new { seats = 900, pier = "east" })).Refuses(422, "seats:too-large", "pier:not-a-choice");
        (await tenant.Admin.Patch("settings/ferry", new { seats = (int?)null })).Refuses(422, "seats:required");
        (await tenant.Admin.Patch("settings/ferry", new { sails = 2 })).Is(422);
        (await tenant.Admin.Get("settings/library")).Refuses(404);
        (await (await tenant.UserWith("sales")).Patch("settings/ferry", new { seats = 1 })).Refuses(403);
        Assert.Equal(12, (await tenant.Admin.Get("settings/ferry"))["seats"].GetInt32());
    }

    [Fact]
    public async Task Settings_have_a_page_made_from_their_description()
    {
        var tenant = await ferry.Host.NewTenant();
        var browser = await tenant.BrowserWith("administrator");
        var modules = await browser.Send(HttpMethod.Get, "/settings/modules");
        Assert.Contains("/settings/modules/ferry/settings", modules.Text, StringComparison.Ordinal);
        Assert.Contains("乗船の申し込み", modules.Text, StringComparison.Ordinal);
        var page = await browser.Send(HttpMethod.Get, "/settings/modules/ferry/settings");
        Assert.Contains("name=\"seats\"", page.Text, StringComparison.Ordinal);

        var refused = await browser.Send(HttpMethod.Post, "/settings/modules/ferry/settings", [("seats", "０"), ("pier", "north")]);
        Assert.Equal(422, refused.Status);
        var saved = await browser.Send(HttpMethod.Post, "/settings/modules/ferry/settings", [("seats", "５"), ("pier", "south"), ("motto", "")]);
        Assert.Equal(302, saved.Status);
        Assert.Equal(5m, (await tenant.Ask(new GetSettings("ferry"))).Values["seats"]);
    }

    [Theory, EveryDatabase]
    public async Task What_a_tenant_begins_with_is_made_once(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new FerryModule());
        async Task<int> Captains(TenantInfo tenant) => (await crm.Ask(new ListRecords(LibraryModule.Author) { Filter = Filter.Eq("name", "初代 船長") }, tenant)).Rows.Count;
        var tenants = crm.Services.GetRequiredService<Tenants>();
        async Task<TenantInfo> Now(TenantInfo tenant) => (await tenants.Find(tenant.Id, CancellationToken.None))!;

        Assert.Equal(1, await Captains(crm.Tenant));
        await tenants.Switch(crm.Tenant.Id, "ferry", on: false, CancellationToken.None);
        await tenants.Switch(crm.Tenant.Id, "ferry", on: true, CancellationToken.None);
        Assert.Equal(1, await Captains(await Now(crm.Tenant)));
        Assert.Equal(1, await Captains(await crm.NewTenant("later")));
    }

    [Theory, EveryDatabase]
    public async Task A_module_whose_first_data_fails_is_closed_with_the_reason_and_tried_again_when_switched_on(string database)
    {
        var module = new LeakyModule();
        await using var crm = await TestHost.Start(database, new LibraryModule(), module);
        var tenants = crm.Services.GetRequiredService<Tenants>();
        async Task<TenantInfo> Now() => (await tenants.Find(crm.Tenant.Id, CancellationToken.None))!;
        await crm.Ask(new ListRecords(LibraryModule.Author));
        Assert.Contains("まだ", (await Now()).Closed["leaky"].Reason.Ja, StringComparison.Ordinal);
        Assert.Empty((await crm.Ask(new ListRecords(LibraryModule.Author), await Now())).Rows);

        module.Mended = true;
        await tenants.Switch(crm.Tenant.Id, "leaky", on: true, CancellationToken.None);

        Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Author), await Now())).Rows);
        Assert.Empty((await Now()).Closed);
    }

    [Fact]
    public async Task An_address_answers_with_json_or_a_file_and_stands_in_the_description_of_the_api()
    {
        var tenant = await ferry.Host.NewTenant("港町商事");
        Assert.Equal(300m, (await tenant.Admin.Get("x/ferry/fare?people=3&on=2026-12-01")).Is(200)["price"].GetDecimal());
        (await tenant.Admin.Get("x/ferry/fare?people=drei")).Refuses(400, "people:bad-value");
        (await tenant.Admin.Get("x/ferry/fare?people=3&wann=2026-12-01")).Refuses(400, "wann:unknown-parameter");
        (await tenant.Admin.Get("x/ferry/none")).Refuses(404);
        (await tenant.Admin.Post("x/ferry/fare", "{}")).Refuses(404);

        var ticket = (await tenant.Admin.Get("x/ferry/ticket?name=花子")).Is(200);
        Assert.Equal(("text/csv", "花子,港町商事"), (ticket.ContentType, ticket.Text.TrimStart('\ufeff')));
        var browser = await tenant.BrowserWith("sales");
        Assert.EndsWith("花子,港町商事", (await browser.Send(HttpMethod.Get, "/x/ferry/download/ticket?name=花子")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await browser.Send(HttpMethod.Get, "/x/ferry/download/fare?people=1")).Status);

        (await tenant.Admin.Post("x/ferry/boardings", new { name = "花子" })).Is(204);
        (await (await tenant.UserWith("sales")).Post("x/ferry/boardings", new { name = "花子" })).Refuses(403);
        var document = (await tenant.Admin.Get("/openapi/v1.json")).Is(200).Text;
        Assert.Contains("/api/v1/x/ferry/fare", document, StringComparison.Ordinal);
        Assert.DoesNotContain("/x/ferry/ride", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_means_there_are_no_addresses_pages_settings_or_layouts()
    {
        var tenant = await ferry.Host.NewTenant();
        var book = (await tenant.Admin.Post("records/library.book", new { title = "坊っちゃん" })).Is(201).Id;
        await ferry.Host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, "ferry", on: false, CancellationToken.None);
        var browser = await tenant.BrowserWith("administrator");
        foreach (var api in (string[])["x/ferry/fare?people=1", "settings/ferry"]) (await tenant.Admin.Get(api)).Refuses(404);
        foreach (var page in (string[])[$"/public/{tenant.Info.Key}/ferry/ride", $"/r/library.book/{book}/print/ferry.label", "/r/library.book/print/ferry.manifest", "/x/ferry/download/ticket?name=x", "/settings/modules/ferry/settings"])
        {
            Assert.Equal(404, (await browser.Send(HttpMethod.Get, page)).Status);
        }
    }

    [Fact]
    public async Task A_public_page_takes_what_a_stranger_sends_and_shows_what_is_wrong()
    {
        var tenant = await ferry.Host.NewTenant("港町商事");
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/ferry/ride");
        var page = (await stranger.Get(address)).Is(200);
        Assert.Contains("港町商事", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("sidebar", page.Text, StringComparison.Ordinal);

        var refused = await stranger.Post(address, Form(("name", "通りすがり"), ("people", "0")));
        Assert.Equal(422, refused.Status);
        Assert.Contains("value=\"通りすがり\"", refused.Text, StringComparison.Ordinal);
        Assert.Contains("class=\"wrong\"", refused.Text, StringComparison.Ordinal);

        var taken = await stranger.Post(address, Form(("name", "通りすがり"), ("people", "2"), ("_return", address + "?thanks={value}")));
        Assert.Equal(302, taken.Status);
        var author = Guid.Parse(taken.Headers.Location!.ToString().Split('=')[1]);
        var saved = await tenant.Ask(new GetRecord(LibraryModule.Author, author));
        Assert.Equal("通りすがり", saved.Title);
        Assert.Equal(Sdk.Users.ChangeSource.Public, (await tenant.Ask(new GetHistory(LibraryModule.Author, author)))[0].Source);
        (await stranger.Post(address, new { name = "機械", people = 1 })).Is(200);
    }

    [Fact]
    public async Task A_stranger_reaches_nothing_but_what_is_public()
    {
        var tenant = await ferry.Host.NewTenant();
        var (stranger, home) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/ferry/");
        Assert.Equal("BEGIN:VCALENDAR", (await stranger.Get(home + "timetable?token=himitsu")).Is(200).Text);
        (await stranger.Get(home + "timetable?token=falsch")).Refuses(404);
        Assert.Equal(404, (await stranger.Get(home + "fare?people=1")).Status);
        Assert.Equal(404, (await stranger.Get(home + "ticket?name=x")).Status);
        (await stranger.Post(home + "boardings", new { name = "x" })).Refuses(404);
        Assert.Equal(404, (await stranger.Get("/public/nobody/ferry/ride")).Status);

        // Whoever is signed in elsewhere is a stranger here too: what they may do must not work for a page they were led to.
        var browser = await tenant.BrowserWith("administrator");
        Assert.Equal(404, (await browser.Send(HttpMethod.Get, "/x/ferry/ride")).Status);
        Assert.Equal(200, (await browser.Send(HttpMethod.Get, home + "ride")).Status);
    }

    [Fact]
    public async Task Strangers_that_send_without_end_are_held_off()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new LibraryModule(), new FerryModule()]);
        var tenant = await host.NewTenant();
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/ferry/ride");
        var statuses = new List<int>();
        for (var i = 0; i < 40; i++) statuses.Add((await stranger.Post(address, new { name = $"{i}", people = 1 })).Status);
        Assert.Equal(30, statuses.Count(s => s == 200));
        Assert.Equal(10, statuses.Count(s => s == (int)HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_file_of_another_system_is_known_by_its_columns_and_taken_in()
    {
        var tenant = await ferry.Host.NewTenant();
        var file = "商品コード,商品名,年,月,日,備考\n978-1,坊っちゃん,1906,4,1,文庫\n978-2,草枕,明治,9,1,\n";
        var report = await Import(tenant, file);
        Assert.Equal((1, 1), (report["created"].GetInt32(), report["refused"].GetInt32()));
        var book = (await tenant.Ask(new ListRecords(LibraryModule.Book) { Fields = ["isbn", "publishedOn"] })).Rows.Single();
        Assert.Equal(["978-1", new DateOnly(1906, 4, 1)], book.Values);
        var problem = (await tenant.Admin.Get($"imports/{report.Id}")).Is(200).Text;
        Assert.Contains("取次の納品データ", problem, StringComparison.Ordinal);

        var again = await Import(tenant, file.Replace("坊っちゃん", "坊つちやん", StringComparison.Ordinal));
        Assert.Equal((0, 1), (again["created"].GetInt32(), again["updated"].GetInt32()));
    }

    [Fact]
    public async Task Paper_shows_a_record_or_what_a_list_finds()
    {
        var tenant = await ferry.Host.NewTenant();
        var book = (await tenant.Admin.Post("records/library.book", new { title = "坊っちゃん", pages = 200 })).Is(201).Id;
        (await tenant.Admin.Post("records/library.book", new { title = "草枕", pages = 90 })).Is(201);
        var browser = await tenant.BrowserWith("administrator");
        Assert.Contains($"/r/library.book/{book}/print/ferry.label", (await browser.Send(HttpMethod.Get, $"/r/library.book/{book}")).Text, StringComparison.Ordinal);
        Assert.Contains("<p class=\"label\">坊っちゃん</p>", (await browser.Send(HttpMethod.Get, $"/r/library.book/{book}/print/ferry.label")).Text, StringComparison.Ordinal);

        var list = (await browser.Send(HttpMethod.Get, "/r/library.book/print/ferry.manifest?filter[pages][gt]=100")).Text;
        Assert.Contains("<li>坊っちゃん 200</li>", list, StringComparison.Ordinal);
        Assert.DoesNotContain("草枕", list, StringComparison.Ordinal);
        Assert.Equal(404, (await browser.Send(HttpMethod.Get, "/r/library.book/print/ferry.label")).Status);
    }

    [Fact]
    public void What_does_not_fit_together_is_found_when_a_module_is_taken_in()
    {
        var module = ModuleDescription.Of(new BotchedModule());
        var faults = ModuleCheck.Faults(module, ModuleTypes.Of("botched", [typeof(Board)])).Select(f => f.En).ToList();
        Assert.Contains(faults, f => f.Contains("“seats”", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("“sails”", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("FindFare", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("boardings", StringComparison.Ordinal) && f.Contains("right", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("“download”", StringComparison.Ordinal));
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] values) => new(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));

    private static async Task<ApiAnswer> Import(ApiTenant tenant, string text)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "納品.csv" } };
        var id = (await tenant.Admin.Send(HttpMethod.Post, "imports?type=" + LibraryModule.Book, form)).Is(202).Id;
        ApiAnswer now;
        do
        {
            await Task.Delay(50);
            now = (await tenant.Admin.Get($"imports/{id}")).Is(200);
        }
        while (now["state"].GetString() is "queued" or "running");
        return now;
    }

    public sealed class FerryHost : IAsyncLifetime
    {
        internal ApiHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await ApiHost.Start(Databases.Sqlite, [new LibraryModule(), new FerryModule()]);

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    private sealed class LeakyModule : CrmModule
    {
        public bool Mended { get; set; }

        public override string Key => "leaky";

        public override Label Name => ("水漏れ", "Leaky");

        public override void Configure(ModuleBuilder module)
        {
            module.Requires("library");
            module.Services.AddSingleton(this);
            module.Seed<Water>();
        }

        internal override IEnumerable<Type> Types() => [];
    }

    private sealed class Water(LeakyModule module, MediatR.IMediator mediator) : ISeedData
    {
        public async Task Seed(CancellationToken cancellation)
        {
            await mediator.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "水" }), cancellation);
            if (!module.Mended) throw new IOException("まだ直っていません。");
        }
    }

    private sealed class BotchedModule : CrmModule
    {
        public override string Key => "botched";

        public override Label Name => ("不出来", "Botched");

        public override void Configure(ModuleBuilder module)
        {
            module.Settings<FerrySettings>(s => s.Section("boat", "船", "Boat", f => f.Number("sails", "帆", "Sails").Text("pier", "乗り場", "Pier").Text("motto", "標語", "Motto")));
            module.Api.Get<FindFare>("fare", "運賃", "Fare");
            module.Api.Post<Board>("boardings", "乗船", "Boarding").Public();
            module.Screens.Add<RideScreen>("download", "保存", "Download");
        }

        internal override IEnumerable<Type> Types() => [];
    }
}
