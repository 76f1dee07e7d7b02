// What Campaigns asks of everybody: whom to leave out, and what counts as a response.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Contracts;

/// <summary>
/// Whom a module or plugin wants left out of advertising now: customers with an open complaint, guests who are in the house. Asked when an
/// audience is drawn up and again before each mail. When one that is asked does not answer, nobody is sent anything.
/// </summary>
/// <param name="customers">Companies and people, mixed; up to 5,000.</param>
/// <param name="channel">One of <c>CustomersContract.Channels</c>.</param>
public sealed class CollectExclusions(IReadOnlyList<Guid> customers, string channel) : Gather<Exclusion>
{
    /// <summary>Companies and people, mixed.</summary>
    public IReadOnlyList<Guid> Customers => customers;

    /// <summary>One of <c>CustomersContract.Channels</c>.</summary>
    public string Channel => channel;
}

/// <summary>Somebody to be left out.</summary>
/// <param name="Customer">The company or person.</param>
/// <param name="Reason">Key of the reason, with the module's key before it: <c>support.open-complaint</c>. Persisted.</param>
/// <param name="Text">It in words.</param>
public sealed record Exclusion(Guid Customer, string Reason, Label Text);

/// <summary>Which records are responses of customers: inquiries, deals, purchases, stays. Their changes are followed from then on.</summary>
public sealed class CollectResponseSources : Gather<ResponseSource>;

/// <summary>A record type whose records are responses.</summary>
/// <param name="RecordType">Its key.</param>
/// <param name="Kind">Key of the response: <c>purchase</c>, <c>stay</c>. Persisted.</param>
/// <param name="Label">What it is called.</param>
/// <param name="DateField">Key of the day or moment at which it happened.</param>
public sealed record ResponseSource(string RecordType, string Kind, Label Label, string DateField)
{
    /// <summary>Key of the reference to the person; or null.</summary>
    public string? PersonField { get; init; }

    /// <summary>Key of the reference to the company; or null.</summary>
    public string? CompanyField { get; init; }

    /// <summary>Key of the amount; or null.</summary>
    public string? ValueField { get; init; }

    /// <summary>Whether the amount is revenue. Not for what becomes revenue elsewhere: a won deal becomes purchases.</summary>
    public bool IsRevenue { get; init; }

    /// <summary>Which records of the type count; null for all.</summary>
    public Filter? Where { get; init; }
}
