namespace Crm.Platform.Identity;

/// <summary>How strict signing in is; section <c>Identity</c> of the configuration.</summary>
internal sealed class IdentitySettings
{
    /// <summary>A session nobody uses ends after this time.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromHours(12);

    /// <summary>The same for those who chose to stay signed in.</summary>
    public TimeSpan IdleStaying { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a node believes what it knows of a session or token; a revocation on another node takes so long.</summary>
    public TimeSpan Recheck { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wrong passwords or codes in a row before an account is locked.</summary>
    public int WrongBeforeLock { get; set; } = 5;

    public TimeSpan Lock { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts to sign in to one address of an account, known or not, within <see cref="AttemptWindow"/>.</summary>
    public int AttemptsPerAccount { get; set; } = 20;

    /// <summary>Attempts from one network address within <see cref="AttemptWindow"/>; an office may share one.</summary>
    public int AttemptsPerAddress { get; set; } = 100;

    public TimeSpan AttemptWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>No refusal comes sooner, so that its time tells nothing about the account.</summary>
    public TimeSpan RefusalTakes { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the link of an invitation or reset works.</summary>
    public TimeSpan LinkLasts { get; set; } = TimeSpan.FromDays(3);

    public int PasswordLength { get; set; } = 10;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA512; OWASP asks for 210,000 (2023). Older hashes are renewed at sign-in.</summary>
    public int PasswordRounds { get; set; } = 210_000;
}
