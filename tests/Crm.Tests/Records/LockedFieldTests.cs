using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Records;

/// <summary>A field that somebody may see and not change.</summary>
public sealed class LockedFieldTests
{
    [Theory, EveryDatabase]
    public async Task It_is_shown_and_no_way_of_saving_changes_it(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule());
        var book = await crm.Save(LibraryModule.Book, ("title", "草枕"), ("price", 500));
        var clerk = Clerk();

        var seen = await crm.Ask(new GetRecord(LibraryModule.Book, book), actor: clerk);
        Assert.Equal(500m, seen["price"]);
        Assert.True(seen.Type["price"].ReadOnly);
        Assert.False(seen.Type["title"].ReadOnly);

        var refused = Assert.Single((await crm.Send(Change(("title", "草枕 改版"), ("price", 600)), actor: clerk)).Problems);
        Assert.Equal(("field-locked", "price"), (refused.Code, refused.Field));
        Assert.Equal("草枕", (await crm.Get(LibraryModule.Book, book))["title"]);

        // What stays as it is may come along, as it does from a form or a file.
        Assert.False((await crm.Send(Change(("title", "草枕 改版"), ("price", 500)), actor: clerk)).Failed);
        var rows = await crm.Ask(new SaveRecords(LibraryModule.Book, [Row(("title", "新刊")), Row(("title", "値付き"), ("price", 900))]), actor: clerk);
        Assert.Equal([RowAction.Created, RowAction.Refused], rows.Rows.Select(r => r.Action));
        var bulk = await crm.Send(new BulkEdit(LibraryModule.Book, new Filter.Ids(book), new Dictionary<string, object?> { ["price"] = 1 }), actor: clerk);
        Assert.True(bulk.Failed || bulk.Value.Rows[0].Action == RowAction.Refused);
        Assert.Equal(500m, (await crm.Get(LibraryModule.Book, book))["price"]);

        SaveRecord Change(params (string Key, object? Value)[] values) => new(LibraryModule.Book, book, Row(values));
    }

    private static Dictionary<string, object?> Row(params (string Key, object? Value)[] values) => values.ToDictionary(v => v.Key, v => v.Value);

    private static Actor Clerk() => new(Guid.CreateVersion7(), "係", ChangeSource.Screen, new AccessRights
    {
        Permissions = new HashSet<string> { "records.bulk" },
        Reaches = Enum.GetValues<RecordAction>().ToDictionary(a => (LibraryModule.Book, a), _ => Reach.All),
        LockedFields = new HashSet<string> { LibraryModule.Book + "/price" },
    });
}
