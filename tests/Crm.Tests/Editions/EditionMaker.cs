using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Tests.Infrastructure;
using Crm.Tests.Plugins;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Editions;

/// <summary>Editions of a product for libraries, in as many versions as a test wants.</summary>
internal static class EditionMaker
{
    /// <summary>A whole edition: plugin, words, fields, a record type, a role, records that point to each other, a brand.</summary>
    public static JsonObject Books(string version = "1.0.0") => JsonNode.Parse($$$"""
        {
          "id": "books", "version": "{{{version}}}", "name": { "ja": "図書館ナビ", "en": "Library Navi" }, "publisher": "みなとソフト",
          "branding": { "product": { "ja": "図書館ナビ", "en": "Library Navi" }, "logo": "logo.svg", "accent": "#0b6e4f" },
          "modules": ["library"],
          "plugins": [{ "id": "notes", "version": "1.0.0" }],
          "labels": { "library.book": { "ja": "蔵書", "en": "Holding" }, "library.book/notes.shelf": { "ja": "書架", "en": "Stack" } },
          "recordTypes": { "room": { "ja": "閲覧室", "en": "Reading room" } },
          "fields": { "library.book": { "grade": { "kind": "choice", "ja": "状態", "en": "Condition", "choices": [{ "key": "a", "label": { "ja": "良", "en": "Good" } }] } } },
          "roles": { "clerk": { "name": { "ja": "司書", "en": "Librarian" }, "rights": { "records": { "library.book": { "read": "all", "edit": "all" }, "notes.note": { "read": "all" } }, "hidden": ["library.book/price"] } } },
          "records": [
            { "key": "soseki", "type": "library.author", "values": { "name": { "ja": "夏目漱石", "en": "Natsume Soseki" } } },
            { "key": "kokoro", "type": "library.book", "match": "isbn", "values": { "isbn": "9784101010137", "title": "こころ", "price": 462, "authorId": "@soseki", "custom.grade": "a" } },
            { "key": "room-1", "type": "custom.room", "values": { "custom.name": "一般閲覧室" } }
          ],
          "terms": { "ja": "平日 9 時から 17 時まで", "en": "Working days, 9 to 17" }
        }
        """)!.AsObject();

    public static byte[] Logo { get; } = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#0b6e4f"/></svg>"""u8.ToArray();

    public static Result<byte[]> TryPack(JsonObject edition, bool withPlugin = true) => EditionPackage.Pack(
        name => name switch { EditionManifest.File => JsonSerializer.SerializeToUtf8Bytes(edition), "logo.svg" => Logo, _ => null }, _ => withPlugin ? NotesPlugin.Package() : null, unsigned: true);

    public static byte[] Pack(JsonObject edition, bool withPlugin = true)
    {
        var packed = TryPack(edition, withPlugin);
        Assert.True(!packed.Failed, string.Join("\n", packed.Problems.Select(p => p.Message.En)));
        return packed.Value;
    }

    public static async Task<Result<InstalledEdition>> TryInstall(TestHost host, byte[] package) => await AtTheServer(host, new InstallEdition(package));

    public static async Task Install(TestHost host, JsonObject edition)
    {
        var installed = await TryInstall(host, Pack(edition));
        Assert.True(!installed.Failed, string.Join("\n", installed.Problems.Select(p => p.Message.En)));
    }

    public static async Task<T> AtTheServer<T>(TestHost host, IRequest<T> request)
    {
        await using var scope = host.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().EnterInstallation(Actor.AtTheServer);
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>A host with the first version applied to its tenant.</summary>
    public static async Task<TestHost> StartWith(string database, JsonObject edition)
    {
        var host = await PluginLifeTests.Start(database);
        await Install(host, edition);
        await host.Ask(new ApplyEdition("books", null));
        return host;
    }

    /// <summary>What is done about a thing, such as <c>label:library.book</c>; null when nothing.</summary>
    public static PlanLine? Of(this EditionOutcome outcome, string item, string part = "") => outcome.Lines.FirstOrDefault(l => l.Item.ToString() == item && l.Part == part);

    public static JsonObject At(this JsonNode node, params object[] path) => path.Aggregate(node, (at, step) => step is int i ? at[i]! : at[(string)step]!).AsObject();
}
