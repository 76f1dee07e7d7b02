using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Fields;

public sealed class OwnFieldsTests
{
    private static FieldDefinition Grade => new() { Kind = FieldKind.Number, Ja = "評価", En = "Grade", Indexed = true, Min = 1, Max = 5, Searchable = false };

    [Theory, EveryDatabase]
    public async Task A_field_added_by_an_admin_is_at_once_saved_listed_filtered_and_audited_for_this_tenant_only(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");

        var key = await crm.Ask(new DefineField(LibraryModule.Book, "grade", Grade));
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "こころ", [key] = "４" }));
        await crm.Ask(new SaveRecord(LibraryModule.Book, saved.Id, new Dictionary<string, object?> { [key] = 5 }));

        var found = await crm.Ask(new ListRecords(LibraryModule.Book) { Filter = Filter.Eq(key, 5), Sort = [new(key, true)], Fields = [key] });
        Assert.Equal(5m, Assert.Single(found.Rows).Values[0]);
        var history = await crm.Ask(new GetHistory(LibraryModule.Book, saved.Id));
        Assert.Equal(("評価", (object?)4m, (object?)5m), (history[0].Changes[0].Label.Ja, history[0].Changes[0].Before, history[0].Changes[0].After));
        Assert.Equal("too-large", (await crm.Send(new SaveRecord(LibraryModule.Book, saved.Id, new Dictionary<string, object?> { [key] = 6 }))).Problems[0].Code);
        Assert.Equal("unknown-field", (await crm.Send(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "x", [key] = 1 }), beta)).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task A_removed_field_hides_its_values_and_shows_them_again(string database)
    {
        await using var crm = await TestHost.Start(database);
        var key = await crm.Ask(new DefineField(LibraryModule.Book, "grade", Grade));
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "こころ", [key] = 4 }));

        Assert.False((await crm.Send(new RemoveField(LibraryModule.Book, key))).Failed);
        Assert.Null((await crm.Ask(new GetRecord(LibraryModule.Book, saved.Id)))[key]);
        Assert.False((await crm.Send(new RemoveField(LibraryModule.Book, key, Restore: true))).Failed);
        Assert.Equal(4m, (await crm.Ask(new GetRecord(LibraryModule.Book, saved.Id)))[key]);
        Assert.Equal("kind-is-fixed", (await crm.Send(new DefineField(LibraryModule.Book, "grade", Grade with { Kind = FieldKind.Text }))).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task A_record_type_of_the_tenants_own_works_like_any_other(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");
        var vehicle = await crm.Ask(new DefineRecordType("vehicle", new RecordTypeDefinition { Ja = "車両", En = "Vehicle" }));
        await crm.Ask(new DefineField(vehicle, "plate", new FieldDefinition { Kind = FieldKind.Text, Ja = "ナンバー", En = "Plate", Unique = true, MatchKey = true, Searchable = true }));
        await crm.Ask(new DefineRecordType("room", new RecordTypeDefinition { Ja = "部屋", En = "Room" }));

        var saved = await crm.Ask(new SaveRecord(vehicle, null, new Dictionary<string, object?> { ["custom.name"] = "4tダンプ", ["custom.plate"] = "品川 100 あ 12-34" }));

        Assert.Equal("4tダンプ", (await crm.Ask(new GetRecord(vehicle, saved.Id))).Title);
        Assert.Single(await crm.Ask(new SearchRecords("品川")));
        Assert.Empty((await crm.Ask(new ListRecords("custom.room"))).Rows);
        Assert.Equal("taken", (await crm.Send(new SaveRecord(vehicle, null, new Dictionary<string, object?> { ["custom.name"] = "二台目", ["custom.plate"] = "品川 100 あ 12-34" }))).Problems[0].Code);
        Assert.Equal("unknown-record-type", (await crm.Send(new ListRecords(vehicle), beta)).Problems[0].Code);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new GetRecord("custom.room", saved.Id))).Problems[0].Kind);
    }

    [Theory, EveryDatabase]
    public async Task One_tenant_has_so_many_fields_and_indexes_and_no_more(string database)
    {
        await using var crm = await TestHost.Start(database);
        var limits = new FieldSettings();
        for (var i = 0; i < limits.IndexedPerRecordType; i++) await crm.Ask(new DefineField(LibraryModule.Book, "grade" + i, Grade));

        Assert.Equal(("too-many-indexed", "indexed"), Told(await crm.Send(new DefineField(LibraryModule.Book, "more", Grade))));
        Assert.Equal("too-many-indexed", (await crm.Send(new DefineField(LibraryModule.Book, "key", Grade with { Indexed = false, MatchKey = true }))).Problems[0].Code);
        var plain = await crm.Ask(new DefineField(LibraryModule.Book, "plain", Grade with { Indexed = false }));
        Assert.Equal("too-many-indexed", (await crm.Send(new DefineField(LibraryModule.Book, "plain", Grade))).Problems[0].Code);
        Assert.False((await crm.Send(new DefineField(LibraryModule.Book, "grade0", Grade with { Max = 10 }))).Failed);

        Assert.False((await crm.Send(new RemoveField(LibraryModule.Book, "custom.grade0"))).Failed);
        await crm.Ask(new DefineField(LibraryModule.Book, "more", Grade));
        Assert.Equal(("too-many-indexed", "indexed"), Told(await crm.Send(new RemoveField(LibraryModule.Book, "custom.grade0", Restore: true))));
        Assert.False((await crm.Send(new RemoveField(LibraryModule.Book, plain))).Failed);
        for (var i = limits.IndexedPerRecordType; i < limits.PerRecordType; i++) await crm.Ask(new DefineField(LibraryModule.Book, "text" + i, Grade with { Indexed = false }));
        Assert.Equal(("too-many-fields", "key"), Told(await crm.Send(new DefineField(LibraryModule.Book, "last", Grade with { Indexed = false }))));

        static (string, string?) Told(Result result) => (result.Problems[0].Code, result.Problems[0].Field);
    }

    [Theory, EveryDatabase]
    public async Task The_tables_all_tenants_share_have_room_for_so_many_indexes_and_one_that_is_there_is_shared(string database)
    {
        await using var crm = await TestHost.Start(database);
        await using var node = crm.Node(services => services.Configure<FieldSettings>(s => s.IndexesPerTable = 2));
        var indexes = node.GetRequiredService<ExtIndexes>();
        var (connection, type) = (node.GetRequiredService<Platform.Storage.Databases>().Of(crm.Tenant), (RecordType)Books.Type);
        foreach (var key in new[] { "custom.one", "custom.two" }) await indexes.Build(connection, type, Grade.ToField(key), CancellationToken.None);

        Assert.Equal("no-more-indexes", (await Define("three", Grade)).Problems[0].Code);
        Assert.False((await Define("two", Grade)).Failed);
        Assert.False((await Define("three", Grade with { Indexed = false })).Failed);

        async Task<Result<string>> Define(string key, FieldDefinition definition)
        {
            await using var scope = await node.GetRequiredService<WorkScopes>().Open(crm.Tenant, Actor.System(ChangeSource.Screen), CancellationToken.None);
            return await scope.Get<IMediator>().Send(new DefineField(LibraryModule.Book, key, definition));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_tenants_own_word_stands_for_a_field(string database)
    {
        await using var crm = await TestHost.Start(database);
        Assert.False((await crm.Send(new SetLabel("library.book/price", new Label("税抜価格", "Net price")))).Failed);

        var types = await crm.Ask(new GetRecordTypes());

        Assert.Equal("税抜価格", types.Single(t => t.Key == LibraryModule.Book)["price"].Label.Ja);
        Assert.Equal("価格", Books.Type["price"].Label.Ja);
    }
}
