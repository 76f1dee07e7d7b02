using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Titles of records and names of users, to show in place of ids; one query per record type.</summary>
internal sealed class RecordTitles(Session session, Current current, IUserNames users)
{
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
    public async Task<IReadOnlyDictionary<Guid, string>> Of(string typeKey, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        var titles = new Dictionary<Guid, string>();
        if (ids.Count == 0 || !current.Catalog.TryGet(typeKey, out var type) || current.Actor.Reach(type.Key, RecordAction.Read) == Reach.None) return titles;
        var dialect = session.Dialect;
        var fields = type.TitleFields.Select(k => type[k]).Where(f => !current.Actor.Rights.Hides(type, f)).ToList();
        if (fields.Count == 0) return titles;
        foreach (var some in ids.Chunk(1_000))
        {
            await using var command = await session.Command(cancellation);
            var columns = fields.Exists(f => f.InExt) ? ", t.ext" : "";
            var rights = new RecordSql(dialect, type, current.Tenant, current.Actor, command).Rights(RecordAction.Read);
            command.CommandText =
                $"SELECT t.id{string.Concat(fields.Where(f => !f.InExt).Select(f => ", t." + f.Column))}{columns} FROM {type.Table} t"
                + $" WHERE t.tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND {dialect.In(command, "t.id", [.. some.Select(id => dialect.ToColumn(id))])}{rights}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var ext = columns.Length > 0 ? new ExtensionData(reader.GetString(reader.FieldCount - 1)) : null;
                var ordinal = 1;
                var parts = fields.Select(f => f.InExt ? ext!.Get(f) : dialect.Read(reader, ordinal++, f)).Select(v => RecordCursor.ToText(v)).Where(v => !string.IsNullOrEmpty(v));
                titles[(Guid)dialect.Read(reader, 0, typeof(Guid))!] = string.Join(' ', parts);
            }
        }

        return titles;
    }

    /// <summary>The title of a record at hand.</summary>
    public static string Of(RecordType type, Func<Field, object?> value)
    {
        var parts = type.TitleFields.Select(k => type[k]).Select(f => f.Kind == FieldKind.Choice
            ? f.Choices.FirstOrDefault(c => c.Key == value(f) as string)?.Label.ToString()
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
