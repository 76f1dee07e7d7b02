// The secrets in the links of mails: who, for what, and a seal that only this tenant can make. Where a link leads is kept with us.
using System.Buffers.Binary;
using System.Security.Cryptography;
using Crm.Campaigns.Audience;
using Crm.Sdk.Modules;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Tracking;

/// <summary>What a link is for.</summary>
internal enum LinkKind : byte
{
    Open = 1,
    Click = 2,
    Unsubscribe = 3,
}

/// <summary>What a link says: whose mail it was in, what it is for and, of a click, which link.</summary>
internal readonly record struct MailLink(Guid Recipient, LinkKind Kind, int Number = 0);

/// <summary>Makes and reads the secrets in links.</summary>
internal sealed class LinkKeys(byte[] secret)
{
    private const int Said = 19;
    private const int Sealed = 12;

    public string Write(MailLink link)
    {
        Span<byte> bytes = stackalloc byte[Said + Sealed];
        link.Recipient.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[16] = (byte)link.Kind;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[17..], checked((ushort)link.Number));
        Seal(bytes[..Said], bytes[Said..]);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for what is not ours.</summary>
    public MailLink? Read(string? key, LinkKind kind)
    {
        Span<byte> bytes = stackalloc byte[Said + Sealed];
        if (key is not { Length: 42 } || !System.Buffers.Text.Base64Url.IsValid(key) || !System.Buffers.Text.Base64Url.TryDecodeFromChars(key, bytes, out var length) || length != bytes.Length) return null;
        Span<byte> seal = stackalloc byte[Sealed];
        Seal(bytes[..Said], seal);
        if (!CryptographicOperations.FixedTimeEquals(seal, bytes[Said..]) || bytes[16] != (byte)kind) return null;
        return new(new Guid(bytes[..16], bigEndian: true), kind, BinaryPrimitives.ReadUInt16BigEndian(bytes[17..]));
    }

    private void Seal(ReadOnlySpan<byte> said, Span<byte> into)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(secret, said, hash);
        hash[..Sealed].CopyTo(into);
    }
}

/// <summary>The tenant's keys, read once in a scope.</summary>
internal sealed class LinkKeyRing(CampaignsDb db)
{
    private LinkKeys? keys;

    public async Task<LinkKeys> Keys(CancellationToken cancellation) =>
        keys ??= new((await db.Secrets.AsNoTracking().SingleAsync(s => s.Key == LinkSecret.Links, cancellation)).Value);
}

/// <summary>Each tenant has its own secret, made when the module is first switched on.</summary>
internal sealed class FirstLinkSecret(CampaignsDb db) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        if (await db.Secrets.AnyAsync(cancellation)) return;
        db.Secrets.Add(new LinkSecret { TenantId = db.TenantId, Value = RandomNumberGenerator.GetBytes(32) });
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The secret of the links could not be kept");
    }
}

/// <summary>Where a link of a campaign's mail, or of a flow's step, leads.</summary>
internal sealed class TrackedLink
{
    public Guid TenantId { get; set; }

    /// <summary>The campaign or the step.</summary>
    public Guid CampaignId { get; set; }

    public int Number { get; set; }

    public string Url { get; set; } = "";
}

/// <summary>Somebody followed a link.</summary>
internal sealed class Click
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Sdk.Records.Ids.New();

    public Guid RecipientId { get; set; }

    public int Number { get; set; }

    public DateTimeOffset At { get; set; }
}
