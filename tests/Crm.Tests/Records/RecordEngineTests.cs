using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Records;

public sealed class RecordEngineTests
{
    private static Dictionary<string, object?> Kokoro => new()
    {
        ["title"] = "こころ", ["isbn"] = "9784101010137", ["pages"] = 384, ["price"] = "￥４６２", ["publishedOn"] = "令和4年3月1日",
        ["scannedAt"] = "2026-01-10 09:30", ["opensAt"] = "09:30", ["inPrint"] = "はい", ["genre"] = "小説", ["tags"] = "小説、随筆", ["mail"] = "Soseki@Example.CO.JP",
        ["postalCode"] = "１６２０８０５", ["prefecture"] = "東京都", ["city"] = "新宿区", ["street"] = "矢来町71",
        ["extra.shelf"] = "A-3", ["extra.weight"] = 0.25m, ["extra.lentOn"] = "2026-11-01", ["extra.rare"] = true, ["extra.kinds"] = new[] { "essay" },
    };

    [Theory, EveryDatabase]
    public async Task A_saved_record_comes_back_with_every_kind_of_value(string database)
    {
        await using var crm = await TestHost.Start(database);
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));

        var book = await crm.Ask(new GetRecord(LibraryModule.Book, saved.Id));

        Assert.Equal("こころ", book.Title);
        Assert.Equal(384m, book["pages"]);
        Assert.Equal(462m, book["price"]);
        Assert.Equal(new DateOnly(2022, 3, 1), book["publishedOn"]);
        Assert.Equal(new DateTimeOffset(2026, 1, 10, 0, 30, 0, TimeSpan.Zero), book["scannedAt"]);
        Assert.Equal(new TimeOnly(9, 30), book["opensAt"]);
        Assert.Equal(true, book["inPrint"]);
        Assert.Equal("novel", book["genre"]);
        Assert.Equal(["novel", "essay"], (string[])book["tags"]!);
        Assert.Equal("Soseki@example.co.jp", book["mail"]);
        Assert.Equal("162-0805", book["postalCode"]);
        Assert.Equal("A-3", book["extra.shelf"]);
        Assert.Equal(0.25m, book["extra.weight"]);
        Assert.Equal(new DateOnly(2026, 11, 1), book["extra.lentOn"]);
        Assert.Equal(true, book["extra.rare"]);
        Assert.Equal(["essay"], (string[])book["extra.kinds"]!);
        Assert.Equal(1.2031m, book["extra.pricePerPage"]);
        Assert.Equal(1, book.Version);
    }

    [Theory, EveryDatabase]
    public async Task Every_mistake_in_a_row_is_named_with_its_field_and_cure(string database)
    {
        await using var crm = await TestHost.Start(database);

        var refused = await crm.Send(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?>
        {
            ["pages"] = "たくさん", ["price"] = "1.23456", ["publishedOn"] = "2026-13-01", ["genre"] = "詩", ["mail"] = "at.example", ["nothing"] = 1,
        }));

        Assert.Equal(
            ["genre", "mail", "nothing", "pages", "price", "publishedOn", "title"],
            refused.Problems.Select(p => p.Field!).Order(StringComparer.Ordinal));
        Assert.All(refused.Problems, p => Assert.False(string.IsNullOrWhiteSpace(p.Message.Ja) || string.IsNullOrWhiteSpace(p.Message.En)));
        var list = await crm.Ask(new ListRecords(LibraryModule.Book) { Count = true });
        Assert.Equal(0, list.Count);
    }

    [Theory, EveryDatabase]
    public async Task A_rule_over_the_whole_record_and_a_required_field_refuse_the_save(string database)
    {
        await using var crm = await TestHost.Start(database);

        var long1 = await crm.Send(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["genre"] = "manga", ["pages"] = 501 }));

        Assert.Equal(["manga-too-long", "required"], long1.Problems.Select(p => p.Code).Order());
    }

    [Theory, EveryDatabase]
    public async Task The_second_of_two_editors_sees_both_values(string database)
    {
        await using var crm = await TestHost.Start(database);
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));
        await crm.Ask(new SaveRecord(LibraryModule.Book, saved.Id, new Dictionary<string, object?> { ["price"] = 500 }) { Version = 1 });

        var second = await crm.Send(new SaveRecord(LibraryModule.Book, saved.Id, new Dictionary<string, object?> { ["price"] = 600 }) { Version = 1 });

        var conflict = Assert.Single(second.Problems);
        Assert.Equal(ProblemKind.Conflict, conflict.Kind);
        Assert.Equal((500m, 600m), (conflict.Theirs, conflict.Yours));
    }

    [Theory, EveryDatabase]
    public async Task A_list_is_filtered_sorted_and_walked_without_gap_or_double(string database)
    {
        await using var crm = await TestHost.Start(database);
        var rows = Enumerable.Range(0, 53).Select(i => new Dictionary<string, object?>
        {
            ["title"] = $"本{i:00}", ["price"] = i % 5 == 0 ? null : i % 7, ["extra.weight"] = i % 4 == 0 ? null : i % 3, ["extra.shelf"] = i % 2 == 0 ? "A" : "B",
        }).ToList();
        await crm.Ask(new SaveRecords(LibraryModule.Book, rows));

        foreach (var sort in (string[])["price", "-price", "extra.weight", "-extra.weight", "-createdAt", "extra.shelf,-price", "-extra.weight,title"])
        {
            var seen = new List<RecordRow>();
            string? after = null;
            do
            {
                var page = await crm.Ask(new ListRecords(LibraryModule.Book)
                {
                    Sort = [.. sort.Split(',').Select(Sort.Parse)], Limit = 7, After = after, Fields = ["title", "price", "extra.weight", "extra.shelf"],
                });
                seen.AddRange(page.Rows);
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(53, seen.Select(r => r.Id).Distinct().Count());
            Assert.Equal(53, seen.Count);
            if (sort == "price") Assert.Equal(seen.Select(r => (decimal?)r.Values[1]).OrderBy(p => p ?? 99), seen.Select(r => (decimal?)r.Values[1]));
            if (sort == "-price") Assert.Equal(seen.Select(r => (decimal?)r.Values[1]).OrderByDescending(p => p ?? -1), seen.Select(r => (decimal?)r.Values[1]));
        }

        async Task<long> Count(Filter filter) => (await crm.Ask(new ListRecords(LibraryModule.Book) { Filter = filter, Count = true })).Count!.Value;
        Assert.Equal(rows.Count(r => r["price"] is int p && p >= 3), await Count(new Filter.Compare("price", FilterOp.Gte, 3)));
        Assert.Equal(rows.Count(r => r["price"] is not 3), await Count(new Filter.Compare("price", FilterOp.Ne, 3)));
        Assert.Equal(rows.Count(r => r["price"] is not (int and >= 3)), await Count(new Filter.Not(new Filter.Compare("price", FilterOp.Gte, 3))));
        Assert.Equal(rows.Count(r => r["extra.weight"] is null), await Count(new Filter.Compare("extra.weight", FilterOp.Empty, true)));
        Assert.Equal(rows.Count(r => r["extra.weight"] is 1 or 2 && (string)r["extra.shelf"]! == "B"), await Count(new Filter.All(
            new Filter.Compare("extra.weight", FilterOp.In, 1, 2), Filter.Eq("extra.shelf", "B"))));
        Assert.Equal(10, await Count(new Filter.Compare("title", FilterOp.Starts, "本1")));
        Assert.Equal(1, await Count(new Filter.Compare("title", FilterOp.Contains, "42")));
    }

    [Theory, EveryDatabase]
    public async Task Rows_matched_by_a_key_update_and_the_rest_are_created(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));

        var batch = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["isbn"] = "9784101010137", ["title"] = "こころ 改版" },
            new Dictionary<string, object?> { ["isbn"] = "1", ["title"] = "坊っちゃん" },
            new Dictionary<string, object?> { ["isbn"] = "1", ["pages"] = 200 },
            new Dictionary<string, object?> { ["isbn"] = "2" },
            new Dictionary<string, object?> { ["isbn"] = "9784101010137", ["title"] = "こころ 改版" },
        ]) { Match = ["isbn"] });

        Assert.Equal([RowAction.Updated, RowAction.Created, RowAction.Updated, RowAction.Refused, RowAction.Unchanged], batch.Rows.Select(r => r.Action));
        var all = await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title", "pages"], Sort = [new("title")] });
        Assert.Equal([("こころ 改版", (object?)384m), ("坊っちゃん", 200m)], all.Rows.Select(r => ((string)r.Values[0]!, r.Values[1])));
    }

    [Theory, EveryDatabase]
    public async Task A_unique_value_is_refused_twice_even_within_one_batch(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));

        var batch = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["title"] = "写し", ["isbn"] = "9784101010137" },
            new Dictionary<string, object?> { ["title"] = "一", ["isbn"] = "7" },
            new Dictionary<string, object?> { ["title"] = "二", ["isbn"] = "7" },
        ]));

        Assert.Equal([RowAction.Refused, RowAction.Created, RowAction.Refused], batch.Rows.Select(r => r.Action));
        Assert.Equal("taken", batch.Rows[0].Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task What_a_change_set_did_is_undone_and_later_edits_are_kept_and_listed(string database)
    {
        await using var crm = await TestHost.Start(database);
        var kokoro = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));
        var batch = await crm.Ask(new SaveRecords(LibraryModule.Book,
        [
            new Dictionary<string, object?> { ["isbn"] = "9784101010137", ["title"] = "誤", ["price"] = 1, ["extra.shelf"] = "Z" },
            new Dictionary<string, object?> { ["isbn"] = "1", ["title"] = "坊っちゃん" },
        ]) { Match = ["isbn"] });
        await crm.Ask(new SaveRecord(LibraryModule.Book, kokoro.Id, new Dictionary<string, object?> { ["price"] = 999 }));

        var undone = await crm.Ask(new UndoChangeSet(batch.ChangeSet));

        Assert.Equal([new KeptField(kokoro.Id, "price")], undone.Kept);
        var book = await crm.Ask(new GetRecord(LibraryModule.Book, kokoro.Id));
        Assert.Equal(("こころ", 999m, "A-3"), (book["title"], book["price"], book["extra.shelf"]));
        Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Book))).Rows);
        Assert.Contains((await crm.Send(new UndoChangeSet(batch.ChangeSet))).Problems, p => p.Code == "undone-already");
    }

    [Theory, EveryDatabase]
    public async Task History_tells_who_changed_what_from_what_to_what(string database)
    {
        await using var crm = await TestHost.Start(database);
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));
        await crm.Ask(new SaveRecord(LibraryModule.Book, saved.Id, new Dictionary<string, object?> { ["price"] = 500, ["publishedOn"] = null }) { Reason = "値上げ" });
        await crm.Ask(new DeleteRecords(LibraryModule.Book, [saved.Id]));

        var history = await crm.Ask(new GetHistory(LibraryModule.Book, saved.Id));

        Assert.Equal(["deleted", "updated", "created"], history.Select(h => h.Action));
        Assert.Equal("値上げ", history[1].Reason);
        Assert.Equal(
            [("price", (object?)462m, (object?)500m), ("publishedOn", new DateOnly(2022, 3, 1), null)],
            history[1].Changes.Select(c => (c.Field, c.Before, c.After)));
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_record_leaves_list_and_search_and_comes_back_whole(string database)
    {
        await using var crm = await TestHost.Start(database);
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));
        await crm.Ask(new DeleteRecords(LibraryModule.Book, [saved.Id]));

        Assert.Empty((await crm.Ask(new ListRecords(LibraryModule.Book))).Rows);
        Assert.Empty(await crm.Ask(new SearchRecords("こころ")));
        Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Book) { Deleted = true })).Rows);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new GetRecord(LibraryModule.Book, saved.Id))).Problems[0].Kind);

        await crm.Ask(new RestoreRecords(LibraryModule.Book, [saved.Id]));
        Assert.Equal("こころ", (await crm.Ask(new GetRecord(LibraryModule.Book, saved.Id))).Title);
        Assert.Single(await crm.Ask(new SearchRecords("ココロ")));
    }

    [Theory, EveryDatabase]
    public async Task Search_finds_fragments_whatever_their_width_kana_or_old_forms(string database)
    {
        await using var crm = await TestHost.Start(database);
        foreach (var (name, kana) in new[] { ("渡邉 健太", "ワタナベ ケンタ"), ("髙橋 一郎", "タカハシ イチロウ"), ("𠮷野家 太郎", "ヨシノヤ タロウ") })
        {
            await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = name, ["nameKana"] = kana }));
        }

        async Task<string[]> Find(string query) => [.. (await crm.Ask(new SearchRecords(query))).Select(h => h.Title)];
        Assert.Equal(["渡邉 健太"], await Find("渡辺"));
        Assert.Equal(["渡邉 健太"], await Find("わたなべ"));
        Assert.Equal(["渡邉 健太"], await Find("ﾅﾍﾞ ｹﾝ"));
        Assert.Equal(["髙橋 一郎"], await Find("高橋"));
        Assert.Equal(["𠮷野家 太郎"], await Find("吉野"));
        Assert.Equal(["𠮷野家 太郎"], await Find("太郎"));
        Assert.Empty(await Find("鈴木"));
        Assert.Empty(await Find("\"*' OR 1=1 --"));
        Assert.Equal(["髙橋 一郎"], await Find("一"));
    }

    [Theory, EveryDatabase]
    public async Task Rights_give_the_same_answer_in_list_detail_search_and_edit(string database)
    {
        await using var crm = await TestHost.Start(database);
        var hanako = TestHost.UserWith((LibraryModule.Book, RecordAction.Read, Reach.Own), (LibraryModule.Book, RecordAction.Create, Reach.All), (LibraryModule.Book, RecordAction.Edit, Reach.Own));
        var hers = await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "花子の本" }), actor: hanako);
        var other = await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "他人の本" }));

        Assert.Equal([hers.Id], (await crm.Ask(new ListRecords(LibraryModule.Book), actor: hanako)).Rows.Select(r => r.Id));
        Assert.Equal([hers.Id], (await crm.Ask(new SearchRecords("本"), actor: hanako)).Select(h => h.Id));
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new GetRecord(LibraryModule.Book, other.Id), actor: hanako)).Problems[0].Kind);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new SaveRecord(LibraryModule.Book, other.Id, new Dictionary<string, object?> { ["title"] = "x" }), actor: hanako)).Problems[0].Kind);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new GetHistory(LibraryModule.Book, other.Id), actor: hanako)).Problems[0].Kind);
        Assert.Equal(RowAction.Refused, (await crm.Ask(new DeleteRecords(LibraryModule.Book, [hers.Id]), actor: hanako)).Rows[0].Action);
        Assert.Equal(ProblemKind.Forbidden, (await crm.Send(new ListRecords(LibraryModule.Author), actor: hanako)).Problems[0].Kind);
    }

    [Theory, EveryDatabase]
    public async Task No_row_of_another_tenant_is_seen_or_changed(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");
        var secret = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));

        Assert.Empty((await crm.Ask(new ListRecords(LibraryModule.Book), beta)).Rows);
        Assert.Empty(await crm.Ask(new SearchRecords("こころ"), beta));
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new GetRecord(LibraryModule.Book, secret.Id), beta)).Problems[0].Kind);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new SaveRecord(LibraryModule.Book, secret.Id, new Dictionary<string, object?> { ["title"] = "盗" }), beta)).Problems[0].Kind);
        Assert.Equal(RowAction.Refused, (await crm.Ask(new DeleteRecords(LibraryModule.Book, [secret.Id]), beta)).Rows[0].Action);
        Assert.Equal(RowAction.Created, (await crm.Ask(new SaveRecords(LibraryModule.Book, [new Dictionary<string, object?> { ["title"] = "同じ番号", ["isbn"] = "9784101010137" }]) { Match = ["isbn"] }, beta)).Rows[0].Action);
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_saves_by_its_own_context_leaves_the_same_traces(string database)
    {
        await using var crm = await TestHost.Start(database);
        Guid id;
        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<LibraryDb>("library");
            var book = new BookRecord { Title = "三四郎", Pages = 300, Price = 600, Tags = ["novel"], Address = { City = "文京区" } };
            db.Books.Add(book);
            Assert.False((await db.SaveAsync()).Failed);
            id = book.Id;
        }

        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<LibraryDb>("library");
            var book = await db.Books.FindAsync(crm.Tenant.Id, id);
            book!.Price = 650;
            Assert.True((await db.SaveAsync(expectedVersion: 7)).Failed);
        }

        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<LibraryDb>("library");
            var book = await db.Books.FindAsync(crm.Tenant.Id, id);
            book!.Price = 650;
            Assert.False((await db.SaveAsync(expectedVersion: 1)).Failed);
        }

        var view = await crm.Ask(new GetRecord(LibraryModule.Book, id));
        Assert.Equal((2, 650m, 2.1667m, "文京区"), (view.Version, view["price"], view["extra.pricePerPage"], view["city"]));
        Assert.Single(await crm.Ask(new SearchRecords("三四郎")));
        var history = await crm.Ask(new GetHistory(LibraryModule.Book, id));
        Assert.Equal([("price", (object?)600m, (object?)650m)], history[0].Changes.Select(c => (c.Field, c.Before, c.After)));
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_is_off_answers_as_if_it_were_not_there(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Kokoro));
        var tenants = (Tenants)crm.Services.GetService(typeof(Tenants))!;

        await tenants.Switch(crm.Tenant.Id, "library", on: false, CancellationToken.None);
        Assert.Equal(ProblemKind.NotFound, (await crm.Send(new ListRecords(LibraryModule.Book))).Problems[0].Kind);
        Assert.Empty(await crm.Ask(new GetRecordTypes()));

        await tenants.Switch(crm.Tenant.Id, "library", on: true, CancellationToken.None);
        Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Book))).Rows);
    }
}
