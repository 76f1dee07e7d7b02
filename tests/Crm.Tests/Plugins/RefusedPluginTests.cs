using System.Security.Cryptography;
using Crm.Platform.Plugins;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Editions;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Plugins;

/// <summary>The mistakes that authors and operators make: refused before anything changes, with what, where and how to cure it.</summary>
public sealed class RefusedPluginTests
{
    [Theory, EveryDatabase]
    public async Task A_field_whose_column_no_migration_makes_is_refused_by_name_and_the_version_before_works_on(string database)
    {
        await using var host = await PluginLifeTests.Start(database);
        await PluginLifeTests.Install(host, NotesPlugin.Package());
        await PluginLifeTests.SwitchOn(host);
        var note = await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "返却は金曜" }));

        var problem = Assert.Single((await TryInstall(host, Package("1.1.0", Forgotten()))).Problems);

        Assert.Equal("no-column", problem.Code);
        Assert.Equal("notes.note の項目 colour（色）のための列「colour」がテーブル notes_note にありません。", problem.Message.Ja);
        Assert.Equal("The field colour (Colour) of notes.note has no column: there is no “colour” in the table notes_note.", problem.Message.En);
        Assert.Contains("migrationBuilder.Column<string>(\"notes_note\", \"colour\", 20);", problem.Cure!.Value.Ja, StringComparison.Ordinal);
        Assert.Contains("migrationBuilder.Column<string>(\"notes_note\", \"colour\", 20);", problem.Cure!.Value.En, StringComparison.Ordinal);
        Assert.Equal(new Version(1, 0, 0), host.Services.GetRequiredService<PluginHost>().Find("notes")!.Version);
        Assert.Equal("返却は金曜", (await host.Ask(new GetRecord("notes.note", note.Id)))["text"]);

        // As the cure says.
        await PluginLifeTests.Install(host, NotesPlugin.Package("1.1.1", withColour: true));
        await host.Ask(new SaveRecord("notes.note", note.Id, new Dictionary<string, object?> { ["colour"] = "黄" }));
    }

    [Fact]
    public async Task A_record_type_without_its_table_or_its_context_is_refused()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);

        Assert.Equal("no-table", Assert.Single((await TryInstall(host, Package("1.0.0", Without(NotesPlugin.Source(), "[Migration(\"20261101_0001_Notes\")]", "")))).Problems).Code);
        var problem = Assert.Single((await TryInstall(host, Package("1.0.0", Without(NotesPlugin.Source(), "Add(model, Notes.Type);", "_ = model;")))).Problems);
        Assert.Equal("no-table", problem.Code);
        Assert.Contains("NotesDb", problem.Cure!.Value.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_of_the_same_id_by_somebody_else_is_refused_until_the_operator_says_it_was_handed_over()
    {
        await using var host = await TestHost.StartWith(Databases.Sqlite, null);
        using var acme = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EditionMaker.AtTheServer(host, new TrustKey("Acme", acme.ExportSubjectPublicKeyInfoPem()));
        await EditionMaker.AtTheServer(host, new TrustKey("別会社", other.ExportSubjectPublicKeyInfoPem()));
        var installed = await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.0", NotesPlugin.Source(), acme)));
        Assert.False(installed.Failed);

        var problem = Assert.Single((await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.1", NotesPlugin.Source("v2"), other)))).Problems);

        Assert.Equal("other-publisher", problem.Code);
        Assert.Contains("「Acme」", problem.Message.Ja, StringComparison.Ordinal);
        Assert.Contains("“Acme”", problem.Message.En, StringComparison.Ordinal);
        Assert.Contains("--new-publisher", problem.Cure!.Value.En, StringComparison.Ordinal);
        Assert.Equal(new Version(1, 0, 0), host.Services.GetRequiredService<PluginHost>().Find("notes")!.Version);
        Assert.False((await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.1", NotesPlugin.Source("v2"), acme)))).Failed);

        // Taken out, its tables are there still: they are Acme's.
        Assert.False((await EditionMaker.AtTheServer(host, new RemovePlugin("notes", Purge: false))).Failed);
        Assert.Equal("other-publisher", (await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.2", NotesPlugin.Source(), other)))).Problems[0].Code);

        Assert.False((await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.2", NotesPlugin.Source(), other)) { NewPublisher = true })).Failed);
        Assert.Equal("別会社", Assert.Single((await EditionMaker.AtTheServer(host, new ListPlugins())).Value.Plugins).SignedBy);

        // With its data gone, the id is free.
        Assert.False((await EditionMaker.AtTheServer(host, new RemovePlugin("notes", Purge: true))).Failed);
        Assert.False((await EditionMaker.AtTheServer(host, new InstallPlugin(Package("1.0.3", NotesPlugin.Source(), acme)))).Failed);
    }

    [Theory]
    [InlineData("\"棚\", \"Shelf\"", "\"棚\", \"\"", "library.book の項目「notes.shelf」（棚）に英語の名称がありません。", "The field of library.book “notes.shelf” (“棚”) has no name in English.")]
    [InlineData("\"掲示板\", \"Board\"", "\" \", \"Board\"", "画面「board」（Board）に日本語の名称がありません。", "The screen “board” (“Board”) has no name in Japanese.")]
    [InlineData("\"notes.shelf\"", "\"shelf\"", "Configure: 項目「棚」のキー「shelf」は「notes.shelf」にしてください。ほかのモジュールのレコードに加える項目のキーは、加えるモジュールのキーで始めます。", "Configure: The key shelf of the field “Shelf” must be notes.shelf: fields added to somebody else's records carry the name of who adds them.")]
    [InlineData("\"notes.shelf\"", "\"note.shelf\"", "Configure: 項目「棚」のキー「note.shelf」は「notes.shelf」にしてください。ほかのモジュールのレコードに加える項目のキーは、加えるモジュールのキーで始めます。", "Configure: The key note.shelf of the field “Shelf” must be notes.shelf: fields added to somebody else's records carry the name of who adds them.")]
    [InlineData("For<Note>(\"notes.note\")", "For<Note>(\"note.note\")", "Configure: レコード種別「note.note」のキーは「notes.note」にしてください。モジュール「notes」のキーで始めます。", "Configure: The record type note.note of the module notes must be called notes.note.")]
    [InlineData("s => s.Text(n => n.Text, \"本文\", \"Text\")", "s => s.Text(n => n.Text, \"題\", \"Title\").Text(n => n.Text, \"本文\", \"Text\")", "Configure: notes.note に項目「text」が 2 つあります（区分「basic」と「basic」）。どちらかのキーを変えてください。", "Configure: notes.note has two fields called text, in the sections basic and basic: give one another key.")]
    [InlineData("module.Services.AddScoped<Words>();", "throw new FormatException(\"数ではない\");", "Configure で例外が発生しました（FormatException、NotesModule.Configure）: 数ではない", "Configure threw FormatException (NotesModule.Configure): 数ではない")]
    public async Task What_is_wrong_in_a_description_is_said_in_both_languages(string part, string instead, string ja, string en)
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);

        var problem = Assert.Single((await TryInstall(host, Package("1.0.0", Without(NotesPlugin.Source(), part, instead)))).Problems);

        Assert.Equal((ja, en), (problem.Message.Ja, problem.Message.En));
    }

    [Theory]
    [InlineData("s.Text(\"notes.shelf\", \"棚\", \"Shelf\").Indexed().Searchable()", "s.Reference(\"notes.shelf\", \"棚\", \"Shelf\", \"library.authors\")", "The field notes.shelf of library.book names the record type “library.authors”, which is not there.", "Do you mean “library.author”?")]
    [InlineData("Extend(\"library.book\"", "Extend(\"library.books\"", "An extension names the record type “library.books”, which is not there.", "Do you mean “library.book”?")]
    [InlineData("Extend(\"library.book\"", "Extend(\"libary.book\"", "An extension names the record type “libary.book”, which is not there.", "There is no module “libary”")]
    [InlineData("Extend(\"library.book\"", "Extend(\"library.zine\"", "An extension names the record type “library.zine”, which is not there.", "Record types of library: library.author")]
    public async Task A_record_type_that_nobody_has_is_refused_with_the_one_that_is_meant(string part, string instead, string message, string cure)
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);

        var problem = Assert.Single((await TryInstall(host, Package("1.0.0", Without(NotesPlugin.Source(), part, instead)))).Problems);

        Assert.Equal(("no-such-record-type", message), (problem.Code, problem.Message.En));
        Assert.StartsWith(cure, problem.Cure!.Value.En, StringComparison.Ordinal);
        Assert.Contains("レコード種別「", problem.Message.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_drops_a_field_or_is_older_says_so()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        Assert.Empty((await PluginLifeTests.Install(host, NotesPlugin.Package("1.1.0", withColour: true))).Notices);

        var dropped = (await PluginLifeTests.Install(host, Package("1.2.0", Without(NotesPlugin.Source(), "s.Text(\"notes.shelf\", \"棚\", \"Shelf\").Indexed().Searchable()", "s.Text(\"notes.place\", \"場所\", \"Place\")")))).Notices;
        Assert.Equal(
            ["この版にはない付箋の項目: 色（colour）。保存済みの値は残りますが、画面・API には出ません。", "この版にはない本の項目: 棚（notes.shelf）。保存済みの値は残りますが、画面・API には出ません。"], dropped.Select(n => n.Ja));
        Assert.Contains("“Colour” (colour)", dropped[0].En, StringComparison.Ordinal);

        Assert.Contains("1.2.0", (await PluginLifeTests.Install(host, NotesPlugin.Package("1.1.0", withColour: true))).Notices[0].En, StringComparison.Ordinal);
    }

    internal static Task<Result<LoadedPlugin>> TryInstall(TestHost host, byte[] package) =>
        host.Services.GetRequiredService<PluginStore>().Install(package, "テスト", CancellationToken.None);

    internal static byte[] Package(string version, string source, ECDsa? key = null) => PluginMaker.Pack(
        NotesPlugin.Id, version, PluginMaker.Compile("Plugin", source), m => m["requires"] = new Dictionary<string, string> { ["library"] = "[0.0.0, 9.0.0)" }, key: key);

    internal static string Without(string source, string part, string instead)
    {
        Assert.Contains(part, source, StringComparison.Ordinal);
        return source.Replace(part, instead, StringComparison.Ordinal);
    }

    /// <summary>The version with a field more, and no migration for it.</summary>
    internal static string Forgotten() => Without(NotesPlugin.Source(withColour: true), "[Migration(\"20261102_0001_Colour\")]", "");
}
