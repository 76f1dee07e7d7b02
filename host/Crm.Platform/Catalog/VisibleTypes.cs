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

    public static RecordType See(this Current current, RecordType type)
    {
        var fields = type.Fields.Where(f => !f.Hidden && !current.Actor.Rights.Hides(type.Key, f.Key)).ToList();
        if (fields.Count == type.Fields.Count) return type;
        var visible = type.Bare(type.Label, type.Plural);
        foreach (var section in type.Sections) visible.Add(section);
        foreach (var field in fields) visible.Add(field);
        visible.TitleFields = [.. type.TitleFields.Where(k => visible.TryGet(k, out _))];
        return visible;
    }
}
