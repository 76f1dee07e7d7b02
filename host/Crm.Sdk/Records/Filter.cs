namespace Crm.Sdk.Records;

/// <summary>How a field is compared.</summary>
public enum FilterOp
{
    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Not equal; empty counts as not equal.</summary>
    Ne,

    /// <summary>Less than.</summary>
    Lt,

    /// <summary>Less than or equal.</summary>
    Lte,

    /// <summary>Greater than.</summary>
    Gt,

    /// <summary>Greater than or equal.</summary>
    Gte,

    /// <summary>Equal to one of several.</summary>
    In,

    /// <summary>Text: has the value in it. Several choices: has the choice.</summary>
    Contains,

    /// <summary>Text: begins with the value.</summary>
    Starts,

    /// <summary>Has no value (value true or null) or has one (value false).</summary>
    Empty,
}

/// <summary>Which records are wanted.</summary>
public abstract record Filter
{
    private Filter()
    {
    }

    /// <summary>One field compared with one or several values.</summary>
    /// <param name="Field">Key of the field.</param>
    /// <param name="Op">How.</param>
    /// <param name="Values">The values, as the field's CLR type or as text as a person types it; one for all operators but <see cref="FilterOp.In"/>.</param>
    public sealed record Compare(string Field, FilterOp Op, params IReadOnlyList<object?> Values) : Filter;

    /// <summary>All of them hold.</summary>
    public sealed record All(params IReadOnlyList<Filter> Parts) : Filter;

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(params IReadOnlyList<Filter> Parts) : Filter;

    /// <summary>It does not hold.</summary>
    public sealed record Not(Filter Part) : Filter;

    /// <summary>The record is one of these.</summary>
    public sealed record Ids(params IReadOnlyList<Guid> Values) : Filter;

    /// <summary>The record's search text has all words of a query in it.</summary>
    public sealed record Text(string Query) : Filter;

    /// <summary>Field equals value.</summary>
    public static Filter Eq(string field, object? value) => new Compare(field, FilterOp.Eq, value);
}

/// <summary>One step of an order.</summary>
/// <param name="Field">Key of the field.</param>
/// <param name="Descending">Largest first.</param>
public readonly record struct Sort(string Field, bool Descending = false)
{
    /// <summary>Reads <c>-updatedAt</c>.</summary>
    public static Sort Parse(string text) => text.StartsWith('-') ? new(text[1..], true) : new(text);

    /// <inheritdoc/>
    public override string ToString() => Descending ? "-" + Field : Field;
}
