using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;

namespace Crm.Tests.Modules;

/// <summary>What a use case begins with: the record, or why not; and what a list answers, read by field key.</summary>
public sealed class LoadTests
{
    private static readonly Actor Somebody = TestHost.UserWith((LibraryModule.Author, RecordAction.Create, Reach.All));

    [Theory, EveryDatabase]
    public async Task A_record_is_loaded_for_whom_may_do_it_and_refused_to_others(string database)
    {
        await using var crm = await TestHost.Start(database);
        var theirs = await Author(crm, "夏目 漱石", Somebody);
        var reader = TestHost.UserWith((LibraryModule.Author, RecordAction.Read, Reach.All), (LibraryModule.Author, RecordAction.Edit, Reach.Own));
        var nobody = TestHost.UserWith((LibraryModule.Author, RecordAction.Read, Reach.Own));

        Assert.Equal("夏目 漱石", (await Load(crm, theirs, RecordAction.Edit)).Value.Name);
        Assert.Equal("夏目 漱石", (await Load(crm, theirs, RecordAction.Read, reader)).Value.Name);
        Assert.Equal(("forbidden", ProblemKind.Forbidden), Why(await Load(crm, theirs, RecordAction.Edit, reader)));
        Assert.Equal(("not-found", ProblemKind.NotFound), Why(await Load(crm, theirs, RecordAction.Read, nobody)));
        Assert.Equal(("not-found", ProblemKind.NotFound), Why(await Load(crm, Ids.New(), RecordAction.Read)));
    }

    [Theory, EveryDatabase]
    public async Task A_version_that_is_no_longer_there_is_a_conflict_and_a_deleted_record_is_not_found(string database)
    {
        await using var crm = await TestHost.Start(database);
        var author = await Author(crm, "森 鷗外", Somebody);
        await crm.Ask(new SaveRecord(LibraryModule.Author, author, new Dictionary<string, object?> { ["name"] = "森 林太郎" }));

        Assert.Equal(("conflict", ProblemKind.Conflict), Why(await Load(crm, author, RecordAction.Edit, version: 1)));
        Assert.Equal("森 林太郎", (await Load(crm, author, RecordAction.Edit, version: 2)).Value.Name);

        await crm.Ask(new DeleteRecords(LibraryModule.Author, [author]));
        Assert.Equal(("not-found", ProblemKind.NotFound), Why(await Load(crm, author, RecordAction.Edit, version: 3)));
    }

    [Fact]
    public async Task Rows_of_a_page_are_read_by_field_key()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite);
        var author = await Author(crm, "川端 康成", Somebody);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?>
        {
            ["title"] = "雪国", ["authorId"] = author, ["pages"] = 200, ["publishedOn"] = "1937-06-12", ["genre"] = "novel",
        }));

        var page = await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title", "authorId", "pages", "publishedOn", "genre", "price"], Titles = true });

        var row = Assert.Single(page.Read());
        Assert.Equal(("雪国", 200m, new DateOnly(1937, 6, 12)), (row.Text("title"), row.Number("pages"), row.Day("publishedOn")));
        Assert.Equal((author, "川端 康成"), (row.Reference("authorId"), row.Title("authorId")));
        Assert.Equal(page.Type["genre"].Choices.Single(c => c.Key == "novel").Label.ToString(), row.Choice("genre"));
        Assert.Null(row["price"]);
        Assert.Null(row.Text("isbn")); // not asked for
        Assert.Null(row.Choice("price"));
    }

    private static async Task<Guid> Author(TestHost crm, string name, Actor owner) =>
        (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = name }), actor: owner)).Id;

    private static async Task<Result<Author>> Load(TestHost crm, Guid id, RecordAction action, Actor? actor = null, int? version = null)
    {
        await using var scope = await crm.Scope(actor: actor);
        return await scope.Of<LibraryDb>("library").Load<Author>(id, action, version);
    }

    private static (string, ProblemKind) Why(Result<Author> refused) => (Assert.Single(refused.Problems).Code, refused.Problems[0].Kind);
}
