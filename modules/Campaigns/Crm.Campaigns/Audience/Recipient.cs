using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Audience;

/// <summary>
/// One customer of a campaign's audience, or of a step of a flow: what they are to get and what became of it, or why they get nothing. Its id
/// is the first half of the mail's Message-ID. Kept as the evidence of sending.
/// </summary>
internal sealed class Recipient
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Ids.New();

    /// <summary>The campaign; null for a mail of a flow.</summary>
    public Guid? CampaignId { get; set; }

    /// <summary>The step of a flow; null for a mail of a campaign.</summary>
    public Guid? StepId { get; set; }

    public Guid CustomerId { get; set; }

    /// <summary>Key of the customer's record type.</summary>
    public string CustomerType { get; set; } = CustomersContract.Person;

    public string State { get; set; } = RecipientStates.Waiting;

    /// <summary>Why they get nothing; a key.</summary>
    public string? Reason { get; set; }

    /// <summary>The reason in words, Japanese and English on a line each, when it is one of another module.</summary>
    public string? ReasonText { get; set; }

    /// <summary>The address as it was used.</summary>
    public string? Address { get; set; }

    /// <summary>The same for all spellings of one mailbox.</summary>
    public string? AddressKey { get; set; }

    /// <summary>Which subject: a, b, or null for who waits for the better one.</summary>
    public string? Variant { get; set; }

    /// <summary>The run that sends it now.</summary>
    public Guid? RunId { get; set; }

    public DateTimeOffset? LeasedUntil { get; set; }

    public int Attempts { get; set; }

    /// <summary>Not before this moment.</summary>
    public DateTimeOffset NextAt { get; set; }

    /// <summary>When the server took it, or the list was handed out.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>What the server said.</summary>
    public string? Answer { get; set; }

    /// <summary>The entry of the consent ledger by which it was sent.</summary>
    public Guid? ConsentId { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    public DateTimeOffset? ClickedAt { get; set; }

    public DateTimeOffset? UnsubscribedAt { get; set; }

    public DateTimeOffset? BouncedAt { get; set; }

    public DateTimeOffset? ComplainedAt { get; set; }

    /// <summary>The merge that made the customer another one; or null.</summary>
    public Guid? MergeId { get; set; }

    /// <summary>Who the customer was before that merge.</summary>
    public Guid? BeforeMerge { get; set; }
}

/// <summary>What becomes of a recipient. Persisted.</summary>
internal static class RecipientStates
{
    /// <summary>Gets nothing; the reason says why.</summary>
    public const string Excluded = "excluded";

    /// <summary>Has not been sent anything yet.</summary>
    public const string Waiting = "waiting";

    /// <summary>A run is sending it: written before the server is told anything.</summary>
    public const string Sending = "sending";

    /// <summary>The server took it, or it stands on the list that was handed out.</summary>
    public const string Sent = "sent";

    /// <summary>A node or the line died while it was sent, and nobody knows whether the server took it.</summary>
    public const string InDoubt = "in-doubt";

    /// <summary>The server does not want it.</summary>
    public const string Failed = "failed";

    /// <summary>In doubt, and nobody wants it sent again.</summary>
    public const string GivenUp = "given-up";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Sent, "送信済", "Sent", "green"), Choice.Of(Waiting, "送信待ち", "Waiting", "blue"), Choice.Of(Sending, "送信中", "Being sent", "blue"),
        Choice.Of(InDoubt, "送信結果が不明", "In doubt", "orange"), Choice.Of(Failed, "送信できず", "Refused by the server", "red"), Choice.Of(GivenUp, "送信しない（不明のまま）", "Given up", "red"),
        Choice.Of(Excluded, "除外", "Left out"),
    ];
}

/// <summary>An address to which no advertising goes any more, whoever's it is.</summary>
internal sealed class Suppression
{
    public Guid TenantId { get; set; }

    public string AddressKey { get; set; } = "";

    /// <summary>One of <see cref="Contracts.CampaignsContract.Exclusions"/>.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Code of the purpose they opted out of; empty for all.</summary>
    public string Purpose { get; set; } = "";

    public DateTimeOffset At { get; set; }
}

/// <summary>A secret of the tenant, by which its links are sealed.</summary>
internal sealed class LinkSecret
{
    public const string Links = "links";

    public Guid TenantId { get; set; }

    public string Key { get; set; } = Links;

    public byte[] Value { get; set; } = [];
}
