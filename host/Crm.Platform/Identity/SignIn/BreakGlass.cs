using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Identity.SignIn;

/// <summary>Who comes in without the provider where a tenant's people sign in only there; each time it is noted and the administrators are told.</summary>
internal sealed class BreakGlass(SsoDirectory directory, Tenants tenants, Staff staff, WorkScopes scopes)
{
    private static readonly Problem SsoOnly = new(
        "sso-only", ("このテナントは、パスワードやパスキーではサインインできません。シングルサインオンを使ってください。", "This tenant does not take passwords or passkeys. Use single sign-on."),
        ("下のボタンからサインインしてください。認証サーバーが止まっている場合は、管理者が緊急用アカウントを使えます。", "Sign in with the button below. While the provider is down, administrators have break-glass accounts."), Kind: ProblemKind.Forbidden);

    private static readonly Problem NeedsSecondFactor = new(
        "break-glass-needs-second-factor", ("緊急用アカウントには 2 段階認証が必要です。", "A break-glass account needs a second step."),
        ("シングルサインオンでサインインして 2 段階認証を設定するか、サーバー管理者に ./crm sso set --only false を依頼してください。", "Sign in by single sign-on and set it up, or ask whoever runs the server for ./crm sso set --only false."), Kind: ProblemKind.Forbidden);

    /// <summary>Why somebody who proved to be this user by password or passkey does not come in; null when they do.</summary>
    public async Task<Problem?> Refuses(User user, bool byPasskey, CancellationToken cancellation) =>
        !await IsShut(user, cancellation) ? null
        : !user.BreakGlass ? SsoOnly
        : byPasskey || user.TwoFactor ? null
        : NeedsSecondFactor;

    /// <summary>Somebody came in by password or passkey.</summary>
    public async Task Note(User user, NewSession session, CancellationToken cancellation)
    {
        if (!await IsShut(user, cancellation) || await tenants.Find(user.TenantId, cancellation) is not { } tenant) return;
        await using var scope = await scopes.Open(tenant, new Actor(user.Id, user.Name, ChangeSource.Screen, AccessRights.OfTenant), cancellation);
        await scope.Get<SettingsJournal>().Note(
            AuditedSettings.SingleSignOn, RecordActions.Updated, [($"{user.Name}: break-glass", null, $"{session.Method} · {session.Device} · {session.Address}")], cancellation);
        var people = await staff.Of(tenant, cancellation);
        foreach (var administrator in people.Members.Where(m => m.Active && people.RightsOf(m.Id).All))
        {
            await scope.Get<IMediator>().Send(
                new NotifyUser(administrator.Id, ($"{user.Name} が緊急用アカウントでサインインしました（{session.Device}、{session.Address}）", $"{user.Name} signed in by a break-glass account ({session.Device}, {session.Address})"))
                {
                    Link = "/settings/audit",
                },
                cancellation);
        }
    }

    private async Task<bool> IsShut(User user, CancellationToken cancellation) => user.TenantId != User.Installation && await directory.Of(user.TenantId, cancellation) is { Only: true };
}
