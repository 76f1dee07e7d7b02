using System.Text.Json.Nodes;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Fields;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Plugins;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Editions;

/// <summary>Three sides of an upgrade: what the edition set before, what the tenant has, what the edition sets now.</summary>
public sealed class EditionUpgradeTests
{
    [Theory, EveryDatabase]
    public async Task An_upgrade_changes_what_is_untouched_keeps_what_the_tenant_changed_and_does_what_the_preview_said(string database)
    {
        await using var host = await EditionMaker.StartWith(database, EditionMaker.Books());
        Assert.False((await host.Send(new SetLabel("library.book", ("コレクション", "Collection")))).Failed);
        var book = await Kokoro(host);
        await host.Ask(new SaveRecord(LibraryModule.Book, book, new Dictionary<string, object?> { ["title"] = "こころ（大活字本）" }));
        await EditionMaker.Install(host, Second());

        var preview = await host.Ask(new PreviewEdition(null, null));
        Assert.Equal("こころ（大活字本）", (await host.Ask(new GetRecord(LibraryModule.Book, book)))["title"]);
        var done = await host.Ask(new ApplyEdition(null, null));

        Assert.Equal(preview.Lines, done.Lines);
        Assert.Equal(("1.0.0", "1.1.0"), (done.FromVersion, done.ToVersion));
        Assert.Equal((PlanAction.Keep, KeepReason.Changed), Told(done.Of("label:library.book")));
        Assert.Equal((PlanAction.Change, null), Told(done.Of("label:library.book/notes.shelf")));
        Assert.Equal((PlanAction.Keep, KeepReason.Changed), Told(done.Of("record:kokoro", "title")));
        Assert.Equal((PlanAction.Change, null), Told(done.Of("record:kokoro", "price")));
        Assert.Equal((PlanAction.Change, null), Told(done.Of("role:clerk", "rights")));
        Assert.Equal((PlanAction.Change, null), Told(done.Of("field:library.book/grade")));
        Assert.Equal((PlanAction.Add, null), Told(done.Of("field:library.book/donor")));
        Assert.Null(done.Of("record:soseki", "name"));
        var change = done.Of("record:kokoro", "price")!;
        Assert.Equal(("462", "506"), (change.Before, change.After));

        var type = (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book);
        Assert.Equal(("コレクション", "保管棚", 2), (type.Label.Ja, type["notes.shelf"].Label.Ja, type["custom.grade"].Choices.Count));
        var now = await host.Ask(new GetRecord(LibraryModule.Book, book));
        Assert.Equal(("こころ（大活字本）", 506m), (now["title"], now["price"]));
        Assert.Empty((await host.Ask(new ListRoles())).Roles.Single(r => r.Role.Name.Ja == "司書").Role.Rights.Hidden);
        Assert.Equal("not-newer", (await host.Send(new PreviewEdition(null, null))).Problems.FirstOrDefault()?.Code);
    }

    [Theory, EveryDatabase]
    public async Task A_roll_back_sets_back_what_was_not_changed_since(string database)
    {
        await using var host = await EditionMaker.StartWith(database, EditionMaker.Books());
        var book = await Kokoro(host);
        await EditionMaker.Install(host, Second());
        await host.Ask(new ApplyEdition(null, null));
        Assert.False((await host.Send(new SetLabel("library.book/notes.shelf", ("うちの棚", "Our shelf")))).Failed);

        var back = await host.Ask(new RollBackEdition());

        Assert.Equal(("1.1.0", "1.0.0"), (back.FromVersion, back.ToVersion));
        Assert.Equal((PlanAction.Keep, KeepReason.Changed), Told(back.Of("label:library.book/notes.shelf")));
        var type = (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book);
        Assert.Equal(("蔵書", "うちの棚", 1), (type.Label.Ja, type["notes.shelf"].Label.Ja, type["custom.grade"].Choices.Count));
        Assert.False(type.TryGet("custom.donor", out _));
        Assert.Equal(462m, (await host.Ask(new GetRecord(LibraryModule.Book, book)))["price"]);
        Assert.Single((await host.Ask(new ListRoles())).Roles.Single(r => r.Role.Name.Ja == "司書").Role.Rights.Hidden);
        Assert.Equal(("1.0.0", false), ((await host.Ask(new GetEdition())).Version, (await host.Ask(new GetEdition())).CanRollBack));

        // What was rolled back can be done again.
        Assert.Equal((PlanAction.Keep, KeepReason.Changed), Told((await host.Ask(new ApplyEdition(null, null))).Of("label:library.book/notes.shelf")));
        Assert.Equal(506m, (await host.Ask(new GetRecord(LibraryModule.Book, book)))["price"]);
    }

