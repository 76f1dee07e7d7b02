using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>
/// The checks that need the whole record or other records: required fields, rules, unique values, existing targets. Whatever way a record
/// is saved, it passes here.
/// </summary>
internal sealed class RecordChecks(Session session, Current current, RecordLoader loader, PartRights parts, RecordRules rules, IUserNames users)
{
    public async Task Run(RecordType type, IReadOnlyList<RecordDraft> drafts, SaveScope scope, CancellationToken cancellation)
    {
        var changing = drafts.Where(d => d.IsToBeChecked && (d.IsNew || d.HasChanges)).ToList();
        foreach (var draft in changing) Required(type, draft);
        if (!scope.ByModule) await parts.Check(type, changing, cancellation);
        await rules.Run(type, changing, cancellation);
        foreach (var field in type.Fields)
        {
            if (field.Unique) await Unique(type, field, changing, scope, cancellation);
            if (field.Kind is FieldKind.Reference or FieldKind.User or FieldKind.File) await Target(field, changing, scope, cancellation);
        }

        foreach (var draft in changing) draft.SayOncePerField();
    }

    /// <summary>What stands against putting records into the bin or taking them out of it.</summary>
    public async Task Bin(RecordType type, IReadOnlyList<RecordDraft> drafts, CancellationToken cancellation)
    {
        await parts.Check(type, drafts, cancellation);
        await rules.Bin(type, drafts, cancellation);
    }

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

    private async Task Unique(RecordType type, Field field, List<RecordDraft> drafts, SaveScope scope, CancellationToken cancellation)
    {
        var wanted = Bringing(field, drafts);
        if (wanted.Count == 0) return;
        List<object> news = [.. wanted.Select(w => w.Value).Distinct().Where(v => scope.IsNews(field, v))];
        if (news.Count > 0) scope.Looked(field, news, await loader.ByField(type, field, news, cancellation));

        foreach (var (draft, value) in wanted)
        {
            var holders = scope.Holders(field, value);
            if (holders.Any(h => h != draft.Record!.Id)) draft.Problems.Add(RecordProblems.Taken(field, value));
            else if (draft.Problems.Count == 0) holders.Add(draft.Record!.Id);
        }
    }

    private async Task Target(Field field, List<RecordDraft> drafts, SaveScope scope, CancellationToken cancellation)
    {
        var pointing = Bringing(field, drafts);
        if (pointing.Count == 0) return;
        var ids = pointing.Select(p => (Guid)p.Value).Distinct().ToList();
        var there = field.Kind switch
        {
            FieldKind.User => (await users.Of(current.Tenant, ids, cancellation)).Keys.Append(current.Actor.Id ?? Guid.Empty).ToHashSet(),
            FieldKind.File => await Files(ids, scope, cancellation),
            _ => await Existing(field.References!, ids, scope, cancellation),
        };
        foreach (var (draft, id) in pointing)
        {
            if (!there.Contains((Guid)id)) draft.Problems.Add(field.Kind == FieldKind.File ? RecordProblems.NoSuchFile(field) : RecordProblems.NoSuchTarget(field));
        }
    }

    /// <summary>Rows that give a field a new value.</summary>
    private static List<(RecordDraft Draft, object Value)> Bringing(Field field, List<RecordDraft> drafts) =>
        [.. drafts.Where(d => d.Brings(field)).Select(d => (d, field.Get(d.Record!)!))];

    private async Task<HashSet<Guid>> Existing(string typeKey, List<Guid> ids, SaveScope scope, CancellationToken cancellation)
    {
        var existing = new HashSet<Guid>(scope.Made);
        if (!current.Catalog.TryGet(typeKey, out var type)) return existing;
        var reader = scope.ByModule ? Actor.System(current.Actor.Source) : current.Actor;
        foreach (var some in ids.Chunk(1_000))
        {
            await using var command = await session.Command(cancellation);
            var sql = new RecordSql(session.Dialect, type, current.Tenant, reader, command);
            command.CommandText = $"SELECT t.id FROM {type.Table} t WHERE {sql.Where(Sdk.Users.RecordAction.Read, new Filter.Ids(some), deleted: false)}";
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation)) existing.Add((Guid)session.Dialect.Read(rows, 0, typeof(Guid))!);
        }

        return existing;
    }

    /// <summary>
    /// Files that may be put into a field. Whoever may read the record reads its files, so a user puts in their own uploads only: the id of
    /// somebody else's file is no key to it.
    /// </summary>
    private async Task<HashSet<Guid>> Files(List<Guid> ids, SaveScope scope, CancellationToken cancellation)
    {
        var found = new HashSet<Guid>();
        foreach (var some in ids.Chunk(500))
        {
            var own = scope.ByModule || current.Actor.Id is not { } user ? Sql.Raw("") : $" AND actor_id = {user}";
            found.UnionWith(await (await session.Sql(cancellation)).Rows(
                $"SELECT id FROM platform_file WHERE tenant_id = {current.Tenant.Id} AND id IN ({Sql.List(some)}){own}", r => r.Id(0), cancellation));
        }

        return found;
    }
}
