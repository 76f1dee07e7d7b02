using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>
/// Titles of records and names of users, to show in place of ids; one query per record type. The parts of a page ask for the same ones
/// again and again, so what was read is remembered until something is written.
/// </summary>
internal sealed class RecordTitles(Session session, Current current, IUserNames users)
{
    private const int MostRemembered = 5_000;

    private readonly Dictionary<(string Type, Guid Id, bool Called), string?> known = [];
    private int writes;

    /// <summary>Titles for all ids in reference and user fields of some rows.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Of(IReadOnlyList<Field> fields, IEnumerable<object?[]> rows, CancellationToken cancellation)
    {
        var wanted = new Dictionary<string, HashSet<Guid>>(StringComparer.Ordinal);
        var pointing = fields.Select((field, index) => (field, index)).Where(f => f.field.Kind is FieldKind.Reference or FieldKind.User).ToList();
        if (pointing.Count == 0) return new Dictionary<Guid, string>();
        foreach (var row in rows)
        {
            foreach (var (field, index) in pointing)
            {
                if (row[index] is not Guid id) continue;
                var type = field.Kind == FieldKind.User ? "" : field.References!;
                if (!wanted.TryGetValue(type, out var ids)) wanted[type] = ids = [];
                ids.Add(id);
            }
        }

        var titles = new Dictionary<Guid, string>();
        foreach (var (type, ids) in wanted)
        {
            var found = type.Length == 0 ? await users.Of(current.Tenant, ids, cancellation) : await Of(type, ids, cancellation);
            foreach (var (id, title) in found) titles[id] = title;
        }

        return titles;
    }

    /// <summary>
    /// Titles of records of one type, also of those in the bin, without title fields that are hidden from the reader.
    /// Records they may not see, and those of a type that is off, are missing.
    /// </summary>
    public Task<IReadOnlyDictionary<Guid, string>> Of(string typeKey, IReadOnlyCollection<Guid> ids, CancellationToken cancellation) => Of(typeKey, ids, called: false, cancellation);

    private async Task<IReadOnlyDictionary<Guid, string>> Of(string typeKey, IReadOnlyCollection<Guid> ids, bool called, CancellationToken cancellation)
    {
        if (session.Writes != writes || session.Transaction is not null || known.Count > MostRemembered) known.Clear();
        writes = session.Writes;
        var titles = new Dictionary<Guid, string>(ids.Count);
        var missing = new List<Guid>();
        foreach (var id in ids)
        {
            if (!known.TryGetValue((typeKey, id, called), out var title)) missing.Add(id);
            else if (title is not null) titles[id] = title;
        }

        if (missing.Count == 0) return titles;
        var read = await Read(typeKey, missing, called, cancellation);
        foreach (var id in missing)
        {
            var title = known[(typeKey, id, called)] = read.GetValueOrDefault(id);
            if (title is not null) titles[id] = title;
        }

        return titles;
    }

    private async Task<Dictionary<Guid, string>> Read(string typeKey, List<Guid> ids, bool called, CancellationToken cancellation)
    {
        var found = new List<(Guid Id, object?[] Parts)>();
        if (!current.Catalog.TryGet(typeKey, out var type) || current.Actor.Reach(type.Key, RecordAction.Read) == Reach.None) return [];
        var dialect = session.Dialect;
        var fields = type.TitleFields.Select(k => type[k]).Where(f => !current.Actor.Rights.Hides(type, f)).ToList();
        if (fields.Count == 0) return [];
        foreach (var some in ids.Chunk(1_000))
        {
            await using var command = await session.Command(cancellation);
            var columns = fields.Exists(f => f.InExt) ? ", t.ext" : "";
            var rights = new RecordSql(dialect, type, current.Tenant, current.Actor, command, current.Catalog).Rights(RecordAction.Read);
            command.CommandText =
                $"SELECT t.id{string.Concat(fields.Where(f => !f.InExt).Select(f => ", t." + f.Column))}{columns} FROM {type.Table} t"
                + $" WHERE t.tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND {dialect.In(command, "t.id", [.. some.Select(id => dialect.ToColumn(id))])}{rights}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var ext = columns.Length > 0 ? new ExtensionData(reader.GetString(reader.FieldCount - 1)) : null;
                var ordinal = 1;
                found.Add(((Guid)dialect.Read(reader, 0, typeof(Guid))!, [.. fields.Select(f => f.InExt ? ext!.Get(f) : dialect.Read(reader, ordinal++, f))]));
            }
        }

        // A post is called by its person and company; what those are called comes from their own texts alone, so that this ends.
        var pointing = fields.Exists(f => f.Kind == FieldKind.Reference) && !called ? await Called(fields, found.Select(r => r.Parts), cancellation) : new Dictionary<Guid, string>();
        return found.ToDictionary(r => r.Id, r => string.Join(' ', r.Parts
            .Select((part, i) => fields[i].Kind == FieldKind.Reference ? (part is Guid id ? pointing.GetValueOrDefault(id) : null) : RecordCursor.ToText(part)).Where(v => !string.IsNullOrEmpty(v))));
    }

    private async Task<Dictionary<Guid, string>> Called(IReadOnlyList<Field> fields, IEnumerable<object?[]> rows, CancellationToken cancellation)
    {
        var all = rows.ToList();
        var titles = new Dictionary<Guid, string>();
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Kind != FieldKind.Reference) continue;
            foreach (var (id, title) in await Of(fields[i].References!, [.. all.Select(r => r[i]).OfType<Guid>().Distinct()], called: true, cancellation)) titles[id] = title;
        }

        return titles;
    }

    /// <summary>The title of a record at hand; what it points to is called by <paramref name="titles"/> and left out without them.</summary>
    public static string Of(RecordType type, Func<Field, object?> value, IReadOnlyDictionary<Guid, string>? titles = null)
    {
        var parts = type.TitleFields.Select(k => type[k]).Select(f => f.Kind == FieldKind.Choice
            ? f.Choices.FirstOrDefault(c => c.Key == value(f) as string)?.Label.ToString()
            : f.Kind == FieldKind.Reference ? (value(f) is Guid id ? titles?.GetValueOrDefault(id) : null)
            : RecordCursor.ToText(value(f)));
        return string.Join(' ', parts.Where(p => !string.IsNullOrEmpty(p)));
    }
}

/// <summary>Names of users, for people to read.</summary>
internal interface IUserNames
{
    /// <summary>Names by id; ids of no user of the tenant are missing.</summary>
    ValueTask<IReadOnlyDictionary<Guid, string>> Of(TenantInfo tenant, IReadOnlyCollection<Guid> ids, CancellationToken cancellation);

    /// <summary>The user with this e-mail address or name; null when there is none or more than one.</summary>
    ValueTask<Guid?> Find(TenantInfo tenant, string emailOrName, CancellationToken cancellation);
}
