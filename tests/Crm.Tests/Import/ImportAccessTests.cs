using System.Text;
using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Import;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;

namespace Crm.Tests.Import;

/// <summary>An import, its report and its file belong to whoever brought it; what one user chose decides nothing for another.</summary>
public sealed class ImportAccessTests
{
    private const string Header = "ISBN,書名,価格\n";

    [Theory, EveryDatabase]
    public async Task Imports_of_others_are_seen_only_by_those_who_may_see_everything_in_them(string database)
    {
        await using var crm = await TestHost.Start(database);
        var taro = Importer();
        var import = await Import(crm, taro, Header + "1,こころ,高い\n");

        Assert.Single(await crm.Ask(new ListImportProblems(import), actor: taro));
        foreach (var other in new[] { Importer(), Importer([LibraryModule.Book + "/price"], AuditRights.Key) })
        {
            Assert.Equal("not-found", Code(await crm.Send(new GetImport(import), actor: other)));
            Assert.Equal("not-found", Code(await crm.Send(new ListImportProblems(import), actor: other)));
            Assert.Empty(await crm.Ask(new ListImports(), actor: other));
        }

        Assert.Single(await crm.Ask(new ListImportProblems(import), actor: Importer([], AuditRights.Key)));
        var reader = TestHost.UserWith((LibraryModule.Book, RecordAction.Read, Reach.All));
        Assert.Equal("forbidden", Code(await crm.Send(new ListImports(), actor: reader)));
    }

    [Theory, EveryDatabase]
    public async Task A_file_somebody_else_brought_is_neither_looked_at_nor_imported(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (taro, hanako) = (Importer(), Importer());
        var file = await Upload(crm, taro, Header + "1,こころ,462\n");
        await crm.Ask(new StartImport(LibraryModule.Book, file, null, DryRun: true), actor: taro);

        Assert.Equal("no-file", Code(await crm.Send(new InspectFile(LibraryModule.Book, file), actor: hanako)));
        Assert.Equal("no-file", Code(await crm.Send(new StartImport(LibraryModule.Book, file, null, DryRun: true), actor: hanako)));
        Assert.False((await crm.Send(new InspectFile(LibraryModule.Book, file), actor: Importer([], AuditRights.Key))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task What_one_user_chose_for_a_header_decides_nothing_for_another(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (taro, hanako) = (Importer(), Importer());
        var poisoned = new ImportSettings { Columns = [new(2, "title")], Constants = new Dictionary<string, string> { ["owner"] = hanako.Id.ToString()! }, Match = ["id"], EmptyClears = true };
        await crm.Ask(new StartImport(LibraryModule.Book, await Upload(crm, hanako, Header + "1,こころ,462\n"), poisoned, DryRun: true), actor: hanako);

        var id = await crm.Ask(new StartImport(LibraryModule.Book, await Upload(crm, taro, Header + "2,三四郎,\n"), null, DryRun: false), actor: taro);
        var settings = (await crm.Ask(new GetImport(id), actor: taro)).Settings;
        Assert.Equal(["isbn", "title", "price"], settings.Columns.Select(c => c.Field));
        Assert.Empty(settings.Constants);
        Assert.Equal(["isbn"], settings.Match);
        Assert.False(settings.EmptyClears);

        var again = await crm.Ask(new InspectFile(LibraryModule.Book, await Upload(crm, hanako, Header + "3,門,\n")), actor: hanako);
        Assert.True(again.Remembered);
        Assert.Equal(["title"], again.Proposed.Columns.Select(c => c.Field));
    }

    private static Actor Importer() => Importer([]);

    private static Actor Importer(IReadOnlyList<string> hidden, params string[] permissions) => TestHost.UserWithout(
        hidden, [PlatformPermissions.Import, .. permissions],
        (LibraryModule.Book, RecordAction.Read, Reach.All), (LibraryModule.Book, RecordAction.Create, Reach.All), (LibraryModule.Book, RecordAction.Edit, Reach.All));

    private static async Task<Guid> Upload(TestHost crm, Actor by, string text)
    {
        await using var scope = await crm.Scope(actor: by);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await scope.Get<IFiles>().Save("books.csv", "text/csv", content);
    }

    private static async Task<Guid> Import(TestHost crm, Actor by, string text)
    {
        var id = await crm.Ask(new StartImport(LibraryModule.Book, await Upload(crm, by, text), null, DryRun: false), actor: by);
        await using var scope = await crm.Scope(actor: by);
        await ImportTests.Work(scope, id);
        return id;
    }

    private static string Code(Sdk.Result result) => Assert.Single(result.Problems).Code;
}
