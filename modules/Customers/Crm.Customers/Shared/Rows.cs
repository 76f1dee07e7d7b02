using Crm.Sdk.Records;

namespace Crm.Customers.Shared;

/// <summary>A row of a page of records, read by field key.</summary>
internal readonly struct Row(RecordPage page, RecordRow row)
{
    public Guid Id => row.Id;

    /// <summary>The value; null when empty and when the field is hidden from the caller.</summary>
    public object? this[string key]
    {
        get
        {
            for (var i = 0; i < page.Fields.Count; i++)
            {
                if (page.Fields[i].Key == key) return row.Values[i];
            }

            return null;
        }
    }

    public string? Text(string key) => this[key] as string;

    public DateOnly? Day(string key) => this[key] as DateOnly?;

    public decimal? Number(string key) => this[key] as decimal?;

    /// <summary>Title of the record a reference points to, or null.</summary>
    public string? Title(string key) => this[key] is Guid id ? page.Titles.GetValueOrDefault(id) : null;

    /// <summary>Name of the answer of a choice field in the language of the request.</summary>
    public string? Choice(string key)
    {
        var answer = Text(key);
        return page.Fields.FirstOrDefault(f => f.Key == key)?.Choices.FirstOrDefault(c => c.Key == answer)?.Label.ToString() ?? answer;
    }
}

internal static class Rows
{
    public static IEnumerable<Row> Of(RecordPage page) => page.Rows.Select(r => new Row(page, r));
}
