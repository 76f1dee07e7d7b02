using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>The account of whoever is signed in on a screen. A token cannot change how its owner signs in.</summary>
internal sealed class OwnAccount(Caller caller, ControlSession control, UserManager<User> users, Sessions sessions)
{
    public static Problem NeedsScreen => new(
        "session-needed", ("この操作は画面にサインインして行ってください。", "Sign in on the screen to do this."), Kind: ProblemKind.Forbidden);

    public static Problem WrongPassword => new(
        "wrong-password", ("現在のパスワードが違います。", "The current password is wrong."), ("もう一度入力してください。", "Enter it again."), "current");

    public SessionState? Session => caller.Session;

    public async Task<User?> Find() => caller.Session is { } session ? await users.FindByIdAsync(session.UserId.ToString()) : null;

    /// <summary>Whether the password is theirs; wrong ones count towards the lock, so that an open screen is no place to guess.</summary>
    public async Task<bool> Proves(User user, string password)
    {
        if (password.Length > PasswordRules.Longest || await users.IsLockedOutAsync(user)) return false;
        if (await users.CheckPasswordAsync(user, password)) return true;
        await users.AccessFailedAsync(user);
        return false;
    }

    /// <summary>After the stamp changed: this session lives on, all others are over.</summary>
    public async Task KeepThisSession(User user, CancellationToken cancellation) =>
        await sessions.Keep(await control.Db(), user, Session!.Id, cancellation);
}
