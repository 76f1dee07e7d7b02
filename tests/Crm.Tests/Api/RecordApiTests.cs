using System.Globalization;
using System.Text.Json;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class RecordApiTests(ApiHosts hosts)
{
    private const string Books = "records/library.book";

    private static object Kokoro => new
    {
        title = "こころ", isbn = "9784101010137", pages = 384, price = "462", publishedOn = "2022-03-01", scannedAt = "2026-01-10T09:30:00+09:00", opensAt = "09:30",
        inPrint = true, genre = "novel", tags = new[] { "novel", "essay" }, mail = "Soseki@Example.CO.JP", postalCode = "1620805", prefecture = "東京都",
        fields = new { extra = new { shelf = "A-3", weight = 0.25, lentOn = "2026-11-01", rare = true, kinds = new[] { "essay" } } },
    };

    [Theory, EveryDatabase]
    public async Task A_record_comes_back_flat_for_core_fields_and_nested_for_others(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;

        var made = (await admin.Post(Books, Kokoro)).Is(201);

        Assert.Equal($"/api/v1/{Books}/{made.Id}", made.Headers.Location!.ToString());
        Assert.Equal("\"1\"", made.Headers.ETag!.Tag);
        var got = (await admin.Get($"{Books}/{made.Id}")).Is(200);
        Assert.Equal(Normal(made.Json), Normal(got.Json));
        Assert.Equal("\"1\"", got.Headers.ETag!.Tag);
        var book = got.Json;
        Assert.Equal("こころ", book.GetProperty("title").GetString());
        Assert.Equal("384", book.GetProperty("pages").GetRawText());
        Assert.Equal("462", book.GetProperty("price").GetString());
        Assert.Equal("JPY", book.GetProperty("priceCurrency").GetString());
        Assert.Equal("2022-03-01", book.GetProperty("publishedOn").GetString());
        Assert.Equal("2026-01-10T00:30:00Z", book.GetProperty("scannedAt").GetString());
        Assert.Equal("09:30:00", book.GetProperty("opensAt").GetString());
        Assert.True(book.GetProperty("inPrint").GetBoolean());
        Assert.Equal("""["novel","essay"]""", book.GetProperty("tags").GetRawText());
        Assert.Equal("162-0805", book.GetProperty("postalCode").GetString());
        Assert.Equal(JsonValueKind.Null, book.GetProperty("authorId").ValueKind);
        Assert.Equal(admin.User, book.GetProperty("owner").GetGuid());
        var extra = book.GetProperty("fields").GetProperty("extra");
        Assert.Equal("A-3", extra.GetProperty("shelf").GetString());
        Assert.Equal("0.25", extra.GetProperty("weight").GetRawText());
        Assert.Equal("2026-11-01", extra.GetProperty("lentOn").GetString());
        Assert.Equal("""["essay"]""", extra.GetProperty("kinds").GetRawText());
        Assert.Equal("1.2031", extra.GetProperty("pricePerPage").GetRawText());
    }

    [Theory, EveryDatabase]
    public async Task The_answer_to_a_save_has_what_reading_the_record_has_and_no_keys_that_are_only_there_to_sort_by(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var made = (await admin.Post("records/customers.person", new { lastName = "夏目", lastNameKana = "ナツメ" })).Is(201);
        var changed = (await admin.Patch($"records/customers.person/{made.Id}", new { firstName = "漱石" })).Is(200);

        Assert.False(changed.Json.TryGetProperty("sortName", out _));
        Assert.Equal(Normal((await admin.Get($"records/customers.person/{made.Id}")).Is(200).Json), Normal(changed.Json));
    }

    [Theory, EveryDatabase]
    public async Task An_export_says_how_far_it_reached_and_a_refusal_which_right_is_missing(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();
        await tenant.Admin.Post(Books, Kokoro);
        var role = await tenant.Ask(new Crm.Platform.Identity.Roles.SaveRole(null, "担当", "Own", new()
        {
            Records = new Dictionary<string, Crm.Sdk.Users.Reaches> { ["library.book"] = new() { Read = Reach.All, Export = Reach.Own } },
        }));
        var own = await tenant.UserWith(role.ToString());

        var all = (await tenant.Admin.Get($"{Books}/export")).Is(200);
        var some = (await own.Get($"{Books}/export")).Is(200);
        Assert.Equal(("all", "own"), (all.Headers.GetValues("X-Export-Reach").Single(), some.Headers.GetValues("X-Export-Reach").Single()));
        Assert.DoesNotContain("こころ", some.Text, StringComparison.Ordinal);
        var refused = (await own.Get("records/library.author/export")).Is(403);
        Assert.False(refused.Headers.Contains("X-Export-Reach"));
        Assert.Equal("library.author:export", refused["errors"][0].GetProperty("right").GetString());
    }

    [Theory, EveryDatabase]
    public async Task What_was_read_can_be_sent_back_and_changes_nothing(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var made = (await admin.Post(Books, Kokoro)).Is(201);

        var back = (await admin.Patch($"{Books}/{made.Id}", made.Text)).Is(200);

        Assert.Equal(1, back["version"].GetInt32());
    }

    [Theory, EveryDatabase]
    public async Task Dotted_and_nested_names_say_the_same(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var id = (await admin.Post(Books, Kokoro)).Is(201).Id;

        var dotted = (await admin.Patch($"{Books}/{id}", """{"extra.shelf":"B-1","fields":{"extra.weight":1.5}}""")).Is(200);
        var emptied = (await admin.Patch($"{Books}/{id}", """{"fields":{"extra":{"shelf":null}}}""")).Is(200);

        Assert.Equal("B-1", dotted["fields"].GetProperty("extra").GetProperty("shelf").GetString());
        Assert.Equal("1.5", dotted["fields"].GetProperty("extra").GetProperty("weight").GetRawText());
        Assert.Equal(JsonValueKind.Null, emptied["fields"].GetProperty("extra").GetProperty("shelf").ValueKind);
        (await admin.Patch($"{Books}/{id}", """{"extra.shelf":"x","fields":{"extra":{"shelf":"y"}}}""")).Refuses(422, "extra.shelf:given-twice");
    }

    [Theory, EveryDatabase]
    public async Task The_second_of_two_editors_sees_both_values_per_field(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var id = (await admin.Post(Books, Kokoro)).Is(201).Id;
        (await admin.Patch($"{Books}/{id}", new { price = "500", genre = "essay" }, ("If-Match", "\"1\""))).Is(200);

        var refused = (await admin.Patch($"{Books}/{id}", new { price = "600" }, ("If-Match", "\"1\""))).Refuses(409, "price:conflict");

        var price = refused["errors"][0];
        Assert.Equal("500", price.GetProperty("theirs").GetString());
        Assert.Equal("600", price.GetProperty("yours").GetString());
        Assert.Equal("JPY", price.GetProperty("currency").GetString());
        Assert.Equal("500", (await admin.Get($"{Books}/{id}"))["price"].GetString());
        (await admin.Patch($"{Books}/{id}", new { price = "600" })).Is(200);
        (await admin.Patch($"{Books}/{id}", new { price = "700" }, ("If-Match", "\"3\""))).Is(200);
        (await admin.Patch($"{Books}/{id}", new { price = "700" }, ("If-Match", "three"))).Refuses(400, "If-Match:bad-etag");
        (await admin.Delete($"{Books}/{id}", ("If-Match", "\"1\""))).Refuses(409);
        (await admin.Get($"{Books}/{id}", ("If-None-Match", "\"4\""))).Is(304);
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_record_is_gone_until_it_is_restored(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var id = (await admin.Post(Books, Kokoro)).Is(201).Id;

        (await admin.Delete($"{Books}/{id}")).Is(204);

        (await admin.Get($"{Books}/{id}")).Refuses(404, ":not-found");
        Assert.Equal(0, (await admin.Get(Books)).Is(200)["items"].GetArrayLength());
        Assert.Equal(1, (await admin.Get(Books + "?deleted=true")).Is(200)["items"].GetArrayLength());
        Assert.True((await admin.Get($"{Books}/{id}?deleted=true")).Is(200).Json.TryGetProperty("deletedAt", out _));
        (await admin.Patch($"{Books}/{id}", new { price = "1" })).Refuses(422, ":in-bin");
        (await admin.Post($"{Books}/{id}/restore")).Is(200);
        (await admin.Get($"{Books}/{id}")).Is(200);
    }

    [Theory, EveryDatabase]
    public async Task Mistakes_are_named_with_field_and_cure_in_the_callers_language(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        object wrong = new { pages = "たくさん", price = "1.23456", publishedOn = "2026-13-01", genre = "poem", mail = "at.example", nothing = 1 };

        var ja = (await admin.Post(Books, wrong)).Refuses(422, "genre:not-a-choice", "mail:bad-email", "nothing:unknown-field", "pages:not-a-number", "price:too-precise", "publishedOn:not-a-date", "title:required");
        var en = (await admin.Post(Books, wrong, ("Accept-Language", "fr, en;q=0.8, ja;q=0.2"))).Refuses(422);

        Assert.Contains("選択肢はありません", Error(ja, "genre", "message"), StringComparison.Ordinal);
        Assert.Contains("次のどれか", Error(ja, "genre", "cure"), StringComparison.Ordinal);
        Assert.Contains("has no choice", Error(en, "genre", "message"), StringComparison.Ordinal);
        Assert.Equal("The input has mistakes", en["title"].GetString());
        (await admin.Post(Books, new { })).Refuses(422, "title:required");
        (await admin.Post(Books, new { title = "x", createdAt = "1999-01-01T00:00:00Z", tenantId = Guid.Empty })).Refuses(422, "tenantId:unknown-field");
        (await admin.Post(Books, new { title = "x", fields = new { extra = new { pricePerPage = 1 } } })).Refuses(422, "extra.pricePerPage:read-only");
        (await admin.Post(Books, new { title = "x", price = "1", priceCurrency = "USD" })).Refuses(422, "priceCurrency:other-currency");
        (await admin.Post(Books, new { title = new[] { "x" }, pages = new { }, isbn = true })).Refuses(422, "isbn:wrong-json-type", "pages:wrong-json-type", "title:wrong-json-type");
    }

    [Theory, EveryDatabase]
    public async Task Malformed_calls_are_answered_with_what_is_wrong(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var id = (await admin.Post(Books, new { title = "こころ" })).Is(201).Id;

        var where = (await admin.Post(Books, "{\n  \"title\": \"こころ\",\n}", ("Accept-Language", "en"))).Refuses(400, ":malformed-json");
        Assert.Contains("line 3", where["errors"][0].GetProperty("message").GetString(), StringComparison.Ordinal);
        (await admin.Post(Books, "")).Refuses(400, ":malformed-json");
        (await admin.Post(Books, "[]")).Refuses(422, ":not-an-object");
        (await admin.Post(Books, """{"title":"\ud800"}""")).Refuses(400, ":malformed-json");
        (await admin.Post(Books, new byte[] { (byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}' })).Refuses(400, ":malformed-json");
        (await admin.Post(Books, string.Concat(Enumerable.Repeat("""{"fields":""", 40)) + "1" + new string('}', 40))).Refuses(400, ":malformed-json");
        (await admin.Post(Books, """{"title":"x"} {"title":"y"}""")).Refuses(400, ":malformed-json");
        (await admin.Post(Books, $$"""{"title":"{{new string('あ', 400_000)}}"}""")).Refuses(413, ":too-large");
        (await admin.Send(HttpMethod.Post, Books, new StringContent("title=x"))).Refuses(415, ":not-json");
        (await admin.Get("records/library.nothing")).Refuses(404, ":unknown-record-type");
        (await admin.Post("records/library.nothing", new { })).Refuses(404, ":unknown-record-type");
        (await admin.Get($"{Books}/{Guid.CreateVersion7()}")).Refuses(404, ":not-found");
        (await admin.Get($"{Books}/seven")).Refuses(404, ":not-found");
        (await admin.Get("nothing")).Refuses(404, ":no-such-address");
        (await admin.Send(HttpMethod.Put, $"{Books}/{id}", new { title = "x" })).Refuses(405, ":method-not-allowed");
        (await admin.Get($"{Books}/{id}?delted=true")).Refuses(400, "delted:unknown-parameter");
        (await admin.Patch($"{Books}/{id}", new { id = Guid.CreateVersion7(), title = "x" })).Refuses(422, "id:other-id");
    }

    [Theory, EveryDatabase]
    public async Task Who_has_no_token_or_not_the_right_is_refused(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();
        var id = (await tenant.Admin.Post(Books, new { title = "こころ" })).Is(201).Id;

        foreach (var stranger in new[] { tenant.Admin.Without(), tenant.Admin.With("crm_abcdefgh_" + new string('a', 40)), tenant.Admin.With("x") })
        {
            var refused = (await stranger.Get(Books)).Is(401);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
            Assert.Equal("application/problem+json", refused.ContentType);
            (await stranger.Get("/openapi/v1.json")).Is(401);
        }

        var viewer = await tenant.UserWith("viewer");
        (await viewer.Get($"{Books}/{id}")).Is(200);
        (await viewer.Post(Books, new { title = "x" })).Refuses(403);
        (await viewer.Patch($"{Books}/{id}", new { title = "x" })).Refuses(403);
        (await viewer.Delete($"{Books}/{id}")).Refuses(403);
        (await viewer.Post("commands/admin.save-team", new { name = "x" })).Refuses(403);
        var reader = await tenant.UserWith("administrator", scope: "read");
        (await reader.Get($"{Books}/{id}")).Is(200);
        (await reader.Patch($"{Books}/{id}", new { title = "x" })).Refuses(403);

        // Its owner holds the right and its token does not carry it: nobody needs to grant anything.
        var narrow = (await reader.Post(Books, new { title = "x" }, ("Accept-Language", "ja"))).Refuses(403)["errors"][0];
        Assert.Equal("library.book:create", narrow.GetProperty("right").GetString());
        Assert.StartsWith("このAPIトークンの範囲は「閲覧のみ」のため、", narrow.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("管理者", narrow.GetProperty("cure").GetString(), StringComparison.Ordinal);
        var command = (await reader.Post("commands/admin.save-team", new { name = "x" }, ("Accept-Language", "ja"))).Refuses(403)["errors"][0];
        Assert.StartsWith("このAPIトークンの範囲は", command.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(command.GetProperty("right").GetString()!, command.GetProperty("message").GetString(), StringComparison.Ordinal);

        // Whoever does not hold it is told whom to ask, as before.
        Assert.Contains("管理者", (await viewer.Post(Books, new { title = "x" }, ("Accept-Language", "ja"))).Refuses(403)["errors"][0].GetProperty("cure").GetString(), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task History_tells_who_changed_what_when_and_why(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var id = (await admin.Post(Books, new { title = "こころ", price = "462" })).Is(201).Id;
        (await admin.Patch($"{Books}/{id}", new { price = "500" }, ("X-Reason", Uri.EscapeDataString("値上げ")))).Is(200);

        var history = (await admin.Get($"{Books}/{id}/history")).Is(200)["items"];

        Assert.Equal(2, history.GetArrayLength());
        var change = history[0];
        Assert.Equal("updated", change.GetProperty("action").GetString());
        Assert.Equal("api", change.GetProperty("source").GetString());
        Assert.Equal("値上げ", change.GetProperty("reason").GetString());
        Assert.Equal(admin.User, change.GetProperty("actor").GetProperty("id").GetGuid());
        Assert.Equal("462", change.GetProperty("changes")[0].GetProperty("before").GetString());
        Assert.Equal("500", change.GetProperty("changes")[0].GetProperty("after").GetString());
        (await admin.Get($"{Books}/{Guid.CreateVersion7()}/history")).Refuses(404);
        (await admin.Get($"{Books}/{id}/history?limit=0")).Refuses(400, "limit:bad-limit");
    }

    [Theory, EveryDatabase]
    public async Task The_timeline_gathers_what_modules_know_of_a_record(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var person = (await admin.Post("records/customers.person", new { lastName = "山田", firstName = "花子" })).Is(201).Id;
        foreach (var day in new[] { "2026-10-01", "2026-10-02", "2026-10-03" })
        {
            (await admin.Post("records/customers.purchase", new { personId = person, boughtOn = day, productName = "緑茶", amount = "1200" })).Is(201);
        }

        var first = (await admin.Get($"records/customers.person/{person}/timeline?limit=2")).Is(200);
        var rest = (await admin.Get($"records/customers.person/{person}/timeline?before={first["next"].GetString()}")).Is(200);

        Assert.Equal(2, first["items"].GetArrayLength());
        Assert.Equal(0, first["missing"].GetArrayLength());
        Assert.Equal(1, rest["items"].GetArrayLength());
        Assert.True(first["items"][0].GetProperty("at").GetDateTimeOffset() > first["items"][1].GetProperty("at").GetDateTimeOffset());
        (await admin.Get($"records/customers.person/{Guid.CreateVersion7()}/timeline")).Refuses(404);
        (await admin.Get($"records/customers.person/{person}/timeline?before=soon")).Refuses(400, "before:bad-time");
    }

    [Theory, EveryDatabase]
    public async Task Search_groups_hits_by_record_type(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        await admin.Post(Books, new { title = "夏目漱石全集" });
        await admin.Post("records/library.author", new { name = "夏目漱石" });

        var found = (await admin.Get("search?q=" + Uri.EscapeDataString("漱石"))).Is(200);

        Assert.Equal(["library.author", "library.book"], found["groups"].EnumerateArray().Select(g => g.GetProperty("type").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("夏目漱石", found["groups"].EnumerateArray().First(g => g.GetProperty("type").GetString() == "library.author").GetProperty("hits")[0].GetProperty("title").GetString());
        Assert.Equal(0, (await admin.Get("search?q=zz")).Is(200)["groups"].GetArrayLength());
        (await admin.Get("search")).Refuses(400, "q:bad-query");
        (await admin.Get("search?q=a&limit=many")).Refuses(400, "limit:bad-limit");
    }

    [Theory, EveryDatabase]
    public async Task Record_types_say_what_fields_there_are_for_the_caller(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();

        var types = (await tenant.Admin.Get("record-types")).Is(200);
        var viewer = (await (await tenant.UserWith("viewer")).Get("record-types/library.book", ("Accept-Language", "en"))).Is(200);

        var book = types["items"].EnumerateArray().Single(t => t.GetProperty("key").GetString() == LibraryModule.Book);
        var genre = book.GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("key").GetString() == "genre");
        Assert.Equal("choice", genre.GetProperty("type").GetString());
        Assert.Equal("分野", genre.GetProperty("label").GetString());
        Assert.Equal("Genre", genre.GetProperty("labels").GetProperty("en").GetString());
        Assert.True(genre.GetProperty("indexed").GetBoolean());
        Assert.Equal(["novel", "essay", "manga"], genre.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("key").GetString()!));
        Assert.Equal("Book", viewer["label"].GetString());
        Assert.Equal(Camel(Reach.None), viewer["rights"].GetProperty("edit").GetString());
        (await tenant.Admin.Get("record-types/library.nothing")).Refuses(404);
    }

    [Theory, EveryDatabase]
    public async Task Looking_at_personal_data_and_taking_it_out_is_logged(string database)
    {
        var host = await hosts.On(database);
        var tenant = await host.NewTenant();
        var id = (await tenant.Admin.Post(Books, new { title = "こころ", mail = "a@example.jp" })).Is(201).Id;

        (await tenant.Admin.Get($"{Books}/{id}")).Is(200);
        (await tenant.Admin.Get(Books)).Is(200);
        (await tenant.Admin.Get(Books)).Is(200);
        await host.Services.GetRequiredService<Crm.Host.Api.Records.ReadLog>().Write(CancellationToken.None);

        var log = await AccessLogOf(host, tenant);
        Assert.Equal(["export 2", "view 1"], log);
    }

    private static async Task<List<string>> AccessLogOf(ApiHost host, ApiTenant tenant)
    {
        await using var scope = await host.Services.GetRequiredService<Crm.Platform.Pipeline.WorkScopes>().Open(tenant.Info, Crm.Platform.Tenancy.Actor.System(ChangeSource.Job), CancellationToken.None);
        var session = scope.Get<Crm.Platform.Storage.Session>();
        await using var command = await session.Command(CancellationToken.None);
        command.CommandText = $"SELECT action, SUM(records) FROM platform_access_log WHERE tenant_id = {session.Dialect.Bind(command, session.Dialect.ToColumn(tenant.Info.Id))} GROUP BY action ORDER BY action";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add($"{reader.GetString(0)} {Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture)}");
        return rows;
    }

    private static string Error(ApiAnswer answer, string field, string member) =>
        answer["errors"].EnumerateArray().Single(e => e.GetProperty("field").GetString() == field).GetProperty(member).GetString()!;

    private static string Normal(JsonElement json) => JsonSerializer.Serialize(json);

    private static string Camel(Reach reach) => JsonNamingPolicy.CamelCase.ConvertName(reach.ToString());
}
