using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Fields;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Editions.Applying;

/// <summary>
/// Works out what applying an edition does to a tenant, from three sides: what the edition set before, what the tenant has now, what the
/// edition sets. Nothing is written.
/// </summary>
internal sealed class EditionPlanner(Catalogs catalogs, WorkScopes scopes, Current current)
{
    /// <summary>The plan; or what in the edition this installation does not know.</summary>
    /// <param name="edition">What is to be.</param>
    /// <param name="logo">Of its picture.</param>
    /// <param name="state">What was applied before; null for nothing.</param>
    /// <param name="before">The version that was applied before, for the records it made; null when it is not known any more.</param>
    /// <param name="fresh">Whether the tenant was just made: what it has is the product's, nobody's own.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<EditionPlan>> Plan(EditionManifest edition, string? logo, EditionState? state, EditionManifest? before, bool fresh, CancellationToken cancellation)
    {
        var tenant = current.Tenant;
        var ledger = state?.Ledger ?? [];

        // Against all it brings nothing may be unknown; what the tenant took out of use is then left out of what is done.
        var all = await catalogs.Imagine(tenant with { Modules = tenant.Modules.Concat(edition.On).ToHashSet() }, had => With(had, edition, _ => true), cancellation);
        if (Unopened(edition, all, tenant).ToList() is { Count: > 0 } closed) return Result<EditionPlan>.Fail(closed);
        var (whole, problems) = EditionItems.Of(edition, logo, all, tenant);
        if (problems.Count > 0) return Result<EditionPlan>.Fail(problems);

        var records = Records(edition, before);
        var names = whole.Select(i => i.Item).Concat(ledger.Keys.Select(ItemName.Parse)).Distinct().ToList();
        await using var scope = scopes.Open(tenant, all, current.Actor.InItsName());
        var ids = new Dictionary<string, Guid>(state?.Ids ?? []);
        foreach (var role in edition.Roles)
        {
            var key = new ItemName(ItemKind.Role, role.Key).ToString();
            if (!ids.ContainsKey(key) && await scope.Get<TenantState>().RoleCalled(role.Value.Name.Ja, cancellation) is { } same) ids[key] = same;
        }

        var now = await scope.Get<TenantState>().Read(names, records, ids, cancellation);
        bool Refused(ItemName item) => ledger.Of(item) is not null && !now.ContainsKey(item);
        var off = edition.On.Where(m => Refused(new(ItemKind.Module, m))).ToHashSet();
        var target = await catalogs.Imagine(
            tenant with { Modules = tenant.Modules.Concat(edition.On.Where(m => !off.Contains(m))).ToHashSet() }, had => With(had, edition, item => !Refused(item)), cancellation);
        var possible = EditionItems.Of(edition, logo, target, tenant).Items.ToDictionary(i => i.Item);

        var (lines, after) = (new List<PlanLine>(), new Ledger());
        foreach (var item in whole)
        {
            if (!possible.TryGetValue(item.Item, out var wanted))
            {
                // Its module or type is out of use here: the edition says no more about it until it is back.
                if (item.Item.Kind == ItemKind.Module) wanted = item;
                else if (ledger.Of(item.Item) is { } left) after[item.Item.ToString()] = left;
                if (wanted is null) continue;
            }

            lines.AddRange(Set(wanted, ledger.Of(item.Item), now.GetValueOrDefault(item.Item), fresh));
            after[item.Item.ToString()] = new(wanted.Parts);
        }

        var gone = new List<PlanLine>();

        // What goes: first records, those that point before those they point to, then what they are made of.
        foreach (var (item, was) in ledger.Select(l => (Item: ItemName.Parse(l.Key), l.Value)).Reverse().OrderByDescending(l => Order(l.Item.Kind)))
        {
            if (whole.Any(i => i.Item == item) || !now.TryGetValue(item, out var there)) continue;
            gone.AddRange(await TakeBack(scope, item, was, there, records, [.. Apart(item, lines, gone).Select(i => now.GetValueOrDefault(i)?.Id).OfType<Guid>()], cancellation));
        }

        var kinds = lines.Where(l => l is { Kind: ItemKind.Field, Action: PlanAction.Change } && Kind(l.Before!) != Kind(l.After!)).Select(l => EditionProblems.Unknown(
            "fields." + l.Key, new Problem("kind-is-fixed", ("登録後に項目の種類は変えられません。", "The kind of a field cannot be changed once it is there.")))).ToList();
        if (kinds.Count > 0) return Result<EditionPlan>.Fail(kinds);

        // What comes is in the order of the kinds; what goes in the opposite order.
        List<PlanLine> ordered = [.. lines.OrderBy(l => Order(l.Kind)), .. gone];
        return new EditionPlan(state?.Version, edition.Version, ordered, ledger, after);
    }

    /// <summary>The records of two versions; of those both have, the newer.</summary>
    public static IReadOnlyList<EditionRecord> Records(EditionManifest? edition, EditionManifest? before) => [.. (edition?.Records ?? []).Concat(before?.Records ?? []).DistinctBy(r => r.Key)];

    /// <summary>The edition's own records that will not use a thing any more when it comes to its turn.</summary>
    private static IEnumerable<ItemName> Apart(ItemName item, List<PlanLine> lines, List<PlanLine> gone)
    {
        var going = gone.Where(l => l is { Kind: ItemKind.Record, Action: PlanAction.Remove }).Select(l => l.Item);
        return item.Kind switch
        {
            ItemKind.Record => going.Concat(lines.Where(l => l is { Kind: ItemKind.Record, Action: PlanAction.Change, After: null } && l.Before == EditionItems.Reference(item.Key)).Select(l => l.Item)),
            ItemKind.Field => going.Concat(lines.Where(l => l is { Kind: ItemKind.Record, Action: PlanAction.Change, After: null } && l.Part == CustomFields.Owner + "." + item.Key[(item.Key.IndexOf('/', StringComparison.Ordinal) + 1)..]).Select(l => l.Item)),
            _ => going,
        };
    }

