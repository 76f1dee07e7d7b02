namespace Crm.Sdk.Mail;

/// <summary>Sends mail by the tenant's settings.</summary>
public interface IMail
{
    /// <summary>Where mails go on this installation.</summary>
    MailDelivery Delivery { get; }

    /// <summary>Hands a mail to the mail server: <see cref="HandoverOutcome.Taken"/>, or <see cref="HandoverOutcome.Refused"/> when it does not want this mail and will not.</summary>
    /// <exception cref="ArgumentException">The address is none, or the mail would write headers that are not its author's.</exception>
    /// <exception cref="IOException">The server is not there, or not now: try again later.</exception>
    Task<Handover> Send(Mail mail, CancellationToken cancellation = default);
}

/// <summary>Where mails go.</summary>
public enum MailDelivery
{
    /// <summary>To a mail server.</summary>
    Server,

    /// <summary>Into files on the server, on purpose (<c>Mail:KeepInFolder</c>): for trying out. Nobody receives them.</summary>
    Folder,

    /// <summary>No mail server is configured. Mails are put as files so that none is lost, and nobody receives them.</summary>
    Unset,
}

/// <summary>A mail.</summary>
/// <param name="To">The address.</param>
/// <param name="Subject">One line; line breaks are refused.</param>
/// <param name="Text">Plain text.</param>
public sealed record Mail(string To, string Subject, string Text)
{
    /// <summary>
    /// Makes its Message-ID: this id in 32 hex digits, an at sign, the sender's domain. Whoever keeps it knows the mail again in what answers it
    /// (In-Reply-To), and a mail that is sent again has the same. A new one when null.
    /// </summary>
    public Guid? Id { get; init; }

    /// <summary>Stored files that go with it; those that are gone are left out.</summary>
    public IReadOnlyList<Guid> Attachments { get; init; } = [];

    /// <summary>The same as HTML; or null.</summary>
    public string? Html { get; init; }

    /// <summary>Addresses that get a copy and are seen by all who get the mail.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>
    /// Whether a person wrote it to its reader. Every other mail says that a machine did (<c>Auto-Submitted</c>, RFC 3834), so that answering
    /// machines keep quiet.
    /// </summary>
    public bool ByPerson { get; init; }

    /// <summary>More headers, such as <c>In-Reply-To</c>; line breaks are refused.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
