using System.Text;
using Crm.Customers;
using Crm.Platform.Import;
using Crm.Platform.Export;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Import;

public sealed class ImportTests
{
    private const string Header = "ISBN,書名,価格,発行日,分野,著者\n";

    static ImportTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory, EveryDatabase]
    public async Task A_CP932_file_is_read_mapped_saved_and_each_refused_row_is_explained(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "髙橋 源一郎" }));
        var file = await Upload(crm, Header
            + "1,さようなら、ギャングたち,￥１,２００,R8.1.10,小説,髙橋 源一郎\n".Replace("￥１,２００", "\"￥１,２００\"", StringComparison.Ordinal)
            + "2,㈱の研究,500,令和8年13月1日,小説,\n"
            + "3,詩集,500,2026/1/5,詩,\n"
            + "4,知らない人,500,2026/1/5,随筆,誰か\n");

        var preview = await crm.Ask(new InspectFile(LibraryModule.Book, file));
        Assert.Equal(("cp932", 1), (preview.Source.Encoding, preview.Source.HeaderRow));
        Assert.Equal(["isbn", "title", "price", "publishedOn", "genre", "authorId"], preview.Proposed.Columns.Select(c => c.Field));
        var import = await Run(crm, file, null, dryRun: false);

        Assert.Equal((ImportState.Done, 1L, 3L), (import.State, import.Created, import.Refused));
        var problems = await crm.Ask(new ListImportProblems(import.Id));
        Assert.Equal([(3L, "publishedOn"), (4L, "genre"), (5L, "authorId")], problems.Select(p => (p.Row, p.Field!)));
        Assert.Equal(["令和8年13月1日", "詩", "誰か"], problems.Select(p => p.Value));
        Assert.All(problems, p => Assert.False(string.IsNullOrEmpty(p.Message.Ja) || string.IsNullOrEmpty(p.Message.En)));
        var book = Assert.Single((await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title", "price", "publishedOn", "genre", "authorId"], Titles = true })).Rows);
        Assert.Equal(("さようなら、ギャングたち", (object)1200m, (object)new DateOnly(2026, 1, 10), "novel"), ((string)book.Values[0]!, book.Values[1]!, book.Values[2]!, (string)book.Values[3]!));
        var history = await crm.Ask(new GetHistory(LibraryModule.Book, book.Id));
        Assert.Equal(ChangeSource.Import, history[0].Source);
    }

    [Fact]
    public async Task Columns_are_known_by_the_names_people_give_them_elsewhere()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule());
        var file = await Upload(crm, "取引先名,ＴＥＬ,従業員数,ホームページ,会社コード,sector\n青葉商店,03-1234-5678,12,https://aoba.example,A1,小売\n");

        var preview = await crm.Ask(new InspectFile("customers.company", file));

        Assert.Equal(["name", "phone", "employees", "site", "code", "industry"], preview.Proposed.Columns.Select(c => c.Field));
    }

    [Fact]
    public async Task An_address_in_one_column_is_split_and_a_row_whose_city_nobody_knows_says_so()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule());
        var file = await Upload(crm, "会社名,住所\n青葉商店,〒108-0014 東京都港区芝５－２９－１１ 三田ビル3F\n迷子商店,芝の奥のほう\n渋谷商店,渋谷区神南1-2\n");
        var preview = await crm.Ask(new InspectFile("customers.company", file));
        Assert.Equal(["postalCode", "prefecture", "city", "street", "building"], preview.Proposed.Columns.Where(c => c.Column == 2).Select(c => c.Part));

        var import = await Run(crm, file, null, dryRun: false, "customers.company");

        Assert.Equal((2L, 1L), (import.Created, import.Refused));
        var problem = Assert.Single(await crm.Ask(new ListImportProblems(import.Id)));
        Assert.Equal((3L, "address-not-split", "芝の奥のほう"), (problem.Row, problem.Code, problem.Value));
        var rows = (await crm.Ask(new ListRecords("customers.company") { Fields = ["name", "postalCode", "prefecture", "city", "street", "building"] })).Rows
            .ToDictionary(r => (string)r.Values[0]!, r => string.Join('|', r.Values.Skip(1)));
        Assert.Equal("108-0014|東京都|港区|芝５－２９－１１|三田ビル3F", rows["青葉商店"]);
        Assert.Equal("|東京都|渋谷区|神南1-2|", rows["渋谷商店"]);
    }

    [Theory, EveryDatabase]
    public async Task Refused_rows_come_back_as_a_file_that_can_be_mended_and_imported_again(string database)
    {
        await using var crm = await TestHost.Start(database);
        var file = await Upload(crm, Header + "1,よい本,100,2026/1/5,小説,\n2,悪い日付,200,2026/13/1,詩,\n3,よい本2,100,2026/1/5,小説,\n");
        var import = await Run(crm, file, null, dryRun: false);

        using var target = new MemoryStream();
        Assert.Equal("csv", (await crm.Ask(new ExportRefusedRows(import.Id, target))).Format);
        var lines = Encoding.UTF8.GetString(target.ToArray()).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("ISBN,書名,価格,発行日,分野,著者,Why,Cure", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("2,悪い日付,200,2026/13/1,詩,,", lines[1], StringComparison.Ordinal);
        Assert.Contains("Genre", lines[1], StringComparison.Ordinal);

        var again = await Run(crm, await Upload(crm, string.Join('\n', lines).Replace("2026/13/1,詩", "2026/12/1,小説", StringComparison.Ordinal)), null, dryRun: false);
        Assert.Equal((1L, 0L), (again.Created, again.Refused));
    }

    [Theory, EveryDatabase]
    public async Task A_name_finds_its_record_whichever_way_it_is_spelt_and_says_when_it_could_be_two(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule());
        foreach (var name in new[] { "株式会社つばさ製作所", "有限会社青葉", "青葉株式会社" }) await crm.Ask(new SaveRecord("customers.company", null, new Dictionary<string, object?> { ["name"] = name }));
        await crm.Ask(new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "佐々木", ["firstName"] = "健一" }));
        var people = await Upload(crm, "姓,名,勤務先\n山田,一,㈱つばさ製作所\n山田,二,（株）ﾂﾊﾞｻ製作所\n山田,三,㈱青葉\n山田,四,青葉株式会社\n山田,五,㈱みどり\n");
        var purchases = await Upload(crm, "購入日,購入者（個人）,金額\n2026/11/1,佐佐木　健一 様,1000\n");

        var imported = await Run(crm, people, null, dryRun: false, "customers.person");
        var bought = await Run(crm, purchases, null, dryRun: false, "customers.purchase");

        Assert.Equal((3L, 2L, 1L, 0L), (imported.Created, imported.Refused, bought.Created, bought.Refused));
        Assert.Equal([(4L, "ambiguous"), (6L, "no-such-record")], (await crm.Ask(new ListImportProblems(imported.Id))).Select(p => (p.Row, p.Code)));
        var page = await crm.Ask(new ListRecords("customers.person") { Filter = Filter.Eq("lastName", "山田"), Fields = ["firstName", "companyId"], Titles = true });
        Assert.Equal(
            [("一", "株式会社つばさ製作所"), ("二", "株式会社つばさ製作所"), ("四", "青葉株式会社")],
            page.Read().Select(r => (r.Text("firstName")!, r.Title("companyId")!)).OrderBy(r => "一二四".IndexOf(r.Item1, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_row_tells_of_all_its_mistakes_at_once()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule());
        var file = await Upload(crm, "会社名,フリガナ,社員数,法人番号,郵便番号\n鈴木商店,鈴木,百,1234567890123,14014\n");

        var import = await Run(crm, file, null, dryRun: true, "customers.company");

        Assert.Equal(["corporateNumber", "employees", "nameKana", "postalCode"], (await crm.Ask(new ListImportProblems(import.Id))).Select(p => p.Field).Order());
        var saved = await crm.Send(new SaveRecord("customers.company", null, new Dictionary<string, object?> { ["corporateNumber"] = "1234567890123", ["employees"] = "百" }));
        Assert.Equal(["corporateNumber", "employees", "name"], saved.Problems.Select(p => p.Field).Order());
    }

    [Fact]
    public async Task What_the_form_kept_although_it_is_doubtful_comes_back_from_an_export()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule());
        var saved = await crm.Ask(new SaveRecord("customers.company", null, new Dictionary<string, object?> { ["name"] = "青葉商店", ["phone"] = "３１２３４ー５６７８", ["postalCode"] = "１０５１４" }));
        var kept = await crm.Ask(new GetRecord("customers.company", saved.Id));
        Assert.Equal(("31234-5678", "10514"), (kept["phone"], kept["postalCode"]));
        Assert.NotNull(kept["checks"]);
        using var exported = new MemoryStream();
        await crm.Ask(new ExportRecords("customers.company", ExportFormat.CsvUtf8, exported));
        exported.Position = 0;
        Guid again;
        await using (var scope = await crm.Scope()) again = await scope.Get<IFiles>().Save("export.csv", "text/csv", exported);

        var import = await Run(crm, again, null, dryRun: false, "customers.company");
        Assert.Equal((1L, 0L), (import.Unchanged, import.Refused));

        // The same number from elsewhere is asked about.
        var other = await Run(crm, await Upload(crm, "会社名,電話\n若葉商店,31234-5678\n"), null, dryRun: false, "customers.company");
        Assert.Equal((0L, 1L), (other.Created, other.Refused));
    }

    [Theory, EveryDatabase]
    public async Task A_row_may_name_a_record_that_a_later_row_makes(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule());
        var file = await Upload(crm, "会社名,上位の会社\n青葉 第二工場,青葉 東工場\n青葉 東工場,株式会社青葉\n迷子商店,どこにもない会社\n株式会社青葉,\n");

        var rehearsal = await Run(crm, file, null, dryRun: true, "customers.company");
        var import = await Run(crm, file, null, dryRun: false, "customers.company");

        Assert.Equal((3L, 1L), (rehearsal.Created, rehearsal.Refused));
        Assert.Equal((4L, 3L, 1L), (import.Done, import.Created, import.Refused));
        var problem = Assert.Single(await crm.Ask(new ListImportProblems(import.Id)));
        Assert.Equal((4L, "どこにもない会社"), (problem.Row, problem.Value));
        var page = await crm.Ask(new ListRecords("customers.company") { Fields = ["name", "parentId"], Titles = true });
        var names = page.Rows.ToDictionary(r => r.Id, r => (string)r.Values[0]!);
        var above = page.Rows.ToDictionary(r => names[r.Id], r => r.Values[1] is Guid parent ? names[parent] : null);
        Assert.Equal(new Dictionary<string, string?> { ["株式会社青葉"] = null, ["青葉 東工場"] = "株式会社青葉", ["青葉 第二工場"] = "青葉 東工場" }, above);
    }

    [Theory, EveryDatabase]
    public async Task A_rehearsal_saves_nothing_and_counts_what_would_happen(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["isbn"] = "1", ["title"] = "旧" }));
        var file = await Upload(crm, Header + "1,新,,,,\n2,二,,,,\n2,二の再掲,,,,\n,番号なし,,,,\n");

        var rehearsal = await Run(crm, file, null, dryRun: true);

        Assert.Equal((1L, 2L, 1L), (rehearsal.Created, rehearsal.Updated, rehearsal.Refused));
        Assert.Equal("旧", (await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["title"] })).Rows.Single().Values[0]);
    }

    [Theory, EveryDatabase]
    public async Task Imported_again_with_a_key_nothing_doubles_and_the_whole_is_undone(string database)
    {
        await using var crm = await TestHost.Start(database);
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["isbn"] = "1", ["title"] = "旧", ["price"] = 10 }));
        var rows = new StringBuilder(Header);
        for (var i = 1; i <= 2_500; i++) rows.Append(i).Append(",本").Append(i).Append(',').Append(i % 90).Append(",2026-01-10,小説,\n");
        var file = await Upload(crm, rows.ToString());

        var first = await Run(crm, file, null, dryRun: false);
        var second = await Run(crm, file, null, dryRun: false);
        Assert.Equal((2_499L, 1L, 0L), (first.Created, first.Updated, first.Refused));
        Assert.Equal((0L, 0L, 2_500L), (second.Created, second.Updated, second.Unchanged));

        await crm.Ask(new UndoImport(first.Id));
        var left = await crm.Ask(new ListRecords(LibraryModule.Book) { Count = true, Fields = ["title", "price"] });
        Assert.Equal(1, left.Count);
        Assert.Equal(("旧", (object?)10m), ((string)left.Rows[0].Values[0]!, left.Rows[0].Values[1]));
        Assert.Empty(await crm.Ask(new SearchRecords("本2499")));
    }

    [Theory, EveryDatabase]
    public async Task What_is_exported_comes_back_unchanged(string database)
    {
        await using var crm = await TestHost.Start(database);
        var file = await Upload(crm, Header + "1,=cmd|' /C calc'!A0,1200,2026-01-10,小説,\n2,\"二行\nの題\",,,随筆,\n");
        await Run(crm, file, null, dryRun: false);
        foreach (var format in new[] { ExportFormat.CsvUtf8, ExportFormat.CsvCp932, ExportFormat.Xlsx })
        {
            using var exported = new MemoryStream();
            var written = await crm.Ask(new ExportRecords(LibraryModule.Book, format, exported));
            Assert.True(written.IsComplete);
            Assert.Equal(2, written.Rows);
            exported.Position = 0;
            await using var scope = await crm.Scope();
            var again = await scope.Get<IFiles>().Save("export." + (format == ExportFormat.Xlsx ? "xlsx" : "csv"), "text/csv", exported);
            var import = await Run(crm, again, null, dryRun: false);
            Assert.Equal((0L, 0L, 2L, 0L), (import.Created, import.Updated, import.Unchanged, import.Refused));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_refused_row_does_not_stop_the_next_with_the_same_key(string database)
    {
        await using var crm = await TestHost.Start(database);
        var file = await Upload(crm, Header + "1,,500,,,\n1,三四郎,500,,,\n1,三四郎,600,,,\n");

        var import = await Run(crm, file, null, dryRun: false);

        Assert.Equal((ImportState.Done, 1L, 1L, 1L), (import.State, import.Created, import.Updated, import.Refused));
        Assert.Equal(600m, (await crm.Ask(new ListRecords(LibraryModule.Book) { Fields = ["price"] })).Rows.Single().Values[0]);
    }

    [Theory, EveryDatabase]
    public async Task An_import_that_breaks_off_has_failed_and_can_be_undone(string database)
    {
        await using var crm = await TestHost.Start(database);
        var rows = new StringBuilder(Header);
        for (var i = 1; i <= 1_500; i++) rows.Append(i).Append(",本").Append(i).Append(",,,,\n");
        var id = await crm.Ask(new StartImport(LibraryModule.Book, await Upload(crm, rows.ToString()), null, DryRun: false));
        await using (var scope = await crm.Scope())
        {
            var job = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<ImportJob>(scope.Services);
            await Assert.ThrowsAsync<IOException>(() => job.Run(new OneRun(System.Text.Json.JsonSerializer.Serialize(new ImportJob.Arguments(id))) { Breaks = true }, CancellationToken.None));
        }

        var import = await crm.Ask(new GetImport(id));
        Assert.Equal((ImportState.Failed, 1_000L), (import.State, import.Created));
        Assert.NotNull(import.Message);
        await crm.Ask(new UndoImport(id));
        Assert.Equal(0, (await crm.Ask(new ListRecords(LibraryModule.Book) { Count = true })).Count);
    }

    [Theory, EveryDatabase]
    public async Task An_import_whose_job_was_cancelled_is_not_running_for_ever(string database)
    {
        await using var crm = await TestHost.Start(database);
        var id = await crm.Ask(new StartImport(LibraryModule.Book, await Upload(crm, Header + "1,本,,,,\n"), null, DryRun: false));
        Assert.Equal(ImportState.Queued, (await crm.Ask(new GetImport(id))).State);
        await using (var scope = await crm.Scope())
        {
            await scope.Get<Platform.Storage.Session>().Write(
                sql => sql.Execute($"UPDATE platform_job_run SET state = {Platform.Jobs.RunState.Cancelled} WHERE tenant_id = {crm.Tenant.Id}", CancellationToken.None), CancellationToken.None);
        }

        Assert.Equal(ImportState.Failed, (await crm.Ask(new GetImport(id))).State);
        Assert.Equal(ImportState.Failed, (await crm.Ask(new ListImports())).Single().State);
        Assert.Equal("nothing-to-undo", (await crm.Send(new UndoImport(id))).Problems.Single().Code);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_watches_an_import_never_sees_it_failed_while_it_ends_well(string database)
    {
        await using var crm = await TestHost.Start(database);
        var runner = crm.Services.GetRequiredService<Platform.Jobs.JobRunner>();
        await runner.StartAsync(CancellationToken.None);
        var file = await Upload(crm, Header + "1,本,,,,\n");
        for (var i = 0; i < 15; i++)
        {
            var id = await crm.Ask(new StartImport(LibraryModule.Book, file, null, DryRun: true));
            ImportView seen;
            do seen = await crm.Ask(new GetImport(id));
            while (seen.UnderWay);
            Assert.Equal(ImportState.Done, seen.State);
        }

        await runner.StopAsync(CancellationToken.None);
    }

    internal static async Task<Guid> Upload(TestHost crm, string text)
    {
        await using var scope = await crm.Scope();
        using var content = new MemoryStream(Encoding.GetEncoding(932).GetBytes(text));
        return await scope.Get<IFiles>().Save("books.csv", "text/csv", content);
    }

    /// <summary>Starts an import and does the work of its job at once.</summary>
    internal static async Task<ImportView> Run(TestHost crm, Guid file, ImportSettings? settings, bool dryRun, string type = LibraryModule.Book)
    {
        var id = await crm.Ask(new StartImport(type, file, settings, dryRun));
        await using (var scope = await crm.Scope()) await Work(scope, id);
        return await crm.Ask(new GetImport(id));
    }

    /// <summary>Does the work of an import's job.</summary>
    internal static Task Work(Crm.Platform.Pipeline.WorkScope scope, Guid import)
    {
        var job = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<ImportJob>(scope.Services);
        return job.Run(new OneRun(System.Text.Json.JsonSerializer.Serialize(new ImportJob.Arguments(import))), CancellationToken.None);
    }

    internal sealed class OneRun(string? arguments) : JobRun
    {
        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => arguments;

        public bool Breaks { get; init; }

        public override Task Report(long done, long? total, Sdk.Label? message = null) => Breaks ? throw new IOException("the disk is full") : Task.CompletedTask;
    }
}
