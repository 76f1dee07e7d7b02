using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk;

namespace Crm.Campaigns.Audience;

/// <summary>A reason for leaving somebody out, as a key and in words.</summary>
/// <param name="Key">Persisted.</param>
/// <param name="Text">It in words.</param>
internal sealed record Reason(string Key, Label Text)
{
    private const int Longest = 240;

    /// <summary>The words as they are kept with the recipient, when they are those of another module; null when the key says all.</summary>
    public string? Kept => Key == CampaignsContract.Exclusions.OnHold ? $"{Short(Text.Ja)}\n{Short(Text.En)}" : null;

    private static string Short(string text) => text.ReplaceLineEndings(" ") is { Length: > Longest } line ? line[..Longest] : text.ReplaceLineEndings(" ");
}

/// <summary>The reasons that Campaigns and Customers know.</summary>
internal static class Reasons
{
    public static readonly Reason Bounced = new(CampaignsContract.Exclusions.Bounced, ("メールが届かないアドレス（不達）", "Mail to the address came back"));
    public static readonly Reason Complained = new(CampaignsContract.Exclusions.Complained, ("迷惑メールとして報告されたアドレス", "Reported as spam from this address"));
    public static readonly Reason OptedOut = new(CampaignsContract.Exclusions.OptedOut, ("このアドレスで配信停止の手続き済み", "Opted out at this address"));
    public static readonly Reason FrequencyCap = new(CampaignsContract.Exclusions.FrequencyCap, ("配信の上限に達している", "Written to often enough lately"));
    public static readonly Reason DuplicateAddress = new(CampaignsContract.Exclusions.DuplicateAddress, ("同じアドレスの人がほかにいる", "Somebody else in the audience has the same address"));
    public static readonly Reason BadAddress = new(CampaignsContract.Exclusions.BadAddress, ("アドレスの形式が正しくない", "The address is none"));
    public static readonly Reason Holdout = new(CampaignsContract.Exclusions.Holdout, ("対照群（効果測定のため送らない）", "Control group"));

    private static readonly IReadOnlyDictionary<string, Label> OfCustomers = new Dictionary<string, Label>(StringComparer.Ordinal)
    {
        [ContactAnswer.Unknown] = ("顧客が見つからない", "No such customer"),
        [ContactAnswer.NoPurpose] = ("利用目的が登録されていないか廃止", "The purpose is not declared, or out of use"),
        [ContactAnswer.NotThisChannel] = ("この利用目的では使わない手段", "The purpose does not use this channel"),
        [ContactAnswer.Refused] = ("この手段での連絡を断っている", "They refused this channel"),
        [ContactAnswer.Withdrawn] = ("同意を撤回、または受信を拒否", "Consent was withdrawn, or they opted out"),
        [ContactAnswer.NoBasis] = ("同意などの根拠がない", "No consent or other basis"),
        [ContactAnswer.NoAddress] = ("連絡先が登録されていない", "Nothing to reach them by"),
        [ContactAnswer.NotInForce] = ("同意が有効期間外", "The consent is not in force"),
    };

    private static readonly IReadOnlyDictionary<string, Label> OfCampaigns = new[] { Bounced, Complained, OptedOut, FrequencyCap, DuplicateAddress, BadAddress, Holdout }.ToDictionary(r => r.Key, r => r.Text, StringComparer.Ordinal);

    /// <summary>A kept reason in words.</summary>
    public static Label Text(string key, string? kept) =>
        kept?.Split('\n') is [var ja, var en] ? (ja, en)
        : OfCampaigns.TryGetValue(key, out var ours) ? ours
        : OfCustomers.TryGetValue(key, out var theirs) ? theirs
        : Label.Same(key);
}
