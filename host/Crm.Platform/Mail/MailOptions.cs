namespace Crm.Platform.Mail;

/// <summary>How mail leaves; section <c>Mail</c> of the configuration.</summary>
internal sealed class MailOptions
{
    /// <summary>The SMTP server; when there is none, mails are put as files into <c>mail</c> of the data folder.</summary>
    public string? Host { get; set; }

    /// <summary>Whether there is no server on purpose, as in the demonstration: campaigns can be tried out to the end, into the folder.</summary>
    public bool KeepInFolder { get; set; }

    /// <summary>587 for submission with STARTTLS; implicit TLS (465) is not spoken.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection must be encrypted before anything is said.</summary>
    public bool StartTls { get; set; } = true;

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "crm@localhost";

    /// <summary>The sender's name; the tenant's when empty.</summary>
    public string? FromName { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);
}
