using System.Net;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Users;
using Crm.Platform.Import;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Identity;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Web;

/// <summary>Rights that a role can hold besides those to records: asked for by the requests, and screens hide what they refuse.</summary>
public sealed class PermissionTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Company = "customers.company";

    [Fact]
    public async Task Files_are_imported_and_imports_undone_only_with_the_right_to()
    {
        var tenant = await crm.NewTenant();
        var without = Everywhere();
        var with = Everywhere("records.import");

        Assert.Equal("records.import", await Missing(tenant, new InspectFile(Company, Guid.CreateVersion7()), without));
        Assert.Equal("records.import", await Missing(tenant, new StartImport(Company, Guid.CreateVersion7(), null, DryRun: true), without));
        Assert.Equal("records.import", await Missing(tenant, new UndoImport(Guid.CreateVersion7()), without));
        Assert.Equal("no-file", (await crm.Send(tenant, new StartImport(Company, Guid.CreateVersion7(), null, DryRun: true), with)).Problems[0].Code);
        Assert.Equal("not-found", (await crm.Send(tenant, new UndoImport(Guid.CreateVersion7()), with)).Problems[0].Code);
    }

    [Fact]
    public async Task Many_records_are_changed_or_deleted_at_once_only_with_the_right_to_and_one_without()
    {
        var tenant = await crm.NewTenant();
        Guid[] ids = [await NewCompany(tenant, "青葉製作所"), await NewCompany(tenant, "東都物流")];
        var without = Everywhere();
        var edit = new BulkEdit(Company, new Filter.Ids(ids), new Dictionary<string, object?> { ["site"] = "https://aoba.example.jp/" });

        Assert.Equal("records.bulk", await Missing(tenant, edit, without));
        Assert.Equal("records.bulk", await Missing(tenant, new DeleteRecords(Company, ids), without));
        Assert.Equal("records.bulk", await Missing(tenant, new RestoreRecords(Company, ids), without));
        Assert.Equal(RowAction.Updated, (await crm.Send(tenant, new DeleteRecords(Company, ids[..1]), without)).Value.Rows[0].Action);
        Assert.Equal(RowAction.Updated, (await crm.Send(tenant, new RestoreRecords(Company, ids[..1]), without)).Value.Rows[0].Action);
        Assert.All((await crm.Send(tenant, edit, Everywhere("records.bulk"))).Value.Rows, r => Assert.Equal(RowAction.Updated, r.Action));
    }

    [Fact]
    public async Task Screens_offer_neither_import_nor_bulk_edit_to_a_role_without_the_rights()
    {
        var tenant = await crm.NewTenant();
        await NewCompany(tenant, "青葉製作所");
        var everywhere = new RoleRights { Records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = Reaches.All }, Permissions = ["customers.*"] };
        var role = await crm.Ask(tenant, new SaveRole(null, "窓口", "Desk", everywhere));
        var email = $"desk@{tenant.Key}.example";
        await crm.Ask(tenant, new InviteUser(email, "佐藤 花子") { Roles = [role.ToString()], Password = SignInHost.Password });
        var desk = await crm.Browser().SignIn(email);

        await desk.Get($"/r/{Company}");
        Assert.NotNull(desk.Page.QuerySelector($"a[href='/r/{Company}/new']"));
        Assert.Null(desk.Page.QuerySelector("[data-export-reach]"));
        Assert.Null(desk.Page.QuerySelector("a[href^='/import']"));
        Assert.Null(desk.Page.QuerySelector("input[name=ids]"));
        var mark = desk.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await desk.Post($"/r/{Company}/bulk", ("__RequestVerificationToken", mark), ("all", ""), ("action", "edit"), ("field", "site"), ("site", "https://aoba.example.jp/"), ("_sure", "true"));
        Assert.Null((await crm.Ask(tenant, new ListRecords(Company) { Fields = ["site"] })).Rows[0].Values[0]);
        await desk.Get("/import");
        Assert.Equal(HttpStatusCode.Forbidden, desk.Status);
    }

    [Fact]
    public async Task A_page_one_may_not_see_calls_the_missing_right_by_its_name()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"viewer@{tenant.Key}.example", "viewer");
        var viewer = await crm.Browser().SignIn($"viewer@{tenant.Key}.example");
        foreach (var (language, names) in new[] { ("ja", new[] { "ファイルの取り込み", "ユーザー・ロール・チームの管理", "会社: 作成" }), ("en", new[] { "Import files", "Manage users, roles and teams", "Company: create" }) })
        {
            viewer.Cookies.Add(new Uri("https://crm.example"), new Cookie("crm.lang", language));
            foreach (var (path, name) in new[] { "/import", "/settings/users" }.Zip(names))
            {
                await viewer.Get(path);
                Assert.Equal(HttpStatusCode.Forbidden, viewer.Status);
                Assert.Contains(name, viewer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("admin.users", viewer.Text, StringComparison.Ordinal);
            }
        }

        var refused = await crm.Send(tenant, new StartImport(Company, Guid.CreateVersion7(), null, DryRun: true), TestHost.UserWith(["records.import"]));
        Assert.Contains("「会社: 作成」", refused.Problems[0].Message.Ja, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("administrator", true)]
    [InlineData("sales", true)]
    [InlineData("support", true)]
    [InlineData("marketing", true)]
    [InlineData("viewer", false)]
    public async Task Built_in_roles_that_change_records_also_import_and_edit_in_bulk(string role, bool may)
    {
        var tenant = await crm.NewTenant();
        await NewCompany(tenant, "青葉製作所");
        await crm.NewUser(tenant, $"{role}@{tenant.Key}.example", role);
        var browser = await crm.Browser().SignIn($"{role}@{tenant.Key}.example");

        await browser.Get($"/r/{Company}");
        Assert.Equal(role == "sales", browser.Page.QuerySelector("[data-export-reach]") is not null);
        Assert.Equal(may, browser.Page.QuerySelector("a[href^='/import']") is not null);
        Assert.Equal(may, browser.Page.QuerySelector("input[name=ids]") is not null);
        await browser.Get("/import");
        Assert.Equal(may ? HttpStatusCode.OK : HttpStatusCode.Forbidden, browser.Status);
    }

    private static Actor Everywhere(params string[] permissions) =>
        TestHost.UserWith(permissions, [.. Enum.GetValues<RecordAction>().Select(action => (Company, action, Reach.All))]);

    /// <summary>The right whose lack a request is refused for.</summary>
    private async Task<string?> Missing<T>(TenantInfo tenant, MediatR.IRequest<Result<T>> request, Actor actor)
    {
        var problem = Assert.Single((await crm.Send(tenant, request, actor)).Problems);
        Assert.Equal(ProblemKind.Forbidden, problem.Kind);
        return problem.Right;
    }

    private async Task<Guid> NewCompany(TenantInfo tenant, string name) =>
        (await crm.Ask(tenant, new SaveRecord(Company, null, new Dictionary<string, object?> { ["name"] = name }))).Id;
}
