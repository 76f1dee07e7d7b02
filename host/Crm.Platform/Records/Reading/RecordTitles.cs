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

    /// <summary>In the place of a record type: people who work here.</summary>
    private const string Users = "";

    private readonly Dictionary<(string Type, Guid Id, bool Called), string?> known = [];
    private int writes;

    /// <summary>Titles for all ids in reference and user fields of some rows.</summary>
    public Task<IReadOnlyDictionary<Guid, string>> Of(IReadOnlyList<Field> fields, IEnumerable<object?[]> rows, CancellationToken cancellation) =>
        Of([(fields, rows)], cancellation);

    /// <summary>The same for the rows of several lists.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Of(IEnumerable<(IReadOnlyList<Field> Fields, IEnumerable<object?[]> Rows)> lists, CancellationToken cancellation)
    {
        var wanted = new Dictionary<string, HashSet<Guid>>(StringComparer.Ordinal);
        foreach (var (fields, rows) in lists) Collect(fields, rows, wanted);
        var titles = new Dictionary<Guid, string>();
        if (wanted.Remove(Users, out var people))
        {
            foreach (var (id, name) in await users.Of(current.Tenant, people, cancellation)) titles[id] = name;
        }

        await Find(wanted, called: false, titles, cancellation);
        return titles;
    }

    /// <summary>
    /// Titles of records of one type, also of those in the bin, without title fields that are hidden from the reader.
    /// Records they may not see, and those of a type that is off, are missing.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Of(string typeKey, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        var titles = new Dictionary<Guid, string>(ids.Count);
        await Find(new() { [typeKey] = [.. ids] }, called: false, titles, cancellation);
        return titles;
    }

    private static void Collect(IReadOnlyList<Field> fields, IEnumerable<object?[]> rows, Dictionary<string, HashSet<Guid>> wanted)
    {
        var pointing = fields.Select((field, index) => (field, index)).Where(f => f.field.Kind is FieldKind.Reference or FieldKind.User).ToList();
        if (pointing.Count == 0) return;
        foreach (var row in rows)
        {
            foreach (var (field, index) in pointing)
            {
                if (row[index] is not Guid id) continue;
                var type = field.Kind == FieldKind.User ? Users : field.References!;
                if (!wanted.TryGetValue(type, out var ids)) wanted[type] = ids = [];
                ids.Add(id);
            }
        }
    }

    private async Task Find(Dictionary<string, HashSet<Guid>> wanted, bool called, Dictionary<Guid, string> titles, CancellationToken cancellation)
    {
        if (session.Writes != writes || session.Transaction is not null || known.Count > MostRemembered) known.Clear();
        writes = session.Writes;
        var missing = new List<(string Type, List<Guid> Ids)>();
        foreach (var (type, ids) in wanted)
        {
            var unknown = new List<Guid>();
            foreach (var id in ids)
            {
                if (!known.TryGetValue((type, id, called), out var title)) unknown.Add(id);
                else if (title is not null) titles[id] = title;
            }

            if (unknown.Count > 0) missing.Add((type, unknown));
        }

        if (missing.Count == 0) return;
        var read = await Read(missing, called, cancellation);
        foreach (var (type, ids) in missing)
        {
            foreach (var id in ids)
            {
                var title = known[(type, id, called)] = read.GetValueOrDefault(id);
                if (title is not null) titles[id] = title;
            }
        }
    }

    private async Task<Dictionary<Guid, string>> Read(List<(string Type, List<Guid> Ids)> missing, bool called, CancellationToken cancellation)
    {
        var found = new List<(IReadOnlyList<Field> Fields, Guid Id, object?[] Parts)>();
        var questions = new List<Question>();
        foreach (var (key, ids) in missing)
        {
            if (!current.Catalog.TryGet(key, out var type) || current.Actor.Reach(type.Key, RecordAction.Read) == Reach.None) continue;
            var fields = type.TitleFields.Select(k => type[k]).Where(f => !current.Actor.Rights.Hides(type, f)).ToList();
            if (fields.Count == 0) continue;
            questions.AddRange(ids.Chunk(1_000).Select(some => Ask(type, fields, some, found)));
        }

        await session.Read(questions, cancellation);

        // A post is called by its person and company; what those are called comes from their own texts alone, so that this ends.
        var pointing = new Dictionary<Guid, string>();
        if (!called)
        {
            var second = new Dictionary<string, HashSet<Guid>>(StringComparer.Ordinal);
            foreach (var (fields, _, parts) in found) Collect(fields, [parts], second);
            second.Remove(Users);
            await Find(second, called: true, pointing, cancellation);
        }

        return found.ToDictionary(r => r.Id, r => string.Join(' ', r.Parts
            .Select((part, i) => r.Fields[i].Kind == FieldKind.Reference ? (part is Guid id ? pointing.GetValueOrDefault(id) : null) : RecordCursor.ToText(part)).Where(v => !string.IsNullOrEmpty(v))));
    }

    private Question Ask(RecordType type, List<Field> fields, Guid[] ids, List<(IReadOnlyList<Field> Fields, Guid Id, object?[] Parts)> found)
    {
        var dialect = session.Dialect;
        var command = session.Question();
        var columns = fields.Exists(f => f.InExt) ? ", t.ext" : "";
        var rights = new RecordSql(dialect, type, current.Tenant, current.Actor, command, current.Catalog).Rights(RecordAction.Read);
        command.CommandText =
            $"SELECT t.id{string.Concat(fields.Where(f => !f.InExt).Select(f => ", t." + f.Column))}{columns} FROM {type.Table} t"
            + $" WHERE t.tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND {dialect.In(command, "t.id", [.. ids.Select(id => dialect.ToColumn(id))])}{rights}";
        return new(command, async reader =>
        {
            while (await reader.ReadAsync())
            {
                var ext = columns.Length > 0 ? new ExtensionData(reader.GetString(reader.FieldCount - 1)) : null;
                var ordinal = 1;
                found.Add((fields, (Guid)dialect.Read(reader, 0, typeof(Guid))!, [.. fields.Select(f => f.InExt ? ext!.Get(f) : dialect.Read(reader, ordinal++, f))]));
            }
        });
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
