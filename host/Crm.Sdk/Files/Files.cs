namespace Crm.Sdk.Files;

/// <summary>Keeps files of the current tenant.</summary>
public interface IFiles
{
    /// <summary>Stores a file.</summary>
    /// <returns>Its id.</returns>
    Task<Guid> Save(string name, string contentType, Stream content, CancellationToken cancellation = default);

    /// <summary>Opens a file; null when there is none for this tenant.</summary>
    Task<StoredFile?> Open(Guid id, CancellationToken cancellation = default);

    /// <summary>
    /// Whether whoever acts may put the file somewhere where others read it: their own upload, or any file when a program acts. The id of
    /// somebody else's file is no key to it; false also when there is none.
    /// </summary>
    Task<bool> MayAttach(Guid id, CancellationToken cancellation = default);

    /// <summary>Removes a file.</summary>
    Task Delete(Guid id, CancellationToken cancellation = default);
}

/// <summary>A file.</summary>
/// <param name="Name">The name it came with.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Content">Reads it; the caller disposes it.</param>
public sealed record StoredFile(string Name, string ContentType, long Length, Stream Content);
