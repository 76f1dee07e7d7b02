using System.IO.Compression;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Platform;
using Crm.Platform.Backup;
using Crm.Platform.Encryption;
using Crm.Platform.Identity.Users;
using Crm.Platform.Mail;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Platform.Storage.Databases;

namespace Crm.Tests.Backup;

/// <summary>What was backed up comes back: all of it, from one moment, or one tenant beside the others; and nothing by halves.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Passport = "TR1234567";

    private readonly string folder = Directory.CreateTempSubdirectory("crm-backup-").FullName;

    private string Zip => Path.Combine(folder, "backup.zip");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, EveryDatabase]
    public async Task What_is_backed_up_while_people_write_comes_back_in_a_new_place_with_the_same_sum_for_each_table(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "夏目 漱石", "こころ");
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 2).Select(n => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) await Book(crm, await Author(crm, $"作家 {n}-{i}"), $"作品 {n}-{i}");
        }))];
        await Task.Delay(300);
        var made = await Write(crm);
        await Task.Delay(100);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        await using var place = await Empty(database, crm);
        var restored = await Restore(place);

        Assert.True(!restored.Failed, string.Join("\n", restored.Problems.Select(p => p.Message.En)));
        Assert.Equal(["alpha"], restored.Value.Tenants);
        var again = await place.Services.GetRequiredService<Backups>().Write(Path.Combine(folder, "again.zip"), null, false, CancellationToken.None);
        Assert.Equal(Sums(made.Manifest), Sums(again.Manifest));
        Assert.True(made.Manifest.Tables.Single(t => t.Name == "library_author").Rows > 1, "Nobody wrote before the backup.");

        var tenant = (await place.Services.GetRequiredService<Tenants>().Find("alpha", CancellationToken.None))!;
        await using var scope = await place.Scope(tenant);
        var sql = await scope.Get<Session>().Sql(CancellationToken.None);
        Assert.Equal(0, await sql.First($"SELECT COUNT(*) FROM library_book b WHERE b.tenant_id = {tenant.Id} AND NOT EXISTS (SELECT 1 FROM library_author a WHERE a.tenant_id = b.tenant_id AND a.id = b.author_id)", r => r.Long(0), CancellationToken.None));
        var (then, later) = (made.Manifest.Tables.Single(t => t.Name == "library_author").Rows, await Count(crm, crm.Tenant));
        Assert.True(later > then, $"Nobody wrote after the snapshot: {later} and {then}.");
    }

    [PostgreSqlFact]
    public async Task A_backup_of_one_database_comes_back_on_another()
    {
        await using var crm = await Start(Infrastructure.Databases.Sqlite);
        await Fill(crm, "樋口 一葉", "たけくらべ");
        var made = await Write(crm);
        await using var place = await Empty(Infrastructure.Databases.PostgreSql, crm);

        Assert.False((await Restore(place)).Failed);

        var again = await place.Services.GetRequiredService<Backups>().Write(Path.Combine(folder, "again.zip"), null, false, CancellationToken.None);
        Assert.Equal(Sums(made.Manifest), Sums(again.Manifest));
    }

    [Theory, EveryDatabase]
    public async Task One_tenant_comes_back_beside_the_others_closed_and_a_tenant_of_its_own(string database)
    {
        await using var crm = await Start(database);
        var (author, file) = await Fill(crm, "森 鷗外", "舞姫");
        await crm.Ask(new InviteUser("mori@alpha.example", "森 太郎") { Roles = ["sales"] });
        var other = await crm.NewTenant("other");
        await Author(crm, "芥川 龍之介", other);
        await Write(crm, crm.Tenant);

        var restored = await Restore(crm, "alpha", "copy");

        Assert.True(!restored.Failed, string.Join("\n", restored.Problems.Select(p => p.Message.En)));
        var copy = (await crm.Services.GetRequiredService<Tenants>().Find("copy", CancellationToken.None))!;
        Assert.False(copy.Active);
        Assert.NotEqual(crm.Tenant.Id, copy.Id);
        Assert.Equal("森 鷗外", (await crm.Ask(new GetRecord(LibraryModule.Author, author), copy))["name"]);
        Assert.Equal(Passport, (await crm.Ask(new GetRecord(LibraryModule.Author, author), copy))["trip.passport"]);
        Assert.Single(await crm.Ask(new SearchRecords("鷗外"), copy));
        Assert.Empty(await crm.Ask(new SearchRecords("芥川"), copy));
        await using (var scope = await crm.Scope(copy))
        {
            await using var content = (await scope.Get<IFiles>().Open(file))!.Content;
            using var read = new MemoryStream();
            await content.CopyToAsync(read);
            Assert.Equal("旅券の写し", Encoding.UTF8.GetString(read.ToArray()));
        }

        // What happens in the copy happens in the copy alone, and its keys go on.
        await crm.Ask(new SaveRecord(LibraryModule.Author, author, new Dictionary<string, object?> { ["name"] = "森 林太郎" }), copy);
        Assert.Equal(2, await crm.Ask(new RotateKey(), copy));
        copy = (await crm.Services.GetRequiredService<Tenants>().Find("copy", CancellationToken.None))!;
        Assert.Equal(Passport, (await crm.Ask(new GetRecord(LibraryModule.Author, author), copy))["trip.passport"]);
        Assert.Equal("森 鷗外", (await crm.Ask(new GetRecord(LibraryModule.Author, author)))["name"]);
        Assert.Equal(1, await Count(crm, other));
        await using var control = await crm.Services.GetRequiredService<ControlDbs>().Open();
        Assert.Equal(2, (await control.Users.Where(u => u.EmailKey == "mori@alpha.example").Select(u => u.Id).ToListAsync()).Distinct().Count());

        Assert.Equal("taken", (await Restore(crm, "alpha", "copy")).Problems.Single().Code);
        Assert.Equal("no-such-tenant", (await Restore(crm, "other", "third")).Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task A_file_that_was_altered_is_refused_before_anything_is_written(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "太宰 治", "斜陽");
        await Write(crm);
        Change("tables/library_author.jsonl", text => text.Replace("太宰", "大宰", StringComparison.Ordinal));
        await using var place = await Empty(database, crm);

        var refused = await Restore(place);

        Assert.Equal("damaged", refused.Problems.Single().Code);
        Assert.Contains("library_author", refused.Problems.Single().Message.Ja, StringComparison.Ordinal);
        await NothingIsThere(place);
    }

    [Theory, EveryDatabase]
    public async Task A_tenant_of_a_forged_file_does_not_bring_administrators_of_the_installation(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "太宰 治", "斜陽");
        var made = await Write(crm);
        Say(made.Manifest with { Tenants = [.. made.Manifest.Tenants.Select(t => t with { Id = Guid.Empty })] });

        Assert.Equal("not-a-tenant", (await Restore(crm, "alpha", "copy")).Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task A_restore_that_breaks_off_half_way_leaves_nothing(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "川端 康成", "雪国");
        await Write(crm);

        // One row twice: sums and counts are made to fit, so that only the database notices, after most tables are filled.
        Change("tables/library_book.jsonl", text => text + text);
        Resum("library_book", 2);
        await using var place = await Empty(database, crm);

        await Assert.ThrowsAnyAsync<Exception>(() => Restore(place));
        await NothingIsThere(place);
        await Assert.ThrowsAnyAsync<Exception>(() => Restore(crm, "alpha", "copy"));
        Assert.Null(await crm.Services.GetRequiredService<Tenants>().Find("copy", CancellationToken.None));
        Assert.Equal(1, await Count(crm, crm.Tenant));
    }

    [Theory, EveryDatabase]
    public async Task Another_master_key_newer_tables_and_a_missing_module_are_refused_by_name(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "志賀 直哉", "暗夜行路");
        var made = await Write(crm);
        await using (var stranger = await TestHost.StartEmpty(database, null, new LibraryModule(), new TripModule()))
        {
            await File.WriteAllTextAsync(stranger.Services.GetRequiredService<MasterKey>().File, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            Assert.Equal("other-master-key", (await Restore(stranger)).Problems.Single().Code);
            await NothingIsThere(stranger);
        }

        await using var place = await Empty(database, crm);
        Say(made.Manifest with { Schemas = [.. made.Manifest.Schemas.Select(s => s.Owner == "library" ? s with { Migrations = [.. s.Migrations, "29991231_Future"] } : s)] });
        var newer = (await Restore(place)).Problems.Single();
        Assert.Equal("newer-schema", newer.Code);
        Assert.Contains("library", newer.Message.En, StringComparison.Ordinal);
        Say(made.Manifest with { Schemas = [.. made.Manifest.Schemas, new BackedUpSchema("harbour", ["20270101_Ships"])] });
        var missing = (await Restore(place)).Problems.Single();
        Assert.Equal("no-module", missing.Code);
        Assert.Contains("harbour", missing.Message.En, StringComparison.Ordinal);
        await NothingIsThere(place);
        Assert.Equal("not-empty", (await Restore(crm)).Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task The_master_key_goes_along_only_when_asked(string database)
    {
        await using var crm = await Start(database);
        await Fill(crm, "谷崎 潤一郎", "細雪");
        await Write(crm);
        var key = (await File.ReadAllTextAsync(crm.Services.GetRequiredService<MasterKey>().File)).Trim();
        await using (var zip = await ZipFile.OpenReadAsync(Zip)) Assert.DoesNotContain(zip.Entries, e => e.Name == "master.key");
        await crm.Services.GetRequiredService<Backups>().Write(Zip, null, withMasterKey: true, CancellationToken.None);
        await using var place = await TestHost.StartEmpty(database, null, new LibraryModule(), new TripModule());

        Assert.False((await Restore(place)).Failed);

        Assert.Equal(key, (await File.ReadAllTextAsync(place.Services.GetRequiredService<MasterKey>().File)).Trim());
    }

    [Theory, EveryDatabase]
    public async Task The_plan_makes_one_backup_a_day_keeps_as_many_as_were_said_and_tells_when_one_fails(string database)
    {
        var mails = new Mails();
        await using var crm = await TestHost.StartWith(database, s => s.AddSingleton<IMailTransport>(mails), new LibraryModule(), new TripModule());
        await using var control = await crm.Services.GetRequiredService<ControlDbs>().Open();
        control.Users.Add(new Platform.Identity.Storage.User { TenantId = Guid.Empty, Email = "root@vendor.example", EmailKey = "root@vendor.example", Name = "管理 一郎" });
        control.BackupPlans.Add(new BackupPlanRow { Active = true, Folder = Path.Combine(folder, "daily"), Hour = 2, Keep = 2, Since = crm.Clock.GetUtcNow() });
        await control.SaveChangesAsync();
        var clock = crm.Services.GetRequiredService<BackupClock>();

        await clock.Look(CancellationToken.None);
        Assert.Empty(await Made(crm));
        for (var day = 0; day < 3; day++)
        {
            crm.Clock.Advance(TimeSpan.FromDays(1));
            await clock.Look(CancellationToken.None);
            await clock.Look(CancellationToken.None);
        }

        var made = await Made(crm);
        Assert.Equal(2, made.Count);
        Assert.All(made, b => Assert.Equal((BackupState.Done, true), (b.State, File.Exists(b.File))));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, "daily")).Length);
        Assert.Empty(mails.Sent);

        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "");
        (await control.BackupPlans.SingleAsync()).Folder = Path.Combine(folder, "file", "below");
        await control.SaveChangesAsync();
        crm.Clock.Advance(TimeSpan.FromDays(1));
        await clock.Look(CancellationToken.None);
        Assert.Equal(BackupState.Failed, (await Made(crm))[0].State);
        Assert.Equal("root@vendor.example", Assert.Single(mails.Sent));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, "daily")).Length);
    }

    private static Task<TestHost> Start(string database) => TestHost.Start(database, new LibraryModule(), new TripModule());

    /// <summary>A new place that has the master key of another.</summary>
    private static async Task<TestHost> Empty(string database, TestHost of)
    {
        var place = await TestHost.StartEmpty(database, null, new LibraryModule(), new TripModule());
        File.Copy(of.Services.GetRequiredService<MasterKey>().File, place.Services.GetRequiredService<MasterKey>().File);
        return place;
    }

    private static async Task<(Guid Author, Guid File)> Fill(TestHost crm, string name, string title)
    {
        var author = (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = name, ["trip.passport"] = Passport }))).Id;
        await Book(crm, author, title);
        await using var scope = await crm.Scope();
        return (author, await scope.Get<IFiles>().Save("写し.txt", "text/plain", new MemoryStream(Encoding.UTF8.GetBytes("旅券の写し"))));
    }

    private static async Task<Guid> Author(TestHost crm, string name, TenantInfo? tenant = null) =>
        (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = name }), tenant)).Id;

    private static Task Book(TestHost crm, Guid author, string title) =>
        crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = title, ["authorId"] = author }));

    private Task<BackupMade> Write(TestHost crm, TenantInfo? tenant = null) => crm.Services.GetRequiredService<Backups>().Write(Zip, tenant, false, CancellationToken.None);

    private async Task<Result<Restored>> Restore(TestHost crm, string? tenant = null, string? asKey = null)
    {
        var opened = await BackupFile.Open(Zip, CancellationToken.None);
        if (opened.Failed) return Result<Restored>.Fail(opened.Problems);
        await using var file = opened.Value;
        var restore = crm.Services.GetRequiredService<Restore>();
        return tenant is null ? await restore.Installation(file, CancellationToken.None) : await restore.Tenant(file, tenant, asKey, CancellationToken.None);
    }

    private static List<string> Sums(BackupManifest manifest) => [.. manifest.Tables.Select(t => $"{t.Name} {t.Rows} {t.Sha256}")];

    private static async Task<long> Count(TestHost crm, TenantInfo tenant)
    {
        await using var scope = await crm.Scope(tenant);
        return await (await scope.Get<Session>().Sql(CancellationToken.None)).First($"SELECT COUNT(*) FROM library_author WHERE tenant_id = {tenant.Id}", r => r.Long(0), CancellationToken.None);
    }

    private static async Task NothingIsThere(TestHost place)
    {
        var databases = place.Services.GetRequiredService<Databases>();
        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
        foreach (var table in (await place.Services.GetRequiredService<KnownTables>().In(connection, null, CancellationToken.None)).SelectMany(s => s.Tables).Where(t => t.Name != "control_key"))
        {
            Assert.Equal((table.Name, 0), (table.Name, await new Sql(databases.Dialect, connection).First($"SELECT COUNT(*) FROM {Sql.Raw(table.Name)}", r => r.Long(0), CancellationToken.None)));
        }
    }

    private static async Task<List<BackupRow>> Made(TestHost crm)
    {
        await using var db = await crm.Services.GetRequiredService<ControlDbs>().Open();
        return await db.Backups.AsNoTracking().OrderByDescending(b => b.At).ToListAsync();
    }

    private void Change(string entry, Func<string, string> change)
    {
        using var zip = ZipFile.Open(Zip, ZipArchiveMode.Update);
        var old = zip.GetEntry(entry)!;
        string text;
        using (var reader = new StreamReader(old.Open())) text = reader.ReadToEnd();
        old.Delete();
        using var stream = zip.CreateEntry(entry).Open();
        stream.Write(Encoding.UTF8.GetBytes(change(text)));
    }

    private void Resum(string table, int rows)
    {
        var sum = "";
        Change($"tables/{table}.jsonl", text =>
        {
            sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            return text;
        });
        Change(BackupManifest.Entry, text =>
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(text, Backups.Indented)!;
            return JsonSerializer.Serialize(manifest with { Tables = [.. manifest.Tables.Select(t => t.Name == table ? t with { Rows = rows, Sha256 = sum } : t)] }, Backups.Indented);
        });
    }

    private void Say(BackupManifest manifest) => Change(BackupManifest.Entry, _ => JsonSerializer.Serialize(manifest, Backups.Indented));

    private sealed class Mails : IMailTransport
    {
        public List<string> Sent { get; } = [];

        public Task<Crm.Sdk.Mail.Handover> Send(MailMessage mail, CancellationToken cancellation)
        {
            Sent.Add(mail.To.Single().Address);
            return Task.FromResult(new Crm.Sdk.Mail.Handover(Crm.Sdk.Mail.HandoverOutcome.Taken, "250"));
        }
    }

    private sealed class TripModule : CrmModule
    {
        public override string Key => "trip";

        public override Label Name => ("旅行", "Trips");

        public override void Configure(ModuleBuilder module)
        {
            module.Requires("library");
            module.Records.Extend(LibraryModule.Author, a => a.Section("trip", "旅行", "Trip", s => s.Text("trip.passport", "旅券番号", "Passport number").Max(20).Encrypted().Personal(PersonalData.Secret)));
        }

        internal override IEnumerable<Type> Types() => [];
    }
}
