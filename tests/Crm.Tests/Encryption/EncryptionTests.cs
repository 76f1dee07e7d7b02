using System.Security.Cryptography;
using Crm.Platform.Encryption;
using Crm.Platform.Export;
using Crm.Platform.Import;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Tests.Import;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Databases = Crm.Platform.Storage.Databases;

namespace Crm.Tests.Encryption;

/// <summary>What must not lie open lies in the database sealed with the tenant's key, and is an ordinary field to whoever may see it.</summary>
public sealed class EncryptionTests
{
    private const string Passport = "TR1234567";

    [Theory, EveryDatabase]
    public async Task An_encrypted_value_is_read_and_changed_like_any_other_and_stands_nowhere_in_the_database(string database)
    {
        await using var crm = await Start(database);
        var id = await Save(crm, Passport);
        Assert.Equal(Passport, (await crm.Ask(new GetRecord(LibraryModule.Author, id)))["visa.passport"]);
        Assert.Equal(Passport, (await crm.Ask(new ListRecords(LibraryModule.Author) { Fields = ["visa.passport"] })).Rows.Single().Values[0]);

        await crm.Ask(new SaveRecord(LibraryModule.Author, id, new Dictionary<string, object?> { ["visa.passport"] = "XY7654321" }));

        var change = (await crm.Ask(new GetHistory(LibraryModule.Author, id))).SelectMany(h => h.Changes).Single(c => c.Field == "visa.passport");
        Assert.Equal((Passport, "XY7654321"), (change.Before, change.After));
        Assert.Equal(0, await Occurrences(crm, Passport));
        Assert.Equal(0, await Occurrences(crm, "XY7654321"));
        Assert.NotEqual(0, await Occurrences(crm, "crm1:1:"));

        var export = new MemoryStream();
        await crm.Ask(new ExportRecords(LibraryModule.Author, ExportFormat.CsvUtf8, export));
        Assert.Contains("XY7654321", System.Text.Encoding.UTF8.GetString(export.ToArray()), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Nothing_filters_sorts_or_reports_it(string database)
    {
        await using var crm = await Start(database);
        await Save(crm, Passport);
        Assert.Equal("encrypted", (await crm.Send(new ListRecords(LibraryModule.Author) { Filter = Filter.Eq("visa.passport", Passport) })).Problems.Single().Code);
        Assert.Equal("encrypted", (await crm.Send(new ListRecords(LibraryModule.Author) { Sort = [new Sort("visa.passport")] })).Problems.Single().Code);
        Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Author) { Filter = new Filter.Compare("visa.passport", FilterOp.Empty, [false]) })).Rows);

        var file = await ImportTests.Upload(crm, "氏名,旅券番号\n,AB999\n漱石," + new string('A', 60) + "\n");
        var report = await ImportTests.Run(crm, file, null, dryRun: false, LibraryModule.Author);
        Assert.Equal(2, report.Refused);
        Assert.All(await crm.Ask(new ListImportProblems(report.Id)), p => Assert.True(p.Field != "visa.passport" || p.Value is null));
    }

    [Theory, EveryDatabase]
    public async Task A_new_key_seals_from_now_on_and_older_values_are_sealed_anew(string database)
    {
        await using var crm = await Start(database);
        var id = await Save(crm, Passport);
        var version = (await crm.Ask(new GetRecord(LibraryModule.Author, id))).Version;

        Assert.Equal(2, await crm.Ask(new RotateKey()));
        var tenant = (await crm.Services.GetRequiredService<Tenants>().Find(crm.Tenant.Id, CancellationToken.None))!;
        Assert.Equal(Passport, (await crm.Ask(new GetRecord(LibraryModule.Author, id), tenant))["visa.passport"]);
        await using (var scope = await crm.Scope(tenant)) await ActivatorUtilities.CreateInstance<SealAnew>(scope.Services).Run(new ImportTests.OneRun(null), CancellationToken.None);

        Assert.Equal(0, await Occurrences(crm, "crm1:1:", "library_author"));
        Assert.Equal(1, await Occurrences(crm, "crm1:2:", "library_author"));
        var after = await crm.Ask(new GetRecord(LibraryModule.Author, id), tenant);
        Assert.Equal((Passport, version), (after["visa.passport"], after.Version));
    }

    [Theory, EveryDatabase]
    public async Task Files_lie_sealed_and_open_for_their_tenant_alone(string database)
    {
        await using var crm = await Start(database);
        var content = RandomNumberGenerator.GetBytes(600_000);
        "旅券の写し"u8.CopyTo(content);
        Guid id;
        await using (var scope = await crm.Scope()) id = await scope.Get<IFiles>().Save("写し.pdf", "application/pdf", new MemoryStream(content));

        await using (var scope = await crm.Scope())
        {
            var file = (await scope.Get<IFiles>().Open(id))!;
            var read = new MemoryStream();
            await file.Content.CopyToAsync(read);
            Assert.Equal(content, read.ToArray());
            Assert.Equal(content.Length, file.Length);
            var sql = await scope.Get<Session>().Sql(CancellationToken.None);
            var pieces = await sql.Rows($"SELECT content FROM platform_file_chunk WHERE tenant_id = {crm.Tenant.Id} AND file_id = {id}", r => r.Bytes(0), CancellationToken.None);
            Assert.All(pieces, p => Assert.Equal(-1, p.AsSpan().IndexOf("旅券の写し"u8)));
        }
    }

    [Fact]
    public void A_seal_opens_with_its_key_for_what_it_was_made_and_for_nothing_else()
    {
        var (mine, keys) = (Ids.New(), new Dictionary<int, byte[]> { [1] = RandomNumberGenerator.GetBytes(32), [2] = RandomNumberGenerator.GetBytes(32) });
        var ring = new TenantKeyRing(mine, keys);
        var text = ring.Seal(Passport, "visa.passport");
        Assert.StartsWith("crm1:2:", text, StringComparison.Ordinal);
        Assert.NotEqual(text, ring.Seal(Passport, "visa.passport"));
        Assert.Equal(Passport, ring.Open(text, "visa.passport"));
        Assert.ThrowsAny<CryptographicException>(() => ring.Open(text, "visa.other"));
        Assert.ThrowsAny<CryptographicException>(() => new TenantKeyRing(Ids.New(), keys).Open(text, "visa.passport"));
        Assert.ThrowsAny<CryptographicException>(() => ring.Open("crm1:1:" + text[7..], "visa.passport"));
        Assert.ThrowsAny<CryptographicException>(() => ring.Open("crm1:9:" + text[7..], "visa.passport"));
    }

    [Fact]
    public async Task Without_the_master_key_the_start_is_refused_with_the_cure()
    {
        await using var crm = await Start(Infrastructure.Databases.Sqlite);
        await Save(crm, Passport);
        var file = crm.Services.GetRequiredService<MasterKey>().File;
        Assert.True(File.Exists(file));

        await using (var other = crm.Node(s => s.Configure<EncryptionOptions>(o => o.MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))))
        {
            var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => other.GetRequiredService<TenantKeys>().Check(CancellationToken.None));
            Assert.Contains("マスターキー", wrong.Message, StringComparison.Ordinal);
        }

        File.Move(file, file + ".away");
        await using var without = crm.Node(_ => { });
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => without.GetRequiredService<TenantKeys>().Check(CancellationToken.None));
        Assert.Contains(file, missing.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_field_that_others_would_be_found_by_cannot_be_encrypted()
    {
        Assert.Throws<DescriptionException>(() => RecordType.For<Author>("visa.author").Section("s", "区分", "Section", s => s.Text(a => a.Name, "氏名", "Name").Encrypted()));
        var faults = ModuleCheck.Faults(ModuleDescription.Of(new VisaModule(indexed: true)), ModuleTypes.Of("visa", [])).Select(f => f.En);
        Assert.Contains(faults, f => f.Contains("encrypted", StringComparison.Ordinal));
    }

    private static Task<TestHost> Start(string database) => TestHost.Start(database, new LibraryModule(), new VisaModule());

    private static async Task<Guid> Save(TestHost crm, string passport) =>
        (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "ラフカディオ・ハーン", ["visa.passport"] = passport }))).Id;

    /// <summary>Rows of the database, or of one table, in which a text stands somewhere.</summary>
    private static async Task<int> Occurrences(TestHost crm, string text, string? only = null)
    {
        var databases = crm.Services.GetRequiredService<Databases>();
        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();

        // The wall between tenants would hide from this look what it looks for.
        await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
        var sql = new Sql(databases.Dialect, connection);
        var columns = databases.Dialect.Name == Infrastructure.Databases.Sqlite
            ? await sql.Rows($"SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '%fts%' AND upper(c.type) NOT LIKE '%BLOB%'", r => (Table: r.Text(0), Column: r.Text(1)), CancellationToken.None)
            : await sql.Rows($"SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_schema = c.table_schema WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type <> 'bytea'", r => (Table: r.Text(0), Column: r.Text(1)), CancellationToken.None);
        Assert.Contains(columns, c => c.Table == "library_author");
        var found = 0;
        foreach (var (table, column) in columns.Where(c => only is null || c.Table == only))
        {
            found += (await sql.Rows($"SELECT 1 FROM {Sql.Raw(table)} WHERE CAST({Sql.Raw(databases.Dialect.Quote(column))} AS TEXT) LIKE {"%" + text + "%"}", _ => 1, CancellationToken.None)).Count;
        }

        return found;
    }

    private sealed class VisaModule(bool indexed = false) : CrmModule
    {
        public override string Key => "visa";

        public override Label Name => ("査証", "Visa");

        public override void Configure(ModuleBuilder module)
        {
            module.Requires("library");
            module.Records.Extend(LibraryModule.Author, a => a.Section("visa", "査証", "Visa", s =>
            {
                var passport = s.Text("visa.passport", "旅券番号", "Passport number").Max(20).Encrypted().Personal(PersonalData.Secret);
                if (indexed) passport.Indexed();
            }));
        }

        internal override IEnumerable<Type> Types() => [];
    }
}
