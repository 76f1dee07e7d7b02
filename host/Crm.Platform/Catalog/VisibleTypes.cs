using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Catalog;

/// <summary>Record types as the one who asks may see them.</summary>
internal static class VisibleTypes
{
    /// <summary>The type without fields that are hidden from the user; null when it is off or the user may not read it at all.</summary>
    public static RecordType? See(this Current current, string key) =>
        current.Catalog.TryGet(key, out var type) && current.Actor.Reach(key, RecordAction.Read) != Reach.None ? current.See(type) : null;

    public static RecordType See(this Current current, RecordType type) => current.Catalog.Shown(type, current.Actor.Rights);

    /// <summary>The type without fields that are hidden from the user, but with those that are there to sort and match by.</summary>
    public static RecordType Know(this Current current, RecordType type) => current.Catalog.Known(type, current.Actor.Rights);

    /// <summary>The type with some of its fields, and some of those to read alone.</summary>
    internal static RecordType With(this RecordType type, Func<Field, bool> wanted, Func<Field, bool>? locked = null)
    {
        var fields = type.Fields.Where(wanted).Select(f => locked?.Invoke(f) == true && !f.ReadOnly ? f with { ReadOnly = true } : f).ToList();
        if (fields.Count == type.Fields.Count && fields.SequenceEqual(type.Fields, ReferenceEqualityComparer.Instance)) return type;
        var visible = type.Bare(type.Label, type.Plural);
        foreach (var section in type.Sections) visible.Add(section);
        foreach (var field in fields) visible.Add(field);
        visible.TitleFields = [.. type.TitleFields.Where(k => visible.TryGet(k, out _))];
        return visible;
    }
}
