using Crm.Sdk;
using Crm.Sdk.Messaging;

namespace Crm.Customers.Contracts;

/// <summary>
/// What is under way with a customer, asked before the record is merged into another or erased: whoever does it should know what moves or
/// ends with it. What the caller may not see is not told.
/// </summary>
/// <param name="recordType"><see cref="CustomersContract.Company"/> or <see cref="CustomersContract.Person"/>.</param>
/// <param name="customerId">The record.</param>
public sealed class CollectOpenMatters(string recordType, Guid customerId) : Gather<OpenMatter>
{
    /// <summary><see cref="CustomersContract.Company"/> or <see cref="CustomersContract.Person"/>.</summary>
    public string RecordType => recordType;

    /// <summary>The record.</summary>
    public Guid CustomerId => customerId;

    /// <summary>The field by which records name such a customer, as all modules call it: companyId or personId.</summary>
    public string Reference => RecordType == CustomersContract.Company ? "companyId" : "personId";
}

/// <summary>Matters of one kind that are under way.</summary>
/// <param name="Kind">What it is: 進行中の案件.</param>
/// <param name="Count">How many; those without any are not told.</param>
public sealed record OpenMatter(Label Kind, long Count);
