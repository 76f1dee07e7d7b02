using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>
/// Makes two records of one customer one: the fields named are taken over, everything in every module and plugin that points to the merged
/// record points to the survivor afterwards, and the merged record goes into the bin. <see cref="UndoMerge"/> takes it back.
/// </summary>
/// <param name="RecordType"><see cref="CustomersContract.Company"/> or <see cref="CustomersContract.Person"/>; both records are of it.</param>
/// <param name="SurvivorId">The record that stays.</param>
/// <param name="MergedId">The record that goes.</param>
/// <remarks>
/// Fields that are empty in the survivor are filled from the merged record without being named. For contactability a refusal wins over
/// everything and an answer over none, whatever is named. Problems: <c>not-found</c>, <c>forbidden</c> (both must be editable and the merged
/// one deletable), <c>customers.merge-itself</c>, and those of saving.
/// </remarks>
[Command("customers.merge")]
public sealed record MergeCustomers(string RecordType, Guid SurvivorId, Guid MergedId) : IRequest<Result<Guid>>
{
    /// <summary>Keys of the fields whose value comes from the merged record.</summary>
    public IReadOnlyList<string> Take { get; init; } = [];
}

/// <summary>Takes a merge back: both records and all that pointed to them are as before; what was changed since is kept and listed.</summary>
/// <param name="MergeId">The answer of <see cref="MergeCustomers"/>.</param>
/// <remarks>Problems: <c>not-found</c>, <c>undone-already</c>, <c>forbidden</c>.</remarks>
[Command("customers.undo-merge")]
public sealed record UndoMerge(Guid MergeId) : IRequest<Result>;

/// <summary>Two records are two customers: they are never offered as duplicates again.</summary>
/// <param name="FirstId">One.</param>
/// <param name="SecondId">The other.</param>
[Command("customers.not-the-same")]
public sealed record MarkNotTheSame(Guid FirstId, Guid SecondId) : IRequest<Result>;

/// <summary>Two records of one customer were made one.</summary>
/// <param name="RecordType"><see cref="CustomersContract.Company"/> or <see cref="CustomersContract.Person"/>.</param>
/// <param name="SurvivorId">The record that stays.</param>
/// <param name="MergedId">The record that is in the bin now.</param>
/// <param name="MergeId">The merge.</param>
/// <remarks>
/// Reference fields of record types are moved for every module and plugin that is on. One that keeps ids of customers elsewhere, or wants to
/// catch up after it was off, subscribes and, for its records, sends <see cref="MoveReferences"/>.
/// </remarks>
[Event("customers.merged.v1")]
public sealed record CustomersMerged(string RecordType, Guid SurvivorId, Guid MergedId, Guid MergeId) : IEvent;

/// <summary>A merge was taken back; records are as before already.</summary>
/// <param name="RecordType">The type.</param>
/// <param name="SurvivorId">The record that stayed.</param>
/// <param name="MergedId">The record that is back.</param>
/// <param name="MergeId">The merge.</param>
[Event("customers.merge-undone.v1")]
public sealed record MergeUndone(string RecordType, Guid SurvivorId, Guid MergedId, Guid MergeId) : IEvent;

/// <summary>
/// Points the records of one module (or of all that are on) from the merged customer to the survivor, unless the merge was undone.
/// Sent by subscribers of <see cref="CustomersMerged"/>; sending it again does nothing.
/// </summary>
/// <param name="MergeId">The merge.</param>
/// <param name="Module">Key of the module whose fields are moved; null for all that are on.</param>
public sealed record MoveReferences(Guid MergeId, string? Module = null) : IRequest<Result>;
