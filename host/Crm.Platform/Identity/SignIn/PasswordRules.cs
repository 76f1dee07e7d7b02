using System.Collections.Frozen;
using System.Text;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>
/// What a password must be: long, and not what everybody tries first. No rules about kinds of characters, which make passwords
/// worse (NIST SP 800-63B, 5.1.1.2).
/// </summary>
internal sealed class PasswordRules(IOptions<IdentitySettings> settings) : IPasswordValidator<User>
{
    /// <summary>A longer one is refused before it costs time to hash.</summary>
    public const int Longest = 256;

    private static readonly FrozenSet<string> TriedFirst = new[]
    {
        "password", "passw0rd", "p@ssw0rd", "qwertyuiop", "1qaz2wsx3edc", "qwerty", "iloveyou", "letmein", "welcome", "administrator", "admin",
        "sakura", "changeme", "abcdefghij", "asdfghjkl", "zaq12wsx", "trustno1", "superman", "baseball", "football", "dragon", "monkey",
    }.ToFrozenSet(StringComparer.Ordinal);

    public Problem? Refuses(string password, string email, string name)
    {
        if (password.Length < settings.Value.PasswordLength)
        {
            var length = settings.Value.PasswordLength;
            return new Problem("password-short", ($"パスワードは{length}文字以上にしてください。", $"A password has at least {length} characters."),
                ("いくつかの単語をつなげると覚えやすくなります。", "Several words in a row are easy to remember."), "password");
        }

        if (password.Length > Longest)
        {
            return new Problem("password-long", ($"パスワードは{Longest}文字以内にしてください。", $"A password has at most {Longest} characters."), Field: "password");
        }

        return IsGuessable(password, email, name)
            ? new Problem("password-guessable", ("推測されやすいパスワードです。", "This password is easy to guess."),
                ("名前やメールアドレス、よく使われる語や連番を避けてください。", "Avoid your name or address, common words and sequences."), "password")
            : null;
    }

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) =>
        Task.FromResult(Refuses(password ?? "", user.Email, user.Name) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = problem.Code, Description = problem.Message.ToString() })
            : IdentityResult.Success);

    private static bool IsGuessable(string password, string email, string name)
    {
        var lower = password.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        var core = lower.Trim("0123456789!?.-_#$%&*@ ".ToCharArray());
        var mailbox = email.Split('@')[0].ToLowerInvariant();
        return lower.Distinct().Count() < 5
            || core.Length == 0 && IsSequence(lower)
            || TriedFirst.Contains(core) || TriedFirst.Contains(lower)
            || (mailbox.Length > 3 && core == mailbox)
            || lower == email.ToLowerInvariant()
            || (name.Length > 3 && core == name.ToLowerInvariant());
    }

    private static bool IsSequence(string text) =>
        Enumerable.Range(1, text.Length - 1).All(i => Math.Abs(text[i] - text[i - 1]) is 1 or 9);
}
