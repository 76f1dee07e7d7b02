using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Catalog;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Plugins;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Editions;

/// <summary>An edition from its package to a tenant that works with it; what does not fit is refused by name.</summary>
public sealed class EditionTests
{
    [Theory, EveryDatabase]
    public async Task A_tenant_made_from_an_edition_is_ready_to_work_and_others_see_nothing_of_it(string database)
    {
        await using var host = await PluginLifeTests.Start(database);
        await EditionMaker.Install(host, EditionMaker.Books());

        var opened = await EditionMaker.AtTheServer(host, new OpenTenant(new NewTenant("midori", "みどり図書館") { Edition = "books" }, "boss@midori.example", "緑川 誠"));
        Assert.True(!opened.Failed, string.Join("\n", opened.Problems.Select(p => p.Message.En)));
        var midori = (await host.Services.GetRequiredService<Tenants>().Find("midori", CancellationToken.None))!;

        Assert.Equal("books 1.0.0", midori.Edition);
        Assert.Equal(["library", "notes"], midori.Modules.Order());
        Assert.Equal(("図書館ナビ", "#0b6e4f"), (midori.Branding!.Product.Ja, midori.Branding.Accent));
        Assert.NotNull(await host.Services.GetRequiredService<EditionStore>().Logo(midori.Branding.Logo!, CancellationToken.None));
        var types = (await host.Ask(new GetRecordTypes(), midori)).ToDictionary(t => t.Key);
        Assert.Equal("蔵書", types[LibraryModule.Book].Label.Ja);
        Assert.Equal("書架", types[LibraryModule.Book]["notes.shelf"].Label.Ja);
        Assert.Equal(FieldKind.Choice, types[LibraryModule.Book]["custom.grade"].Kind);
        var book = Assert.Single((await host.Ask(new ListRecords(LibraryModule.Book), midori)).Read());
        Assert.Equal(("こころ", 462m, "a"), ((string?)book["title"], (decimal?)book["price"], (string?)book["custom.grade"]));
        var author = Assert.Single((await host.Ask(new ListRecords(LibraryModule.Author), midori)).Read());
        Assert.Equal((author.Id, "夏目漱石"), ((Guid)book["authorId"]!, (string?)author["name"]));
        Assert.Single((await host.Ask(new ListRecords("custom.room"), midori)).Rows);
        var role = Assert.Single((await host.Ask(new ListRoles(), midori)).Roles, r => r.Role.Name.Ja == "司書").Role;
        Assert.Equal((Reach.All, Reach.None), (role.Rights.Reach(LibraryModule.Book, RecordAction.Edit), role.Rights.Reach(LibraryModule.Book, RecordAction.Delete)));
        Assert.Equal([LibraryModule.Book + "/price"], role.Rights.Hidden);

        // Whoever has no edition has none of it, though it is installed.
        var alpha = (await host.Services.GetRequiredService<Tenants>().Find("alpha", CancellationToken.None))!;
        Assert.Equal((null, null, false), (alpha.Edition, alpha.Branding, alpha.Modules.Contains("notes")));
        Assert.Equal("本", (await host.Ask(new GetRecordTypes())).Single(t => t.Key == LibraryModule.Book).Label.Ja);
        Assert.Empty((await host.Ask(new ListRecords(LibraryModule.Book))).Rows);
        Assert.DoesNotContain((await host.Ask(new ListRoles())).Roles, r => r.Role.Name.Ja == "司書");
        Assert.Null((await host.Ask(new GetEdition())).Edition);
    }

    [Theory, EveryDatabase]
    public async Task What_an_edition_keeps_from_a_role_that_may_see_all_else_stays_kept_from_it(string database)
    {
        var books = EditionMaker.Books();
        books.At("roles", "clerk", "rights")["records"] = JsonNode.Parse("""{ "*": { "read": "all" }, "library.author": { "read": "none" } }""");
        await using var host = await EditionMaker.StartWith(database, books);

        var role = Assert.Single((await host.Ask(new ListRoles())).Roles, r => r.Role.Name.Ja == "司書").Role;
        Assert.Equal((Reach.All, Reach.None), (role.Rights.Reach(LibraryModule.Book, RecordAction.Read), role.Rights.Reach(LibraryModule.Author, RecordAction.Read)));

        // A restriction that the tenant adds is a change of the tenant's own, and an upgrade keeps it.
        await host.Ask(new SaveRole(role.Id, role.Name.Ja, role.Name.En, role.Rights with { Records = new Dictionary<string, Reaches>(role.Rights.Records) { ["notes.note"] = Reaches.None } }));
        var next = EditionMaker.Books("1.1.0");
        next.At("roles", "clerk", "rights")["records"] = JsonNode.Parse("""{ "*": { "read": "all", "edit": "all" }, "library.author": { "read": "none" } }""");
        await EditionMaker.Install(host, next);
        await host.Ask(new ApplyEdition("books", null));
        role = Assert.Single((await host.Ask(new ListRoles())).Roles, r => r.Role.Name.Ja == "司書").Role;
        Assert.Equal((Reach.None, Reach.None), (role.Rights.Reach("notes.note", RecordAction.Read), role.Rights.Reach(LibraryModule.Author, RecordAction.Read)));
    }

