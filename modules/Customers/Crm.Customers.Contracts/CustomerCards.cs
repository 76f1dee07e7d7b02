using Crm.Sdk;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>
/// What other modules show and need of customers: one card for each company or person among the ids that the caller may read.
/// Ids that are unknown, in the bin or out of reach are absent.
/// </summary>
/// <param name="Ids">Companies and people, mixed; up to 1,000.</param>
public sealed record GetCustomerCards(IReadOnlyList<Guid> Ids) : IRequest<Result<IReadOnlyDictionary<Guid, CustomerCard>>>;

/// <summary>A customer in short.</summary>
/// <param name="RecordType"><see cref="CustomersContract.Company"/> or <see cref="CustomersContract.Person"/>.</param>
/// <param name="Id">The record.</param>
/// <param name="Name">Company name, or family name and given name with a blank between.</param>
public sealed record CustomerCard(string RecordType, Guid Id, string Name)
{
    /// <summary>The customer code; or null.</summary>
    public string? Code { get; init; }

    /// <summary>The reading in full-width katakana; or null.</summary>
    public string? Kana { get; init; }

    /// <summary>Key of the rank; or null.</summary>
    public string? Rank { get; init; }

    /// <summary>A person's main company; null for companies and for people without one.</summary>
    public Guid? CompanyId { get; init; }

    /// <summary>As typed; a person's mobile phone comes before the other.</summary>
    public string? Phone { get; init; }

    /// <summary>E-mail address; or null.</summary>
    public string? Email { get; init; }

    /// <summary>The user responsible; or null.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>Whether mail magazines may be sent. False when nobody has asked.</summary>
    public bool MayMail { get; init; }

    /// <summary>Whether direct mail may be posted. False when nobody has asked.</summary>
    public bool MayPost { get; init; }

    /// <summary>Whether they may be called for sales. False when nobody has asked.</summary>
    public bool MayCall { get; init; }
}
