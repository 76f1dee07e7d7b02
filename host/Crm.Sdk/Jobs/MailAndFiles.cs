namespace Crm.Sdk.Jobs;

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

/// <summary>Keeps files of the current tenant.</summary>
public interface IFiles
{
    /// <summary>Stores a file.</summary>
    /// <returns>Its id.</returns>
    Task<Guid> Save(string name, string contentType, Stream content, CancellationToken cancellation = default);

    /// <summary>Opens a file; null when there is none for this tenant.</summary>
    Task<StoredFile?> Open(Guid id, CancellationToken cancellation = default);

    /// <summary>Removes a file.</summary>
    Task Delete(Guid id, CancellationToken cancellation = default);
}

/// <summary>A file.</summary>
/// <param name="Name">The name it came with.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Content">Reads it; the caller disposes it.</param>
public sealed record StoredFile(string Name, string ContentType, long Length, Stream Content);
