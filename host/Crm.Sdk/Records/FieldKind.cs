namespace Crm.Sdk.Records;

/// <summary>What a field holds. The comment names the CLR type of its value; null means empty for all of them.</summary>
public enum FieldKind
{
    /// <summary>One line of text (<see cref="string"/>).</summary>
    Text,

    /// <summary>Several lines of text (<see cref="string"/>).</summary>
    LongText,

    /// <summary>A reading, kept in full-width katakana (<see cref="string"/>).</summary>
    Kana,

    /// <summary>A number with up to four decimals (<see cref="decimal"/>).</summary>
    Number,

    /// <summary>An amount in the tenant's currency with up to four decimals (<see cref="decimal"/>).</summary>
    Money,

    /// <summary>A day (<see cref="DateOnly"/>).</summary>
    Date,

    /// <summary>A moment, kept in UTC (<see cref="DateTimeOffset"/>).</summary>
    DateTime,

    /// <summary>A time of day (<see cref="TimeOnly"/>).</summary>
    Time,

    /// <summary>Yes, no or not known (<see cref="bool"/>).</summary>
    YesNo,

    /// <summary>One of the field's choices (<see cref="string"/>: the choice's key).</summary>
    Choice,

    /// <summary>Several of the field's choices (<see cref="string"/>[]: the choices' keys).</summary>
    MultiChoice,

    /// <summary>An e-mail address (<see cref="string"/>).</summary>
    Email,

    /// <summary>A phone number as typed (<see cref="string"/>).</summary>
    Phone,

    /// <summary>A postal code, seven digits shown 123-4567 (<see cref="string"/>).</summary>
    PostalCode,

    /// <summary>An absolute http or https address (<see cref="string"/>).</summary>
    Url,

    /// <summary>Text in Markdown, HTML in it is shown as text (<see cref="string"/>).</summary>
    Markdown,

    /// <summary>Another record, of the type in <see cref="Field.References"/> (<see cref="Guid"/>).</summary>
    Reference,

    /// <summary>A user of the tenant (<see cref="Guid"/>).</summary>
    User,

    /// <summary>A stored file (<see cref="Guid"/>).</summary>
    File,
}

/// <summary>How personal a field is; drives the log of views and exports, masking, disclosure and erasure.</summary>
public enum PersonalData
{
    /// <summary>Not about a person.</summary>
    None,

    /// <summary>Says who a person is: name, birth date.</summary>
    Identity,

    /// <summary>Says how to reach a person: address, phone, mail.</summary>
    Contact,

    /// <summary>Says how a person lives: occupation, hobbies, family.</summary>
    Life,

    /// <summary>Health and other data the law calls sensitive (要配慮個人情報).</summary>
    Sensitive,

    /// <summary>Numbers that open doors: passport, licence. Encrypted at rest.</summary>
    Secret,
}

/// <summary>One answer of a choice field.</summary>
/// <param name="Key">Stored; never changes.</param>
/// <param name="Label">Shown.</param>
/// <param name="Color">A Tabler colour name (<c>green</c>, <c>red</c>, …) for its badge, or null.</param>
public sealed record Choice(string Key, Label Label, string? Color = null)
{
    /// <summary>A choice from its key and both names.</summary>
    public static Choice Of(string key, string ja, string en, string? color = null) => new(key, new(ja, en), color);
}
