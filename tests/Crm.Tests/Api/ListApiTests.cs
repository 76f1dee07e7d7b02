using System.Text.Json;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class ListApiTests(ApiHosts hosts)
{
    private const string Books = "records/library.book";

    public static TheoryData<string, string[]> Filters => new()
    {
        { "filter[genre]=novel", ["こころ", "三四郎"] },
        { "filter[genre][ne]=novel", ["草枕", "門", "無題"] },
        { "filter[price][gt]=500", ["三四郎", "門"] },
        { "filter[price][gte]=500&filter[price][lte]=600", ["草枕", "三四郎"] },
        { "filter[publishedOn][lt]=1907-01-01", ["草枕"] },
        { "filter[title][in]=こころ,門", ["こころ", "門"] },
        { "filter[title][contains]=四", ["三四郎"] },
        { "filter[title][starts]=三", ["三四郎"] },
        { "filter[genre][empty]=true", ["無題"] },
        { "filter[genre][empty]=false&sort=title", ["こころ", "三四郎", "草枕", "門"] },
        { "filter[tags][contains]=essay", ["草枕"] },
        { "filter[extra.shelf]=A-1", ["こころ"] },
        { "filter[extra.shelf][in]=A-1,A-2", ["こころ", "三四郎"] },
        { "filter[extra.weight][gte]=0.5", ["三四郎"] },
        { "filter[inPrint]=true", ["こころ"] },
        { """filter={"or":[{"field":"genre","op":"eq","value":"novel"},{"field":"price","op":"gt","value":600}]}""", ["こころ", "三四郎", "門"] },
        { """filter={"and":[{"field":"genre","value":"novel"},{"not":{"field":"title","value":"こころ"}}]}""", ["三四郎"] },
        { """filter={"field":"title","op":"in","value":["こころ","草枕"]}""", ["こころ", "草枕"] },
        { """filter={"not":{"field":"genre","op":"empty","value":true},"field":"price","op":"lt","value":"600"}""", ["こころ", "草枕"] },
        { """filter={"field":"genre","value":"novel"}&filter[title]=こころ""", ["こころ"] },
        { "q=三四郎", ["三四郎"] },
        { "filter[genre]=novel&filter[genre]=essay", [] },
    };

    [Theory, EveryDatabase]
    public async Task Every_way_of_filtering_finds_the_same_books(string database)
    {
        var admin = await Library(database);

        foreach (var row in Filters)
        {
            var (query, expected) = ((string)row[0], (string[])row[1]);
            var found = (await admin.Get($"{Books}?{Escaped(query)}")).Is(200);
            Assert.True(
                expected.Order(StringComparer.Ordinal).SequenceEqual(Titles(found).Order(StringComparer.Ordinal)), $"{query}: {string.Join(",", Titles(found))}");
        }
    }

    [Theory, EveryDatabase]
    public async Task A_list_is_sorted_walked_page_by_page_and_counted(string database)
    {
        var admin = await Library(database);

        var walked = new List<string>();
        string? next = null;
        do
        {
            var page = (await admin.Get($"{Books}?sort=-price,title&limit=2&count=true&fields=title,extra.shelf{(next is null ? "" : "&after=" + Uri.EscapeDataString(next))}")).Is(200);
            Assert.Equal(5, page["count"].GetInt32());
            Assert.False(page["countIsEstimate"].GetBoolean());
            Assert.Equal(["fields", "id", "title", "version"], page["items"][0].EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
            walked.AddRange(Titles(page));
            next = page["next"].GetString();
        }
        while (next is not null);

        Assert.Equal(["門", "三四郎", "草枕", "こころ", "無題"], walked);
    }

    [Theory, EveryDatabase]
    public async Task A_list_of_chosen_ids(string database)
    {
        var admin = await Library(database);
        var ids = (await admin.Get(Books + "?sort=title")).Is(200)["items"].EnumerateArray().Select(i => i.GetProperty("id").GetString()!).ToArray();

        Assert.Single(Titles((await admin.Get($"{Books}?filter[id]={ids[0]}")).Is(200)));
        Assert.Equal(2, Titles((await admin.Get($"{Books}?filter[id][in]={ids[0]},{ids[1]},{Guid.CreateVersion7()},x")).Is(200)).Count);
        Assert.Equal(4, Titles((await admin.Get($"{Books}?filter[id][ne]={ids[0]}")).Is(200)).Count);
        (await admin.Get($"{Books}?filter[id][gt]={ids[0]}")).Refuses(400, "id:bad-operator");
    }

    [Theory, EveryDatabase]
    public async Task What_cannot_be_understood_is_refused_and_never_means_all(string database)
    {
        var admin = await Library(database);

        (await admin.Get(Books + "?filtre[genre]=novel")).Refuses(400, "filtre[genre]:unknown-parameter");
        (await admin.Get(Books + "?filter[genre")).Refuses(400, "filter[genre:bad-filter");
        (await admin.Get(Books + "?filter[genre][like]=x")).Refuses(400, "genre:bad-operator");
        (await admin.Get(Books + "?filter[genres]=novel")).Refuses(422, "genres:unknown-field");
        (await admin.Get(Books + "?filter[price][gt]=dear")).Refuses(422, "price:not-a-number");
        (await admin.Get(Books + "?filter[price][contains]=4")).Refuses(422, "price:bad-operator");
        (await admin.Get(Books + "?filter={")).Refuses(400, "filter:malformed-json");
        (await admin.Get(Books + "?filter=" + Uri.EscapeDataString("""{"feld":"genre"}"""))).Refuses(400, "filter:bad-filter");
        (await admin.Get(Books + "?filter=" + Uri.EscapeDataString("""{"field":"genre","op":"eq","value":{"a":1}}"""))).Refuses(400, "filter:bad-filter");
        (await admin.Get(Books + "?filter=" + Uri.EscapeDataString(string.Concat(Enumerable.Repeat("""{"not":""", 13)) + "{}" + new string('}', 13)))).Refuses(400);
        (await admin.Get(Books + "?filter=" + Uri.EscapeDataString("{\"or\":[" + string.Join(',', Enumerable.Repeat("{}", 300)) + "]}"))).Refuses(400, "filter:bad-filter");
        (await admin.Get($"{Books}?filter[title][in]={string.Join(',', Enumerable.Range(0, 1_001))}")).Refuses(400);
        (await admin.Get(Books + "?sort=colour")).Refuses(422, "colour:unknown-field");
        (await admin.Get(Books + "?fields=title,colour")).Refuses(422, "colour:unknown-field");
        (await admin.Get(Books + "?limit=501")).Refuses(422, "limit:bad-limit");
        (await admin.Get(Books + "?limit=many")).Refuses(400, "limit:bad-limit");
        (await admin.Get(Books + "?after=zzz")).Refuses(422, "after:bad-cursor");
        (await admin.Get(Books + "?count=perhaps")).Refuses(400, "count:bad-flag");
        (await admin.Get("records/library.nothing?limit=5")).Refuses(404, ":unknown-record-type");
    }

    [Theory, EveryDatabase]
    public async Task A_batch_creates_updates_and_says_what_became_of_each_row(string database)
    {
        var admin = await Library(database);

        var saved = (await admin.Post(Books + "/batch", new
        {
            match = new[] { "isbn" },
            rows = new object[]
            {
                new { isbn = "1", title = "こころ" }, new { isbn = "2", title = "三四郎（改版）" }, new { isbn = "9", title = "坑夫", fields = new { extra = new { shelf = "C-1" } } }, new { isbn = "10", price = "x" }, "no row",
            },
            reason = "年次の見直し",
        })).Is(200);

        Assert.Equal(["unchanged", "updated", "created", "refused", "refused"], saved["rows"].EnumerateArray().Select(r => r.GetProperty("action").GetString()!));
        Assert.Equal(1, saved["created"].GetInt32());
        Assert.Equal(2, saved["refused"].GetInt32());
        Assert.Equal("price", saved["rows"][3].GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(6, (await admin.Get(Books + "?count=true"))["count"].GetInt32());

        var undone = (await admin.Post($"change-sets/{saved["changeSet"].GetString()}/undo")).Is(200);
        Assert.Equal(2, undone["restored"].GetInt32());
        Assert.Equal(["こころ", "三四郎", "無題", "草枕", "門"], Titles((await admin.Get(Books)).Is(200)).Order(StringComparer.Ordinal));
        (await admin.Post($"change-sets/{Guid.CreateVersion7()}/undo")).Refuses(404);
        (await admin.Post("change-sets/x/undo")).Refuses(404);
    }

    [Theory, EveryDatabase]
    public async Task An_atomic_batch_saves_all_or_nothing(string database)
    {
        var admin = await Library(database);

        var refused = (await admin.Post(Books + "/batch?atomic=true", new { rows = new object[] { new { title = "坑夫" }, new { title = "門", pages = 0 } } })).Refuses(422);
        var unreadable = (await admin.Post(Books + "/batch", new { atomic = true, rows = new object[] { new { title = "坑夫" }, new { title = new[] { 1 } } } })).Refuses(422);

        Assert.Equal(1, refused["errors"][0].GetProperty("row").GetInt32());
        Assert.Equal("pages", refused["errors"][0].GetProperty("field").GetString());
        Assert.Equal(0, refused["created"].GetInt32());
        Assert.Equal(2, unreadable["refused"].GetInt32());
        Assert.Equal(5, (await admin.Get(Books + "?count=true"))["count"].GetInt32());
        var dry = (await admin.Post(Books + "/batch?dryRun=true", new[] { new { title = "坑夫" } })).Is(200);
        Assert.Equal(1, dry["created"].GetInt32());
        Assert.Equal(5, (await admin.Get(Books + "?count=true"))["count"].GetInt32());
    }

    [Theory, EveryDatabase]
    public async Task A_batch_of_the_wrong_shape_or_size_is_refused(string database)
    {
        var admin = await Library(database);

        (await admin.Post(Books + "/batch", new { })).Refuses(422, "rows:wrong-json-type");
        (await admin.Post(Books + "/batch", new { rows = 1 })).Refuses(422, "rows:wrong-json-type");
        (await admin.Post(Books + "/batch", new { rows = Array.Empty<int>(), colour = "red" })).Refuses(422, "colour:wrong-json-type");
        (await admin.Post(Books + "/batch", new { rows = Array.Empty<int>(), match = new[] { "colour" } })).Refuses(422, "colour:unknown-field");
        (await admin.Post(Books + "/batch", new { rows = Enumerable.Range(0, 5_001).Select(i => new { title = i.ToString(System.Globalization.CultureInfo.InvariantCulture) }) })).Refuses(413, "rows:too-many-rows");
        (await admin.Post(Books + "/batch", "[{\"title\":\"x\"}")).Refuses(400, ":malformed-json");
        Assert.Equal(0, (await admin.Post(Books + "/batch", new { rows = Array.Empty<int>() })).Is(200)["rows"].GetArrayLength());
    }

    [Theory, EveryDatabase]
    public async Task All_records_a_filter_finds_are_changed_together(string database)
    {
        var admin = await Library(database);

        var edited = (await admin.Patch(Books + "?filter[genre]=novel", new { price = "999" })).Is(200);

        Assert.Equal(2, edited["updated"].GetInt32());
        Assert.Equal(2, Titles((await admin.Get(Books + "?filter[price]=999")).Is(200)).Count);
        (await admin.Patch(Books, new { price = "0" })).Refuses(400, "filter:filter-needed");
        (await admin.Patch(Books + "?filter[colour]=red", new { price = "0" })).Refuses(422, "colour:unknown-field");
    }

    [Theory, EveryDatabase]
    public async Task Calls_beyond_the_limit_are_put_off(string database)
    {
        await using var host = await ApiHost.Start(database, ("Api:CallsPerTenSeconds", "5"));
        var admin = (await host.NewTenant()).Admin;

        var answers = new List<ApiAnswer>();
        for (var i = 0; i < 12; i++) answers.Add(await admin.Get("record-types"));

        var putOff = answers.Where(a => a.Status == 429).ToList();
        Assert.NotEmpty(putOff);
        putOff[0].Refuses(429, ":too-many-calls");
        Assert.True(putOff[0].Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    private async Task<ApiClient> Library(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        (await admin.Post(Books + "/batch?atomic=true", new
        {
            rows = new object[]
            {
                new { isbn = "1", title = "こころ", genre = "novel", price = "462", publishedOn = "1914-09-20", inPrint = true, fields = new { extra = new { shelf = "A-1", weight = 0.25 } } },
                new { isbn = "2", title = "三四郎", genre = "novel", price = "600", publishedOn = "1909-05-13", inPrint = false, fields = new { extra = new { shelf = "A-2", weight = 0.5 } } },
                new { isbn = "3", title = "草枕", genre = "essay", price = "500", publishedOn = "1906-09-01", tags = new[] { "essay", "novel" } },
                new { isbn = "4", title = "門", genre = "manga", price = "700", publishedOn = "1911-01-01" },
                new { isbn = "5", title = "無題" },
            },
        })).Is(200);
        return admin;
    }

    private static List<string> Titles(ApiAnswer page) => [.. page["items"].EnumerateArray().Select(i => i.GetProperty("title").GetString()!)];

    private static string Escaped(string query) => string.Join('&', query.Split('&').Select(p =>
    {
        var equals = p.IndexOf('=', StringComparison.Ordinal);
        return Uri.EscapeDataString(p[..equals]) + "=" + Uri.EscapeDataString(p[(equals + 1)..]);
    }));
}
