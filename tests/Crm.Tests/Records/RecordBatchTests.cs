using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Records;

/// <summary>Rows of one batch, users and nodes that meet at the same record or the same value.</summary>
public sealed class RecordBatchTests
{
    [Theory, EveryDatabase]
    public async Task Of_a_refused_row_nothing_is_saved_by_the_next_row_about_the_same_record(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Save(LibraryModule.Book, ("title", "門"), ("extra.stamp", "S-1"));
        var book = await crm.Save(LibraryModule.Book, ("title", "こころ"), ("extra.stamp", "S-2"), ("extra.shelf", "A"));

        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["id"] = book, ["extra.stamp"] = "S-1", ["extra.shelf"] = "盗" },
            new Dictionary<string, object?> { ["id"] = book, ["extra.weight"] = 2 },
            new Dictionary<string, object?> { ["id"] = book, ["extra.shelf"] = "B" },
        ]));

        Assert.Equal([RowAction.Refused, RowAction.Updated, RowAction.Updated], saved.Rows.Select(r => r.Action));
        var view = await crm.Get(LibraryModule.Book, book);
        Assert.Equal(("S-2", "B", 2m), (view["extra.stamp"], view["extra.shelf"], view["extra.weight"]));
        Assert.Equal(
            [("extra.shelf", (object?)"A", (object?)"B"), ("extra.weight", null, 2m)],
            (await crm.Ask(new GetHistory(LibraryModule.Book, book)))[0].Changes.Select(c => (c.Field, c.Before, c.After)).OrderBy(c => c.Field, StringComparer.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task When_the_row_that_would_make_a_record_is_refused_the_next_with_its_key_makes_it(string database)
    {
        await using var crm = await TestHost.Start(database);

        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["isbn"] = "1", ["pages"] = 300 },
            new Dictionary<string, object?> { ["isbn"] = "1", ["title"] = "三四郎" },
            new Dictionary<string, object?> { ["isbn"] = "1", ["price"] = 600 },
            new Dictionary<string, object?> { ["isbn"] = "2", ["price"] = 600 },
        ]) { Match = ["isbn"] });

        Assert.Equal([RowAction.Refused, RowAction.Created, RowAction.Updated, RowAction.Refused], saved.Rows.Select(r => r.Action));
        var book = Assert.Single((await crm.List(LibraryModule.Book, null, "title", "pages", "price")).Rows);
        Assert.Equal(["三四郎", null, 600m], book.Values);
    }

    [Theory, EveryDatabase]
    public async Task A_row_by_id_and_a_row_by_key_may_be_about_the_same_record(string database)
    {
        await using var crm = await TestHost.Start(database);
        var book = await crm.Save(LibraryModule.Book, ("title", "門"), ("isbn", "1"));

        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["id"] = book, ["price"] = 500 },
            new Dictionary<string, object?> { ["isbn"] = "1", ["pages"] = 200 },
        ]) { Match = ["isbn"] });

        Assert.Equal([RowAction.Updated, RowAction.Updated], saved.Rows.Select(r => r.Action));
        var view = await crm.Get(LibraryModule.Book, book);
        Assert.Equal((500m, 200m, 2), (view["price"], view["pages"], view.Version));
    }

    [Theory, EveryDatabase]
    public async Task A_key_matches_no_record_that_the_user_may_not_see(string database)
    {
        await using var crm = await TestHost.Start(database);
        var hanako = TestHost.UserWith(
            ["records.bulk"], (LibraryModule.Book, RecordAction.Read, Reach.Own), (LibraryModule.Book, RecordAction.Create, Reach.All), (LibraryModule.Book, RecordAction.Edit, Reach.All));
        var others = await crm.Save(LibraryModule.Book, ("title", "他人の本"), ("isbn", "1"), ("mail", "soseki@example.jp"));
        await crm.Save(LibraryModule.Book, ("title", "他人のもう一冊"), ("mail", "soseki@example.jp"));

        var byUnique = await crm.Ask(Row("isbn", "1"), actor: hanako);
        var byOther = await crm.Ask(Row("mail", "soseki@example.jp"), actor: hanako);
        var bulk = await crm.Ask(new BulkEdit(LibraryModule.Book, new Filter.All(), new Dictionary<string, object?> { ["price"] = 1 }), actor: hanako);

        Assert.Equal((RowAction.Refused, (Guid?)null, "taken"), (byUnique.Rows[0].Action, byUnique.Rows[0].Id, byUnique.Rows[0].Problems.Single().Code));
        Assert.Equal(RowAction.Created, byOther.Rows[0].Action);
        Assert.Empty(bulk.Rows);
        var view = await crm.Get(LibraryModule.Book, others);
        Assert.Equal(("他人の本", 1), (view["title"], view.Version));

        static SaveRecords Row(string key, string value) =>
            new(LibraryModule.Book, [new Dictionary<string, object?> { [key] = value, ["title"] = "書き換え" }]) { Match = [key], DryRun = true };
    }

    /// <summary>The second looks before the first has committed, so only a look inside the writing transaction can tell.</summary>
    [Theory, EveryDatabase]
    public async Task Of_two_saves_at_once_one_gets_the_unique_value_of_a_field_in_Ext(string database)
    {
        await using var crm = await TestHost.Start(database);
        await using var first = await crm.Scope();
        Task<Result<SavedRecord>>? second = null;
        Task<Result>? third = null;

        await first.Get<Session>().Write(
            async (_, _) =>
            {
                Assert.False((await first.Get<IMediator>().Send(Stamped("先の本"))).Failed);
                second = Task.Run(() => crm.Send(Stamped("後の本")));
                third = Task.Run(async () =>
                {
                    await using var scope = await crm.Scope();
                    var db = scope.Of<LibraryDb>("library");
                    db.Books.Add(new BookRecord { Title = "モジュールの本", Ext = new("""{"extra":{"stamp":"S-7"}}""") });
                    return await db.SaveAsync();
                });

                // Long enough for both to have looked and to wait for their turn to write.
                await Task.Delay(500);
                return true;
            },
            CancellationToken.None);

        Assert.Equal(("taken", "extra.stamp"), Assert.Single((await second!).Problems.Select(p => (p.Code, p.Field))));
        Assert.Equal(("taken", "extra.stamp"), Assert.Single((await third!).Problems.Select(p => (p.Code, p.Field))));
        Assert.Equal("先の本", Assert.Single((await crm.List(LibraryModule.Book, null, "title")).Rows).Values[0]);
    }

    [Theory, EveryDatabase]
    public async Task A_record_comes_back_from_the_bin_only_while_its_unique_value_in_Ext_is_free(string database)
    {
        await using var crm = await TestHost.Start(database);
        var old = await crm.Save(LibraryModule.Book, ("title", "旧"), ("extra.stamp", "S-7"));
        await crm.Ask(new DeleteRecords(LibraryModule.Book, [old]));
        var now = await crm.Save(LibraryModule.Book, ("title", "新"), ("extra.stamp", "S-7"));

        Assert.Equal("taken", Assert.Single((await crm.Send(new RestoreRecords(LibraryModule.Book, [old]))).Problems).Code);
        await crm.Ask(new DeleteRecords(LibraryModule.Book, [now]));
        Assert.False((await crm.Send(new RestoreRecords(LibraryModule.Book, [old]))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task A_field_filled_when_empty_is_written_once_under_a_tenants_own_name_too(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        Assert.False((await crm.Send(new Platform.Fields.SetLabel("customers.purchase/amount", new("お買上額", "Paid")))).Failed);
        var person = await crm.Person("山田", "花子");
        var purchase = await crm.Save("customers.purchase", ("personId", person), ("boughtOn", "2026-11-01"), ("unitPrice", 300), ("quantity", 2), ("amount", 500));

        Assert.False((await crm.Send(new SaveRecord("customers.purchase", purchase, new Dictionary<string, object?> { ["amount"] = null }))).Failed);

        Assert.Equal(600m, (await crm.Get("customers.purchase", purchase))["amount"]);
    }

    private static SaveRecord Stamped(string title) => new(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = title, ["extra.stamp"] = "S-7" });
}
