using System.Security.Cryptography;
using Crm.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Encryption;

/// <summary>Section <c>Encryption</c> of the configuration.</summary>
internal sealed class EncryptionOptions
{
    /// <summary>32 bytes in base64, the same on all nodes; the file when empty.</summary>
    public string? MasterKey { get; set; }

    /// <summary>File that holds it; <c>master.key</c> in the data folder when empty.</summary>
    public string? MasterKeyFile { get; set; }
}

/// <summary>
/// The key that keeps the keys of tenants. It lies outside the database, so that a copy of the database alone opens nothing; made with the
/// first start where nobody gave one. Without it what is encrypted is lost.
/// </summary>
internal sealed class MasterKey(IOptions<EncryptionOptions> options, IOptions<StorageOptions> storage)
{
    public const int Bytes = 32;

    private readonly Lock sync = new();
    private byte[]? key;

    public string File => options.Value.MasterKeyFile is { Length: > 0 } file ? file : Path.Combine(storage.Value.DataFolder, "master.key");

    /// <summary>The key.</summary>
    /// <param name="mayMake">Whether a new one may be made: not when something was encrypted already.</param>
    /// <exception cref="InvalidOperationException">There is none, or it is malformed; the message says what to do.</exception>
    public byte[] Get(bool mayMake)
    {
        lock (sync) return key ??= Read(mayMake);
    }

    /// <summary>Takes the key that came with a backup, where there is none.</summary>
    public void Bring(string text)
    {
        lock (sync)
        {
            if (key is not null || options.Value.MasterKey is { Length: > 0 } || System.IO.File.Exists(File)) return;
            Keep(Parse(text, "master.key"));
        }
    }

    private byte[] Read(bool mayMake)
    {
        if (options.Value.MasterKey is { Length: > 0 } given) return Parse(given, "Encryption:MasterKey");
        if (System.IO.File.Exists(File)) return Parse(System.IO.File.ReadAllText(File), File);
        if (!mayMake)
        {
            throw new InvalidOperationException(
                $"暗号化されたデータがありますが、マスターキーがありません。バックアップから {File} を戻すか、Encryption:MasterKey を設定してください。\n"
                + $"There is encrypted data but no master key. Put {File} back from its backup, or set Encryption:MasterKey.");
        }

        return Keep(RandomNumberGenerator.GetBytes(Bytes));
    }

    private byte[] Keep(byte[] made)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(File))!);
        var rights = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) rights.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var writer = new StreamWriter(File, rights);
            writer.WriteLine(Convert.ToBase64String(made));
        }
        catch (IOException) when (System.IO.File.Exists(File))
        {
            // Another process of this node was first.
            return Parse(System.IO.File.ReadAllText(File), File);
        }

        return made;
    }

    private static byte[] Parse(string text, string from)
    {
        var bytes = new byte[Bytes];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var written) && written == Bytes
            ? bytes
            : throw new InvalidOperationException($"{from}: 32 バイトの base64 ではありません。\n{from} does not hold 32 bytes in base64.");
    }
}