    /// <summary>Three sides of one thing the edition sets.</summary>
    private static IEnumerable<PlanLine> Set(EditionItem wanted, Dictionary<string, string>? was, ItemNow? now, bool fresh)
    {
        if (now is null)
        {
            return was is null
                ? wanted.Parts.Select(p => new PlanLine(wanted.Item.Kind, wanted.Item.Key, p.Key, PlanAction.Add, null, p.Value, wanted.Name) { Whole = true, PartName = Part(p.Key) })
                : [new PlanLine(wanted.Item.Kind, wanted.Item.Key, "", PlanAction.Keep, null, null, wanted.Name) { Reason = KeepReason.Removed }];
        }

        return wanted.Parts.Keys.Union(was?.Keys ?? Enumerable.Empty<string>()).Select(part =>
        {
            var (before, after) = (now.Parts.GetValueOrDefault(part), wanted.Parts.GetValueOrDefault(part));
            var line = new PlanLine(wanted.Item.Kind, wanted.Item.Key, part, PlanAction.Change, before, after, wanted.Name) { PartName = Part(part) };
            if (before == after) return line with { Action = PlanAction.Same };
            var untouched = was is not null && was.TryGetValue(part, out var set) ? set == before : fresh || (was is not null && before is null);
            return untouched ? line : line with { Action = PlanAction.Keep, Reason = was is null ? KeepReason.Own : KeepReason.Changed };
        });

        Label? Part(string key) => wanted.PartNames.TryGetValue(key, out var name) ? name : null;
    }

    /// <summary>What the edition has no more goes when it is as the edition set it and nobody works with it.</summary>
    private static async Task<IEnumerable<PlanLine>> TakeBack(
        WorkScope scope, ItemName item, Dictionary<string, string> was, ItemNow now, IReadOnlyList<EditionRecord> records, IReadOnlyCollection<Guid> apart, CancellationToken cancellation)
    {
        var name = NameOf(item, was, scope.Get<Current>().Catalog);
        var reason = was.Any(p => now.Parts.GetValueOrDefault(p.Key) != p.Value) ? KeepReason.Changed
            : await scope.Get<TenantState>().InUse(item, now, records, apart, cancellation) ? KeepReason.InUse
            : null;
        return was.Select(p => new PlanLine(item.Kind, item.Key, p.Key, reason is null ? PlanAction.Remove : PlanAction.Keep, now.Parts.GetValueOrDefault(p.Key), null, name) { Whole = true, Reason = reason });
    }

    private static Label NameOf(ItemName item, Dictionary<string, string> was, TenantCatalog catalog)
    {
        switch (item.Kind)
        {
            case ItemKind.Module: return catalog.NameOf(item.Key);
            case ItemKind.Label or ItemKind.RecordType or ItemKind.Field: return JsonSerializer.Deserialize<Label>(was[""], Json.Compact);
            case ItemKind.Role: return JsonSerializer.Deserialize<Label>(was["name"], Json.Compact);
            case ItemKind.Branding: return ("製品名・ロゴ・色", "Product name, logo, colours");
            default: return Label.Same(was.GetValueOrDefault("name") is { } title ? JsonSerializer.Deserialize<JsonElement>(title).ToString() : item.Key);
        }
    }

    /// <summary>A module that will not open although it is switched on would leave half of the edition in the air.</summary>
    private static IEnumerable<Problem> Unopened(EditionManifest edition, TenantCatalog all, TenantInfo tenant) =>
        edition.On.Where(m => !all.IsOn(m) && !tenant.Closed.ContainsKey(m)).Select(EditionProblems.NoModule);

    /// <summary>What a tenant adds itself, with the types and fields of an edition.</summary>
    public static TenantAdditions With(TenantAdditions had, EditionManifest edition, Func<ItemName, bool> wanted)
    {
        var types = edition.RecordTypes.Where(t => wanted(new(ItemKind.RecordType, t.Key)))
            .Select(t => Catalogs.TypeOf(CustomFields.Owner + "." + t.Key, t.Value))
            .Where(t => had.RecordTypes.All(h => h.Key != t.Key)).ToList();
        var fields = had.Fields.SelectMany(g => g.Select(field => (Type: g.Key, Field: field))).ToList();
        fields.AddRange(types.Where(t => !had.Fields[t.Key].Any(f => f.Key == DefineRecordTypeHandler.FirstFieldKey)).Select(t => (t.Key, DefineRecordTypeHandler.FirstField.ToField(DefineRecordTypeHandler.FirstFieldKey))));
        foreach (var (type, own) in edition.Fields)
        {
            foreach (var (key, definition) in own.Where(f => wanted(new(ItemKind.Field, $"{type}/{f.Key}"))))
            {
                var full = CustomFields.Owner + "." + key;
                fields.RemoveAll(f => f.Type == type && f.Field.Key == full);
                fields.Add((type, definition.ToField(full)));
            }
        }

        return had with { RecordTypes = [.. had.RecordTypes, .. types], Fields = fields.ToLookup(f => f.Type, f => f.Field) };
    }

    private static FieldKind Kind(string definition) => FieldDefinition.Parse(definition).Kind;

    private static int Order(string kind) => ItemKind.InOrder.ToList().IndexOf(kind);
}
