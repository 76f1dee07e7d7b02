// What a module adds to a save of records: rules before it, with what they are shown, and what it goes on with.
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Sdk.Records;

/// <summary>
/// A rule over the records of one type, such as <c>ContractNeedsPermitCoveringWasteKind</c>. It runs for every way of saving and is made
/// anew for each save, with the services its constructor asks for.
/// </summary>
/// <remarks>
/// <para>
/// A save may be one record from a form or a thousand rows of a file. <see cref="Prepare"/> is called once with all of them: whatever must
/// be looked up is looked up there, in one query. <see cref="Check"/> is then called for each record and only decides.
/// </para>
/// <para>
/// A rule that throws, or that takes longer than <c>Records:RuleTime</c> for a save (5 seconds unless set otherwise), refuses what it could
/// not check and names its module: what cannot be checked is not saved. A rule of a module that is off does not run.
/// </para>
/// </remarks>
public abstract class RecordRule
{
    /// <summary>Looks up what the check needs, for all records of the save at once. Does nothing unless overridden.</summary>
    /// <param name="batch">The records, and a way to ask about others.</param>
    /// <param name="cancellation">Ends when the time for the rule is over.</param>
    public virtual Task Prepare(RuleBatch batch, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Says what is wrong with a record; nothing when it is fine.</summary>
    /// <param name="record">The record as it would be saved, and as it was.</param>
    public abstract IEnumerable<Problem> Check(RuleContext record);

    /// <summary>
    /// Says why a record may not be put into the bin or, when it lies there (<see cref="Record.DeletedAt"/> is set), not be taken out of it.
    /// Nothing unless overridden; <see cref="Prepare"/> is called before. A module's own removals from its tables are its own business.
    /// </summary>
    /// <param name="record">The record as it is.</param>
    public virtual IEnumerable<Problem> CheckBin(RuleContext record) => [];
}

/// <summary>The records one save is about, as a rule sees them.</summary>
public sealed class RuleBatch
{
    private readonly IMediator mediator;

    internal RuleBatch(RecordType type, ITenant tenant, DateOnly today, IMediator mediator)
    {
        Type = type;
        Tenant = tenant;
        Today = today;
        this.mediator = mediator;
    }

    /// <summary>The type of the records, with the fields of all modules that are on and the tenant's own.</summary>
    public RecordType Type { get; }

    /// <summary>The records; never none.</summary>
    public IReadOnlyList<RuleContext> Records { get; internal set; } = [];

    /// <summary>The tenant they belong to.</summary>
    public ITenant Tenant { get; }

    /// <summary>The day it is where the tenant is.</summary>
    public DateOnly Today { get; }

    /// <summary>The values the records have in a field, each once; those that are empty left out.</summary>
    /// <typeparam name="T">The field's <see cref="Field.ValueType"/>.</typeparam>
    public IReadOnlyList<T> Values<T>(string field)
    {
        var described = Type[field];
        return [.. Records.Select(r => described.Get(r.Record)).OfType<T>().Distinct()];
    }

    /// <summary>
    /// Sends a query with the rights of whoever saves. One that is refused refuses the save, as a rule that throws does. Tables of one's own
    /// module are better read by its <see cref="Storage.ModuleDb"/>, which sees all rows of the tenant.
    /// </summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> query, CancellationToken cancellation) => (await mediator.Send(query, cancellation)).Value;
}

/// <summary>One record about to be saved, as rules see it: all its fields, whoever added them, before and after.</summary>
public sealed class RuleContext
{
    private readonly RuleBatch batch;
    private readonly Func<Field, object?> before;

    internal RuleContext(RuleBatch batch, Record record, bool isNew, Func<Field, object?> before)
    {
        this.batch = batch;
        Record = record;
        IsNew = isNew;
        this.before = before;
    }

    /// <summary>The type of the record, with the fields of all modules that are on and the tenant's own.</summary>
    public RecordType Type => batch.Type;

    /// <summary>Whether this save makes it.</summary>
    public bool IsNew { get; }

    /// <summary>The record as it would be saved. A rule changes nothing in it.</summary>
    public Record Record { get; }

    /// <summary>The tenant it belongs to.</summary>
    public ITenant Tenant => batch.Tenant;

    /// <summary>The day it is where the tenant is.</summary>
    public DateOnly Today => batch.Today;

    /// <summary>
    /// The value a field would have, as <see cref="Field.ValueType"/>, or null when empty. A field nobody described is a bug and throws; for one
    /// of a module that may be off ask <see cref="RecordType.TryGet"/> first.
    /// </summary>
    public object? this[string field] => Type[field].Get(Record);

    /// <summary>The value a field has had until now; null for a new record.</summary>
    public object? Before(string field) => IsNew ? null : before(Type[field]);

    /// <summary>Whether this save gives a field another value; for a new record, whether it gives it one.</summary>
    public bool Changed(string field) => !Field.Same(Before(field), this[field]);

    /// <summary>The record as its own module's entity.</summary>
    public T As<T>() where T : Record => (T)Record;
}

/// <summary>
/// Goes on with what a form, the API or a file saved, in the same transaction: starts the clock of an inquiry, writes the first message of its
/// thread. Whoever opens the record next sees it as it is meant to be. Named with <see cref="RecordType{T}.CompletedBy{TCompletion}"/> by the
/// module that keeps the type.
/// </summary>
/// <remarks>
/// Every save waits for it, so it reads and writes its own module's tables and leaves the rest to a <see cref="SubscriberAttribute">subscriber</see>.
/// One that throws takes the save back and refuses it in the name of its module. Other ways to save, such as a bulk edit or undo, are heard of
/// by subscribers alone.
/// </remarks>
public interface IRecordCompletion
{
    /// <summary>Completes records.</summary>
    /// <param name="saved">What was <c>created</c> or <c>updated</c>; up to 500 records.</param>
    /// <param name="cancellation">Stops it.</param>
    Task Complete(RecordsChanged saved, CancellationToken cancellation);
}

/// <summary>A rule with who brought it along.</summary>
internal sealed record DescribedRule(string Owner, Type Rule, RecordRule? Instance)
{
    /// <summary>Whether it has a say when records go into the bin or come out of it.</summary>
    public bool GuardsBin { get; } = Rule.GetMethod(nameof(RecordRule.CheckBin))!.DeclaringType != typeof(RecordRule);

    /// <summary>What its author would look for: the class, or the method it was written as.</summary>
    public string Name { get; private init; } = Rule.Name;

    /// <summary>A rule written in one expression; it keeps nothing, so one serves all saves.</summary>
    public static DescribedRule Of(string owner, Func<RuleContext, Problem?> check, Delegate? written = null) =>
        new(owner, typeof(OneProblemRule), new OneProblemRule(check)) { Name = Method((written ?? check).Method) };

    /// <summary>A lambda has no name of its own: the class it stands in is what there is.</summary>
    private static string Method(System.Reflection.MethodInfo method)
    {
        var type = method.DeclaringType;
        while (type is { IsNested: true } && type.Name.StartsWith('<')) type = type.DeclaringType;
        return method.Name.StartsWith('<') ? $"{type?.Name} ({method.Name})" : $"{type?.Name}.{method.Name}";
    }

    private sealed class OneProblemRule(Func<RuleContext, Problem?> check) : RecordRule
    {
        public override IEnumerable<Problem> Check(RuleContext record) => check(record) is { } problem ? [problem] : [];
    }
}
