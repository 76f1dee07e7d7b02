using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;

namespace Crm.Tests.Storage;

/// <summary>Values at the edge of what columns and indexes hold, the same on every database.</summary>
public sealed class FilterTests
{
    [Theory, EveryDatabase]
    public async Task Several_choices_are_filtered_by_equal_in_and_not(string database)
    {
        await using var crm = await TestHost.Start(database);
        (string Title, string[]? Both)[] books = [("一", ["novel"]), ("二", ["novel", "essay"]), ("三", ["manga"]), ("四", null)];
        await crm.Ask(new SaveRecords(LibraryModule.Book, [.. books.Select(b => new Dictionary<string, object?> { ["title"] = b.Title, ["tags"] = b.Both, ["extra.kinds"] = b.Both })]));

        foreach (var field in (string[])["tags", "extra.kinds"])
        {
            async Task<string> Titles(FilterOp op, params object?[] values)
            {
                var page = await crm.Ask(new ListRecords(LibraryModule.Book) { Filter = new Filter.Compare(field, op, values), Fields = ["title"], Sort = [new("createdAt")] });
                return string.Concat(page.Rows.Select(r => r.Values[0]).Order(Comparer<object?>.Create((a, b) => "一二三四".IndexOf((string)a!, StringComparison.Ordinal).CompareTo("一二三四".IndexOf((string)b!, StringComparison.Ordinal)))));
            }

            Assert.Equal("一二", await Titles(FilterOp.Eq, "novel"));
            Assert.Equal("二", await Titles(FilterOp.Contains, (object)new[] { "novel", "essay" }));
            Assert.Equal("三四", await Titles(FilterOp.Ne, "novel"));
            Assert.Equal("二三", await Titles(FilterOp.In, "essay", "manga"));
            Assert.Equal("四", await Titles(FilterOp.Eq, (object?)null));
            var refused = await crm.Send(new ListRecords(LibraryModule.Book) { Filter = new Filter.Compare(field, FilterOp.Lt, "novel") });
            Assert.Equal("bad-operator", refused.Problems.Single().Code);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_whole_number_refuses_decimals_and_what_its_column_does_not_hold(string database)
    {
        await using var crm = await TestHost.Start(database);

        var fraction = await crm.Send(new ListRecords(LibraryModule.Book) { Filter = new Filter.Compare("pages", FilterOp.Gt, "1.5") });
        var giant = await crm.Send(new ListRecords(LibraryModule.Book) { Filter = new Filter.Compare("pages", FilterOp.Lt, "99999999999") });

        Assert.Equal(("not-whole", "pages"), (fraction.Problems.Single().Code, fraction.Problems.Single().Field));
        Assert.Equal("out-of-range", giant.Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task The_longest_indexed_text_fits_the_index_and_a_longer_one_is_refused_in_words(string database)
    {
        await using var crm = await TestHost.Start(database);

        // Without repetition, so that no compression makes it short.
        var random = new Random(1);
        var kana = string.Concat(Enumerable.Range(0, FieldInput.LongestIndexed).Select(_ => (char)random.Next('ァ', 'ヶ')));
        var fits = await crm.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "長井", ["nameKana"] = kana }));
        var longer = await crm.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "長井", ["nameKana"] = kana + "ア" }));

        Assert.False(fits.Failed);
        Assert.Equal("too-long", longer.Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task A_condition_takes_thousands_of_values_and_says_when_they_are_too_many(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "本3999" }));
        ListRecords Ask(int values) => new(LibraryModule.Book) { Filter = new Filter.Compare("title", FilterOp.In, [.. Enumerable.Range(0, values).Select(i => (object?)$"本{i}")]) };

        Assert.Single((await crm.Ask(Ask(4_000))).Rows);
        Assert.Equal("too-many-values", (await crm.Send(Ask(10_001))).Problems.Single().Code);
    }
}
