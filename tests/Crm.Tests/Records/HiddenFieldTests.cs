using System.Text;
using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Export;
using Crm.Platform.Fields;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Records;

/// <summary>What is hidden from somebody comes to them by no way round: not by search, sorting, titles, history or audit.</summary>
public sealed class HiddenFieldTests
{
    private const string Kana = LibraryModule.Author + "/nameKana";

    [Theory, EveryDatabase]
    public async Task Search_neither_shows_nor_finds_what_is_hidden(string database)
    {
        await using var crm = await TestHost.Start(database);
        var soseki = await Author(crm, "夏目 漱石", "ナツメ ソウセキ");
        await Author(crm, "森 鷗外", "モリ オウガイ");
        var clerk = Reader([Kana]);

        Assert.Empty(await crm.Ask(new SearchRecords("ナツメ"), actor: clerk));
        var hit = Assert.Single(await crm.Ask(new SearchRecords("夏目"), actor: clerk));
        Assert.Equal((soseki, "夏目 漱石", null), (hit.Id, hit.Title, hit.Snippet));
        Assert.NotNull(Assert.Single(await crm.Ask(new SearchRecords("ナツメ"), actor: Reader([]))).Snippet);

        var nameless = Reader([LibraryModule.Author + "/name"]);
        Assert.Empty(await crm.Ask(new SearchRecords("夏目"), actor: nameless));
        Assert.DoesNotContain("夏目", Assert.Single(await crm.Ask(new SearchRecords("ナツメ"), actor: nameless)).Title, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Lists_counts_and_bulk_edits_do_not_match_hidden_text(string database)
    {
        await using var crm = await TestHost.Start(database);
        await Author(crm, "夏目 漱石", "ナツメ ソウセキ");
        await Author(crm, "森 鷗外", "モリ オウガイ");
        var clerk = TestHost.UserWithout(
            [Kana], [PlatformPermissions.Bulk], (LibraryModule.Author, RecordAction.Read, Reach.All), (LibraryModule.Author, RecordAction.Edit, Reach.All));

        var byKana = await crm.Ask(Authors(new Filter.Text("ナツメ")), actor: clerk);
        Assert.Equal((0, 0L), (byKana.Rows.Count, byKana.Count!.Value));
        var not = await crm.Ask(Authors(new Filter.Not(new Filter.All(new Filter.Text("ナツメ")))), actor: clerk);
        Assert.Equal((2, 2L), (not.Rows.Count, not.Count!.Value));
        var byName = await crm.Ask(Authors(new Filter.Text("漱石")), actor: clerk);
        Assert.Equal((1, 1L), (byName.Rows.Count, byName.Count!.Value));

        var edit = new BulkEdit(LibraryModule.Author, new Filter.Text("ナツメ"), new Dictionary<string, object?> { ["name"] = "変更" });
        Assert.Empty((await crm.Ask(edit, actor: clerk)).Rows);
        Assert.Single((await crm.Ask(edit with { Filter = new Filter.Text("漱石") }, actor: clerk)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task A_list_sorted_by_a_name_is_not_sorted_by_a_hidden_reading_and_its_cursor_does_not_tell_it(string database)
    {
        await using var crm = await TestHost.Start(database);
        await Author(crm, "夏目 漱石", "ナツメ ソウセキ");
        await Author(crm, "森 鷗外", "モリ オウガイ");
        var list = new ListRecords(LibraryModule.Author) { Sort = [new("name")], Limit = 1, Fields = ["name"] };

        var page = await crm.Ask(list, actor: Reader([Kana]));
        Assert.DoesNotContain("ナツメ", Decoded(page.Next!), StringComparison.Ordinal);
        Assert.Contains("ナツメ", Decoded((await crm.Ask(list, actor: Reader([]))).Next!), StringComparison.Ordinal);
        Assert.Equal(2, (await crm.Ask(list with { Limit = 10 }, actor: Reader([Kana]))).Rows.Count);
    }

    [Theory, EveryDatabase]
    public async Task A_key_worked_out_from_a_hidden_field_is_hidden_too(string database)
    {
        await using var crm = await TestHost.Start(database, new Crm.Customers.CustomersModule());
        await crm.Ask(new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "夏目", ["lastNameKana"] = "ナツメ", ["birthDate"] = "1990-02-09" }));
        var clerk = TestHost.UserWithout(["customers.person/lastNameKana", "customers.person/birthDate"], [], ("customers.person", RecordAction.Read, Reach.All));

        foreach (var key in new[] { "sortName", "birthMonth" })
        {
            Assert.Equal("unknown-field", Code(await crm.Send(new ListRecords("customers.person") { Fields = [key] }, actor: clerk)));
            Assert.Equal("unknown-field", Code(await crm.Send(new ListRecords("customers.person") { Filter = new Filter.Compare(key, FilterOp.Empty, false) }, actor: clerk)));
            Assert.Equal("unknown-field", Code(await crm.Send(new ListRecords("customers.person") { Sort = [new(key)] }, actor: clerk)));
        }

        Assert.False((await crm.Send(new ListRecords("customers.person") { Fields = ["nameKey"], Sort = [new("lastName")] }, actor: clerk)).Failed);
    }

    [Theory, EveryDatabase]
    public async Task A_record_one_may_not_read_has_no_title_and_a_hidden_name_stands_in_none(string database)
    {
        await using var crm = await TestHost.Start(database);
        var soseki = await Author(crm, "夏目 漱石", "ナツメ ソウセキ");
        var book = (await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "こころ", ["authorId"] = soseki }))).Id;
        var mine = TestHost.UserWith((LibraryModule.Book, RecordAction.Read, Reach.All), (LibraryModule.Book, RecordAction.Export, Reach.All), (LibraryModule.Author, RecordAction.Read, Reach.Own));
        var nameless = Reader([LibraryModule.Author + "/name"]);
        var list = new ListRecords(LibraryModule.Book) { Fields = ["authorId"], Titles = true };

        Assert.Empty((await crm.Ask(list, actor: mine)).Titles);
        Assert.Empty((await crm.Ask(new GetRecord(LibraryModule.Book, book), actor: mine)).Titles);
        Assert.Empty((await crm.Ask(list, actor: nameless)).Titles);
        Assert.Equal("夏目 漱石", (await crm.Ask(list, actor: Reader([]))).Titles[soseki]);

        using var file = new MemoryStream();
        await crm.Ask(new ExportRecords(LibraryModule.Book, ExportFormat.CsvUtf8, file), actor: mine);
        Assert.DoesNotContain("夏目", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_field_taken_out_of_use_shows_its_past_to_administrators_only(string database)
    {
        await using var crm = await TestHost.Start(database);
        var field = new FieldDefinition { Kind = FieldKind.Text, Ja = "弱み", En = "Weak point" };
        var key = await crm.Ask(new DefineField(LibraryModule.Author, "weak", field));
        var soseki = await Author(crm, "夏目 漱石", "ナツメ ソウセキ");
        await crm.Ask(new SaveRecord(LibraryModule.Author, soseki, new Dictionary<string, object?> { [key] = "胃弱" }));
        var clerk = TestHost.UserWithout([LibraryModule.Author + "/" + key], [AuditRights.Key], (LibraryModule.Author, RecordAction.Read, Reach.All));
        Assert.False((await crm.Send(new RemoveField(LibraryModule.Author, key))).Failed);

        Assert.DoesNotContain(await Past(clerk), f => f == key);
        Assert.Contains(await Past(null), f => f == key);
        Assert.DoesNotContain((await crm.Ask(new ListAudit(), actor: clerk)).Entries, e => e.RecordType == LibraryModule.Author && e.Detail?.Contains("胃弱", StringComparison.Ordinal) == true);

        async Task<IEnumerable<string>> Past(Actor? actor) =>
            (await crm.Ask(new GetHistory(LibraryModule.Author, soseki), actor: actor)).SelectMany(e => e.Changes).Select(c => c.Field);
    }

    [Theory, EveryDatabase]
    public async Task The_audit_shows_nobody_more_than_the_records_themselves(string database)
    {
        await using var crm = await TestHost.Start(database);
        var soseki = await Author(crm, "夏目", "ナツメ");
        await crm.Ask(new SaveRecord(LibraryModule.Author, soseki, new Dictionary<string, object?> { ["name"] = "夏目 漱石", ["nameKana"] = "ナツメ ソウセキ" }));

        var whole = (await crm.Ask(new ListAudit())).Entries.Single(e => e.Action == "updated");
        Assert.Contains("ソウセキ", whole.Detail, StringComparison.Ordinal);
        var hiding = (await crm.Ask(new ListAudit(), actor: Auditor(Reach.All, Kana))).Entries.Single(e => e.Action == "updated");
        Assert.Contains("漱石", hiding.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("ソウセキ", hiding.Detail, StringComparison.Ordinal);
        Assert.Null((await crm.Ask(new ListAudit(), actor: Auditor(Reach.Own))).Entries.Single(e => e.Action == "updated").Detail);

        static Actor Auditor(Reach reach, params string[] hidden) => TestHost.UserWithout(hidden, [AuditRights.Key], (LibraryModule.Author, RecordAction.Read, reach));
    }

    private static ListRecords Authors(Filter filter) => new(LibraryModule.Author) { Filter = filter, Fields = ["name"], Count = true };

    private static Actor Reader(IReadOnlyList<string> hidden) =>
        TestHost.UserWithout(hidden, [], (LibraryModule.Author, RecordAction.Read, Reach.All), (LibraryModule.Book, RecordAction.Read, Reach.All));

    private static async Task<Guid> Author(TestHost crm, string name, string kana) =>
        (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = name, ["nameKana"] = kana }))).Id;

    private static string Decoded(string cursor) => System.Text.RegularExpressions.Regex.Unescape(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)));

    private static string Code(Sdk.Result result) => Assert.Single(result.Problems).Code;
}
