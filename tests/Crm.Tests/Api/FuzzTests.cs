using System.Text;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Api;

/// <summary>Broken, hostile and nonsensical calls: whatever is sent, the answer is a status below 500 and JSON, and it comes soon.</summary>
[Collection(ApiCollection.Name)]
public sealed class FuzzTests(ApiHosts hosts)
{
    private const int Rounds = 250;

    private static readonly string[] Fields =
    [
        "title", "isbn", "pages", "price", "publishedOn", "scannedAt", "opensAt", "inPrint", "genre", "tags", "authorId", "mail", "postalCode", "owner", "createdAt", "updatedAt", "id",
        "extra.shelf", "extra.weight", "extra.lentOn", "extra.rare", "extra.kinds", "extra.pricePerPage", "extra", "", "x'; DROP TABLE library_book; --", "__proto__", "fields", "version",
    ];

    private static readonly string[] Ops = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "contains", "starts", "empty", "", "EQ", "like", "][", "eq]["];

    private static readonly string[] Values =
    [
        "", " ", "0", "-1", "1e400", "99999999999999999999999999", "0.00001", "novel", "essay,novel", "true", "null", "2026-02-30", "9999-12-31", "0001-01-01", "2026-01-10T09:30:00+25:00", "25:61",
        "令和99年99月99日", "%", "_", "\\", "'", "\"", "a\0b", "\ud83d\ude00", "\u202e", "𠮷野家", "00000000-0000-0000-0000-000000000000", "not-a-guid", "@me", "{", "[", "]", "()", "*", "AND OR NOT",
        "NEAR(a b)", "'; DELETE FROM library_book; --", "\uffff", "ﾊﾝｶｸ", "1,2,3,,", ",", "1/0", "NaN", "Infinity", "-0", "１２３",
    ];

    [Theory, EveryDatabase]
    public async Task No_query_breaks_a_list(string database)
    {
        var admin = await Library(database);
        var dice = new Random(1);
        string Any(string[] of) => of[dice.Next(of.Length)];

        for (var i = 0; i < Rounds; i++)
        {
            var query = new List<string>();
            for (var n = dice.Next(1, 4); n > 0; n--)
            {
                query.Add(dice.Next(8) switch
                {
                    0 => $"sort={Uri.EscapeDataString((dice.Next(2) == 0 ? "-" : "") + Any(Fields))}",
                    1 => $"limit={Uri.EscapeDataString(Any(Values))}",
                    2 => $"after={Uri.EscapeDataString(Any([.. Values, Cursor(dice)]))}",
                    3 => $"fields={Uri.EscapeDataString(Any(Fields) + "," + Any(Fields))}",
                    4 => $"q={Uri.EscapeDataString(Any(Values))}",
                    5 => $"filter={Uri.EscapeDataString(Mutated(dice, FilterOf(dice, 4)))}",
                    _ => $"{Uri.EscapeDataString($"filter[{Any(Fields)}]" + (dice.Next(4) == 0 ? "" : $"[{Any(Ops)}]"))}={Uri.EscapeDataString(Any(Values))}",
                });
            }

            query.Add("count=true");
            await Survives(admin.Get("records/library.book?" + string.Join('&', query)), string.Join('&', query));
        }

        string FilterOf(Random random, int depth) => depth == 0 || random.Next(2) == 0
            ? $$"""{"field":{{Quoted(Any(Fields))}},"op":{{Quoted(Any(Ops))}},"value":{{(random.Next(3) == 0 ? $"[{Quoted(Any(Values))},1,null,true]" : Quoted(Any(Values)))}}}"""
            : random.Next(3) switch
            {
                0 => $$"""{"or":[{{FilterOf(random, depth - 1)}},{{FilterOf(random, depth - 1)}}]}""",
                1 => $$"""{"and":[{{FilterOf(random, depth - 1)}}]}""",
                _ => $$"""{"not":{{FilterOf(random, depth - 1)}}}""",
            };
    }

    [Theory, EveryDatabase]
    public async Task Every_field_survives_every_operator_and_value(string database)
    {
        var admin = await Library(database);
        foreach (var field in Fields.Where(f => f.Length > 0 && f[0] != 'x' && f[0] != '_'))
        {
            foreach (var op in Ops.Take(10))
            {
                // Several values at once: each must be told apart or refused, none may reach the database as it is.
                var terms = Values.Where((_, i) => i % 5 == Math.Abs(op.Length + field.Length) % 5).Select(v => $"{{\"field\":{Quoted(field)},\"op\":\"{op}\",\"value\":{Quoted(v)}}}");
                await Survives(admin.Get("records/library.book?filter=" + Uri.EscapeDataString($"{{\"or\":[{string.Join(',', terms)}]}}")), $"{field} {op}");
                await Survives(admin.Get($"records/library.book?filter[{field}][{op}]=essay&sort={field}&count=true"), $"{field} {op} essay");
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task No_body_breaks_a_save_a_batch_or_a_command(string database)
    {
        var admin = await Library(database);
        var id = (await admin.Get("records/library.book?limit=1")).Is(200)["items"][0].GetProperty("id").GetString();
        var dice = new Random(2);
        string[] json = ["null", "true", "1e999", "-0.0", "[]", "{}", "[1,\"a\",null]", "{\"a\":{}}", "\"\\ud800\"", "\"\\u0000\"", "12345678901234567890123456789.5"];
        for (var i = 0; i < Rounds; i++)
        {
            var members = Enumerable.Range(0, dice.Next(1, 6)).Select(_ => $"{Quoted(Fields[dice.Next(Fields.Length)])}:{(dice.Next(2) == 0 ? json[dice.Next(json.Length)] : Quoted(Values[dice.Next(Values.Length)]))}");
            var record = "{\"title\":\"こころ\"," + string.Join(',', members) + "}";
            if (dice.Next(3) == 0) record = "{\"fields\":" + record + "}";
            var (method, path, body) = dice.Next(5) switch
            {
                0 => (HttpMethod.Post, "records/library.book", record),
                1 => (HttpMethod.Patch, $"records/library.book/{id}", record),
                2 => (HttpMethod.Post, "records/library.book/batch", "{\"rows\":[" + record + "," + record + "],\"match\":[" + Quoted(Fields[dice.Next(Fields.Length)]) + "]}"),
                3 => (HttpMethod.Patch, "records/library.book?filter[genre]=novel", record),
                _ => (HttpMethod.Post, "commands/library.lend", $$"""{"bookId":"{{id}}","on":"2026-11-01","values":{{record}}}"""),
            };
            var bytes = Encoding.UTF8.GetBytes(dice.Next(2) == 0 ? Mutated(dice, body) : body);
            if (dice.Next(10) == 0 && bytes.Length > 0) bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
            await Survives(admin.Send(method, path, bytes, ("If-Match", dice.Next(3) == 0 ? Values[1 + dice.Next(4)] : "*")), $"{method} {path} {body}");
        }
    }

    [Theory, EveryDatabase]
    public async Task No_upload_breaks_an_import(string database)
    {
        var admin = await Library(database);
        var dice = new Random(3);
        byte[] good = Encoding.UTF8.GetBytes("書名,ISBN,価格\r\nこころ,111,462\r\n三四郎,222,abc\r\n");
        for (var i = 0; i < 30; i++)
        {
            var content = good.ToArray();
            for (var n = dice.Next(4); n > 0; n--) content[dice.Next(content.Length)] = (byte)dice.Next(256);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(content[..dice.Next(content.Length)]), "file", new[] { "本.csv", "book.xlsx", "../../x.csv", "a\tb.txt" }[dice.Next(4)] } };
            if (dice.Next(2) == 0) form.Add(new StringContent(Mutated(dice, """{"書名":"title","columns":[{"column":1,"field":"title"}]}""")), "mapping");
            await Survives(admin.Send(HttpMethod.Post, "imports?type=library.book&dryRun=true", form), "upload " + i);
        }

        await Survives(admin.Send(HttpMethod.Post, "imports?type=library.book", new StringContent("x")), "no multipart");
        (await admin.Send(HttpMethod.Post, "imports?type=library.book", new MultipartFormDataContent { { new StringContent("x"), "mapping" } })).Refuses(422, "file:one-file");
    }

    private static async Task Survives(Task<ApiAnswer> call, string what)
    {
        var answer = await call;
        Assert.True(answer.Status is >= 200 and < 500, $"{what}\n→ {answer.Status} {answer.Text}");
        if (answer.Text.Length > 0) Assert.NotEqual(default, answer.Json.ValueKind);
        Assert.DoesNotContain("SQLite", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Npgsql", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static string Mutated(Random dice, string text)
    {
        var chars = new StringBuilder(text);
        for (var n = dice.Next(4); n > 0 && chars.Length > 0; n--)
        {
            var at = dice.Next(chars.Length);
            switch (dice.Next(4))
            {
                case 0:
                    chars.Remove(at, 1);
                    break;
                case 1:
                    chars.Insert(at, "{}[]\",:\\\0x"[dice.Next(10)]);
                    break;
                case 2:
                    chars.Insert(at, chars.ToString(at, Math.Min(8, chars.Length - at)));
                    break;
                default:
                    chars[at] = (char)dice.Next(1, 0xFFFF);
                    break;
            }
        }

        return string.Concat(chars.ToString().EnumerateRunes().Select(r => r.ToString()));
    }

    private static string Cursor(Random dice)
    {
        string[] shapes =
        [
            "null", "[]", "{}", "1", """{"Order":null,"Values":null,"Id":null}""", """{"Order":"-createdAt","Values":null,"Id":"00000000-0000-0000-0000-000000000000"}""",
            """{"Order":"-createdAt","Values":["x"],"Id":"00000000-0000-0000-0000-000000000000"}""", """{"Order":"-createdAt","Values":[null],"Id":"00000000-0000-0000-0000-000000000000"}""",
            """{"Order":"-createdAt","Values":["99999999999999999999"],"Id":"00000000-0000-0000-0000-000000000000"}""", """{"Order":"-createdAt","Values":["1","2"],"Id":"00000000-0000-0000-0000-000000000000"}""",
        ];
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(shapes[dice.Next(shapes.Length)])).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(string.Concat(text.EnumerateRunes().Select(r => r.ToString())));

    private async Task<ApiClient> Library(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var rows = Enumerable.Range(1, 8).Select(i => new { title = "本" + i, genre = i % 2 == 0 ? "novel" : "essay", tags = new[] { "novel" }, price = i * 100, fields = new { extra = new { kinds = new[] { "essay" }, weight = i } } });
        (await admin.Post("records/library.book/batch?atomic=true", new { rows })).Is(200);
        return admin;
    }
}
