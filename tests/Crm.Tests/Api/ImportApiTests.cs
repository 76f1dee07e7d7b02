using System.Text;
using Crm.Sdk.Japan;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class ImportApiTests(ApiHosts hosts)
{
    private const string File = "ISBN,書名,ページ数,価格\r\n111,こころ,384,￥４６２\r\n222,三四郎,たくさん,600\r\n333,髙瀬舟,120,300\r\n";

    [Theory, EveryDatabase]
    public async Task A_file_is_imported_reported_row_by_row_and_undone(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;

        var started = (await Upload(admin, "imports?type=library.book", Cp932.Encoding.GetBytes(File))).Is(202);
        Assert.Equal($"/api/v1/imports/{started.Id}", started.Headers.Location!.ToString());
        var report = await Ended(admin, started.Id);

        Assert.Equal("done", report["state"].GetString());
        Assert.Equal((3, 2, 1), (report["rows"].GetInt32(), report["created"].GetInt32(), report["refused"].GetInt32()));
        var error = Assert.Single(report["errors"].EnumerateArray());
        Assert.Equal((3, "pages"), (error.GetProperty("row").GetInt32(), error.GetProperty("field").GetString()));
        Assert.Equal(["こころ", "髙瀬舟"], (await admin.Get("records/library.book?sort=title")).Is(200)["items"].EnumerateArray().Select(i => i.GetProperty("title").GetString()!));

        // The match key is found by itself: the same file again changes nothing.
        var again = await Ended(admin, (await Upload(admin, "imports?type=library.book", Encoding.UTF8.GetBytes(File))).Is(202).Id);
        Assert.Equal((0, 2), (again["created"].GetInt32(), again["unchanged"].GetInt32()));

        Assert.Equal("undone", (await admin.Post($"imports/{started.Id}/undo")).Is(200)["state"].GetString());
        Assert.Equal(0, (await admin.Get("records/library.book")).Is(200)["items"].GetArrayLength());
        Assert.Equal(2, (await admin.Get("imports?type=library.book")).Is(200)["items"].GetArrayLength());
        (await admin.Post($"imports/{again.Id}/undo")).Refuses(422, ":nothing-to-undo");
    }

    [Theory, EveryDatabase]
    public async Task A_rehearsal_saves_nothing_and_a_mapping_says_what_headers_do_not(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var file = Encoding.UTF8.GetBytes("コード,なまえ\r\n111,こころ\r\n");

        var dry = await Ended(admin, (await Upload(admin, "imports?type=library.book&dryRun=true&match=isbn", file, """{"コード":"isbn","なまえ":"title"}""")).Is(202).Id);
        var real = await Ended(admin, (await Upload(admin, "imports?type=library.book", file, """{"columns":[{"column":1,"field":"isbn"},{"column":2,"field":"title"}],"match":["isbn"]}""")).Is(202).Id);

        Assert.True(dry["dryRun"].GetBoolean());
        Assert.Equal((1, 1), (dry["created"].GetInt32(), real["created"].GetInt32()));
        Assert.Equal("こころ", Assert.Single((await admin.Get("records/library.book")).Is(200)["items"].EnumerateArray()).GetProperty("title").GetString());
    }

    [Theory, EveryDatabase]
    public async Task What_cannot_be_imported_is_refused(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();
        var admin = tenant.Admin;
        var file = Encoding.UTF8.GetBytes(File);

        (await Upload(admin, "imports?type=library.nothing", file)).Refuses(404, "type:unknown-record-type");
        (await Upload(admin, "imports", file)).Refuses(404);
        (await Upload(admin, "imports?type=library.book&mode=fast", file)).Refuses(400, "mode:unknown-parameter");
        (await Upload(admin, "imports?type=library.book", "何か,ほか\r\n1,2\r\n"u8.ToArray())).Refuses(422, "columns:no-columns");
        (await Upload(admin, "imports?type=library.book", file, "{")).Refuses(422, "mapping:bad-mapping");
        (await Upload(admin, "imports?type=library.book", file, """{"columns":[{"colum":1}]}""")).Refuses(422, "mapping:bad-mapping");
        (await admin.Send(HttpMethod.Post, "imports?type=library.book", new StringContent(File))).Refuses(415, ":not-multipart");
        (await Upload(await tenant.UserWith("viewer"), "imports?type=library.book", file)).Refuses(403);
        (await admin.Get($"imports/{Guid.CreateVersion7()}")).Refuses(404);
        (await admin.Get("imports/x")).Refuses(404);
        (await admin.Post("imports/x/undo")).Refuses(404);
    }

    [Theory, EveryDatabase]
    public async Task What_a_filter_finds_goes_out_as_a_file(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();
        await Ended(tenant.Admin, (await Upload(tenant.Admin, "imports?type=library.book", Encoding.UTF8.GetBytes(File))).Is(202).Id);

        var csv = (await tenant.Admin.Get("records/library.book/export?filter[isbn]=111&fields=isbn,title,price")).Is(200);
        var xlsx = (await tenant.Admin.Get("records/library.book/export?format=xlsx")).Is(200);

        Assert.Equal("text/csv", csv.ContentType);
        Assert.Contains("id,ISBN,書名,価格", csv.Text, StringComparison.Ordinal);
        Assert.Contains(",111,こころ,462", csv.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("髙瀬舟", csv.Text, StringComparison.Ordinal);
        Assert.StartsWith("PK", xlsx.Text, StringComparison.Ordinal);
        (await tenant.Admin.Get("records/library.book/export?format=pdf")).Refuses(400, "format:bad-format");
        (await tenant.Admin.Get("records/library.book/export?filter[colour]=red")).Refuses(422, "colour:unknown-field");
        (await (await tenant.UserWith("viewer")).Get("records/library.book/export")).Refuses(403);
    }

    private static async Task<ApiAnswer> Upload(ApiClient client, string path, byte[] content, string? mapping = null)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "本.csv" } };
        if (mapping is not null) form.Add(new StringContent(mapping), "mapping");
        return await client.Send(HttpMethod.Post, path, form);
    }

    private static async Task<ApiAnswer> Ended(ApiClient client, Guid id)
    {
        for (var i = 0; i < 300; i++)
        {
            var report = (await client.Get($"imports/{id}")).Is(200);
            if (report["state"].GetString() is not ("queued" or "running")) return report;
            await Task.Delay(100);
        }

        throw new TimeoutException("The import does not end.");
    }
}