    [Theory, EveryDatabase]
    public async Task What_an_edition_has_no_more_goes_unless_it_is_used_or_was_changed(string database)
    {
        await using var host = await EditionMaker.StartWith(database, EditionMaker.Books());
        var third = EditionMaker.Books("2.0.0");
        foreach (var gone in (string[])["labels", "recordTypes", "fields", "roles"]) third[gone] = new JsonObject();
        third["records"] = new JsonArray();
        third["plugins"] = new JsonArray();
        third.Remove("branding");
        await host.Ask(new SaveRecord("custom.room", null, new Dictionary<string, object?> { ["custom.name"] = "自習室" }));
        var soseki = Assert.Single((await host.Ask(new ListRecords(LibraryModule.Author))).Rows).Id;
        await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "三四郎", ["authorId"] = soseki }));
        await EditionMaker.Install(host, third);

        var done = await host.Ask(new ApplyEdition(null, null));

        Assert.Equal((PlanAction.Keep, KeepReason.InUse), Told(done.Of("record-type:room")));
        Assert.Equal((PlanAction.Keep, KeepReason.InUse), Told(done.Of("record:soseki", "name")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("record:kokoro", "title")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("field:library.book/grade")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("label:library.book")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("role:clerk", "name")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("branding:shell")));
        Assert.Equal((PlanAction.Remove, null), Told(done.Of("module:notes")));
        var tenant = (await host.Services.GetRequiredService<Tenants>().Find("alpha", CancellationToken.None))!;
        Assert.Equal((null, "books 2.0.0", false), (tenant.Branding, tenant.Edition, tenant.Modules.Contains("notes")));
        Assert.Equal("本", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);
        Assert.Equal("三四郎", Assert.Single((await host.Ask(new ListRecords(LibraryModule.Book))).Read())["title"]);

        // Taken back by mistake, it all returns: records from the bin, with their ids.
        await host.Ask(new RollBackEdition());
        Assert.Equal("蔵書", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);
        Assert.Equal("a", (await host.Ask(new ListRecords(LibraryModule.Book) { Filter = Filter.Eq("title", "こころ") })).Read().Single()["custom.grade"]);
        Assert.Contains((await host.Ask(new ListRoles())).Roles, r => r.Role.Name.Ja == "司書");
    }

    [Theory, EveryDatabase]
    public async Task Applied_to_a_tenant_that_works_already_its_own_stays_and_the_first_application_can_be_taken_back(string database)
    {
        await using var host = await PluginLifeTests.Start(database);
        Assert.False((await host.Send(new SetLabel("library.book", ("資料", "Item")))).Failed);
        var own = await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "こころ", ["isbn"] = "9784101010137", ["price"] = 300m }));
        await EditionMaker.Install(host, EditionMaker.Books());

        var done = await host.Ask(new ApplyEdition("books", "1.0.0"));

        Assert.Equal((PlanAction.Keep, KeepReason.Own), Told(done.Of("label:library.book")));
        Assert.Equal((PlanAction.Keep, KeepReason.Own), Told(done.Of("record:kokoro", "price")));
        Assert.Equal(own.Id, Assert.Single((await host.Ask(new ListRecords(LibraryModule.Book))).Rows).Id);
        Assert.Equal("other-edition", (await host.Send(new ApplyEdition("ryokan", null))).Problems[0].Code);

        await host.Ask(new RollBackEdition());
        Assert.Null((await host.Ask(new GetEdition())).Edition);
        Assert.Equal("資料", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);
        Assert.Equal(300m, (await host.Ask(new GetRecord(LibraryModule.Book, own.Id)))["price"]);
        Assert.Empty((await host.Ask(new ListRecords(LibraryModule.Author))).Rows);
        Assert.DoesNotContain(await host.Ask(new GetRecordTypes()), t => t.Key == "custom.room");
    }

    [Theory, EveryDatabase]
    public async Task Stopped_half_way_it_says_where_and_is_resumed_or_taken_back(string database)
    {
        await using var host = await PluginLifeTests.Start(database);
        var edition = EditionMaker.Books();
        edition.At("records", 1).Remove("match");
        await EditionMaker.Install(host, edition);
        var taken = await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "別の本", ["isbn"] = "9784101010137" }));

        var stopped = await host.Send(new ApplyEdition("books", null));

        Assert.Equal("stopped", stopped.Problems[0].Code);
        Assert.Contains("こころ", stopped.Problems[0].Message.Ja, StringComparison.Ordinal);
        Assert.Equal("applying", (await host.Ask(new GetEdition())).Phase);
        Assert.Equal("蔵書", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);

        // Records come together or not at all.
        Assert.Empty((await host.Ask(new ListRecords(LibraryModule.Author))).Rows);

        await host.Ask(new RollBackEdition());
        Assert.Equal("本", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);
        Assert.Null((await host.Ask(new GetEdition())).Edition);

        Assert.True((await host.Send(new ApplyEdition("books", null))).Failed);
        await host.Ask(new DeleteRecords(LibraryModule.Book, [taken.Id]));
        await host.Ask(new EraseRecords(LibraryModule.Book, [taken.Id]));
        var resumed = await host.Ask(new ApplyEdition(null, null));
        Assert.Equal("1.0.0", resumed.ToVersion);
        Assert.Equal("applied", (await host.Ask(new GetEdition())).Phase);
        Assert.Single((await host.Ask(new ListRecords(LibraryModule.Author))).Rows);
        Assert.Single((await host.Ask(new ListRoles())).Roles, r => r.Role.Name.Ja == "司書");
    }

    [Theory, EveryDatabase]
    public async Task Of_two_who_begin_at_once_one_is_told_so(string database)
    {
        await using var host = await EditionMaker.StartWith(database, EditionMaker.Books());
        await using var first = await host.Scope();
        await using var second = await host.Scope();
        var (mine, theirs) = ((await first.Get<EditionLedger>().Read(CancellationToken.None))!, (await second.Get<EditionLedger>().Read(CancellationToken.None))!);

        Assert.NotNull(await first.Get<EditionLedger>().Save(mine with { Phase = EditionState.Applying }, CancellationToken.None));
        Assert.Null(await second.Get<EditionLedger>().Save(theirs with { Phase = EditionState.RollingBack }, CancellationToken.None));
        Assert.Equal(EditionState.Applying, (await second.Get<EditionLedger>().Read(CancellationToken.None))!.Phase);
    }

    [Fact]
    public async Task Whoever_lacks_the_right_neither_sees_nor_upgrades_it()
    {
        await using var host = await EditionMaker.StartWith(Databases.Sqlite, EditionMaker.Books());
        var clerk = TestHost.UserWith();
        Assert.Equal("forbidden", (await host.Send(new GetEdition(), actor: clerk)).Problems[0].Code);
        Assert.Equal("forbidden", (await host.Send(new ApplyEdition("books", null), actor: clerk)).Problems[0].Code);
        Assert.Equal("forbidden", (await host.Send(new RollBackEdition(), actor: clerk)).Problems[0].Code);
    }

    private static (PlanAction?, string?) Told(PlanLine? line) => (line?.Action, line?.Reason);

    private static async Task<Guid> Kokoro(TestHost host) => Assert.Single((await host.Ask(new ListRecords(LibraryModule.Book))).Rows).Id;

    /// <summary>The next version: other words, another price, one more choice and field, other rights.</summary>
    private static JsonObject Second()
    {
        var edition = EditionMaker.Books("1.1.0");
        edition.At("labels")["library.book"] = new JsonObject { ["ja"] = "所蔵資料", ["en"] = "Collection item" };
        edition.At("labels")["library.book/notes.shelf"] = new JsonObject { ["ja"] = "保管棚", ["en"] = "Storage" };
        edition.At("fields", "library.book", "grade")["choices"]!.AsArray().Add(new JsonObject { ["key"] = "b", ["label"] = new JsonObject { ["ja"] = "可", ["en"] = "Fair" } });
        edition.At("fields", "library.book")["donor"] = new JsonObject { ["kind"] = "text", ["ja"] = "寄贈者", ["en"] = "Donor" };
        edition.At("roles", "clerk", "rights")["hidden"] = new JsonArray();
        edition.At("records", 1, "values")["price"] = 506;
        edition.At("records", 1, "values")["title"] = "こころ（改版）";
        return edition;
    }
}
