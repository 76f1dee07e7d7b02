using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>A provider is asked over https; plain http only on this machine, where the installation allows that.</summary>
internal static class AnIssuerIsReachedSafely
{
    public static Problem? Refuses(string address, SsoOptions options) =>
        address.Length <= 500 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (options.AllowLoopback && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? null
            : Problems.Invalid("not-an-issuer", "issuer", ("発行者（issuer）は https:// で始まる URL です。", "The issuer is an address that begins with https://."),
                ("認証サーバーの管理画面にある issuer を入力してください。", "Enter the issuer that the provider's console shows."));
}

/// <summary>Whoever says where a tenant's people sign in decides who can be any of them; so that takes all rights of the tenant.</summary>
internal static class OnlyAnAdministratorChoosesTheProvider
{
    public static Problem? Refuses(Actor actor) => actor.Rights.Covers(RoleRights.Sum([new RoleRights { Everything = true }], [])) ? null : new(
        "beyond-own-rights", ("シングルサインオンの設定には、すべての権限を持つ管理者が必要です。", "Single sign-on is set by an administrator who holds all rights."),
        ("管理者に依頼してください。", "Ask an administrator."), Kind: ProblemKind.Forbidden);
}

/// <summary>A secret is sent to the provider it was typed for and to no other.</summary>
internal static class ASecretStaysWithItsIssuer
{
    public static Problem? Refuses(SsoRow? saved, string issuer, string clientId, string? typed) =>
        typed is not null || saved?.Secret is null || (saved.Issuer == issuer && saved.ClientId == clientId) ? null : Problems.Invalid(
            "secret-again", "secret", ("issuer またはクライアント ID を変えたため、シークレットの再入力が必要です。", "Issuer or client id changed, so the secret is needed again."),
            ("新しいクライアントのシークレットを入力してください。", "Enter the secret of the new client."));
}

/// <summary>Where new users are made, it is said for which addresses: a public provider would let in the whole world.</summary>
internal static class NewUsersNeedADomain
{
    public static Problem? Refuses(bool makesUsers, IReadOnlyCollection<string> domains) => !makesUsers || domains.Count > 0 ? null : Problems.Invalid(
        "domain-needed", "domains", ("ユーザーを自動で作成するには、メールドメインの指定が必要です。", "To make users at their first sign-in, name the domains of their addresses."),
        ("example.co.jp のように入力してください。", "Write them like example.com."));
}

/// <summary>Before passwords are switched off, somebody must be able to come in without the provider.</summary>
internal static class AWayInRemains
{
    public static async Task<Problem?> Refuses(ControlDb db, Guid tenant, Guid? without, CancellationToken cancellation) =>
        await db.Users.AnyAsync(u => u.TenantId == tenant && u.Active && u.BreakGlass && u.Id != without
            && ((u.PasswordHash != null && u.TwoFactor) || db.Passkeys.Any(p => p.UserId == u.Id)), cancellation)
            ? null
            : new(
                "no-break-glass", ("認証サーバーが止まったときにサインインできる緊急用アカウントがありません。", "Nobody could sign in while the provider is down: there is no break-glass account."),
                ("「設定 → ユーザー」で管理者を緊急用アカウントにし、その人のパスワードと 2 段階認証（またはパスキー）を設定してから有効にしてください。",
                    "Under Settings → Users make an administrator a break-glass account, with a password and second step or a passkey, and try again."), "only");
}
