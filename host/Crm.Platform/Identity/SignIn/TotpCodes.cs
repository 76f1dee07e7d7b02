using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Platform.Identity.SignIn;

/// <summary>Codes of authenticator apps (RFC 6238: HMAC-SHA1, half a minute, six digits), and which half minute one belongs to.</summary>
internal static class TotpCodes
{
    public const int Length = 6;

    /// <summary>Codes so many half minutes off are taken too: clocks of phones go wrong, and typing takes time.</summary>
    private const int Drift = 2;

    private const int StepSeconds = 30;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The half minute a code was made for, counted from 1970; null when it is wrong.</summary>
    public static long? StepOf(string key, string code, DateTimeOffset now)
    {
        var secret = Decode(key);
        var typed = Encoding.UTF8.GetBytes(code);
        var here = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;

        // All are compared, so that the time taken tells nothing.
        for (var step = here - Drift; step <= here + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.UTF8.GetBytes(Code(secret, step)))) found ??= step;
        }

        return found;
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238: what authenticator apps compute.")]
    private static string Code(byte[] secret, long step)
    {
        var counter = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        var hash = HMACSHA1.HashData(secret, counter);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string key)
    {
        var (bits, value, bytes) = (0, 0, new List<byte>(key.Length * 5 / 8));
        foreach (var letter in key)
        {
            (value, bits) = ((value << 5) | Base32.IndexOf(letter, StringComparison.OrdinalIgnoreCase), bits + 5);
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
            value &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
