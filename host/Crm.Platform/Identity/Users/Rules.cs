using System.Net.Mail;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>Whoever may manage users could otherwise make themselves an administrator, or take an administrator's account over.</summary>
internal static class NobodyGrantsMoreThanTheyHold
{
    public static Problem? Refuses(Actor actor, params IReadOnlyCollection<RoleRights> roles) =>
        actor.Rights.Covers(RoleRights.Sum(roles, [])) ? null : new(
            "beyond-own-rights", ("自分の権限を超える権限は扱えません。", "This goes beyond the rights you hold yourself."),
            ("管理者に依頼してください。", "Ask an administrator."), Kind: ProblemKind.Forbidden);

    public static Problem? Refuses(Actor actor, TenantStaff staff, Guid user) =>
        staff.Find(user) is { } member ? Refuses(actor, [.. staff.RolesOf(member).Select(r => r.Rights)]) : null;
}

/// <summary>
/// Whoever may manage users could otherwise put somebody, themselves among them, into a team with everybody, and “team” would mean all.
/// Through a team nobody comes to records that the one who puts them there does not reach in the same way.
/// </summary>
internal static class NobodyLetsOthersReachFurther
{
    private static readonly Problem Beyond = new(
        "beyond-own-reach", ("自分の権限が及ばないメンバーのデータを、チームを通じて見られるようにすることはできません。", "This would open records to somebody through a team that you do not reach yourself."),
        ("管理者に依頼してください。", "Ask an administrator."), Kind: ProblemKind.Forbidden);

    /// <summary>A team gets these members: each of them comes to the records of those they were not together with.</summary>
    public static Problem? Refuses(Actor actor, TenantStaff staff, IReadOnlyCollection<Guid> members) =>
        members.Select(m => Refuses(actor, RightsOf(staff, m), members.Except(Together(staff, m)))).FirstOrDefault(p => p is not null);

    /// <summary>A user gets these roles and teams: they come to the records of the teams, and the teams to theirs.</summary>
    public static Problem? Refuses(Actor actor, TenantStaff staff, Guid user, IReadOnlySet<Guid> roles, IReadOnlySet<Guid> teams)
    {
        var before = Together(staff, user);
        var others = teams.Select(staff.Team).OfType<Team>().SelectMany(t => t.Members).ToHashSet();
        var rights = RoleRights.Sum([.. roles.Select(staff.Role).OfType<Role>().Select(r => r.Rights)], []);

        // Somebody new owns nothing yet.
        if (staff.Find(user) is not { } member) return Refuses(actor, rights, others);
        return Refuses(actor, rights, roles.SetEquals(member.Roles) ? others.Except(before) : others.Except([user]))
            ?? others.Except(before).Select(o => Refuses(actor, RightsOf(staff, o), [user])).FirstOrDefault(p => p is not null);
    }

    /// <summary>Somebody's account is about to be opened anew, and with it what is theirs and what their teams show them.</summary>
    public static Problem? Refuses(Actor actor, TenantStaff staff, Guid user) =>
        Refuses(actor, RightsOf(staff, user), Together(staff, user)) ?? (actor.Id == user ? null : Refuses(actor, RightsOf(staff, user), [user], Reach.Own));

    private static Problem? Refuses(Actor actor, AccessRights rights, IEnumerable<Guid> people, Reach through = Reach.Team)
    {
        if (actor.Rights.All || rights.All) return null;
        var all = people.ToList();
        if (all.Count == 0) return null;
        var team = rights.Reaches.Where(r => r.Value == through).Select(r => actor.Reach(r.Key.RecordType, r.Key.Action)).ToList();
        return team.TrueForAll(reach => reach == Reach.All || (reach == Reach.Team && all.TrueForAll(p => p == actor.Id || actor.Rights.TeamMembers.Contains(p)))) ? null : Beyond;
    }

    private static AccessRights RightsOf(TenantStaff staff, Guid user) =>
        RoleRights.Sum(staff.Find(user) is { } member ? [.. staff.RolesOf(member).Select(r => r.Rights)] : [], []);

    private static HashSet<Guid> Together(TenantStaff staff, Guid user) =>
        [user, .. staff.Find(user)?.Teams.Select(staff.Team).OfType<Team>().SelectMany(t => t.Members) ?? []];
}

