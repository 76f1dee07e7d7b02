using System.Globalization;
using Crm.Platform.Fields;
using Crm.Platform.Files;
using Crm.Platform.Jobs;
using Crm.Platform.Messaging;
using Crm.Platform.Records;
using Crm.Platform.SqlServer;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Storage;

/// <summary>Every shape of query the platform sends, as SQL Server would get it.</summary>
public sealed class SqlServerQueryTests
{
    private static readonly Guid SomeId = Guid.Parse("01993b2c-0000-7000-8000-000000000001", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_field_is_filtered_by_every_operator()
    {
        await using var sql = new SqlServerHost();
        foreach (var type in Contexts.Modules.SelectMany(m => m.RecordTypes))
        {
            foreach (var field in type.Fields)
            {
                foreach (var op in Enum.GetValues<FilterOp>())
                {
                    var filter = new Filter.Compare(field.Key, op, op == FilterOp.In ? [Sample(field), Sample(field)] : [Sample(field)]);
                    var asked = await sql.Send(new ListRecords(type.Key) { Filter = filter, Count = true });
                    Assert.All(asked.Problems, p => Assert.Equal(field.Encrypted ? "encrypted" : "bad-operator", p.Code));
                }

                await sql.Send(new ListRecords(type.Key) { Filter = new Filter.Compare(field.Key, FilterOp.Eq, (object?)null) });
            }
        }

        sql.AllIsTSql();
        Assert.Contains(sql.Connection.Texts, t => t.Contains("TRY_CAST(JSON_VALUE(t.ext, '$.\"extra\".\"weight\"') AS decimal(19,4)) >= @p", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_nest_and_take_many_values()
    {
        await using var sql = new SqlServerHost();
        Filter[] filters =
        [
            new Filter.All(), new Filter.Any(), new Filter.Not(new Filter.Any(Filter.Eq("title", "こころ"), new Filter.Not(Filter.Eq("price", 1)))),
            new Filter.Ids(), new Filter.Ids([SomeId]), new Filter.Ids([.. Enumerable.Range(0, 5_000).Select(_ => Guid.CreateVersion7())]),
            new Filter.Text("夏目 漱"), new Filter.Text("漱"), new Filter.Text(""),
            new Filter.Compare("price", FilterOp.In, [.. Enumerable.Range(0, 3_000).Select(i => (object?)i)]),
            new Filter.Compare("title", FilterOp.In, [.. Enumerable.Range(0, 3_000).Select(i => (object?)("本" + i))]),
            new Filter.Compare("pages", FilterOp.In, [.. Enumerable.Range(1, 3_000).Select(i => (object?)i)]),
            new Filter.Compare("publishedOn", FilterOp.In, [.. Enumerable.Range(0, 100).Select(i => (object?)new DateOnly(2026, 1, 1).AddDays(i))]),
            new Filter.Compare("scannedAt", FilterOp.In, [.. Enumerable.Range(0, 100).Select(i => (object?)DateTimeOffset.UnixEpoch.AddDays(i))]),
        ];
        foreach (var filter in filters)
        {
            var asked = await sql.Send(new ListRecords(LibraryModule.Book) { Filter = filter, Count = true });
            Assert.False(asked.Failed, string.Join('\n', asked.Problems.Select(p => p.Message.En)));
        }

        sql.AllIsTSql();
    }

    [Theory]
    [InlineData("price")]
    [InlineData("-price")]
    [InlineData("extra.weight")]
    [InlineData("-extra.lentOn")]
    [InlineData("-createdAt")]
    [InlineData("title")]
    [InlineData("inPrint")]
    [InlineData("tags")]
    [InlineData("extra.shelf,-price")]
    [InlineData("-extra.weight,title,-publishedOn")]
    public async Task Lists_are_sorted_and_walked_from_any_place(string order)
    {
        await using var sql = new SqlServerHost();
        Sort[] sorts = [.. order.Split(',').Select(Sort.Parse)];
        foreach (var empty in (bool[])[false, true])
        {
            var values = sorts.Select(s => empty ? null : RecordCursor.ToText(Sample(Books.Type.TryGet(s.Field, out var field) ? field : null)));
            var cursor = new RecordCursor(order, [.. values], SomeId).Encode();
            foreach (var after in (string?[])[null, cursor])
            {
                var asked = await sql.Send(new ListRecords(LibraryModule.Book) { Sort = sorts, After = after, Limit = 20, Deleted = empty });
                Assert.False(asked.Failed, string.Join('\n', asked.Problems.Select(p => p.Message.En)));
            }
        }

        sql.AllIsTSql();
        Assert.Contains(sql.Connection.Texts, t => t.EndsWith(" OFFSET 0 ROWS FETCH NEXT 21 ROWS ONLY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rights_narrow_lists_searches_and_bulk_edits()
    {
        await using var sql = new SqlServerHost();
        foreach (var reach in (Reach[])[Reach.Own, Reach.Team, Reach.All])
        {
            var user = TestHost.UserWith(["records.bulk"], (LibraryModule.Book, RecordAction.Read, reach), (LibraryModule.Book, RecordAction.Edit, reach));
            await sql.Send(new ListRecords(LibraryModule.Book) { Count = true, Titles = true }, user);
            await sql.Send(new SearchRecords("夏目漱石 門"), user);
            await sql.Send(new BulkEdit(LibraryModule.Book, Filter.Eq("genre", "novel"), new Dictionary<string, object?> { ["price"] = 500 }), user);
        }

        sql.AllIsTSql();
    }

    [Fact]
    public async Task Saving_changing_deleting_and_restoring_write_rows_history_events_and_search_text()
    {
        await using var sql = new SqlServerHost();
        var rows = Enumerable.Range(0, 30).Select(i => new Dictionary<string, object?>
        {
            ["title"] = $"本{i}", ["isbn"] = $"{i}", ["price"] = i % 2 == 0 ? null : 480.5m, ["publishedOn"] = "2026-01-01", ["opensAt"] = "09:30", ["inPrint"] = true,
            ["scannedAt"] = "2026-01-10 09:30", ["tags"] = "小説、随筆", ["pages"] = 300, ["authorId"] = null, ["extra.shelf"] = "A-3", ["extra.weight"] = 0.25m, ["extra.stamp"] = $"S-{i}",
        }).ToList();
        var saved = await sql.Send(new SaveRecords(LibraryModule.Book, rows) { Match = ["isbn"] });
        Assert.All(saved.Value.Rows, r => Assert.Equal(RowAction.Created, r.Action));
        Assert.Contains(sql.Connection.Texts, t => t.Contains("sp_getapplock", StringComparison.Ordinal));

        await using (var scope = sql.Scope())
        {
            var writer = scope.ServiceProvider.GetRequiredService<RecordWriter>();
            var book = new BookRecord { Version = 3, Title = "こころ", Price = 1, AuthorId = null, Tags = ["novel"] };
            RecordChange[] changes =
            [
                new(Books.Type, book, RecordActions.Updated, [.. Books.Type.Fields.Where(f => f.Setter is not null || f.InExt).Select(f => new FieldDelta(f, null, f.Get(book)))]),
                new(Books.Type, new BookRecord { Version = 1, Title = "門" }, RecordActions.Deleted, []),
                new(Books.Type, new BookRecord { Version = 1, Title = "草枕", DeletedAt = DateTimeOffset.UnixEpoch }, RecordActions.Restored, []),
            ];
            Assert.Empty(await writer.Write(changes, "値上げ", SomeId, CancellationToken.None));
        }

        sql.AllIsTSql();
        string[] verbs = ["INSERT INTO library_book ", "UPDATE library_book SET", "INSERT INTO platform_audit ", "INSERT INTO platform_outbox ", "INSERT INTO platform_search ", "DELETE FROM platform_search ", "UPDATE platform_change_set "];
        Assert.All(verbs, verb => Assert.Contains(sql.Connection.Texts, t => t.Contains(verb, StringComparison.Ordinal)));
        Assert.Contains(sql.Connection.Texts, t => t.Contains("author_id = NULL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_within_a_transaction_marks_a_place_and_goes_back_to_it()
    {
        await using var sql = new SqlServerHost();
        await using var scope = sql.Scope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.Write(
            async (connection, transaction) =>
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => session.Write<bool>((_, _) => throw new InvalidOperationException("no"), CancellationToken.None));
                return true;
            },
            CancellationToken.None);

        Assert.Equal(["SAVE TRANSACTION s1", "ROLLBACK TRANSACTION s1", "COMMIT TRANSACTION"], sql.Connection.Texts[^3..]);
    }

    [Fact]
    public async Task Records_are_read_back_from_what_SQL_Server_stores()
    {
        await using var sql = new SqlServerHost();
        var id = SomeId.ToByteArray(bigEndian: true);
        sql.Connection.Answer(
            "FROM library_book t", id, 2, null, """{"extra":{"weight":0.25}}""", "こころ", "9784101010137", 384, 462.5m, new DateTime(2022, 3, 1), new DateTimeOffset(2026, 1, 10, 0, 30, 0, TimeSpan.Zero),
            new TimeSpan(9, 30, 0), true, "novel", """["novel","essay"]""", id, "a@example.jp", "162-0805", "東京都", "新宿区", "矢来町71", null, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        var book = (await sql.Send(new GetRecord(LibraryModule.Book, SomeId))).Value;

        Assert.Equal((SomeId, 2, 384m, 462.5m), (book.Id, book.Version, book["pages"], book["price"]));
        Assert.Equal((new DateOnly(2022, 3, 1), new TimeOnly(9, 30), true), (book["publishedOn"], book["opensAt"], book["inPrint"]));
        Assert.Equal(["novel", "essay"], (string[])book["tags"]!);
        Assert.Equal((SomeId, 0.25m), (book["authorId"], book["extra.weight"]));
        sql.AllIsTSql();
    }

    [Fact]
    public async Task History_and_undo_walk_the_audit_table()
    {
        await using var sql = new SqlServerHost();
        var id = SomeId.ToByteArray(bigEndian: true);
        sql.Connection.Answer("FROM platform_change_set", null, id);
        await sql.Send(new GetHistory(LibraryModule.Book, SomeId));
        var undone = await sql.Send(new UndoChangeSet(SomeId));

        Assert.False(undone.Failed, string.Join('\n', undone.Problems.Select(p => p.Message.En)));
        Assert.Contains(sql.Connection.Texts, t => t.Contains("FROM platform_audit", StringComparison.Ordinal) && t.Contains("change_set = @p", StringComparison.Ordinal));
        Assert.Contains(sql.Connection.Texts, t => t.StartsWith("UPDATE platform_change_set SET undone_at", StringComparison.Ordinal));
        sql.AllIsTSql();
    }

    [Fact]
    public async Task Queues_jobs_notifications_and_files_speak_T_SQL()
    {
        await using var sql = new SqlServerHost();
        await sql.Services.GetRequiredService<FanOut>().Run(SqlServerHost.Tenant, CancellationToken.None);
        var user = TestHost.UserWith();
        await sql.Send(new NotifyUser(user.Id!.Value, new("件名", "Subject")));
        await sql.Send(new ListNotifications { Before = SomeId }, user);
        await sql.Send(new MarkNotificationsRead([SomeId]), user);
        await sql.Send(new ListJobRuns { Before = SomeId, State = "failed" });
        await sql.Send(new ListJobs());
        await sql.Send(new ListDeadLetters());
        await sql.Send(new ListRetries());
        await sql.Send(new GetOutboxState());
        await sql.Send(new RetryDeadLetter(SomeId, "x"));
        await using (var scope = sql.Scope())
        {
            var files = scope.ServiceProvider.GetRequiredService<IFiles>();
            var file = await files.Save("見積.txt", "text/plain", new MemoryStream("こんにちは"u8.ToArray()), CancellationToken.None);
            await files.Open(file, CancellationToken.None);
            await files.Delete(file, CancellationToken.None);
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            foreach (var tidy in sql.Services.GetServices<ITidy>()) await tidy.Tidy(SqlServerHost.Tenant, await session.Sql(CancellationToken.None), CancellationToken.None);
            foreach (var queue in (TenantQueue[])[sql.Services.GetRequiredService<OutboxDispatcher>(), sql.Services.GetRequiredService<JobRunner>()])
            {
                await (await session.Sql(CancellationToken.None)).Rows(queue.Due([SqlServerHost.Tenant, SqlServerHost.Tenant]), r => r.Id(0), CancellationToken.None);
            }
        }

        sql.AllIsTSql();
        Assert.True(sql.Connection.Texts.Count > 25, $"only {sql.Connection.Texts.Count} commands");
    }

    [Fact]
    public void Indexes_of_extension_fields_are_made_once_over_the_expression_that_queries_use()
    {
        var dialect = new SqlServerDialect();
        foreach (var field in Contexts.Modules.SelectMany(m => m.RecordTypes).SelectMany(t => t.Fields).Where(f => f is { InExt: true, Indexed: true }))
        {
            var name = ExtIndexes.NameOf(Books.Type, field);
            var create = dialect.CreateExtIndex(name, Books.Type.Table, field);
            TSql.Parse(create);
            TSql.Parse(dialect.DropIndex(name, Books.Type.Table));

            // The computed column serves a query only when both are the same to the letter.
            var computed = dialect.Expression(field).Replace("t.ext", "ext", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
            Assert.Contains($"ADD {name}_value AS {computed}'", create, StringComparison.Ordinal);
            Assert.Contains("IF NOT EXISTS (SELECT 1 FROM sys.indexes", create, StringComparison.Ordinal);
        }
    }

    private static object? Sample(Field? field) => field?.Kind switch
    {
        null => DateTimeOffset.UnixEpoch,
        FieldKind.Number or FieldKind.Money => field.ColumnType == typeof(int) ? 3m : 3.5m,
        FieldKind.Date => new DateOnly(2026, 4, 1),
        FieldKind.DateTime => new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero),
        FieldKind.Time => new TimeOnly(9, 30),
        FieldKind.YesNo => true,
        FieldKind.Choice => field.Choices[0].Key,
        FieldKind.MultiChoice => new[] { field.Choices[0].Key },
        FieldKind.Reference or FieldKind.User or FieldKind.File => SomeId,
        FieldKind.Email => "hanako@example.jp",
        FieldKind.Url => "https://example.jp/",
        FieldKind.PostalCode => "162-0805",
        FieldKind.Kana => "サトウ",
        FieldKind.Phone => "03-1234-5678",
        _ => "佐藤",
    };
}
