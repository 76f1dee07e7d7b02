namespace Crm.Sdk.Messaging;

/// <summary>
/// Everything kept about a customer, for a disclosure to the person. Record types of the catalog answer by themselves with the records that
/// point to the customer; a module or plugin adds what it keeps elsewhere: files, logs, messages.
/// </summary>
/// <param name="recordType">Key of the customer's record type.</param>
/// <param name="id">The customer.</param>
public sealed class CollectPersonalData(string recordType, Guid id) : Gather<PersonalDataPart>
{
    /// <summary>Key of the customer's record type.</summary>
    public string RecordType => recordType;

    /// <summary>The customer.</summary>
    public Guid Id => id;
}

/// <summary>One kind of data about a person.</summary>
/// <param name="Title">What it is: お問い合わせ.</param>
/// <param name="Entries">One entry for each record: values by the name of their field, in the language of the request.</param>
public sealed record PersonalDataPart(Label Title, IReadOnlyList<IReadOnlyDictionary<string, string>> Entries);

/// <summary>
/// A person is to be forgotten. Whoever keeps data about them says in <see cref="KeptByLaw"/> what must stay and until when, and is then
/// told to erase all else. With <see cref="Erase"/> false nothing is erased yet: it is only asked. After all have answered, records that still
/// point to the person and are not kept are erased; one that is somebody else's too is let go of the person before.
/// </summary>
/// <param name="recordType">Key of the customer's record type.</param>
/// <param name="id">The customer.</param>
/// <param name="today">The day it is where the tenant is.</param>
/// <param name="erase">Whether to erase now.</param>
public sealed class ErasePersonalData(string recordType, Guid id, DateOnly today, bool erase) : Gather<KeptByLaw>
{
    /// <summary>Key of the customer's record type.</summary>
    public string RecordType => recordType;

    /// <summary>The customer.</summary>
    public Guid Id => id;

    /// <summary>The day it is where the tenant is.</summary>
    public DateOnly Today => today;

    /// <summary>Whether to erase now; else only what must stay is asked.</summary>
    public bool Erase => erase;
}

/// <summary>Records that the law makes us keep: an erasure leaves them, and says so.</summary>
/// <param name="RecordType">Key of their type.</param>
/// <param name="Ids">The records.</param>
/// <param name="Until">The last day they must be kept.</param>
/// <param name="Ground">The law: 法人税法施行規則59条.</param>
public sealed record KeptByLaw(string RecordType, IReadOnlyList<Guid> Ids, DateOnly Until, Label Ground);

/// <summary>What somebody is in the middle of with customers, for who takes over from them.</summary>
/// <param name="userId">Who leaves.</param>
public sealed class CollectOpenWork(Guid userId) : Gather<OpenWork>
{
    /// <summary>Who leaves.</summary>
    public Guid UserId => userId;
}

/// <summary>One thing that somebody must go on with.</summary>
/// <param name="Kind">What it is: 案件.</param>
/// <param name="Title">One line.</param>
public sealed record OpenWork(Label Kind, string Title)
{
    /// <summary>How it stands and what comes next; or null.</summary>
    public string? Text { get; init; }

    /// <summary>When it is due; or null.</summary>
    public DateOnly? Due { get; init; }

    /// <summary>The customer it is about; or null.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>Type of the record behind it, or null.</summary>
    public string? RecordType { get; init; }

    /// <summary>The record behind it, or null.</summary>
    public Guid? RecordId { get; init; }
}

/// <summary>
/// Records whose time is over by a rule of the tenant are to go. Whoever knows why one of them must stay says so: it is open, or the law
/// keeps it. Asked when the list is drawn up and again just before each record goes; who fails to answer stops both.
/// </summary>
/// <param name="recordType">Key of their type, of any module.</param>
/// <param name="ids">The records, in the bin or not; 500 at most.</param>
/// <param name="today">The day it is where the tenant is.</param>
public sealed class CollectRetentionHolds(string recordType, IReadOnlyList<Guid> ids, DateOnly today) : Gather<RetentionHold>
{
    /// <summary>Key of their type, of any module.</summary>
    public string RecordType => recordType;

    /// <summary>The records, in the bin or not.</summary>
    public IReadOnlyList<Guid> Ids => ids;

    /// <summary>The day it is where the tenant is.</summary>
    public DateOnly Today => today;
}

/// <summary>Why a record stays although its time is over.</summary>
/// <param name="Id">The record.</param>
/// <param name="Reason">Stands on the certificate and is counted there: it has no personal data and is the same for all such records: 対応中の案件です。</param>
public sealed record RetentionHold(Guid Id, Label Reason);

/// <summary>
/// What goes with records whose time is over, besides their parts in the catalog: the messages of an inquiry, the quotes of a deal. What points
/// to them and is named by nobody holds them back. With <see cref="Erase"/> true they go next: whoever keeps something of them outside of
/// records, such as mails that were sent, lets go of it now.
/// </summary>
/// <param name="recordType">Key of their type.</param>
/// <param name="ids">The records, in the bin or not; 500 at most.</param>
/// <param name="erase">Whether they go next; else it is only asked.</param>
public sealed class CollectBelongings(string recordType, IReadOnlyList<Guid> ids, bool erase) : Gather<Belonging>
{
    /// <summary>Key of their type.</summary>
    public string RecordType => recordType;

    /// <summary>The records, in the bin or not.</summary>
    public IReadOnlyList<Guid> Ids => ids;

    /// <summary>Whether they go next; else it is only asked.</summary>
    public bool Erase => erase;
}

/// <summary>A record that goes when another goes.</summary>
/// <param name="Of">The record it belongs to.</param>
/// <param name="RecordType">Key of its own type.</param>
/// <param name="Id">The record itself.</param>
public sealed record Belonging(Guid Of, string RecordType, Guid Id);
