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
    /// <summary>The same as HTML; or null.</summary>
    public string? Html { get; init; }

    /// <summary>More headers, such as <c>In-Reply-To</c>; line breaks are refused.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
