// What tells a person's form from a bot's, without asking anybody outside: a challenge of our own, good once, that takes a browser a second.
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Support.PublicForm;

/// <summary>A challenge as the form carries it: moment, chance, and a seal over both that only this tenant can make.</summary>
internal sealed record Challenge(DateTimeOffset At, string Nonce)
{
    /// <summary>Leading zero bits that SHA-256 of challenge and proof must have: 65,536 tries on average, about a second in a browser.</summary>
    public const int Bits = 16;

    /// <summary>Nobody reads and fills a form quicker.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(3);

    /// <summary>A form that lay open longer is asked for again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public static string New(DateTimeOffset now, byte[] key)
    {
        var body = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        return body + "." + Seal(body, key);
    }

    /// <summary>The challenge, when it is one of ours and its time is right.</summary>
    public static Challenge? Read(string? text, DateTimeOffset now, byte[] key)
    {
        if (text?.Split('.') is not [var at, var nonce, var seal] || nonce.Length != 24 || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Seal(at + "." + nonce, key)), Encoding.ASCII.GetBytes(seal))) return null;
        var made = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return now - made >= Soonest - TimeSpan.FromSeconds(1) && now - made <= Longest ? new Challenge(made, nonce) : null;
    }

    /// <summary>Whether somebody has done the work.</summary>
    public static bool Proves(string challenge, string? proof)
    {
        if (string.IsNullOrEmpty(proof) || proof.Length > 40) return false;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(challenge + ":" + proof));
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(hash)) >= Bits;
    }

    private static string Seal(string body, byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(body)));
}
