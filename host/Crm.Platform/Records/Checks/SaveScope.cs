using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>What the rows of one save bring along for one another: values that only one record may have, and records others point to.</summary>
internal sealed class SaveScope
{
    private readonly Dictionary<Field, Dictionary<object, HashSet<Guid>>> holders = [];

    /// <summary>Whether a module saves its own entities. It answers for the user's rights itself.</summary>
    public bool ByModule { get; init; }

    /// <summary>Records this save makes.</summary>
    public HashSet<Guid> Made { get; } = [];

    /// <summary>Everybody who has one of these values was looked for and found.</summary>
    public void Looked(Field field, IEnumerable<object> values, IEnumerable<Record> found)
    {
        foreach (var value in values) Holders(field, value);
        foreach (var record in found) Holders(field, field.Get(record)!).Add(record.Id);
    }

    /// <summary>Whether nobody has looked yet who has a value.</summary>
    public bool IsNews(Field field, object value) => !holders.TryGetValue(field, out var byValue) || !byValue.ContainsKey(value);

    /// <summary>Who has, or is about to have, a value.</summary>
    public HashSet<Guid> Holders(Field field, object value)
    {
        if (!holders.TryGetValue(field, out var byValue)) holders[field] = byValue = [];
        if (!byValue.TryGetValue(value, out var ids)) byValue[value] = ids = [];
        return ids;
    }
}
