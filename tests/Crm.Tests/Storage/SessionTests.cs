using System.Data;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Storage;

/// <summary>The one connection and transaction of a scope.</summary>
public sealed class SessionTests
{
    private static Dictionary<string, object?> Book(string title, string? isbn = null) => new() { ["title"] = title, ["isbn"] = isbn };

    [Theory, EveryDatabase]
    public async Task A_lost_race_within_a_larger_write_leaves_nothing_of_the_batch(string database)
    {
        await using var crm = await TestHost.Start(database);
        var saved = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("こころ")));
        await using (var scope = await crm.Scope())
        {
            var writer = scope.Get<RecordWriter>();
            var lost = await scope.Get<Session>().Write(
                (_, _) => writer.Write(
                    [
                        new(Books.Type, new BookRecord { Title = "門" }, RecordActions.Created, []),
                        new(Books.Type, new BookRecord { Id = saved.Id, Version = 7 }, RecordActions.Updated, []),
                    ],
                    null, Guid.CreateVersion7(), CancellationToken.None),
                CancellationToken.None);
            Assert.Equal([saved.Id], lost);
        }

        var left = await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title"] });
        Assert.Equal(["こころ"], left.Rows.Select(r => r.Values[0]));
    }

    /// <summary>At a million records both made a search of one millisecond take fifty.</summary>
    [PostgreSqlFact]
    public async Task PostgreSQL_compiles_no_query_and_starts_no_workers_for_a_small_one_also_on_a_connection_that_was_used_before()
    {
        await using var crm = await TestHost.Start(Infrastructure.Databases.PostgreSql);
        for (var i = 0; i < 3; i++)
        {
            await using var scope = await crm.Scope();
            await using var command = await scope.Get<Session>().Command(CancellationToken.None);
            command.CommandText = "SELECT current_setting('jit') || ' ' || current_setting('parallel_setup_cost')";
            Assert.Equal("off 20000", await command.ExecuteScalarAsync());
        }
    }

    [Theory, EveryDatabase]
    public async Task A_module_opens_its_tables_while_what_was_written_is_being_made_searchable(string database)
    {
        await using var crm = await TestHost.Start(database);
        await using var scope = await crm.Scope();
        var writer = scope.Get<RecordWriter>();
        var books = await scope.Get<Session>().Write(
            async (_, _) =>
            {
                await writer.Write([new(Books.Type, new BookRecord { Title = "吾輩は猫である" }, RecordActions.Created, [])], null, Guid.CreateVersion7(), CancellationToken.None);
                return await scope.Of<LibraryDb>("library").Books.CountAsync();
            },
            CancellationToken.None);

        Assert.Equal(1, books);
    }

    [Theory, EveryDatabase]
    public async Task A_refused_row_within_a_larger_write_does_not_spoil_the_rest(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("こころ", "1")));
        await using (var scope = await crm.Scope())
        {
            var session = scope.Get<Session>();
            var writer = scope.Get<RecordWriter>();
            var committed = 0;
            await session.Write(
                async (_, _) =>
                {
                    var twice = await Xunit.Record.ExceptionAsync(() => session.Write(
                        async (_, _) =>
                        {
                            session.AfterCommit(() => committed = -1);
                            return await writer.Write([new(Books.Type, new BookRecord { Title = "写し", Isbn = "1" }, RecordActions.Created, [])], null, null, CancellationToken.None);
                        },
                        CancellationToken.None));
                    Assert.True(session.Dialect.IsUniqueViolation(twice!));
                    session.AfterCommit(() => committed++);
                    await writer.Write([new(Books.Type, new BookRecord { Title = "門", Isbn = "2" }, RecordActions.Created, [])], null, null, CancellationToken.None);
                    return true;
                },
                CancellationToken.None);
            Assert.Equal(1, committed);
        }

        var left = await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title"], Sort = [new("title")] });
        Assert.Equal(["こころ", "門"], left.Rows.Select(r => r.Values[0]));
    }

    [Theory, EveryDatabase]
    public async Task Requests_sent_at_the_same_time_in_one_scope_take_turns(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("こころ")));
        await using var scope = await crm.Scope();
        var mediator = scope.Get<IMediator>();

        var lists = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0
            ? Task.Run(() => mediator.Send(new ListRecords(LibraryModule.Book) { Count = true }))
            : mediator.Send(new ListRecords(LibraryModule.Book) { Count = true })));

        Assert.All(lists, list => Assert.Equal(1, list.Value.Count));
    }

    [Theory, EveryDatabase]
    public async Task Work_that_outlives_its_scope_cannot_write(string database)
    {
        await using var crm = await TestHost.Start(database);
        Session session;
        await using (var scope = await crm.Scope())
        {
            session = scope.Get<Session>();
            await session.Open(CancellationToken.None);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.Write((_, _) => Task.FromResult(true), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_query_that_would_block_a_thread_is_refused_instead_of_run_unprepared(string database)
    {
        await using var crm = await TestHost.Start(database);
        await using var scope = await crm.Scope();
        var db = scope.Of<LibraryDb>("library");

        Assert.Throws<NotSupportedException>(() => db.Books.ToList());
        Assert.Empty(await db.Books.ToListAsync());
    }

    [Fact]
    public async Task A_connection_that_could_not_be_prepared_is_not_taken_for_ready()
    {
        await using var sql = new SqlServerHost();
        await using var scope = sql.Scope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        sql.Connection.Fail = true;
        await Assert.ThrowsAsync<TimeoutException>(() => session.Open(CancellationToken.None));
        Assert.Equal(ConnectionState.Closed, sql.Connection.State);

        sql.Connection.Fail = false;
        await session.Open(CancellationToken.None);
        Assert.Contains("sp_set_session_context", sql.Connection.Texts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_lost_in_a_transaction_is_not_replaced_by_another()
    {
        await using var sql = new SqlServerHost();
        await using var scope = sql.Scope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.Write(
            async (connection, _) =>
            {
                await connection.CloseAsync();
                await Assert.ThrowsAsync<InvalidOperationException>(() => session.Command(CancellationToken.None));
                return true;
            },
            CancellationToken.None);
    }

    [Theory, EveryDatabase]
    public async Task A_module_may_try_again_after_a_value_was_taken(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("こころ", "1")));
        var mine = await crm.Ask(new SaveRecord(LibraryModule.Book, null, Book("門", "2")));
        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<LibraryDb>("library");
            var book = (await db.Books.FindAsync(crm.Tenant.Id, mine.Id))!;
            book.Isbn = "1";
            Assert.Equal("taken", (await db.SaveAsync()).Problems.Single().Code);
            book.Isbn = "3";

            // In the tenant's own time zone, as a module may well have it.
            book.ScannedAt = new DateTimeOffset(2026, 1, 10, 9, 30, 0, TimeSpan.FromHours(9));
            book.Price = 462.1234m;
            Assert.False((await db.SaveAsync()).Failed);
        }

        var saved = await crm.Ask(new GetRecord(LibraryModule.Book, mine.Id));
        Assert.Equal((2, "3", new DateTimeOffset(2026, 1, 10, 0, 30, 0, TimeSpan.Zero), 462.1234m), (saved.Version, saved["isbn"], saved["scannedAt"], saved["price"]));
    }

    [Fact]
    public async Task A_migration_that_was_killed_does_not_hold_up_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("crm-killed-");
        var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "crm.db"), Pooling = false }.ToString();
        await using (var connection = new SqliteConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-20 00:00:00');
                """;
            await command.ExecuteNonQueryAsync();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await Migrating.Run(new SqliteDialect(), connectionString, [], patience.Token);
        folder.Delete(recursive: true);
    }
}
