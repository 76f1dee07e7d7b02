using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Crm.Sdk.Storage;

/// <summary>
/// The tables of one module for the current tenant. Rows of other tenants are out of reach: every query is filtered,
/// every new row stamped, every save checked.
/// </summary>
/// <remarks>
/// Saving writes rows, history, search text and events in one transaction. Names of tables and columns are snake case;
/// a table carries its module's key as prefix, and an entity a <c>Guid TenantId</c> that begins its key; others are refused.
/// </remarks>
public abstract class ModuleDb(ModuleDbOptions options) : DbContext(options.Options)
{
    /// <summary>The tenant all queries are filtered by.</summary>
    public Guid TenantId { get; } = options.TenantId;

    /// <summary>Adds the module's entities: <c>Add(model, CompanyFields.Type)</c> for records, plain EF for others.</summary>
    protected abstract void Describe(ModelBuilder model);

    /// <summary>Adds the entity of a record type.</summary>
    protected static EntityTypeBuilder<T> Add<T>(ModelBuilder model, RecordType<T> type) where T : Record, new()
    {
        var entity = model.Entity<T>();
        entity.ToTable(type.Table);
        entity.HasKey(r => new { r.TenantId, r.Id });
        entity.Property(r => r.Id).ValueGeneratedNever();
        entity.Property(r => r.Version).IsConcurrencyToken();
        entity.Ignore(r => r.RaisedEvents);
        foreach (var field in type.Fields.Where(f => f is { InExt: false, MaxLength: not null, AddressGroup: null }))
        {
            entity.Property(Pascal(field.Key)).HasMaxLength(field.MaxLength!.Value);
        }

        return entity;
    }

