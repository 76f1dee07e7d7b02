using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

public sealed class StaffTests
{
    [Theory, EveryDatabase]
    public async Task A_new_tenant_has_roles_to_begin_with(string database)
    {
        await using var crm = await TestHost.Start(database);
        var roles = (await crm.Ask(new ListRoles())).Roles.Select(r => r.Role).ToDictionary(r => r.BuiltIn!);

        Assert.Equal(["administrator", "marketing", "sales", "support", "viewer"], roles.Keys.Order(StringComparer.Ordinal));
        Assert.True(roles["administrator"].Rights.Everything);
        Assert.Equal(Reach.All, roles["viewer"].Rights.Reach(LibraryModule.Book, RecordAction.Read));
        Assert.All([RecordAction.Create, RecordAction.Edit, RecordAction.Delete, RecordAction.Export], a => Assert.Equal(Reach.None, roles["viewer"].Rights.Reach(LibraryModule.Book, a)));
        Assert.Equal(Reach.Team, roles["sales"].Rights.Reach(LibraryModule.Book, RecordAction.Edit));
    }

    [Theory, EveryDatabase]
    public async Task Roles_and_teams_decide_what_somebody_sees_in_lists(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (taro, hanako, jiro) = (await Invite(crm, "taro"), await Invite(crm, "hanako"), await Invite(crm, "jiro"));
        var own = await crm.Ask(new SaveRole(null, "担当のみ", "Own", Reading(Reach.Team)));
        foreach (var user in new[] { taro, hanako, jiro }) await Give(crm, user, own);
        await crm.Ask(new SaveTeam(null, "東日本", [taro, hanako]));
        foreach (var (owner, title) in new[] { (taro, "一"), (hanako, "二"), (jiro, "三") })
        {
            await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = title, ["owner"] = owner }));
        }

        Assert.Equal(["一", "二"], await NamesSeenBy(crm, taro));
        Assert.Equal(["三"], await NamesSeenBy(crm, jiro));

        await crm.Ask(new SaveRole(own, "担当のみ", "Own", Reading(Reach.Own)));
        Assert.Equal(["一"], await NamesSeenBy(crm, taro));
    }

    [Theory, EveryDatabase]
    public async Task An_address_is_one_user_in_a_tenant_and_may_be_another_in_another(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");
        await Invite(crm, "taro");
        Assert.Equal("taken", Assert.Single((await crm.Send(new InviteUser("TARO@alpha.example", "山田 太郎"))).Problems).Code);
        Assert.False((await crm.Send(new InviteUser("taro@alpha.example", "山田 太郎"), beta)).Failed);
        Assert.Equal("bad-email", Assert.Single((await crm.Send(new InviteUser("太郎", "山田 太郎"))).Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task A_tenants_users_roles_and_teams_are_out_of_anothers_reach(string database)
    {
        await using var crm = await TestHost.Start(database);
        var beta = await crm.NewTenant("beta");
        var taro = await Invite(crm, "taro");
        var role = (await crm.Ask(new ListRoles())).Roles[1].Role.Id;
        var team = await crm.Ask(new SaveTeam(null, "東日本", [taro]));

        Assert.True((await crm.Send(new ChangeUser(taro, "x@x.example", "x", [], []), beta)).Failed);
        Assert.True((await crm.Send(new SetUserActive(taro, false), beta)).Failed);
        Assert.True((await crm.Send(new ResetPassword(taro), beta)).Failed);
        Assert.True((await crm.Send(new SaveRole(role, "x", "x", new()), beta)).Failed);
        Assert.True((await crm.Send(new DeleteRole(role), beta)).Failed);
        Assert.True((await crm.Send(new SaveTeam(team, "x", []), beta)).Failed);
        Assert.True((await crm.Send(new SaveTeam(null, "x", [taro]), beta)).Failed);
        Assert.True((await crm.Send(new DeleteTeam(team), beta)).Failed);
        Assert.True((await crm.Send(new InviteUser("y@x.example", "y") { Roles = [role.ToString()] }, beta)).Failed);
        Assert.Empty(await crm.Ask(new ListUsers(), beta));
    }

    [Theory, EveryDatabase]
    public async Task The_last_administrator_can_neither_leave_nor_step_down(string database)
    {
        await using var crm = await TestHost.Start(database);
        var boss = await Invite(crm, "boss", "administrator");
        Assert.Equal("last-administrator", Assert.Single((await crm.Send(new SetUserActive(boss, false))).Problems).Code);
        Assert.Equal("last-administrator", Assert.Single((await crm.Send(new ChangeUser(boss, "boss@alpha.example", "社長", ["sales"], []))).Problems).Code);

        await Invite(crm, "second", "administrator");
        Assert.False((await crm.Send(new SetUserActive(boss, false))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_manages_users_gives_away_no_more_than_they_hold(string database)
    {
        await using var crm = await TestHost.Start(database);
        var boss = await Invite(crm, "boss", "administrator");
        var clerkRole = await crm.Ask(new SaveRole(null, "総務", "Clerk", Reading(Reach.All) with { Permissions = ["admin.users"] }));
        var clerk = await ActorOf(crm, await Invite(crm, "clerk", clerkRole.ToString()));

        Assert.Equal("beyond-own-rights", Code(await crm.Send(new InviteUser("x@alpha.example", "x") { Roles = ["administrator"] }, actor: clerk)));
        Assert.Equal("beyond-own-rights", Code(await crm.Send(new ChangeUser(clerk.Id!.Value, "clerk@alpha.example", "総務", ["administrator"], []), actor: clerk)));
        Assert.Equal("beyond-own-rights", Code(await crm.Send(new ResetPassword(boss), actor: clerk)));
        Assert.Equal("beyond-own-rights", Code(await crm.Send(new SetUserActive(boss, false), actor: clerk)));
        Assert.Equal("beyond-own-rights", Code(await crm.Send(new SaveRole(clerkRole, "総務", "Clerk", new() { Everything = true }), actor: clerk)));
        Assert.False((await crm.Send(new InviteUser("y@alpha.example", "y") { Roles = [clerkRole.ToString()] }, actor: clerk)).Failed);

        var viewer = await ActorOf(crm, await Invite(crm, "viewer", "viewer"));
        Assert.Equal("forbidden", Code(await crm.Send(new ListUsers(), actor: viewer)));
        Assert.Equal("forbidden", Code(await crm.Send(new InviteUser("z@alpha.example", "z"), actor: viewer)));
    }

    [Theory, EveryDatabase]
    public async Task A_role_changes_removes_and_exports_no_more_than_it_sees(string database)
    {
        await using var crm = await TestHost.Start(database);
        foreach (var beyond in (Reaches[])[new() { Read = Reach.Own, Edit = Reach.Team }, new() { Read = Reach.Own, Delete = Reach.All }, new() { Export = Reach.Own }])
        {
            Assert.Equal("reaches-further-than-read", Code(await crm.Send(new SaveRole(null, "逆", "Wrong", new() { Records = new Dictionary<string, Reaches> { [LibraryModule.Book] = beyond } }))));
        }

        var drop = new RoleRights { Records = new Dictionary<string, Reaches> { [LibraryModule.Book] = new() { Read = Reach.Own, Create = Reach.All, Edit = Reach.Own } } };
        Assert.False((await crm.Send(new SaveRole(null, "受付", "Desk", drop))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_manages_users_opens_no_records_through_teams_that_they_do_not_reach_themselves(string database)
    {
        await using var crm = await TestHost.Start(database);
        var clerkRole = await crm.Ask(new SaveRole(null, "総務", "Clerk", Reading(Reach.Team) with { Permissions = ["admin.users"] }));
        var (clerk, mate, stranger, other) = (await Invite(crm, "clerk", clerkRole.ToString()), await Invite(crm, "mate", clerkRole.ToString()), await Invite(crm, "stranger", clerkRole.ToString()), await Invite(crm, "other"));
        var mine = await crm.Ask(new SaveTeam(null, "東日本", [clerk, mate]));
        var theirs = await crm.Ask(new SaveTeam(null, "西日本", [stranger, other]));
        var actor = await ActorOf(crm, clerk);

        Assert.Equal("beyond-own-reach", Code(await crm.Send(new SaveTeam(null, "全員", [clerk, mate, stranger, other]), actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new SaveTeam(theirs, "西日本", [stranger, other, mate]), actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new ChangeUser(clerk, "clerk@alpha.example", "clerk", [clerkRole.ToString()], [mine.ToString(), theirs.ToString()]), actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new InviteUser("x@alpha.example", "x") { Roles = [clerkRole.ToString()], Teams = [theirs.ToString()] }, actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new ChangeUser(other, "other@alpha.example", "other", [clerkRole.ToString()], [theirs.ToString()]), actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new ResetPassword(stranger), actor: actor)));

        // By its address an account is opened too: by a link, or by another account at the provider.
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new ChangeUser(stranger, "clerk2@alpha.example", "stranger", [clerkRole.ToString()], [theirs.ToString()]), actor: actor)));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new UnlinkSso(stranger), actor: actor)));
        Assert.Equal("beyond-own-rights", Code(await crm.Send(new SetBreakGlass(clerk, On: true), actor: actor)));
        var ownRole = await crm.Ask(new SaveRole(null, "担当のみ", "Own", Reading(Reach.Own) with { Permissions = ["admin.users"] }));
        var (loner, head) = (await Invite(crm, "loner", ownRole.ToString()), await Invite(crm, "head", ownRole.ToString()));
        Assert.Equal("beyond-own-reach", Code(await crm.Send(new ResetPassword(loner), actor: await ActorOf(crm, head))));

        Assert.False((await crm.Send(new ChangeUser(stranger, "stranger@alpha.example", "改名", [clerkRole.ToString()], [theirs.ToString()]), actor: actor)).Failed);
        Assert.False((await crm.Send(new SaveTeam(theirs, "関西", [stranger]), actor: actor)).Failed);
        Assert.False((await crm.Send(new ResetPassword(mate), actor: actor)).Failed);
        Assert.False((await crm.Send(new InviteUser("y@alpha.example", "y") { Roles = [clerkRole.ToString()], Teams = [mine.ToString()] }, actor: actor)).Failed);
        var boss = await ActorOf(crm, await Invite(crm, "boss", "administrator"));
        Assert.False((await crm.Send(new SaveTeam(null, "全員", [clerk, mate, stranger, other]), actor: boss)).Failed);
    }

    [Theory, EveryDatabase]
    public async Task A_built_in_role_nobody_changed_follows_the_product_and_one_that_was_changed_does_not(string database)
    {
        await using var crm = await TestHost.Start(database);
        var roles = (await crm.Ask(new ListRoles())).Roles.Select(r => r.Role).ToDictionary(r => r.BuiltIn!);
        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();

        // As a version without the right to edit in bulk gave them away, one of them changed since.
        foreach (var (role, rights) in FollowTheProduct.Given.DistinctBy(g => g.Role))
        {
            await db.Roles.Where(r => r.BuiltIn == role).ExecuteUpdateAsync(s => s.SetProperty(r => r.Rights, role == "support" ? rights.Replace("support.*", "support.read", StringComparison.Ordinal) : rights));
        }

        await crm.Services.GetRequiredService<Tenants>().Changed(crm.Tenant.Id, CancellationToken.None);
        Assert.DoesNotContain("records.bulk", await Permissions("sales"));
        foreach (var statement in FollowTheProduct.Statements) await db.Database.ExecuteSqlRawAsync(statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        await crm.Services.GetRequiredService<Tenants>().Changed(crm.Tenant.Id, CancellationToken.None);

        Assert.Contains("records.bulk", await Permissions("sales"));
        Assert.Equal(["customers.*", "support.read"], await Permissions("support"));
        Assert.Equal(["administrator", "marketing", "sales", "viewer"], (await db.Roles.AsNoTracking().Where(r => r.Rights == "").Select(r => r.BuiltIn!).ToListAsync()).Order(StringComparer.Ordinal));

        // Saved as it is, it goes on following; saved with something else, it stays as it was saved.
        var sales = roles["sales"];
        await crm.Ask(new SaveRole(sales.Id, "営業部", "Sales", sales.Rights));
        Assert.Equal("", await Stored("sales"));
        await crm.Ask(new SaveRole(sales.Id, "営業部", "Sales", sales.Rights with { Permissions = ["customers.*"] }));
        Assert.NotEqual("", await Stored("sales"));
        Assert.Equal(["customers.*"], await Permissions("sales"));

        async Task<IReadOnlyList<string>> Permissions(string role) => (await crm.Ask(new ListRoles())).Roles.Single(r => r.Role.BuiltIn == role).Role.Rights.Permissions;

        Task<string> Stored(string role) => db.Roles.AsNoTracking().Where(r => r.BuiltIn == role).Select(r => r.Rights).SingleAsync();
    }

    [Theory, EveryDatabase]
    public async Task A_role_that_somebody_holds_and_that_of_administrators_stay(string database)
    {
        await using var crm = await TestHost.Start(database);
        var roles = (await crm.Ask(new ListRoles())).Roles.Select(r => r.Role).ToDictionary(r => r.BuiltIn!);
        await Invite(crm, "taro", "sales");
        Assert.Equal("role-in-use", Code(await crm.Send(new DeleteRole(roles["sales"].Id))));
        Assert.Equal("fixed-role", Code(await crm.Send(new DeleteRole(roles["administrator"].Id))));
        Assert.Equal("fixed-role", Code(await crm.Send(new SaveRole(roles["administrator"].Id, "x", "x", new()))));
        Assert.False((await crm.Send(new DeleteRole(roles["viewer"].Id))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task Why_somebody_can_see_a_record_is_explained_by_role_owner_and_team(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (taro, hanako) = (await Invite(crm, "taro"), await Invite(crm, "hanako"));
        var role = await crm.Ask(new SaveRole(null, "チーム内", "Team", Reading(Reach.Team)));
        await Give(crm, taro, role);
        var author = (await crm.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "夏目 漱石", ["owner"] = hanako }))).Id;

        var before = await Read(crm, taro, author);
        Assert.Equal((Reach.Team, false), (before.Reach, before.Allowed!.Value));
        Assert.Equal("チーム内", Assert.Single(before.Roles).Name.Ja);

        await crm.Ask(new SaveTeam(null, "東日本", [taro, hanako]));
        var after = await Read(crm, taro, author);
        Assert.True(after.Allowed);
        Assert.Contains("東日本", after.Because.Ja, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Imports_find_users_by_address_or_by_name_when_only_one_has_it(string database)
    {
        await using var crm = await TestHost.Start(database);
        var taro = await crm.Ask(new InviteUser("taro@alpha.example", "山田 太郎"));
        await crm.Ask(new InviteUser("one@alpha.example", "佐藤 花子"));
        await crm.Ask(new InviteUser("two@alpha.example", "佐藤　花子"));
        var tenant = await crm.Services.GetRequiredService<Tenants>().Find(crm.Tenant.Id, CancellationToken.None);
        var names = crm.Services.GetRequiredService<IUserNames>();

        Assert.Equal(taro.Id, await names.Find(tenant!, "TARO@alpha.example", CancellationToken.None));
        Assert.Equal(taro.Id, await names.Find(tenant!, "山田太郎", CancellationToken.None));
        Assert.Null(await names.Find(tenant!, "佐藤花子", CancellationToken.None));
        Assert.Equal("山田 太郎", (await names.Of(tenant!, [taro.Id, Guid.CreateVersion7()], CancellationToken.None)).Single().Value);
    }

    [Theory, EveryDatabase]
    public async Task An_administrator_of_the_installation_is_in_no_tenant_and_a_tenants_administrator_makes_none(string database)
    {
        await using var crm = await TestHost.Start(database);
        var boss = await ActorOf(crm, await Invite(crm, "boss", "administrator"));
        var add = new AddInstallationAdministrator("root@vendor.example", "運用 担当", "うちゅうのほうそくです");
        Assert.Equal("forbidden", Code(await crm.Send(add, actor: boss)));

        Assert.Equal("forbidden", Code(await crm.Send(add)));

        var id = await crm.Ask(add, actor: Actor.AtTheServer);
        Assert.Equal(id, await crm.Ask(add with { Password = "べつのほうそくですよ" }, actor: Actor.AtTheServer));
        Assert.DoesNotContain(await crm.Ask(new ListUsers()), u => u.Id == id);
    }

    [Theory, EveryDatabase]
    public async Task Versions_of_a_tenant_count_every_change_also_those_made_side_by_side(string database)
    {
        await using var crm = await TestHost.Start(database);
        var tenants = crm.Services.GetRequiredService<Tenants>();
        var before = (await tenants.Find(crm.Tenant.Id, CancellationToken.None))!.Version;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenants.Changed(crm.Tenant.Id, CancellationToken.None)));
        Assert.Equal(before + 8, (await tenants.Find(crm.Tenant.Id, CancellationToken.None))!.Version);
    }

    [Theory, EveryDatabase]
    public async Task Keys_of_data_protection_are_shared_through_the_database(string database)
    {
        await using var crm = await TestHost.Start(database);
        var ring = crm.Services.GetRequiredService<KeyRing>();
        ring.StoreElement(new System.Xml.Linq.XElement("key", "鍵"), "key-1");
        Assert.Equal("鍵", Assert.Single(ring.GetAllElements()).Value);
        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
        Assert.Equal("key-1", (await db.Keys.SingleAsync()).Name);
    }

    private static RoleRights Reading(Reach reach) => new() { Records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = new() { Read = reach } } };

    private static string Code(Sdk.Result result) => Assert.Single(result.Problems).Code;

    private static async Task<Guid> Invite(TestHost crm, string name, params string[] roles) =>
        (await crm.Ask(new InviteUser($"{name}@alpha.example", name) { Roles = roles })).Id;

    private static async Task Give(TestHost crm, Guid user, Guid role)
    {
        var line = (await crm.Ask(new ListUsers())).Single(u => u.Id == user);
        Assert.False((await crm.Send(new ChangeUser(user, line.Email, line.Name, [role.ToString()], []))).Failed);
    }

    private static async Task<Actor> ActorOf(TestHost crm, Guid user)
    {
        var tenant = await crm.Services.GetRequiredService<Tenants>().Find(crm.Tenant.Id, CancellationToken.None);
        var staff = await crm.Services.GetRequiredService<Staff>().Of(tenant!, CancellationToken.None);
        return new Actor(user, staff.Find(user)!.Name, ChangeSource.Screen, staff.RightsOf(user));
    }

    private static async Task<IEnumerable<string?>> NamesSeenBy(TestHost crm, Guid user)
    {
        var page = await crm.Ask(new ListRecords(LibraryModule.Author) { Fields = ["name"] }, actor: await ActorOf(crm, user));
        return page.Rows.Select(r => (string?)r.Values[0]).Order(StringComparer.Ordinal);
    }

    private static async Task<ActionExplanation> Read(TestHost crm, Guid user, Guid record)
    {
        var why = await crm.Ask(new ExplainAccess(user, LibraryModule.Author) { Record = record });
        return why.Actions.Single(a => a.Action == RecordAction.Read);
    }
}
