using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Crm.Tests.Identity;

/// <summary>An authenticator app: RFC 6238 with HMAC-SHA1, 30 seconds, six digits.</summary>
internal static class Totp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code the app shows now, or some steps of half a minute from now.</summary>
    public static string Code(string key, int steps = 0) =>
        Code(Decode(key), (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + steps, 6);

    public static string Code(byte[] key, long step, int digits)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        var hash = HMACSHA1.HashData(key, counter);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    private static byte[] Decode(string key)
    {
        var (bits, value, bytes) = (0, 0, new List<byte>());
        foreach (var letter in key.Where(c => c != ' '))
        {
            (value, bits) = ((value << 5) | Base32.IndexOf(letter, StringComparison.Ordinal), bits + 5);
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
            value &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
