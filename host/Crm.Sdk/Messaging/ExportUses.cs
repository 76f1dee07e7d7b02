namespace Crm.Sdk.Messaging;

/// <summary>What a file with records of a type may be taken out for, besides for oneself. Asked of types <c>WithExportUses</c>.</summary>
/// <param name="recordType">Key of the record type.</param>
public sealed class CollectExportUses(string recordType) : Gather<ExportUse>
{
    /// <summary>Key of the record type.</summary>
    public string RecordType => recordType;
}

/// <summary>One such use.</summary>
/// <param name="Key">Unique, such as <c>newsletter:email</c>; it stands in the log of exports.</param>
/// <param name="Name">In words: メールマガジン：メール.</param>
public sealed record ExportUse(string Key, Label Name);

/// <summary>Which of these records may not be taken out for a use. When somebody who is asked does not answer, nothing is taken out.</summary>
/// <param name="recordType">Key of the record type.</param>
/// <param name="use">Key of the use.</param>
/// <param name="ids">Up to 500 records.</param>
public sealed class CollectExportHolds(string recordType, string use, IReadOnlyList<Guid> ids) : Gather<ExportHold>
{
    /// <summary>Key of the record type.</summary>
    public string RecordType => recordType;

    /// <summary>Key of the use.</summary>
    public string Use => use;

    /// <summary>The records.</summary>
    public IReadOnlyList<Guid> Ids => ids;
}

/// <summary>Why a record is left out.</summary>
/// <param name="Id">The record.</param>
/// <param name="Reason">As a sentence.</param>
public sealed record ExportHold(Guid Id, Label Reason);
