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

    /// <summary>
    /// Records of another type that point to it, and that the caller may see, are counted or added up, and that is compared. Somebody to
    /// whom none point counts as 0.
    /// </summary>
    /// <param name="Type">Key of the other record type.</param>
    /// <param name="Reference">Key of its field that points here.</param>
    public sealed record Having(string Type, string Reference) : Filter
    {
        /// <summary>Which of them; all when null.</summary>
        public Filter? Where { get; init; }

        /// <summary>What is taken of them.</summary>
        public Measure Measure { get; init; }

        /// <summary>Key of the field that is added up or whose different values are counted; null when records are counted.</summary>
        public string? Of { get; init; }

        /// <summary>How it is compared: equal, not equal, less or greater.</summary>
        public FilterOp Op { get; init; } = FilterOp.Gte;

        /// <summary>With what.</summary>
        public decimal Value { get; init; } = 1;
    }

    /// <summary>Field equals value.</summary>
    public static Filter Eq(string field, object? value) => new Compare(field, FilterOp.Eq, value);
}

/// <summary>What is taken of the records that point somewhere.</summary>
public enum Measure
{
    /// <summary>How many there are.</summary>
    Count,

    /// <summary>The sum of a number or an amount; empty ones count as 0.</summary>
    Sum,

    /// <summary>How many different values a field has.</summary>
    Distinct,
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