/// <summary>A tenant always has somebody who may do everything.</summary>
internal static class AnAdministratorRemains
{
    public static Problem? Refuses(TenantStaff staff, Guid leaving) =>
        !IsAdministrator(staff, leaving) || staff.Members.Any(m => m.Id != leaving && IsAdministrator(staff, m.Id)) ? null : new(
            "last-administrator", ("最後の管理者です。", "This is the last administrator."),
            ("先にほかのユーザーを管理者にしてください。", "Make somebody else an administrator first."));

    private static bool IsAdministrator(TenantStaff staff, Guid user) => staff.RightsOf(user).All;
}

/// <summary>An address names one user in a tenant.</summary>
internal static class AnAddressNamesOneUser
{
    /// <summary>The address in half width: an input method leaves ＠ behind.</summary>
    public static string OneWidth(string email) => email.Trim().Normalize(System.Text.NormalizationForm.FormKC);

    public static Problem? Malformed(string email) =>
        OneWidth(email) is { Length: <= 254 } bare && MailAddress.TryCreate(bare, out var address) && address.Address == bare ? null : new(
            "bad-email", ($"「{email}」はメールアドレスではありません。", $"“{email}” is no e-mail address."),
            ("name@example.co.jp のように入力してください。", "Write it like name@example.com."), "email");

    public static async Task<Problem?> Refuses(ControlDb db, Guid tenant, Guid? except, string email, CancellationToken cancellation)
    {
        if (Malformed(email) is { } problem) return problem;
        var key = User.KeyOf(email);
        return await db.Users.AnyAsync(u => u.TenantId == tenant && u.EmailKey == key && u.Id != except, cancellation)
            ? new("taken", ("このメールアドレスのユーザーはすでにいます。", "There is a user with this address already."),
                ("一覧から検索してください。無効になっている場合があります。", "Look for them in the list; they may be deactivated."), "email")
            : null;
    }
}

/// <summary>Names of users, roles and teams are there and not too long.</summary>
internal static class ANameIsNeeded
{
    public static Problem? Refuses(string? name, string field, Label label, int longest) =>
        string.IsNullOrWhiteSpace(name) ? Problems.Required(field, label)
        : name.Trim().Length > longest ? Problems.Invalid("too-long", field, ($"「{label.Ja}」は{longest}文字以内にしてください。", $"“{label.En}” has at most {longest} characters."))
        : null;
}

internal static class UserProblems
{
    public static Problem NotFound => new(
        "not-found", ("ユーザーが見つかりません。", "There is no such user."), ("一覧を読み直してください。", "Reload the list."), Kind: ProblemKind.NotFound);

    public static Problem NoSuchRole(string role) => new(
        "no-such-role", ($"ロール「{role}」はありません。", $"There is no role “{role}”."),
        ("administrator、sales、support、marketing、viewer か、「設定 → ユーザー」にあるロールを指定してください。", "Use administrator, sales, support, marketing, viewer, or a role listed under Settings → Users."), "roles");

    public static Problem NoSuchTeam(string team) => new(
        "no-such-team", ($"チーム「{team}」はありません。", $"There is no team “{team}”."), ("「設定 → ユーザー」にあるチームを指定してください。", "Use a team listed under Settings → Users."), "teams");
}

/// <summary>Roles and teams as callers name them: by id, or a role by the key of a built-in one and a team by its name.</summary>
internal static class Placing
{
    public static Result<(IReadOnlySet<Guid> Roles, IReadOnlySet<Guid> Teams)> Resolve(TenantStaff staff, IReadOnlyList<string> roles, IReadOnlyList<string> teams)
    {
        var (roleIds, teamIds) = (new HashSet<Guid>(), new HashSet<Guid>());
        foreach (var wanted in roles)
        {
            var role = staff.Roles.FirstOrDefault(r => r.Id.ToString() == wanted || r.BuiltIn == wanted);
            if (role is null) return UserProblems.NoSuchRole(wanted);
            roleIds.Add(role.Id);
        }

        foreach (var wanted in teams)
        {
            var team = staff.Teams.FirstOrDefault(t => t.Id.ToString() == wanted || t.Name == wanted);
            if (team is null) return UserProblems.NoSuchTeam(wanted);
            teamIds.Add(team.Id);
        }

        return (roleIds, teamIds);
    }
}
