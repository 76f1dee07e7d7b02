using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Records;

/// <summary>The checks that need the whole record or other records: required fields, rules, unique values, existing targets.</summary>
internal sealed partial class RecordChecks(Session session, Current current, RecordLoader loader, IUserNames users, ILogger<RecordChecks> log)
{
    public async Task Run(RecordType type, IReadOnlyList<RecordDraft> drafts, CancellationToken cancellation)
    {
        var changing = drafts.Where(d => d.Problems.Count == 0 && d.Record is not null && (d.IsNew || d.HasChanges)).ToList();
        foreach (var draft in changing)
        {
            Required(type, draft);
            Rules(type, draft);
        }

        foreach (var field in type.Fields.Where(f => f.Unique)) await Unique(type, field, changing, cancellation);
        foreach (var field in type.Fields.Where(f => f.Kind is FieldKind.Reference or FieldKind.User)) await Target(field, changing, cancellation);
    }

    /// <summary>The rules alone, for records that a module saves by itself.</summary>
    public IReadOnlyList<Problem> Of(RecordType type, Record record)
    {
        var draft = new RecordDraft();
        draft.Is(record);
        Rules(type, draft);
        return draft.Problems;
    }

    /// <summary>Required fields that a row leaves empty, before it is known what it is about.</summary>
    public static IEnumerable<Problem> Missing(RecordType type, RecordDraft draft, bool isNew) =>
        from field in type.Fields
        where field.Required && !draft.Problems.Exists(p => p.Field == field.Key)
        where draft.Values.TryGetValue(field, out var value) ? value is null or "" : isNew && field.Default is null
        select Problems.Required(field.Key, field.Label);

    private static void Required(RecordType type, RecordDraft draft)
    {
        foreach (var field in type.Fields)
        {
            // An old record that lacks a field made required later can still be saved as long as the field is not emptied.
            if (field.Required && field.Get(draft.Record!) is null or "" && (draft.IsNew || draft.Values.ContainsKey(field)))
            {
                draft.Problems.Add(Problems.Required(field.Key, field.Label));
            }
        }
    }

    private void Rules(RecordType type, RecordDraft draft)
    {
        foreach (var rule in type.Rules)
        {
            try
            {
                draft.Problems.AddRange(rule(draft.Record!));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Rules fail closed: what cannot be checked is not saved.
                var owner = rule.Method.DeclaringType?.Assembly.GetName().Name ?? type.Owner;
                LogRuleThrew(log, e, owner, type.Key);
                draft.Problems.Add(RecordProblems.RuleFailed(owner));
            }
        }
    }

    private async Task Unique(RecordType type, Field field, List<RecordDraft> drafts, CancellationToken cancellation)
    {
        var wanted = drafts.Where(d => d.Problems.Count == 0 && (d.IsNew || d.Changes.Any(c => c.Field == field)))
            .Select(d => (Draft: d, Value: field.Get(d.Record!))).Where(d => d.Value is not null and not "").ToList();
        if (wanted.Count == 0) return;
        var taken = (await loader.ByField(type, field, [.. wanted.Select(w => w.Value!).Distinct()], cancellation))
            .GroupBy(r => field.Get(r)!).ToDictionary(g => g.Key, g => g.Select(r => r.Id).ToHashSet());
        foreach (var (draft, value) in wanted)
        {
            if (!taken.TryGetValue(value!, out var holders)) taken[value!] = holders = [];
            if (holders.Any(h => h != draft.Record!.Id)) draft.Problems.Add(RecordProblems.Taken(field, value!));
            else holders.Add(draft.Record!.Id);
        }
    }

    private async Task Target(Field field, List<RecordDraft> drafts, CancellationToken cancellation)
    {
        var pointing = drafts.Where(d => d.Problems.Count == 0 && (d.IsNew || d.Changes.Any(c => c.Field == field)))
            .Select(d => (Draft: d, Id: field.Get(d.Record!) as Guid?)).Where(d => d.Id is not null).ToList();
        if (pointing.Count == 0) return;
        var ids = pointing.Select(p => p.Id!.Value).Distinct().ToList();
        var there = field.Kind == FieldKind.User
            ? (await users.Of(current.Tenant, ids, cancellation)).Keys.Append(current.Actor.Id ?? Guid.Empty).ToHashSet()
            : await Existing(field.References!, ids, cancellation);
        foreach (var (draft, id) in pointing)
        {
            if (!there.Contains(id!.Value)) draft.Problems.Add(RecordProblems.NoSuchTarget(field));
        }
    }

    private async Task<HashSet<Guid>> Existing(string typeKey, List<Guid> ids, CancellationToken cancellation)
    {
        var existing = new HashSet<Guid>();
        if (!current.Catalog.TryGet(typeKey, out var type)) return existing;
        foreach (var some in ids.Chunk(1_000))
        {
            await using var command = await session.Command(cancellation);
            var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command);
            command.CommandText = $"SELECT t.id FROM {type.Table} t WHERE {sql.Where(Sdk.Users.RecordAction.Read, new Filter.Ids(some), deleted: false)}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) existing.Add((Guid)session.Dialect.Read(reader, 0, typeof(Guid))!);
        }

        return existing;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A rule of {Owner} on {RecordType} threw")]
    private static partial void LogRuleThrew(ILogger logger, Exception exception, string owner, string recordType);
}
