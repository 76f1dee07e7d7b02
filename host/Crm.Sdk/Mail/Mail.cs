namespace Crm.Sdk.Mail;

/// <summary>Sends mail by the tenant's settings.</summary>
public interface IMail
{
    /// <summary>Hands a mail to the transport.</summary>
    /// <exception cref="IOException">The transport does not take it.</exception>
    Task Send(Mail mail, CancellationToken cancellation = default);
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

    /// <summary>More headers, such as <c>In-Reply-To</c>; line breaks are refused.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
