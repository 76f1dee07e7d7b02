using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Import;

/// <summary>Finds the records and users that rows name by code or title; some rows at a time, one query per key.</summary>
internal sealed class ImportNames(Current current, RecordLoader loader, IUserNames users)
{
    /// <summary>Code of the problem that a named record is not there.</summary>
    public const string Missing = "no-such-record";

    private readonly Dictionary<(Field Field, string Name), (Guid? Id, int Found)> known = [];

    /// <summary>Looks again for what was not there: the rows taken meanwhile may have made it.</summary>
    public void ForgetMissing()
    {
        foreach (var name in known.Where(k => k.Value.Id is null).Select(k => k.Key).ToList()) known.Remove(name);
    }

    /// <summary>Puts ids in the place of names. What is neither there nor <paramref name="promised"/> by the file itself is a problem of its row.</summary>
    public async Task Resolve(IReadOnlyList<ImportRow> rows, IReadOnlySet<string>? promised, CancellationToken cancellation)
    {
        foreach (var field in rows.SelectMany(r => r.Names.Keys).Distinct().ToList())
        {
            var names = rows.Where(r => r.Names.ContainsKey(field)).Select(r => r.Names[field]).Distinct().Where(n => !known.ContainsKey((field, n))).ToList();
            if (names.Count > 0) await Find(field, names, cancellation);
        }

        foreach (var row in rows)
        {
            foreach (var (field, name) in row.Names)
            {
                var (id, found) = known[(field, name)];
                if (id is not null) row.Values[field.Key] = id;
                else if (found > 0 || promised?.Contains(name) != true) row.Problems.Add(found > 1 ? Several(field, name, found) : None(field, name));
            }
        }
    }

    private async Task Find(Field field, List<string> names, CancellationToken cancellation)
    {
        foreach (var name in names) known[(field, name)] = (null, 0);
        if (field.Kind == FieldKind.User)
        {
            foreach (var name in names) known[(field, name)] = (await users.Find(current.Tenant, name, cancellation), 0);
            return;
        }

        if (!current.Catalog.TryGet(field.References!, out var type)) return;

        // By key first; by title only what no key names; by another spelling of it only what has none.
        foreach (var key in NamedBy(type).Concat(type.Fields.Where(f => f.FoldsName is not null)).Where(k => k.ValueType == typeof(string)))
        {
            var open = names.Where(n => known[(field, n)].Found == 0).ToLookup(n => key.FoldsName is { } fold ? fold(n) : n);
            var wanted = open.Select(o => o.Key).Where(k => !string.IsNullOrEmpty(k)).Cast<object>().ToList();
            if (wanted.Count == 0) continue;
            var found = await loader.ByField(type, key, wanted, cancellation);
            foreach (var group in found.Where(r => current.Actor.MayAct(type.Key, r.OwnerId, RecordAction.Read)).GroupBy(r => (string)key.Get(r)!))
            {
                foreach (var name in open[group.Key]) known[(field, name)] = group.Count() == 1 ? (group.First().Id, 1) : (null, group.Count());
            }
        }
    }

    /// <summary>The fields a record of a type can be named by in a file.</summary>
    public static IEnumerable<Field> NamedBy(RecordType type) =>
        type.Fields.Where(f => f.MatchKey || f.Unique).Append(type.TitleFields.Count == 1 ? type[type.TitleFields[0]] : null).OfType<Field>().Distinct();

    private static Problem None(Field field, string name) => new(
        Missing, ($"「{field.Label.Ja}」の「{name}」は登録されていません。", $"There is no “{name}” for “{field.Label.En}”."),
        ("先に登録するか、コードで指定してください。", "Add it first, or name it by its code."), field.Key);

    private static Problem Several(Field field, string name, int found) => new(
        "ambiguous", ($"「{field.Label.Ja}」の「{name}」に当てはまるものが {found} 件あります。", $"{found} records are called “{name}” (“{field.Label.En}”)."),
        ("コードで指定してください。", "Name it by its code."), field.Key);
}
