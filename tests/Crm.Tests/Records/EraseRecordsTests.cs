using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Records;

/// <summary>Records that go for good when the time the law gives is over.</summary>
public sealed class EraseRecordsTests
{
    [Theory, EveryDatabase]
    public async Task Nothing_of_an_erased_record_stays_in_list_bin_search_or_history(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (live, binned, other) = (await Save(crm, "こころ", "1"), await Save(crm, "草枕", "2"), await Save(crm, "三四郎", "3"));
        await crm.Ask(new SaveRecord(LibraryModule.Book, live, new Dictionary<string, object?> { ["price"] = 500 }));
        await crm.Ask(new DeleteRecords(LibraryModule.Book, [binned]));

        Assert.Equal(2, await crm.Ask(new EraseRecords(LibraryModule.Book, [live, binned, Ids.New()])));

        Assert.Equal([other], (await crm.Ask(new ListRecords(LibraryModule.Book))).Rows.Select(r => r.Id));
        Assert.Empty((await crm.Ask(new ListRecords(LibraryModule.Book) { Deleted = true })).Rows);
        Assert.Empty(await crm.Ask(new SearchRecords("こころ")));
        Assert.Single(await crm.Ask(new SearchRecords("三四郎")));
        await using var scope = await crm.Scope();
        var sql = await scope.Get<Session>().Sql(CancellationToken.None);
        Assert.Equal([other], await sql.Rows($"SELECT DISTINCT record_id FROM platform_audit WHERE tenant_id = {crm.Tenant.Id} AND record_type = {LibraryModule.Book}", r => r.Id(0), CancellationToken.None));

        // Its unique number is free again.
        await Save(crm, "門", "1");
    }

    [Theory, EveryDatabase]
    public async Task Who_may_not_delete_erases_nothing_and_another_tenant_reaches_nothing(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");
        var book = await Save(crm, "こころ", "1");
        var reader = TestHost.UserWith((LibraryModule.Book, RecordAction.Read, Reach.All));

        Assert.Equal(ProblemKind.Forbidden, (await crm.Send(new EraseRecords(LibraryModule.Book, [book]), actor: reader)).Problems[0].Kind);
        Assert.Equal(0, await crm.Ask(new EraseRecords(LibraryModule.Book, [book]), beta));

        Assert.Equal("こころ", (await crm.Ask(new GetRecord(LibraryModule.Book, book))).Title);
    }

    private static async Task<Guid> Save(TestHost crm, string title, string isbn) =>
        (await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = title, ["isbn"] = isbn }))).Id;
}
