using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>
/// May we contact these customers for this purpose by this channel, and why not. Everything that sends, calls or exports for contact asks
/// this first; what nobody knows means no.
/// </summary>
/// <param name="CustomerIds">Companies and people, mixed; up to 5,000.</param>
/// <param name="Purpose">Code of the purpose, such as <c>newsletter</c>.</param>
/// <param name="Channel">One of <see cref="CustomersContract.Channels"/>.</param>
/// <remarks>
/// Source: 特定電子メール法 Art. 3 (bases) and 4, 個人情報保護法 Art. 17, 18, 35. An opt-out binds under every basis; the exemptions of Art. 3
/// other than consent hold for e-mail and text messages alone. A purpose that fulfils a contract is no advertisement and needs no consent.
/// Ids that are unknown or out of the caller's reach are answered with <see cref="ContactAnswer.Unknown"/>.
/// </remarks>
public sealed record MayContact(IReadOnlyList<Guid> CustomerIds, string Purpose, string Channel) : IRequest<Result<IReadOnlyDictionary<Guid, ContactAnswer>>>;

/// <summary>Yes or no, with the reason.</summary>
/// <param name="Allowed">Whether it may be done.</param>
/// <param name="Reason">Persisted key: one of the constants here; for a yes the basis.</param>
/// <param name="Text">It in words.</param>
public sealed record ContactAnswer(bool Allowed, string Reason, Label Text)
{
    /// <summary>There is no such customer, or none the caller may see.</summary>
    public const string Unknown = "unknown-customer";

    /// <summary>There is no such purpose, or it is out of use.</summary>
    public const string NoPurpose = "no-purpose";

    /// <summary>The purpose is not for this channel.</summary>
    public const string NotThisChannel = "not-this-channel";

    /// <summary>The customer's record says no to this channel.</summary>
    public const string Refused = "refused";

    /// <summary>They withdrew what they had agreed to, or opted out.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Nothing in the ledger allows it.</summary>
    public const string NoBasis = "no-basis";

    /// <summary>There is nothing to reach them by.</summary>
    public const string NoAddress = "no-address";

    /// <summary>The consent in the ledger lies in the future or has run out.</summary>
    public const string NotInForce = "not-in-force";

    /// <summary>The entry of the ledger that decided; or null.</summary>
    public Guid? ConsentId { get; init; }

    /// <summary>When they consented, for a yes that rests on consent; null for every other answer.</summary>
    public DateTimeOffset? ConsentedAt { get; init; }

    /// <summary>The wording they saw; or null.</summary>
    public Guid? WordingId { get; init; }
}

/// <summary>A customer takes back what they agreed to, or says that they want nothing of a kind any more; at once and for good.</summary>
/// <param name="CustomerId">A person or a company.</param>
/// <param name="Purpose">Code of the purpose; null for all that are no contract.</param>
/// <param name="Channel">One of <see cref="CustomersContract.Channels"/>; null for all.</param>
/// <param name="How">How they said it: a link, a call; for the ledger.</param>
/// <remarks>Also for somebody who never agreed: the opt-out stands in the ledger then. Problems: <c>not-found</c>, <c>forbidden</c>.</remarks>
[Command("customers.withdraw-consent")]
public sealed record WithdrawConsent(Guid CustomerId, string? Purpose = null, string? Channel = null, string? How = null) : IRequest<Result>;

/// <summary>Consent was withdrawn.</summary>
/// <param name="CustomerId">Whose.</param>
/// <param name="Purpose">Code of the purpose; null for all.</param>
/// <param name="Channel">Channel; null for all.</param>
[Event("customers.consent-withdrawn.v1")]
public sealed record ConsentWithdrawn(Guid CustomerId, string? Purpose, string? Channel) : IEvent;
