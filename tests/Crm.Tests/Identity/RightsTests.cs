using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Tests.Identity;

public sealed class RightsTests
{
    private static readonly string[] Types = ["customers.person", "customers.company", "deals.deal", RoleRights.OtherTypes];

    [Fact]
    public void Several_roles_give_the_furthest_reach_of_any_of_them_and_no_further() => Check.QuickThrowOnFailure(Prop.ForAll(Roles().ArrayOf().ToArbitrary(), roles =>
    {
        var sum = RoleRights.Sum(roles, []);
        return Types.Append("support.inquiry").All(type => Enum.GetValues<RecordAction>().All(action =>
            sum.Reach(type, action) == (action is RecordAction.Read or RecordAction.Create
                ? Furthest(type, action)
                : (Reach)Math.Min((int)Furthest(type, action), (int)Furthest(type, RecordAction.Read)))));

        Reach Furthest(string type, RecordAction action) => roles.Select(r => r.Reach(type, action)).DefaultIfEmpty().Max();
    }));

    [Fact]
    public void A_sum_of_roles_covers_each_of_them_and_rights_survive_being_stored() => Check.QuickThrowOnFailure(Prop.ForAll(Roles().ArrayOf(3).ToArbitrary(), roles =>
    {
        var sum = RoleRights.Sum(roles, []);
        return roles.All(r => sum.Covers(RoleRights.Sum([r], [])))
            && roles.All(r => RoleRights.Parse(r.ToJson()).ToJson() == r.ToJson());
    }));

    [Fact]
    public void A_field_stays_hidden_only_while_no_role_that_reads_the_records_shows_it()
    {
        var hides = new RoleRights { Records = All(Reach.All), Hidden = ["customers.person/birthDate"] };
        var shows = new RoleRights { Records = All(Reach.All) };
        var readsNothing = new RoleRights();

        Assert.True(RoleRights.Sum([hides], []).Hides("customers.person", "birthDate"));
        Assert.True(RoleRights.Sum([hides, readsNothing], []).Hides("customers.person", "birthDate"));
        Assert.False(RoleRights.Sum([hides, shows], []).Hides("customers.person", "birthDate"));
        Assert.False(RoleRights.Sum([hides], []).Hides("customers.company", "birthDate"));
    }

    [Fact]
    public void A_field_stays_locked_only_while_no_role_that_changes_the_records_lets_it_be_changed()
    {
        var changes = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = Reaches.All };
        var locks = new RoleRights { Records = changes, Locked = ["customers.person/rank"] };
        var lets = new RoleRights { Records = changes };
        var reads = new RoleRights { Records = All(Reach.All) };

        Assert.True(RoleRights.Sum([locks], []).Locks("customers.person", "rank"));
        Assert.True(RoleRights.Sum([locks, reads], []).Locks("customers.person", "rank"));
        Assert.False(RoleRights.Sum([locks, lets], []).Locks("customers.person", "rank"));
        Assert.False(RoleRights.Sum([locks], []).Hides("customers.person", "rank"));
        Assert.False(RoleRights.Sum([locks], []).Covers(RoleRights.Sum([lets], [])));
        Assert.True(RoleRights.Sum([locks], []).Covers(RoleRights.Sum([reads], [])));
        Assert.Equal(locks.Locked, RoleRights.Parse(locks.ToJson()).Locked);
        Assert.DoesNotContain("locked", lets.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_a_modules_rights_can_be_held_at_once_and_nobody_holds_the_installation_by_the_way()
    {
        var sales = RoleRights.Sum([new RoleRights { Permissions = ["deals.*"] }], []);
        Assert.True(sales.May("deals.move"));
        Assert.False(sales.May("dealsx.move"));
        Assert.False(sales.May("admin.users"));

        var administrator = RoleRights.Sum([new RoleRights { Everything = true }], []);
        Assert.True(administrator.May("admin.users"));
        Assert.False(administrator.May(PlatformPermissions.Installation));
        Assert.True(AccessRights.OfInstallation.May(PlatformPermissions.Installation));
        Assert.False(AccessRights.OfInstallation.May("admin.users"));
    }

    [Fact]
    public void Nothing_covers_an_administrator_but_another()
    {
        var administrator = RoleRights.Sum([new RoleRights { Everything = true }], []);
        var almost = RoleRights.Sum([new RoleRights { Records = All(Reach.All), Permissions = ["admin.*"] }], []);
        Assert.True(administrator.Covers(almost));
        Assert.False(almost.Covers(administrator));
        Assert.False(almost.Covers(RoleRights.Sum([new RoleRights { Permissions = ["deals.move"] }], [])));
    }

    private static Dictionary<string, Reaches> All(Reach read) => new() { [RoleRights.OtherTypes] = new Reaches { Read = read } };

    private static Gen<RoleRights> Roles() =>
        from types in Gen.SubListOf(Types)
        from reaches in Gen.Elements(Enum.GetValues<Reach>()).ArrayOf(5).ArrayOf(Types.Length)
        from permissions in Gen.SubListOf("deals.move", "deals.*", "admin.users", "records.import")
        from hidden in Gen.SubListOf("customers.person/birthDate", "deals.deal/amount")
        select new RoleRights
        {
            Records = types.Select((type, i) => (type, i)).ToDictionary(x => x.type, x => new Reaches
            {
                Read = reaches[x.i][0], Create = reaches[x.i][1], Edit = reaches[x.i][2], Delete = reaches[x.i][3], Export = reaches[x.i][4],
            }),
            Permissions = [.. permissions],
            Hidden = [.. hidden],
        };
}
