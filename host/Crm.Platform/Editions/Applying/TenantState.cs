using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Catalog;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Editions.Applying;

/// <summary>A thing as the tenant has it.</summary>
/// <param name="Id">Of a role or record.</param>
/// <param name="Parts">Its values, in the form of <see cref="EditionItems.Told(object?)"/>.</param>
internal sealed record ItemNow(Guid? Id, IReadOnlyDictionary<string, string> Parts);

/// <summary>Reads what the tenant has of the things an edition sets.</summary>
internal sealed class TenantState(Current current, PlatformDb db, Staff staff, RecordLoader loader, IMediator mediator)
{
    /// <summary>What is there of some things; what is not there is not in the answer.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="records">The descriptions of the records among them.</param>
    /// <param name="ids">Of roles and records known so far.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Dictionary<ItemName, ItemNow>> Read(IReadOnlyCollection<ItemName> wanted, IReadOnlyList<EditionRecord> records, IReadOnlyDictionary<string, Guid> ids, CancellationToken cancellation)
    {
        var now = new Dictionary<ItemName, ItemNow>();
        void Has(ItemName item, string? value, Guid? id = null)
        {
            if (value is not null) now[item] = new(id, new Dictionary<string, string> { [""] = value });
        }

        var labels = await db.Labels.AsNoTracking().ToDictionaryAsync(l => l.Key, cancellation);
        var fields = await db.Fields.AsNoTracking().Where(f => f.RemovedAt == null).ToDictionaryAsync(f => (f.RecordType, f.Key), f => f.Definition, cancellation);
        var types = await db.RecordTypes.AsNoTracking().Where(t => t.RemovedAt == null).ToDictionaryAsync(t => t.Key, t => t.Definition, cancellation);
        var roles = (await staff.Of(current.Tenant, cancellation)).Roles;
        foreach (var item in wanted)
        {
            var (left, right) = Split(item.Key);
            switch (item.Kind)
            {
                case ItemKind.Module:
                    Has(item, current.Tenant.Modules.Contains(item.Key) ? "true" : null);
                    break;
                case ItemKind.Setting:
                    Has(item, current.Tenant.Settings.TryGetValue(left, out var set) ? (JsonNode.Parse(set) as JsonObject)?[right]?.ToJsonString(Json.Compact) : null);
                    break;
                case ItemKind.Branding:
                    Has(item, current.Tenant.Branding?.ToJson());
                    break;
                case ItemKind.RecordType:
                    Has(item, types.TryGetValue(CustomFields.Owner + "." + item.Key, out var type) ? Again<RecordTypeDefinition>(type) : null);
                    break;
                case ItemKind.Field:
                    Has(item, fields.TryGetValue((left, CustomFields.Owner + "." + right), out var field) ? Again<FieldDefinition>(field) : null);
                    break;
                case ItemKind.Label:
                    Has(item, labels.TryGetValue(item.Key, out var label) ? EditionItems.Told(new Sdk.Label(label.Ja, label.En)) : null);
                    break;
                case ItemKind.Role:
                    var known = ids.TryGetValue(item.ToString(), out var id);
                    if (roles.FirstOrDefault(r => known && r.Id == id) is { } role)
                    {
                        now[item] = new(role.Id, new Dictionary<string, string> { ["name"] = EditionItems.Told(role.Name), ["rights"] = EditionItems.Told(role.Rights) });
                    }

                    break;
            }
        }

        foreach (var record in records.Where(r => wanted.Contains(new(ItemKind.Record, r.Key))))
        {
            if (await Find(record, ids, cancellation) is { } found) now[new(ItemKind.Record, record.Key)] = found;
        }

        return now;
    }

    /// <summary>A role of the tenant by its name in Japanese: two of one name would puzzle everybody.</summary>
    public async Task<Guid?> RoleCalled(string ja, CancellationToken cancellation) =>
        (await staff.Of(current.Tenant, cancellation)).Roles.FirstOrDefault(r => r.BuiltIn is null && r.Name.Ja == ja)?.Id;

