// What Campaigns asks of everybody: which records are responses.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Contracts;

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