    [Fact]
    public async Task What_an_edition_gets_wrong_about_a_plugin_it_carries_is_told_before_anything_is_installed()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var wrong = EditionMaker.Books();
        wrong.At("labels")["library.book/notes.shelff"] = JsonNode.Parse("""{ "ja": "書架", "en": "Stack" }""");

        var verified = await EditionMaker.AtTheServer(host, new InstallEdition(EditionMaker.Pack(wrong)) { DryRun = true });

        Assert.Contains("notes.shelff", Assert.Single(verified.Problems).Message.Ja, StringComparison.Ordinal);
        Assert.Empty((await EditionMaker.AtTheServer(host, new ListPlugins())).Value.Plugins);
        Assert.False((await EditionMaker.AtTheServer(host, new InstallEdition(EditionMaker.Pack(EditionMaker.Books())) { DryRun = true })).Failed);
        Assert.Equal("missing-plugin", Assert.Single((await EditionMaker.AtTheServer(host, new InstallEdition(EditionMaker.Pack(EditionMaker.Books(), withPlugin: false)) { DryRun = true })).Problems).Code);
    }

    [Fact]
    public void A_plugin_without_a_signature_is_not_packed_and_is_named()
    {
        var edition = JsonSerializer.SerializeToUtf8Bytes(EditionMaker.Books());
        var packed = EditionPackage.Pack(name => name switch { EditionManifest.File => edition, "logo.svg" => EditionMaker.Logo, _ => null }, _ => NotesPlugin.Package());

        var problem = Assert.Single(packed.Problems);
        Assert.Equal("not-signed", problem.Code);
        Assert.Contains("plugins/notes-1.0.0.crmplugin", problem.Message.Ja, StringComparison.Ordinal);
        Assert.Contains("plugins/notes-1.0.0.crmplugin", problem.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_folder_makes_the_same_package() => Assert.Equal(EditionMaker.Pack(EditionMaker.Books()), EditionMaker.Pack(EditionMaker.Books()));

    [Fact]
    public async Task A_package_must_be_sound_and_signed_by_a_trusted_key()
    {
        await using var host = await TestHost.Start(Databases.Sqlite);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var edition = EditionMaker.Books();
        edition["plugins"] = new JsonArray();
        edition.At("labels").Remove("library.book/notes.shelf");
        edition.At("roles", "clerk", "rights", "records").Remove("notes.note");
        var package = EditionMaker.Pack(edition);
        byte[] Signed(ECDsa by) => SummedZip.Signed(package, EditionPackage.Read(package).Value.Files[SummedZip.Sums], by.ExportPkcs8PrivateKeyPem());
        Assert.False((await EditionMaker.AtTheServer(host, new TrustKey("みなとソフト", key.ExportSubjectPublicKeyInfoPem()))).Failed);

        Assert.Equal("not-signed", (await EditionMaker.TryInstall(host, package)).Problems[0].Code);
        Assert.Equal("key-not-trusted", (await EditionMaker.TryInstall(host, Signed(stranger))).Problems[0].Code);
        var files = EditionPackage.Read(Signed(key)).Value.Files.ToDictionary(f => f.Key, f => f.Value);
        files["logo.svg"] = [.. EditionMaker.Logo, (byte)' '];
        Assert.Equal("bad-sum", (await EditionMaker.TryInstall(host, PluginMaker.Zip(files))).Problems[0].Code);
        Assert.Equal("not-a-package", (await EditionMaker.TryInstall(host, "これは違う"u8.ToArray())).Problems[0].Code);
        files["../evil.svg"] = [1];
        Assert.Equal("bad-path", (await EditionMaker.TryInstall(host, PluginMaker.Zip(files))).Problems[0].Code);
        Assert.Empty((await EditionMaker.AtTheServer(host, new ListEditions())).Value);

        var installed = await EditionMaker.TryInstall(host, Signed(key));
        Assert.Equal("みなとソフト", installed.Value.SignedBy);

        // One version is one content.
        edition["publisher"] = "別の会社";
        package = EditionMaker.Pack(edition);
        Assert.Equal("taken", (await EditionMaker.TryInstall(host, Signed(key))).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task What_the_product_does_not_know_is_named_and_nothing_is_installed(string database)
    {
        await using var host = await PluginLifeTests.Start(database);
        var edition = EditionMaker.Books();
        edition.At("labels")["library.book/colour"] = new JsonObject { ["ja"] = "色", ["en"] = "Colour" };
        edition.At("roles", "clerk", "rights", "records")["library.shelf"] = new JsonObject { ["read"] = "all" };
        edition.At("records", 1, "values")["price"] = "高い";
        var refused = await EditionMaker.TryInstall(host, EditionMaker.Pack(edition));

        var told = string.Join("\n", refused.Problems.Select(p => p.Message.En));
        Assert.Contains("colour", told, StringComparison.Ordinal);
        Assert.Contains("library.shelf", told, StringComparison.Ordinal);
        Assert.Contains("records.kokoro.price", told, StringComparison.Ordinal);
        Assert.Empty((await EditionMaker.AtTheServer(host, new ListEditions())).Value);
        Assert.Null(host.Services.GetRequiredService<PluginHost>().Find("notes"));

        var missing = await EditionMaker.TryInstall(host, EditionMaker.Pack(EditionMaker.Books(), withPlugin: false));
        Assert.Equal("missing-plugin", missing.Problems[0].Code);
        Assert.Contains("“notes” 1.0.0", missing.Problems[0].Message.En, StringComparison.Ordinal);

        // A plugin that runs in a newer version is not put back for an edition.
        await PluginLifeTests.Install(host, NotesPlugin.Package("1.2.0"));
        Assert.Equal("plugin-newer", (await EditionMaker.TryInstall(host, EditionMaker.Pack(EditionMaker.Books()))).Problems[0].Code);
    }

    [Theory]
    [InlineData("accent", "#ffcc00", "low-contrast")]
    [InlineData("accent", "green", "bad-colour")]
    [InlineData("accentDark", "#0b6e4f", "low-contrast")]
    public void A_colour_that_cannot_be_read_is_refused_with_one_that_can(string member, string colour, string code)
    {
        var edition = EditionMaker.Books();
        edition.At("branding")[member] = colour;
        var problem = Assert.Single(EditionMaker.TryPack(edition).Problems);
        Assert.Equal(code, problem.Code);
        if (code != "low-contrast") return;

        // The one that is proposed is let in.
        edition.At("branding")[member] = System.Text.RegularExpressions.Regex.Match(problem.Cure!.Value.En, "#[0-9a-f]{6}", default, TimeSpan.FromSeconds(1)).Value;
        Assert.False(EditionMaker.TryPack(edition).Failed);
    }

    [Fact]
    public void Every_colour_of_a_brand_can_be_read_on_light_and_dark()
    {
        Assert.Equal(21, new Rgb(0, 0, 0).Contrast(new Rgb(255, 255, 255)), 3);
        Assert.Equal(4.54, new Rgb(0x76, 0x76, 0x76).Contrast(new Rgb(255, 255, 255)), 2);
        foreach (var colour in (string[])["#0b6e4f", "#8a2c4a", "#000000", "#2a47b5", "#7a4b00"])
        {
            Assert.Empty(Accent.Faults(colour, null));
            var accent = Accent.Of(colour, null);
            Assert.True(accent.Light.Contrast(accent.LightTint) >= 4.5 && accent.Light.Contrast(new(255, 255, 255)) >= 4.5, colour);
            Assert.True(accent.Dark.Contrast(accent.DarkTint) >= 4.5 && accent.Dark.Contrast(new(0x1b, 0x1f, 0x26)) >= 4.5, colour);
        }
    }

    [Fact]
    public void What_cannot_be_meant_is_named_when_it_is_packed()
    {
        Expect(e => e["colour"] = "red", "$.colour");
        Expect(e => e["version"] = "1", "version");
        Expect(e => e.At("roles", "clerk", "rights", "records", "library.book")["read"] = "everybody", "everybody");
        Expect(e => e.At("records", 1, "values")["authorId"] = "@ogai", "ogai");
        Expect(e => e.At("branding")["logo"] = "other.svg", "other.svg");

        static void Expect(Action<JsonObject> change, string told)
        {
            var edition = EditionMaker.Books();
            change(edition);
            Assert.Contains(EditionMaker.TryPack(edition).Problems, p => p.Message.En.Contains(told, StringComparison.Ordinal));
        }
    }
}
