using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records.Lending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Tests.Records;

/// <summary>Rules and computed fields of a module on the records of another.</summary>
public sealed class RecordRuleTests
{
    [Theory, EveryDatabase]
    public async Task A_rule_of_an_extension_reads_everybodys_fields_and_asks_about_others_once_for_all_rows(string database)
    {
        await using var crm = await Start(database);
        var soseki = await crm.Save(LibraryModule.Author, ("name", "夏目 漱石"), ("nameKana", "ナツメ ソウセキ"));
        var unread = await crm.Save(LibraryModule.Author, ("name", "読みの分からない人"));
        var desk = crm.Module<LendingDesk>("lending");
        var before = desk.Asked;

        var rows = Enumerable.Range(0, 30).Select(i => Book($"本{i}", ("authorId", i % 3 == 0 ? unread : soseki), ("lending.until", "2026-12-01"))).ToList();
        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book, rows));

        Assert.Equal(1, desk.Asked - before);
        Assert.All(saved.Rows.Select((r, i) => (r, i)), row =>
            Assert.Equal(row.i % 3 == 0 ? ["lending.author-unknown"] : [], row.r.Problems.Select(p => p.Code)));
    }

    [Theory, EveryDatabase]
    public async Task A_rule_sees_what_was_and_what_changes(string database)
    {
        await using var crm = await Start(database);
        var soseki = await crm.Save(LibraryModule.Author, ("name", "夏目 漱石"), ("nameKana", "ナツメ ソウセキ"));
        var book = await crm.Save(LibraryModule.Book, Pairs(Book("坊っちゃん", ("isbn", "1"), ("authorId", soseki), ("lending.until", "2026-12-01"))));

        var sameNumber = await Change(crm, book, ("isbn", "1"), ("price", 500));
        var otherNumber = await Change(crm, book, ("isbn", "2"));

        Assert.False(sameNumber.Failed);
        Assert.Equal(("lending.number-of-a-lent-book", "isbn"), Assert.Single(otherNumber.Problems.Select(p => (p.Code, p.Field))));
    }

    [Fact]
    public async Task A_rule_that_throws_refuses_its_row_in_the_name_of_its_module()
    {
        await using var crm = await Start(Databases.Sqlite);
        using var said = new SaidErrors();
        crm.Services.GetRequiredService<ILoggerFactory>().AddProvider(said);

        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book, [Book("無事"), Book("例外")]));

        Assert.Equal([RowAction.Created, RowAction.Refused], saved.Rows.Select(r => r.Action));
        Named(Assert.Single(saved.Rows[1].Problems), "rule-failed");
        var line = Assert.Single(said.Lines);
        Assert.StartsWith("The rule LendingModule ", line, StringComparison.Ordinal);
        Assert.Contains("of lending on library.book threw", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_never_ends_refuses_the_save_in_the_name_of_its_module()
    {
        await using var crm = await Start(Databases.Sqlite);
        crm.Services.GetRequiredService<IOptions<RecordOptions>>().Value.RuleTime = TimeSpan.FromMilliseconds(300);
        using var said = new SaidErrors();
        crm.Services.GetRequiredService<ILoggerFactory>().AddProvider(said);

        var refused = await crm.Send(new SaveRecord(LibraryModule.Book, null, Book("無限")));

        Named(Assert.Single(refused.Problems), "rule-failed");
        Assert.Equal("The rule ARuleThatNeverEnds of lending on library.book took longer than Records:RuleTime (00:00:00.3000000); what it could not check was not saved", Assert.Single(said.Lines));
    }

    [Theory, EveryDatabase]
    public async Task A_rule_whose_query_fails_spoils_nothing_else_in_the_same_transaction(string database)
    {
        await using var crm = await Start(database);
        await using var scope = await crm.Scope();
        var mediator = scope.Get<MediatR.IMediator>();

        await scope.Get<Platform.Storage.Session>().Write(
            async (_, _) =>
            {
                Assert.False((await mediator.Send(new SaveRecord(LibraryModule.Book, null, Book("前")))).Failed);
                Named(Assert.Single((await mediator.Send(new SaveRecord(LibraryModule.Book, null, Book("問い合わせ不能")))).Problems), "rule-failed");
                Assert.False((await mediator.Send(new SaveRecord(LibraryModule.Book, null, Book("後")))).Failed);
                return true;
            },
            CancellationToken.None);

        Assert.Equal(["前", "後"], (await crm.List(LibraryModule.Book, null, "title")).Rows.Select(r => (string)r.Values[0]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_computed_field_that_throws_refuses_its_record_whichever_way_it_is_saved()
    {
        await using var crm = await Start(Databases.Sqlite);

        var saved = await crm.Ask(new SaveRecords(LibraryModule.Book, [Book("無事"), Book("破損")]));
        await using var scope = await crm.Scope();
        var db = scope.Of<LibraryDb>("library");
        var book = await db.Books.FindAsync(crm.Tenant.Id, saved.Rows[0].Id!.Value);
        book!.Title = "破損";
        var byModule = await db.SaveAsync();

        Assert.Equal([RowAction.Created, RowAction.Refused], saved.Rows.Select(r => r.Action));
        Named(Assert.Single(saved.Rows[1].Problems), "computing-failed");
        Named(Assert.Single(byModule.Problems), "computing-failed");
    }

    [Theory, EveryDatabase]
    public async Task What_a_module_goes_on_with_is_there_with_the_save_and_takes_it_back_when_it_fails(string database)
    {
        await using var crm = await Start(database);

        var saved = await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "読まれる人" }));
        var read = await crm.Get(LibraryModule.Author, saved.Id);
        Assert.Equal(("ヨマレルヒト", saved.Version), (read["nameKana"], read.Version));

        var refused = await crm.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "読めない人" }));
        Assert.Equal("rule-failed", Assert.Single(refused.Problems).Code);
        var rows = await crm.Send(new SaveRecords(LibraryModule.Author, [new Dictionary<string, object?> { ["name"] = "巻き添え" }, new Dictionary<string, object?> { ["name"] = "読めない人" }]));
        Assert.Equal("rule-failed", Assert.Single(rows.Problems).Code);
        Assert.Equal("読まれる人", Assert.Single((await crm.List(LibraryModule.Author, null, "name")).Read()).Text("name"));
    }

    [Fact]
    public async Task Rules_of_a_module_that_is_off_do_not_run()
    {
        await using var crm = await Start(Databases.Sqlite);
        await crm.Services.GetRequiredService<Tenants>().Switch(crm.Tenant.Id, "lending", on: false, CancellationToken.None);

        Assert.False((await crm.Send(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "例外" }))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task What_a_module_saves_by_itself_meets_the_rules_of_fields_of_others(string database)
    {
        await using var crm = await Start(database);
        Assert.Equal(["required"], await Save(b => b.Title = null));
        Assert.Equal(["required"], await Save(b => b.Ext = new()));
        Assert.Equal(["too-large"], await Save(b => b.Ext = new("""{"lending":{"room":"第一","days":31}}""")));
        Assert.Equal(["lending.due-in-the-past"], (await Save(b => b.Ext = new("""{"lending":{"room":"第一","until":"2026-11-01"}}"""))).Except(["lending.author-unknown"]));
        Assert.Equal(["not-a-choice"], await Save(b => b.Genre = "poetry"));
        Assert.Equal(["bad-email"], await Save(b => b.Mail = "どこか"));
        Assert.Equal(["too-long"], await Save(b => b.Title = new string('長', 201)));
        Assert.Equal(["no-such-record"], await Save(b => b.AuthorId = Guid.CreateVersion7()));
        Assert.Empty(await Save(b => b.Isbn = "7"));
        Assert.Equal(["taken"], await Save(b => b.Isbn = "7"));

        async Task<IEnumerable<string>> Save(Action<BookRecord> describe)
        {
            await using var scope = await crm.Scope();
            var db = scope.Of<LibraryDb>("library");
            var book = new BookRecord { Title = "三四郎", Ext = new("""{"lending":{"room":"第一"}}""") };
            describe(book);
            db.Books.Add(book);
            return (await db.SaveAsync()).Problems.Select(p => p.Code).ToList();
        }
    }

    [Theory, EveryDatabase]
    public async Task What_a_module_saves_is_normalised_and_may_point_to_what_it_saves_along_with_it(string database)
    {
        await using var crm = await Start(database);
        Guid id;
        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<LibraryDb>("library");
            var author = new Author { Name = "森 鷗外", NameKana = "もり おうがい" };
            var book = new BookRecord { Title = "　高瀬舟 ", Mail = "Ogai@Example.JP", AuthorId = author.Id, Ext = new("""{"lending":{"room":"第一"}}""") };
            db.AddRange(book, author);
            Assert.Empty((await db.SaveAsync()).Problems);
            id = book.Id;
        }

        var view = await crm.Get(LibraryModule.Book, id);
        Assert.Equal(("高瀬舟", "Ogai@example.jp"), (view["title"], view["mail"]));
        Assert.Equal("モリ オウガイ", (await crm.List(LibraryModule.Author, null, "nameKana")).Rows.Single().Values[0]);
    }

    [Theory, EveryDatabase]
    public async Task A_required_field_that_was_empty_before_does_not_stop_a_module_that_changes_something_else(string database)
    {
        await using var crm = await Start(database);
        var tenants = crm.Services.GetRequiredService<Tenants>();
        await tenants.Switch(crm.Tenant.Id, "lending", on: false, CancellationToken.None);
        var id = await crm.Save(LibraryModule.Book, ("title", "三四郎"));
        await tenants.Switch(crm.Tenant.Id, "lending", on: true, CancellationToken.None);

        Assert.Empty(await Change(b => b.Price = 600));
        Assert.Equal(["required"], await Change(b => b.Title = ""));

        async Task<IEnumerable<string>> Change(Action<BookRecord> change)
        {
            await using var scope = await crm.Scope();
            var db = scope.Of<LibraryDb>("library");
            change((await db.Books.FindAsync(crm.Tenant.Id, id))!);
            return (await db.SaveAsync()).Problems.Select(p => p.Code).ToList();
        }
    }

    [Theory, EveryDatabase]
    public async Task A_file_field_takes_ones_own_uploads_and_nobody_elses(string database)
    {
        await using var crm = await Start(database);
        var (hanako, taro) = (Librarian(), Librarian());
        var (hers, his) = (await Upload(hanako), await Upload(taro));

        var own = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("花子の本", ("lending.scan", hers))), actor: hanako);
        var others = await crm.Send(new SaveRecord(LibraryModule.Book, null, Book("太郎の写し", ("lending.scan", his))), actor: hanako);
        var unchanged = await crm.Send(new SaveRecord(LibraryModule.Book, own.Id, new Dictionary<string, object?> { ["lending.scan"] = hers, ["price"] = 5 }), actor: taro);
        var nothing = await crm.Send(new SaveRecord(LibraryModule.Book, null, Book("無い物", ("lending.scan", Guid.CreateVersion7()))));

        Assert.Equal(("no-such-file", "lending.scan"), Assert.Single(others.Problems.Select(p => (p.Code, p.Field))));
        Assert.False(unchanged.Failed);
        Assert.Equal("no-such-file", Assert.Single(nothing.Problems).Code);

        async Task<Guid> Upload(Actor user)
        {
            await using var scope = await crm.Scope(actor: user);
            using var content = new MemoryStream("表紙"u8.ToArray());
            return await scope.Get<Sdk.Files.IFiles>().Save("cover.txt", "text/plain", content);
        }
    }

    [Theory, EveryDatabase]
    public async Task Rules_go_by_the_day_it_is_where_the_tenant_is(string database)
    {
        await using var crm = await Start(database, new Crm.Customers.CustomersModule());
        var tomorrow = new Dictionary<string, object?> { ["name"] = "明日商店", ["foundedOn"] = "2026-11-21" };

        var today = await crm.Send(new SaveRecord("customers.company", null, tomorrow));
        crm.Clock.Advance(TimeSpan.FromHours(14)); // 15:00 UTC: the next day in Japan
        var later = await crm.Send(new SaveRecord("customers.company", null, tomorrow));

        Assert.Equal("customers.founded-in-future", Assert.Single(today.Problems).Code);
        Assert.False(later.Failed);
    }

    private static Task<TestHost> Start(string database, params Sdk.Modules.CrmModule[] more) => TestHost.Start(database, [new LibraryModule(), new LendingModule(), .. more]);

    private static Actor Librarian() => TestHost.UserWith([.. Enum.GetValues<Sdk.Users.RecordAction>().SelectMany(a => new[] { (LibraryModule.Book, a, Sdk.Users.Reach.All), (LibraryModule.Author, a, Sdk.Users.Reach.All) })]);

    private static Dictionary<string, object?> Book(string title, params (string Field, object? Value)[] more) =>
        new(more.Select(m => KeyValuePair.Create(m.Field, m.Value))) { ["title"] = title, ["lending.room"] = "第一" };

    private static (string, object?)[] Pairs(Dictionary<string, object?> values) => [.. values.Select(v => (v.Key, v.Value))];

    private static Task<Result<SavedRecord>> Change(TestHost crm, Guid book, params (string Field, object? Value)[] values) =>
        crm.Send(new SaveRecord(LibraryModule.Book, book, values.ToDictionary(v => v.Field, v => v.Value)));

    private static void Named(Problem problem, string code)
    {
        Assert.Equal(code, problem.Code);
        Assert.Contains("「貸出」", problem.Message.Ja, StringComparison.Ordinal);
        Assert.Contains("“Lending”", problem.Message.En, StringComparison.Ordinal);
    }
}
