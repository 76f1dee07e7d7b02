using System.Buffers.Binary;
using System.Security.Cryptography;
using Crm.Campaigns.Planning;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Audience;

/// <summary>The subjects of an A/B test. Persisted.</summary>
internal static class Variants
{
    public const string A = "a";
    public const string B = "b";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(A, "件名A", "Subject A"), Choice.Of(B, "件名B", "Subject B")];
}

/// <summary>Draws lots for a campaign. The lot follows from campaign and customer: drawing up an audience again puts nobody into another group.</summary>
internal static class Draw
{
    private const int Parts = 10_000;

    /// <summary>Whether a customer is in the control group.</summary>
    public static bool IsHeldOut(Guid campaign, Guid customer, int? percent) => percent is > 0 and var share && Lot("holdout", campaign, customer) < share * Parts / 100;

    /// <summary>Which subject a customer gets; null for the one that turns out better.</summary>
    public static string? Variant(Campaign campaign, Guid customer)
    {
        if (campaign.SubjectB is null) return Variants.A;
        var (lot, share) = (Lot("subject", campaign.Id, customer), (campaign.TestShare ?? 100) * Parts / 100);
        return lot >= share ? null : lot % 2 == 0 ? Variants.A : Variants.B;
    }

    private static int Lot(string what, Guid campaign, Guid customer)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = System.Text.Encoding.ASCII.GetBytes(what, bytes);
        campaign.TryWriteBytes(bytes[length..]);
        customer.TryWriteBytes(bytes[(length + 16)..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes[..(length + 32)], hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % Parts);
    }
}
