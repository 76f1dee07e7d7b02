namespace Crm.Sdk.Records;

/// <summary>A postal address in the Japanese order, from the large to the small; all parts as typed.</summary>
public sealed record PostalAddress
{
    /// <summary>Seven digits as 123-4567, or a foreign code.</summary>
    public string? PostalCode { get; set; }

    /// <summary>都道府県.</summary>
    public string? Prefecture { get; set; }

    /// <summary>市区町村.</summary>
    public string? City { get; set; }

    /// <summary>町名・番地.</summary>
    public string? Street { get; set; }

    /// <summary>建物名・部屋番号.</summary>
    public string? Building { get; set; }

    /// <summary>One line, large to small.</summary>
    public override string ToString() => string.Concat(Prefecture, City, Street, Building is null ? null : " " + Building);
}
