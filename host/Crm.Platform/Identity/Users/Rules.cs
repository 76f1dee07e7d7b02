using System.Net.Mail;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
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
    public static Problem? Malformed(string email) =>
        email.Trim() is { Length: <= 254 } bare && MailAddress.TryCreate(bare, out var address) && address.Address == bare ? null : new(
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
        "no-such-role", ($"ロール「{role}」はありません。", $"There is no role “{role}”."), ("一覧から選択してください。", "Choose one of the list."), "roles");

    public static Problem NoSuchTeam(string team) => new(
        "no-such-team", ($"チーム「{team}」はありません。", $"There is no team “{team}”."), ("一覧から選択してください。", "Choose one of the list."), "teams");
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
