using System.Reflection;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Crm.Platform.Storage;

/// <summary>Makes modules' contexts, and sees to it that what they save is stamped, checked, noted and told like any other save.</summary>
internal sealed class ModuleDbs(
    Session session, Current current, RecordChecks checks, ComputedFields computed, UniqueInExt unique, RecordJournal journal, TimeProvider clock)
{
    private static readonly MethodInfo OptionsMethod = typeof(Session).GetMethod(nameof(Session.Options))!;

    /// <summary>The context of a module, or of the platform.</summary>
    public ModuleDb Create(Type context, string module)
    {
        var efOptions = (DbContextOptions)OptionsMethod.MakeGenericMethod(context).Invoke(session, null)!;
        var db = (ModuleDb)Activator.CreateInstance(context, new ModuleDbOptions(efOptions, module, current.Tenant.Id, Save, Refuses, Insert))!;
        session.Join(db);
        return db;
    }

    private Problem? Refuses(Type entity, Guid id, Record? record, RecordAction action)
    {
        var type = TypeOf(entity);
        if (record is null || !current.Actor.MayAct(type.Key, record.OwnerId, RecordAction.Read)) return Problems.NotFound(type.Key, id);
        return current.Actor.MayAct(type.Key, record.OwnerId, action) ? null : Problems.Forbidden($"{type.Key}:{action.ToString().ToLowerInvariant()}");
    }

    private RecordType TypeOf(Type entity) =>
        current.Catalog.TryGet(entity, out var type) ? type : throw new InvalidOperationException($"{entity} is no record type that is on.");

    private async Task<Result> Save(ModuleDb db, Func<CancellationToken, Task<int>> write, CancellationToken cancellation)
    {
        db.ChangeTracker.DetectChanges();
        var saved = new List<Saved>();
        foreach (var entry in db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList())
        {
            if (entry.Entity is Record) saved.Add(Prepare(entry));
            else Stamp(entry);
        }

        var problems = await Check(saved, cancellation);
        if (problems.Count > 0) return Result.Fail(problems);
        var changes = saved.ConvertAll(s => new RecordChange(s.Type, s.Draft.Record!, s.Action, s.Draft.Changes));
        try
        {
            await session.Write(
                async (connection, transaction) =>
                {
                    await unique.Check(connection, transaction, changes, cancellation);
                    await write(cancellation);
                    var writes = new WritesTogether(session.Dialect, connection, transaction);
                    await journal.Write(writes, changes, search: null, reason: null, cancellation);
                    await writes.Send(cancellation);
                    return true;
                },
                cancellation);

            // Only now: had the transaction rolled back, what was changed would still have to be saved.
            db.ChangeTracker.AcceptAllChanges();
            return Result.Done;
        }
        catch (DbUpdateException e) when (e.InnerException is { } inner && session.Dialect.IsUniqueViolation(inner))
        {
            return Taken(changes, session.Dialect.UniqueViolation(inner));
        }
        catch (TakenMeanwhileException taken)
        {
            return taken.Problem;
        }
    }

    private async Task<Result> Insert(IEntityType entity, IReadOnlyCollection<object> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0) return Result.Done;
        var properties = entity.GetProperties().ToList();
        var values = new List<object?[]>(rows.Count);
        foreach (var row in rows)
        {
            var own = new object?[properties.Count];
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = properties[i].Name == nameof(Record.TenantId) ? current.Tenant.Id : properties[i].GetGetter().GetClrValueUsingContainingEntity(row);
            }

            values.Add(own);
        }

        var table = new TableRows(entity.GetTableName()!, [.. properties.Select(p => session.Dialect.Quote(p.GetColumnName()))], values)
        {
            Types = [.. properties.Select(p => Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType)],
        };
        try
        {
            return await session.Write(
                async (connection, transaction) =>
                {
                    await session.Dialect.Insert(connection, transaction, table, cancellation);
                    return Result.Done;
                },
                cancellation);
        }
        catch (Exception e) when (session.Dialect.IsUniqueViolation(e))
        {
            return Taken([], session.Dialect.UniqueViolation(e));
        }
    }

    private async Task<List<Problem>> Check(List<Saved> saved, CancellationToken cancellation)
    {
        var scope = new SaveScope { ByModule = true };
        scope.Made.UnionWith(saved.Where(s => s.Action == RecordActions.Created).Select(s => s.Draft.Record!.Id));
        foreach (var type in saved.Where(s => s.Action != RecordActions.Deleted).GroupBy(s => s.Type, s => s.Draft))
        {
            await checks.Run(type.Key, [.. type], scope, cancellation);
        }

        return [.. saved.SelectMany(s => s.Draft.Problems)];
    }

    /// <summary>Names the field and the value that are there already; the database names only the index.</summary>
    private static Problem Taken(List<RecordChange> changes, string index)
    {
        foreach (var change in changes)
        {
            foreach (var field in change.Type.Fields.Where(f => f.Unique && f.Column is not null && index.Contains(f.Column, StringComparison.Ordinal)))
            {
                if (index.Contains(change.Type.Table, StringComparison.Ordinal) && field.Get(change.Record) is { } value) return RecordProblems.Taken(field, value);
            }
        }

        return new("taken", ($"同じ値がすでに登録されています（{index}）。", $"The same value is there already ({index})."), ("別の値にしてください。", "Use another value."));
    }

    private Saved Prepare(EntityEntry entry)
    {
        var record = (Record)entry.Entity;
        var type = TypeOf(entry.Metadata.ClrType);
        var now = clock.GetUtcNow();
        now = new DateTimeOffset(now.Ticks - (now.Ticks % 10), TimeSpan.Zero);
        var action = entry.State switch
        {
            EntityState.Added => RecordActions.Created,
            EntityState.Deleted => RecordActions.Deleted,
            _ => RecordActions.Updated,
        };
        if (action == RecordActions.Created)
        {
            (record.TenantId, record.Version, record.CreatedAt) = (current.Tenant.Id, 1, now);
            record.OwnerId ??= current.Actor.Id;
        }
        else
        {
            // Another tenant's row cannot have been loaded; one attached by hand must not be written.
            if (record.TenantId != current.Tenant.Id) throw new InvalidOperationException($"The {type.Key} {record.Id} belongs to another tenant.");
            if (action == RecordActions.Deleted)
            {
                entry.State = EntityState.Modified;
                record.DeletedAt = now;
            }

            record.Version = (int)entry.OriginalValues[nameof(Record.Version)]! + 1;
        }

        record.UpdatedAt = now;
        var draft = new RecordDraft { About = new(record, exists: action != RecordActions.Created) };
        draft.Begin();
        if (action == RecordActions.Deleted) return new(type, action, draft);
        Read(type, draft, draft.IsNew ? null : (Record)entry.OriginalValues.ToObject());
        if (draft.IsNew || draft.HasChanges) computed.Fill(type, draft);
        return new(type, action, draft);
    }

    /// <summary>What the module changed, normalised as if it had been typed.</summary>
    private void Read(RecordType type, RecordDraft draft, Record? before)
    {
        var (input, record) = (new FieldInput(current.Tenant), draft.Record!);
        foreach (var field in type.Fields)
        {
            if (field.Key is "createdAt" or "updatedAt") continue;
            var (old, now) = (before is null ? null : field.Get(before), field.Get(record));
            if (Field.Same(old, now) || (field.ReadOnly && type.Computed.Exists(c => c.Field == field))) continue;
            var (value, problem) = input.Read(field, now);
            if (problem is not null)
            {
                draft.Problems.Add(problem);
                continue;
            }

            if (!Field.Same(now, value)) field.Set(record, value);
            draft.Values[field] = value;
            if (!Field.Same(old, value)) draft.Changed(field, old, value);
        }
    }

    private void Stamp(EntityEntry entry)
    {
        if (entry.Metadata.FindProperty(nameof(Record.TenantId)) is null) return;
        var tenant = entry.Property(nameof(Record.TenantId));
        if (entry.State == EntityState.Added) tenant.CurrentValue = current.Tenant.Id;
        else if (!Equals(tenant.CurrentValue, current.Tenant.Id)) throw new InvalidOperationException($"A row of {entry.Metadata.ClrType} belongs to another tenant.");
    }

    /// <summary>An entity on its way into the storage.</summary>
    private sealed record Saved(RecordType Type, string Action, RecordDraft Draft);
}