    /// <inheritdoc/>
    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Describe(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().ToList())
        {
            Name(entity);
            if (entity.FindProperty(nameof(Record.TenantId)) is null || entity.IsOwned() || entity.BaseType is not null) continue;
            Filter(modelBuilder, entity);
        }
    }

    /// <summary>
    /// Loads a record in order to do something with it. Problems: <c>not-found</c> when it is not there or the caller may not see it,
    /// <c>forbidden</c> when they may see it but not do this, <c>conflict</c> when it is not the version they saw.
    /// </summary>
    /// <param name="id">The record.</param>
    /// <param name="action">What is to be done with it; <see cref="RecordAction.Read"/> when only looked at.</param>
    /// <param name="version">The version the caller saw; null to accept what is there.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<T>> Load<T>(Guid id, RecordAction action, int? version = null, CancellationToken cancellation = default) where T : Record
    {
        var record = await Set<T>().SingleOrDefaultAsync(r => r.Id == id, cancellation);
        if (options.Refuses(typeof(T), id, record, action) is { } problem) return problem;
        return version is { } seen && seen != record!.Version ? Changed : record!;
    }

    /// <inheritdoc/>
    protected sealed override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Conventions.Add(_ => options.Tables);

    /// <summary>
    /// Saves everything, by the same rules as every other way of saving; a row that somebody else changed in between is a conflict.
    /// </summary>
    /// <remarks>
    /// Values that changed are normalised and checked as if they had been typed: kind, length, range, choice, what they point to, unique
    /// values, rules of fields. Of a new record all values are checked, and every required field must be filled, those of extensions too. A
    /// required field that was empty before does not stop a save that leaves it alone. Rules over the whole record run for every record that
    /// is new or changed. Rights are the handler's business: what a reference points to must be there, not be visible to the user.
    /// </remarks>
    /// <param name="expectedVersion">The version the caller saw of the one changed record; null to accept what was loaded.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result> SaveAsync(int? expectedVersion = null, CancellationToken cancellation = default)
    {
        if (expectedVersion is { } expected)
        {
            foreach (var changed in ChangeTracker.Entries<Record>().Where(e => e.State == EntityState.Modified))
            {
                changed.Property(r => r.Version).OriginalValue = expected;
            }
        }

        try
        {
            return await options.Save(this, token => base.SaveChangesAsync(acceptAllChangesOnSuccess: false, token), cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed;
        }
    }

    /// <summary>
    /// Writes many new rows of a table that is no record type, as fast as the database can: in the transaction under way or one of its own,
    /// all of them or none. Nothing is tracked, and no events are raised. Records are saved with <see cref="SaveRecords"/>.
    /// </summary>
    /// <typeparam name="T">An entity of the module, with simple properties only.</typeparam>
    /// <param name="rows">The rows; whose tenant they belong to is filled in.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Problem <c>taken</c> when one of the rows is there already.</returns>
    public Task<Result> InsertAsync<T>(IReadOnlyCollection<T> rows, CancellationToken cancellation = default) where T : class
    {
        var entity = Model.FindEntityType(typeof(T)) ?? throw new ArgumentException($"{typeof(T)} is no entity of {GetType().Name}.", nameof(rows));
        if (typeof(Record).IsAssignableFrom(typeof(T))) throw new ArgumentException($"{typeof(T)} is a record: its rules, history and search text come with SaveRecords.", nameof(rows));
        return options.Insert(entity, rows, cancellation);
    }

    /// <summary>Not offered: <see cref="SaveAsync"/> saves, and says when a rule refuses.</summary>
    public sealed override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Call SaveAsync.");

    /// <summary>Not offered: <see cref="SaveAsync"/> saves, without holding a thread.</summary>
    public sealed override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Call SaveAsync.");

    private static Problem Changed => new(
        "conflict",
        ("ほかの人が先に変更しました。", "Somebody else changed this in the meantime."),
        ("画面を読み直して、もう一度保存してください。", "Reload the page and save again."),
        Kind: ProblemKind.Conflict);

    private void Filter(ModelBuilder model, IMutableEntityType entity)
    {
        var method = typeof(ModuleDb).GetMethod(nameof(FilterBy), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!;
        method.MakeGenericMethod(entity.ClrType).Invoke(this, [model]);
    }

    private void FilterBy<T>(ModelBuilder model) where T : class
    {
        if (typeof(Record).IsAssignableFrom(typeof(T)))
        {
            model.Entity<T>().HasQueryFilter(e => EF.Property<Guid>(e, nameof(Record.TenantId)) == TenantId
                && EF.Property<DateTimeOffset?>(e, nameof(Record.DeletedAt)) == null);
        }
        else
        {
            model.Entity<T>().HasQueryFilter(e => EF.Property<Guid>(e, nameof(Record.TenantId)) == TenantId);
        }
    }

    private static void Name(IMutableEntityType entity)
    {
        foreach (var property in entity.GetProperties()) property.SetColumnName(Naming.Snake(property.Name));
        foreach (var complex in entity.GetComplexProperties())
        {
            foreach (var property in complex.ComplexType.GetProperties())
            {
                property.SetColumnName(Naming.Snake(complex.Name) + "_" + Naming.Snake(property.Name));
            }
        }
    }

    private static string Pascal(string key) => char.ToUpperInvariant(key[0]) + key[1..];
}

/// <summary>What the runtime hands to a <see cref="ModuleDb"/>; a module only passes it on.</summary>
public sealed class ModuleDbOptions
{
    private readonly Func<ModuleDb, Func<CancellationToken, Task<int>>, CancellationToken, Task<Result>> save;
    private readonly Refusal refuses;
    private readonly Insertion insert;

    internal ModuleDbOptions(
        DbContextOptions options, string module, Guid tenantId,
        Func<ModuleDb, Func<CancellationToken, Task<int>>, CancellationToken, Task<Result>> save, Refusal refuses, Insertion insert)
    {
        Options = options;
        Tables = new(module);
        TenantId = tenantId;
        this.save = save;
        this.refuses = refuses;
        this.insert = insert;
    }

    internal DbContextOptions Options { get; }

    internal OwnTables Tables { get; }

    internal Guid TenantId { get; }

    /// <summary>Why the caller may not do something with a record, found or not; null when they may.</summary>
    internal delegate Problem? Refusal(Type entity, Guid id, Record? record, RecordAction action);

    /// <summary>Writes new rows of an entity.</summary>
    internal delegate Task<Result> Insertion(IEntityType entity, IReadOnlyCollection<object> rows, CancellationToken cancellation);

    internal Task<Result> Insert(IEntityType entity, IReadOnlyCollection<object> rows, CancellationToken cancellation) => insert(entity, rows, cancellation);

    internal Problem? Refuses(Type entity, Guid id, Record? record, RecordAction action) => refuses(entity, id, record, action);

    internal Task<Result> Save(ModuleDb db, Func<CancellationToken, Task<int>> write, CancellationToken cancellation) => save(db, write, cancellation);
}
