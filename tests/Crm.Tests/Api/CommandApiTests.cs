using Crm.Platform.Tenancy;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class CommandApiTests(ApiHosts hosts)
{
    private const string Lend = "commands/library.lend";

    [Theory, EveryDatabase]
    public async Task A_modules_command_is_sent_by_its_key(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var book = (await admin.Post("records/library.book", new { title = "こころ" })).Is(201).Id;

        var lent = (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", kind = "inTheReadingRoom", notes = new[] { "窓際" }, values = new Dictionary<string, object?> { ["pages"] = 300, ["tags"] = new[] { "novel" } } })).Is(200);

        Assert.Equal("2026-11-15", lent["until"].GetString());
        Assert.Equal("貸出中", lent["words"].GetString());
        Assert.Equal("inTheReadingRoom", lent["kind"].GetString());
        var stored = (await admin.Get($"records/library.book/{book}")).Is(200);
        Assert.Equal("2026-11-01", stored["fields"].GetProperty("extra").GetProperty("lentOn").GetString());
        Assert.Equal(300, stored["pages"].GetInt32());
        (await admin.Post("commands/library.close", new { })).Is(204);
        (await admin.Post("commands/customers.rename-company", new { companyId = Guid.CreateVersion7(), name = "山田" })).Refuses(404);
    }

    [Theory, EveryDatabase]
    public async Task A_command_that_does_not_fit_is_refused_with_what_it_takes(string database)
    {
        var host = await hosts.On(database);
        var tenant = await host.NewTenant();
        var admin = tenant.Admin;
        var book = (await admin.Post("records/library.book", new { title = "こころ" })).Is(201).Id;

        (await admin.Post("commands/library.burn", new { })).Refuses(404, ":no-such-command");
        var unknown = (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", colour = "red" }, ("Accept-Language", "en"))).Refuses(422);
        Assert.Contains("bookId, on, to, kind", unknown["errors"][0].GetProperty("cure").GetString(), StringComparison.Ordinal);
        (await admin.Post(Lend, new { bookId = book })).Refuses(422);
        (await admin.Post(Lend, new { bookId = "seven", on = "2026-11-01" })).Refuses(422, "bookId:bad-value");
        (await admin.Post(Lend, new { bookId = book, on = "2026-13-01" })).Refuses(422, "on:bad-value");
        (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", kind = "nowhere" })).Refuses(422, "kind:bad-value");
        (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", notes = new object?[] { null, 1 } })).Refuses(422);
        (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", to = new string('x', 21) })).Refuses(422, "to:MaximumLengthValidator");
        (await admin.Post(Lend, new { bookId = book, on = "2026-11-01", values = new { pages = 0 } })).Refuses(422, "pages:too-small");
        (await admin.Post(Lend, "[]")).Refuses(422, ":not-an-object");
        (await admin.Post(Lend, "null")).Refuses(422, ":not-an-object");
        (await admin.Post(Lend, """{"bookId":"\ud800","on":"2026-11-01"}""")).Is(422);
        (await admin.Post(Lend, "{")).Refuses(400, ":malformed-json");
        (await (await tenant.UserWith("viewer")).Post("commands/library.close", new { })).Refuses(403);

        await host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, "library", on: false, CancellationToken.None);
        (await admin.Post(Lend, new { bookId = book, on = "2026-11-01" })).Refuses(404, ":no-such-command");
        (await admin.Get("records/library.book")).Refuses(404, ":unknown-record-type");
    }
}
