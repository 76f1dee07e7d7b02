using MediatR;

namespace Crm.Sdk.Records;

/// <summary>
/// How many records of a type the caller may see that a filter lets through: exactly, at any size and by any field. For reports and segments;
/// it may look at every record, where a list page would not.
/// </summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Filter">Which; null for all.</param>
public sealed record CountRecords(string Type, Filter? Filter = null) : IRequest<Result<long>>;
