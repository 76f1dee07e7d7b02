using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Records;

/// <summary>How the database finds the pages of lists, as it tells itself: what walks 20,000 records here takes seconds at a million.</summary>
public sealed class ListPlanTests
{
    private const int Books = 20_000;

    private static readonly FieldDefinition Points = new() { Kind = FieldKind.Number, Ja = "点数", En = "Points" };

    [Theory, EveryDatabase]
    public async Task Filters_by_an_own_field_and_later_pages_are_found_by_an_index(string database)
    {
        await using var crm = await TestHost.Start(database);
        var points = await crm.Ask(new DefineField(LibraryModule.Book, "points", Points));
        await Fill(crm, points);
        var filtered = new ListRecords(LibraryModule.Book) { Filter = Filter.Eq(points, 7), Limit = 25 };
        var byTitle = filtered with { Sort = [new("title", false)] };
        var byPoints = new ListRecords(LibraryModule.Book) { Filter = new Filter.Compare(points, FilterOp.Gte, 500), Sort = [new(points, false)], Limit = 25 };
        var byPrice = new ListRecords(LibraryModule.Book) { Sort = [new("price", true)], Limit = 25 };
        Assert.DoesNotContain("ix_ext_", await Plan(crm, filtered), StringComparison.Ordinal);

        var index = await IndexOf(crm, points);

        foreach (var list in (ListRecords[])[filtered, byTitle, byPoints]) FoundBy(index, await Plan(crm, list));
        var next = byPoints with { After = (await crm.Ask(byPoints)).Next };
        FoundBy(index, await Plan(crm, next), database == Databases.Sqlite ? "<expr>>?" : "END, id) > ROW(");
        next = byPrice with { After = (await crm.Ask(byPrice)).Next };
        FoundBy("ix_library_book_price_id", await Plan(crm, next), database == Databases.Sqlite ? "(price,id)<(?,?)" : "ROW(price, id) < ROW(");
        Assert.Equal([.. Enumerable.Range(0, 10).Select(_ => (object)7m)], (await crm.Ask(filtered with { Fields = [points] })).Rows.Select(r => r.Values[0]));
    }

    [Fact]
    public async Task SQLite_is_looked_at_after_many_writes_and_then_left_alone()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite);
        await crm.Ask(new SaveRecords(LibraryModule.Book, [.. Enumerable.Range(0, 500).Select(i => new Dictionary<string, object?> { ["title"] = $"本{i}", ["price"] = i })]));
        var dialect = crm.Services.GetRequiredService<Platform.Storage.Databases>().Dialect;
        await using var connection = (SqliteConnection)await crm.Services.GetRequiredService<Platform.Storage.Databases>().Open(null, CancellationToken.None);
        Assert.NotEmpty(await Wanted(connection));

        await dialect.Upkeep(connection, thorough: false, CancellationToken.None);

        Assert.Empty(await Wanted(connection));
    }

    private static async Task Fill(TestHost crm, string points)
    {
        for (var at = 0; at < Books; at += 5_000)
        {
            await crm.Ask(new SaveRecords(
                LibraryModule.Book, [.. Enumerable.Range(at, 5_000).Select(i => new Dictionary<string, object?> { ["title"] = $"本{i % 5_000}", ["price"] = i, [points] = i % 2_000 })]));
        }
    }

    /// <summary>Makes the field an indexed one, and its index as the background would.</summary>
    private static async Task<string> IndexOf(TestHost crm, string key)
    {
        await crm.Ask(new DefineField(LibraryModule.Book, "points", Points with { Indexed = true }));
        await using var scope = await crm.Scope();
        var current = scope.Get<Platform.Tenancy.Current>();
        Assert.True(current.Catalog.TryGet(LibraryModule.Book, out var type));
        await crm.Services.GetRequiredService<ExtIndexes>().Build(
            crm.Services.GetRequiredService<Platform.Storage.Databases>().Of(current.Tenant), type, type[key], CancellationToken.None);
        return ExtIndexes.NameOf(type, type[key]);
    }

    /// <summary>The plan of the first query sent for a page; the second, for empty values, is sent only when the first did not fill it.</summary>
    private static async Task<string> Plan(TestHost crm, ListRecords list)
    {
        await using var scope = await crm.Scope();
        var explained = await ((ListRecordsHandler)scope.Get<IRequestHandler<ListRecords, Result<RecordPage>>>()).Explain(list, CancellationToken.None);
        Assert.False(explained.Failed, string.Join('\n', explained.Problems.Select(p => p.Message.En)));
        return explained.Value[0];
    }

    private static void FoundBy(string index, string plan, string seek = "")
    {
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.Contains(seek, plan, StringComparison.Ordinal);
        Assert.DoesNotMatch("Seq Scan|SCAN t|Rows Removed by Filter: [0-9]{3}", plan);
    }

    private static async Task<List<object?[]>> Wanted(SqliteConnection connection) => await Storage.Schema.ActualTables.Rows(connection, "PRAGMA optimize(-1)");
}