    /// <summary>Whether something the edition has no more is worked with, so that it must not go; some records do not count.</summary>
    public async Task<bool> InUse(ItemName item, ItemNow now, IReadOnlyList<EditionRecord> records, IReadOnlyCollection<Guid> apart, CancellationToken cancellation)
    {
        Filter? But(Filter? filter)
        {
            if (apart.Count == 0) return filter;
            var others = new Filter.Not(new Filter.Ids([.. apart]));
            return filter is null ? others : new Filter.All(filter, others);
        }

        var (left, right) = Split(item.Key);
        switch (item.Kind)
        {
            case ItemKind.Module:
                if (current.Catalog.Modules.FirstOrDefault(m => m.Key == item.Key) is not { } module) return false;
                foreach (var type in module.RecordTypes)
                {
                    if (await Any(type.Key, But(null), cancellation)) return true;
                }

                foreach (var extension in module.Extensions)
                {
                    foreach (var field in extension.Fields.Where(f => !f.ReadOnly))
                    {
                        if (await Any(extension.RecordType, But(new Filter.Compare(field.Key, FilterOp.Empty, false)), cancellation)) return true;
                    }
                }

                return false;
            case ItemKind.RecordType:
                return await Any(CustomFields.Owner + "." + item.Key, But(null), cancellation);
            case ItemKind.Field:
                return await Any(left, But(new Filter.Compare(CustomFields.Owner + "." + right, FilterOp.Empty, false)), cancellation);
            case ItemKind.Role:
                return (await staff.Of(current.Tenant, cancellation)).Members.Any(m => m.Roles.Contains(now.Id!.Value));
            case ItemKind.Record:
                var own = records.First(r => r.Key == item.Key).Type;
                foreach (var type in current.Catalog.RecordTypes)
                {
                    foreach (var field in type.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == own))
                    {
                        if (await Any(type.Key, But(Filter.Eq(field.Key, now.Id)), cancellation)) return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private async Task<bool> Any(string type, Filter? filter, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(type, out _)) return false;
        var count = await mediator.Send(new CountRecords(type, filter), cancellation);

        // What cannot be asked is taken for used: it stays.
        return count.Failed || count.Value > 0;
    }

    private async Task<ItemNow?> Find(EditionRecord record, IReadOnlyDictionary<string, Guid> ids, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(record.Type, out var type)) return null;
        Record? found = null;
        if (ids.TryGetValue(new ItemName(ItemKind.Record, record.Key).ToString(), out var id))
        {
            found = (await loader.ByIds(type, [id], cancellation)).FirstOrDefault();
        }
        else if (record.Match is { } match && type.TryGet(match, out var field)
            && new FieldInput(current.Tenant).Read(field, EditionRecord.In(record.Values[match], current.Tenant.Language.TwoLetterISOLanguageName == "ja")).Value is { } value)
        {
            found = (await loader.ByField(type, field, [value], cancellation)).FirstOrDefault(r => r.DeletedAt is null);
        }

        if (found is null or { DeletedAt: not null }) return null;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in type.Fields.Where(f => !f.ReadOnly))
        {
            if (EditionItems.Told(part.Get(found)) is { } told) parts[part.Key] = Pointing(part, told, ids);
        }

        return new(found.Id, parts);
    }

    /// <summary>An id of a record the edition made is told by its key there.</summary>
    private static string Pointing(Field field, string told, IReadOnlyDictionary<string, Guid> ids)
    {
        if (field.Kind != FieldKind.Reference || !Guid.TryParse(told.Trim('"'), out var id)) return told;
        var known = ids.FirstOrDefault(i => i.Value == id && i.Key.StartsWith(ItemKind.Record, StringComparison.Ordinal)).Key;
        return known is null ? told : EditionItems.Reference(ItemName.Parse(known).Key);
    }

    private static string Again<T>(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<T>(json, Json.Compact), Json.Compact);

    private static (string Left, string Right) Split(string key) => key.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? (key[..slash], key[(slash + 1)..]) : (key, "");
}
