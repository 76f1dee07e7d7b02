using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>
/// Which user of the tenant an account at its provider is. By the subject where they came before; the first time by an address the provider
/// stands for; and if the tenant wants that, as somebody new. Groups of the provider become roles and teams, each time.
/// </summary>
internal sealed class ProviderAccounts(StaffChanges changes, TimeProvider clock)
{
    public async Task<Result<Guid>> UserOf(SsoRow sso, ProviderAccount account, CancellationToken cancellation)
    {
        var (db, tenant, key) = (await changes.Db(), changes.Tenant, SsoLinkRow.AccountOf(account.Issuer, account.Subject));
        var known = await db.SsoLinks.SingleOrDefaultAsync(l => l.TenantId == tenant && l.Account == key, cancellation);
        var noted = new List<(string Key, string? Before, string? After)>();
        User user;
        if (known is not null)
        {
            user = await db.Users.SingleAsync(u => u.Id == known.UserId && u.TenantId == tenant, cancellation);
        }
        else
        {
            var found = await ByAddress(db, sso, account, cancellation);
            if (found.Failed) return Result<Guid>.Fail(found.Problems);
            user = found.Value ?? New(db, account);
            db.SsoLinks.Add(new SsoLinkRow { TenantId = tenant, Account = key, UserId = user.Id, Issuer = account.Issuer, Subject = account.Subject, CreatedAt = clock.GetUtcNow() });
            noted.Add(($"{user.Name}: sso", null, $"{account.Issuer} {account.Subject}"));
        }

        if (!user.Active) return Deactivated;
        noted.AddRange(await FollowGroups(sso, account, user, isNew: db.Entry(user).State == EntityState.Added, cancellation));
        if (noted.Count == 0) return user.Id;
        try
        {
            await changes.Save(AuditedSettings.User, db.Entry(user).State == EntityState.Added ? RecordActions.Created : RecordActions.Updated, noted, cancellation);
        }
        catch (DbUpdateException)
        {
            // The same person in a second window was a moment earlier.
            return Again;
        }

        return user.Id;
    }

    /// <summary>The user of the account's address; null when there is none and somebody new may be made.</summary>
    private async Task<Result<User?>> ByAddress(ControlDb db, SsoRow sso, ProviderAccount account, CancellationToken cancellation)
    {
        var tenant = changes.Tenant;
        if (account.Email is not { } email || AnAddressNamesOneUser.Malformed(email) is not null) return Result<User?>.Fail([NoAddress]);
        if (!account.EmailIsVerified) return Result<User?>.Fail([NotVerified(email)]);
        var domains = await db.SsoDomains.Where(d => d.TenantId == tenant).Select(d => d.Domain).ToListAsync(cancellation);
        if (domains.Count > 0 && !domains.Contains(SsoDirectory.DomainOf(email))) return Result<User?>.Fail([OtherDomain(email)]);
        var key = User.KeyOf(email);
        var user = await db.Users.SingleOrDefaultAsync(u => u.TenantId == tenant && u.EmailKey == key, cancellation);
        if (user is null) return sso.NewUsersRole is null ? Result<User?>.Fail([Unknown(email)]) : Result.Of<User?>(null);

        // An address may have passed on to somebody else at the provider; they do not get the account of the one before.
        return await db.SsoLinks.AnyAsync(l => l.TenantId == tenant && l.UserId == user.Id && l.Issuer == account.Issuer, cancellation) ? Result<User?>.Fail([OtherAccount(email)]) : Result.Of<User?>(user);
    }

    private User New(ControlDb db, ProviderAccount account)
    {
        var email = AnAddressNamesOneUser.OneWidth(account.Email!);
        var user = new User { TenantId = changes.Tenant, Email = email, EmailKey = User.KeyOf(email), Name = (account.Name?.Trim() ?? email).Cut(200), CreatedAt = clock.GetUtcNow() };
        db.Users.Add(user);
        return user;
    }

