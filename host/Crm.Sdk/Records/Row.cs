namespace Crm.Sdk.Records;

/// <summary>One record of a page, read by field key. A field that is empty, was not asked for or is hidden from the caller reads as null.</summary>
public sealed class Row
{
    private readonly RecordPage page;
    private readonly RecordRow row;

    internal Row(RecordPage page, RecordRow row) => (this.page, this.row) = (page, row);

    /// <summary>The record.</summary>
    public Guid Id => row.Id;

    /// <summary>Its version.</summary>
    public int Version => row.Version;

    /// <summary>The value as the field's CLR type.</summary>
    public object? this[string field] => At(field) is var at and >= 0 ? row.Values[at] : null;

    /// <summary>Text, or the key of a choice.</summary>
    public string? Text(string field) => this[field] as string;

    /// <summary>A number or an amount.</summary>
    public decimal? Number(string field) => this[field] as decimal?;

    /// <summary>A day.</summary>
    public DateOnly? Day(string field) => this[field] as DateOnly?;

    /// <summary>A moment (UTC).</summary>
    public DateTimeOffset? Moment(string field) => this[field] as DateTimeOffset?;

    /// <summary>What a reference points to, a user or a file.</summary>
    public Guid? Reference(string field) => this[field] as Guid?;

    /// <summary>Title of the record a reference points to, or name of a user; when the page was asked for with <see cref="ListRecords.Titles"/>.</summary>
    public string? Title(string field) => Reference(field) is { } id ? page.Titles.GetValueOrDefault(id) : null;

    /// <summary>Name of the answer of a choice field in the language of the request.</summary>
    public string? Choice(string field)
    {
        var answer = Text(field);
        return answer is null ? null : page.Fields[At(field)].Choices.FirstOrDefault(c => c.Key == answer)?.Label.ToString() ?? answer;
    }

    private int At(string field)
    {
        for (var i = 0; i < page.Fields.Count; i++)
        {
            if (page.Fields[i].Key == field) return i;
        }

        return -1;
    }
}
