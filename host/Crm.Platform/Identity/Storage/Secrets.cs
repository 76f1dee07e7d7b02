using System.Security.Cryptography;
using System.Text;

namespace Crm.Platform.Identity.Storage;

/// <summary>Random secrets that are shown once and kept as hashes. They are too random to guess, so a plain fast hash is enough.</summary>
internal static class Secrets
{
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    /// <summary>Letters and digits that nobody confuses when reading aloud; close to six bits each.</summary>
    public static string New(int length) => RandomNumberGenerator.GetString(Letters, length);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static string HexHash(ReadOnlySpan<byte> secret) => Convert.ToHexString(SHA256.HashData(secret));

    /// <summary>Compares in a time that tells nothing.</summary>
    public static bool Matches(string secret, byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash(secret), hash);
}