    /// <summary>Roles and teams that stand in the table come and go with the groups; all others stay as they are.</summary>
    private async Task<IEnumerable<(string Key, string? Before, string? After)>> FollowGroups(SsoRow sso, ProviderAccount account, User user, bool isNew, CancellationToken cancellation)
    {
        var (staff, groups, values) = (await changes.Now(cancellation), sso.ReadGroups(), account.Values(sso.GroupsClaim));
        var member = staff.Find(user.Id);
        HashSet<Guid> roles = [.. member?.Roles ?? []], teams = [.. member?.Teams ?? []];
        roles.ExceptWith(groups.Select(g => g.Role).OfType<Guid>());
        teams.ExceptWith(groups.Select(g => g.Team).OfType<Guid>());
        var held = groups.Where(g => values.Contains(g.Value)).ToList();
        roles.UnionWith(held.Select(g => g.Role).OfType<Guid>().Where(r => staff.Role(r) is not null));
        teams.UnionWith(held.Select(g => g.Team).OfType<Guid>().Where(t => staff.Team(t) is not null));
        if (isNew && sso.NewUsersRole is { } first && staff.Role(first) is not null) roles.Add(first);

        // Nobody could put it right again.
        if (!roles.Any(r => staff.Role(r)!.Rights.Everything) && AnAdministratorRemains.Refuses(staff, user.Id) is not null) roles.UnionWith(member!.Roles);
        if (member is not null && roles.SetEquals(member.Roles) && teams.SetEquals(member.Teams)) return [];
        await changes.Place(user.Id, roles, teams, cancellation);
        var was = member is null ? null : StaffChanges.Told(staff, member.Name, member.Email, member.Roles, member.Teams);
        return StaffChanges.Differences(user.Name, was, StaffChanges.Told(staff, user.Name, user.Email, roles, teams));
    }

    private static readonly Problem Deactivated = new(
        "sso-deactivated", ("このユーザーは無効になっています。", "This user is deactivated."), ("管理者に連絡してください。", "Ask an administrator."), Kind: ProblemKind.Forbidden);

    private static readonly Problem Again = new(
        "sso-again", ("サインインが重なりました。", "You signed in twice at once."), ("もう一度サインインしてください。", "Sign in again."), Kind: ProblemKind.Conflict);

    private static readonly Problem NoAddress = new(
        "sso-no-email", ("認証サーバーからメールアドレスが届きませんでした。", "The provider told no e-mail address."),
        ("管理者は、認証サーバーで email クレームを送るように設定してください。", "An administrator lets the provider send the claim email."), Kind: ProblemKind.Forbidden);

    private static Problem NotVerified(string email) => new(
        "sso-email-not-verified", ($"{email} は、認証サーバーで本人のものと確認されていません（email_verified）。", $"The provider has not verified that {email} is yours (email_verified)."),
        ("認証サーバーでメールアドレスの確認を済ませてから、もう一度サインインしてください。", "Have the address verified at the provider, then sign in again."), Kind: ProblemKind.Forbidden);

    private static Problem OtherDomain(string email) => new(
        "sso-other-domain", ($"{email} のドメインは、このテナントのサインインの対象ではありません。", $"This tenant does not let in addresses of the domain of {email}."),
        ("会社のメールアドレスのアカウントでサインインしてください。", "Sign in with the account of your work address."), Kind: ProblemKind.Forbidden);

    private static Problem Unknown(string email) => new(
        "sso-unknown-user", ($"{email} のユーザーは登録されていません。", $"There is no user with the address {email}."), ("管理者に招待を依頼してください。", "Ask an administrator to invite you."), Kind: ProblemKind.Forbidden);

    private static Problem OtherAccount(string email) => new(
        "sso-other-account", ($"{email} のユーザーは、認証サーバーの別のアカウントと結び付いています。", $"The user {email} is linked to another account at the provider."),
        ("管理者は、本人を確認したうえでユーザー画面の「シングルサインオンの結び付きを外す」を実行してください。", "An administrator makes sure who it is and unlinks single sign-on on the page of the user."), Kind: ProblemKind.Forbidden);
}
