using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crm.Sdk.Records;

namespace Crm.Platform.Encryption;

/// <summary>
/// The keys of one tenant: what is sealed from now on takes the newest, what was sealed before names its own. AES-256-GCM with a nonce of
/// its own for each value, bound to the tenant and to what it is, so that a value moved elsewhere does not open.
/// </summary>
/// <param name="tenant">The tenant.</param>
/// <param name="keys">Its keys, by number.</param>
/// <param name="origins">Of keys that came with a backup of a tenant, that tenant: what they sealed is bound to it.</param>
internal sealed class TenantKeyRing(Guid tenant, IReadOnlyDictionary<int, byte[]> keys, IReadOnlyDictionary<int, Guid>? origins = null)
{
    private const int Nonce = 12;
    private const int Tag = 16;
    private const string Mark = "crm1:";

    private readonly FrozenDictionary<int, byte[]> keys = keys.ToFrozenDictionary();

    /// <summary>Number of the key that seals.</summary>
    public int Newest { get; } = keys.Keys.Max();

    /// <summary>How sealed text begins that needs no new seal.</summary>
    public string Current => $"{Mark}{Newest.ToString(CultureInfo.InvariantCulture)}:";

    public byte[] Seal(ReadOnlySpan<byte> plain, string about) => Seal(keys[Newest], plain, About(Newest, about));

    /// <exception cref="CryptographicException">It was sealed with another key, or changed since.</exception>
    public byte[] Open(int key, ReadOnlySpan<byte> sealedBytes, string about) =>
        Open(keys.GetValueOrDefault(key) ?? throw new CryptographicException($"There is no key {key} of this tenant."), sealedBytes, About(key, about));

    public string Seal(string plain, string about) => Current + Convert.ToBase64String(Seal(Encoding.UTF8.GetBytes(plain), about));

    public string Open(string sealedText, string about)
    {
        var colon = sealedText.IndexOf(':', Mark.Length);
        return Encoding.UTF8.GetString(Open(int.Parse(sealedText.AsSpan(Mark.Length, colon - Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(sealedText[(colon + 1)..]), about));
    }

    /// <summary>Whether a text is sealed; one from before the field was encrypted is not.</summary>
    public static bool IsSealed(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> about)
    {
        var all = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(all.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(all.AsSpan(0, Nonce), plain, all.AsSpan(Nonce + Tag), all.AsSpan(Nonce, Tag), about);
        return all;
    }

    public static byte[] Open(byte[] key, ReadOnlySpan<byte> all, ReadOnlySpan<byte> about)
    {
        if (all.Length < Nonce + Tag) throw new CryptographicException("What is sealed is longer.");
        var plain = new byte[all.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(all[..Nonce], all[(Nonce + Tag)..], all.Slice(Nonce, Tag), plain, about);
        return plain;
    }

    private byte[] About(int key, string what) =>
        Encoding.UTF8.GetBytes($"{(origins is not null && origins.TryGetValue(key, out var origin) ? origin : tenant):n}/{what}");
}

/// <summary>Seals the values of one field for one tenant.</summary>
internal sealed class FieldSeal(TenantKeyRing ring, string field) : IFieldSeal
{
    public string Close(object value) => ring.Seal((string)value, field);

    public object? Open(string stored) => TenantKeyRing.IsSealed(stored) ? ring.Open(stored, field) : stored;
}
