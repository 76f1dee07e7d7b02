using System.Runtime.CompilerServices;
using Crm.Sdk.Text;

namespace Crm.Sdk.Records;

/// <summary>
/// One field of a record type: what it is called, what it may hold and where it lives.
/// A field of a plugin or of a tenant is a field like any other everywhere. It never changes: all tenants share it.
/// </summary>
public sealed record Field
{
    /// <summary>Unique in its record type: <c>nameKana</c> for a column, <c>waste.zone</c> for a plugin's field, <c>custom.grade</c> for a tenant's.</summary>
    public required string Key { get; init; }

    /// <summary>What it holds.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>Its name on screens and in file headers.</summary>
    public required Label Label { get; init; }

    /// <summary>A sentence of help under the input, or null.</summary>
    public Label? Hint { get; internal init; }

    /// <summary>Key of the section it is shown in.</summary>
    public required string Section { get; init; }

    /// <summary>Key of the module or plugin that added it; <c>custom</c> for a tenant's own.</summary>
    public string Owner { get; internal init; } = "";

    /// <summary>Must be filled.</summary>
    public bool Required { get; internal init; }

    /// <summary>No two live records of a tenant may share a value.</summary>
    public bool Unique { get; internal init; }

    /// <summary>Lists filter and sort by it quickly at any size.</summary>
    public bool Indexed { get; internal init; }

    /// <summary>Found by the global search.</summary>
    public bool Searchable { get; internal init; }

    /// <summary>Computed or kept by the system; nobody types it.</summary>
    public bool ReadOnly { get; internal init; }

    /// <summary>Rows of a file or API batch may be matched to stored records by it.</summary>
    public bool MatchKey { get; internal init; }

    /// <summary>
    /// Makes of a name as a file spells it what this field holds of the record that is meant, so that ㈱青葉 finds 株式会社青葉; null where the
    /// field holds no such key.
    /// </summary>
    public Func<string, string?>? FoldsName { get; internal init; }

    /// <summary>Shown in lists unless the user picks other columns.</summary>
    public bool InList { get; internal init; }

    /// <summary>Only there to sort, filter and match by; not in forms, columns or files.</summary>
    public bool Hidden { get; internal init; }

    /// <summary>The longest text allowed, in UTF-16 units; null for no limit below the storage's.</summary>
    public int? MaxLength { get; internal init; }

    /// <summary>
    /// What a text must look like as a whole, as a regular expression; null for anything. Without look-around and back references, so that it
    /// takes no longer than the text is long. <see cref="Hint"/> says it in words, also to whoever mistypes it.
    /// </summary>
    public TextPattern? Pattern { get; internal init; }

    /// <summary>The smallest number allowed.</summary>
    public decimal? Min { get; internal init; }

    /// <summary>The largest number allowed.</summary>
    public decimal? Max { get; internal init; }

    /// <summary>Digits after the point shown for numbers and money; 0 to 4.</summary>
    public int Decimals { get; internal init; }

    /// <summary>Whether a number is shown without separators, because it counts nothing: a year.</summary>
    public bool Plain { get; internal init; }

    /// <summary>The answers of a choice field; empty for others.</summary>
    public IReadOnlyList<Choice> Choices { get; internal init; } = [];

    /// <summary>Whether a choice field takes words that are none of its <see cref="Choices"/>, such as a plugin's own.</summary>
    public bool OrOther { get; internal init; }

    /// <summary>Key of the record type a <see cref="FieldKind.Reference"/> points to.</summary>
    public string? References { get; internal init; }

    /// <summary>What the records that point by it are called on the page they point to: 下位の会社; their plural when null.</summary>
    public Label? SeenFrom { get; internal init; }

    /// <summary>Whether records that point by it get no tab on the page of what it points to.</summary>
    public bool WithoutTab { get; internal init; }

    /// <summary>How personal it is.</summary>
    public PersonalData Personal { get; internal init; }

    /// <summary>Key of the field that lists sort by in place of this one (a name sorts by its reading).</summary>
    public string? SortedBy { get; internal init; }

    /// <summary>Keys of the fields a computed one is worked out from: whoever may not see one of them does not see it either.</summary>
    public IReadOnlyList<string> From { get; internal init; } = [];

    /// <summary>Other names under which files bring it: 電話番号 for 電話.</summary>
    public IReadOnlyList<string> Aliases { get; internal init; } = [];

    /// <summary>Fields of one address share this name; the postal code among them fills the others.</summary>
    public string? AddressGroup { get; internal init; }

    /// <summary>Which part of an address it is: <c>postalCode</c>, <c>prefecture</c>, <c>city</c>, <c>street</c>, <c>building</c>.</summary>
    public string? AddressPart { get; internal init; }

    /// <summary>Whether what it holds after a save is told to whoever saved.</summary>
    public bool ToldOnSave { get; internal init; }

    /// <summary>Rules beyond those of the kind; they run for every way of saving.</summary>
    public IReadOnlyList<FieldRule> Rules { get; internal init; } = [];

    /// <summary>The value a new record starts with, or null.</summary>
    public object? Default { get; internal init; }

    /// <summary>Whether the form of a new record begins with the first of the records it may point to, in their own order.</summary>
    public bool BeginsWithFirst { get; internal init; }

    /// <summary>Whether it is typed for a new record alone and changes by steps from then on, as the status of an inquiry does.</summary>
    public bool BySteps { get; internal init; }

    /// <summary>Whether screens let people type it.</summary>
    /// <param name="isNew">For a record that is being made; else for one that is there.</param>
    internal bool IsTyped(bool isNew) => !ReadOnly && (isNew || !BySteps);

    /// <summary>Whether it is kept encrypted with the tenant's key: nothing filters, sorts or searches by it.</summary>
    public bool Encrypted { get; internal init; }

    /// <summary>Whether it opens doors: the audit of settings says that it was changed, and not to what.</summary>
    public bool Secret { get; internal init; }

    /// <summary>Seals and opens its values for the tenant; there for encrypted fields of a tenant's catalog.</summary>
    internal IFieldSeal? Seal { get; init; }

    /// <summary>Column name, or null when the value lives in the record's <c>Ext</c> JSON under <see cref="Key"/>.</summary>
    public string? Column { get; internal init; }

    /// <summary>Whether the value lives in the record's <c>Ext</c> JSON.</summary>
    public bool InExt => Column is null;

    /// <summary>The path in <c>Ext</c>: the key split at its dots.</summary>
    public IReadOnlyList<string> Path { get; internal init; } = [];

    /// <summary>The property's own type behind <see cref="Column"/>: <see cref="int"/> for a whole number, else <see cref="ValueType"/>.</summary>
    internal Type? ColumnType { get; init; }

    /// <summary>Whether the property behind <see cref="Column"/> always has a value, as an <see cref="int"/> has and an <c>int?</c> has not.</summary>
    internal bool NeverEmpty { get; init; }

    internal Func<Record, object?>? Getter { get; init; }

    internal Action<Record, object?>? Setter { get; init; }

    /// <summary>The CLR type of its values (not nullable).</summary>
    public Type ValueType => Kind switch
    {
        FieldKind.Number or FieldKind.Money => typeof(decimal),
        FieldKind.Date => typeof(DateOnly),
        FieldKind.DateTime => typeof(DateTimeOffset),
        FieldKind.Time => typeof(TimeOnly),
        FieldKind.YesNo => typeof(bool),
        FieldKind.MultiChoice => typeof(string[]),
        FieldKind.Reference or FieldKind.User or FieldKind.File => typeof(Guid),
        _ => typeof(string),
    };

    /// <summary>Reads its value from a record, as <see cref="ValueType"/> or null.</summary>
    public object? Get(Record record) => Getter is null ? record.Ext.Get(this) : Getter(record);

    /// <summary>Writes its value into a record without any check; null empties it.</summary>
    public void Set(Record record, object? value)
    {
        if (Setter is not null) Setter(record, value);
        else if (InExt) record.Ext.Set(this, value);
        else throw new InvalidOperationException($"Field {Key} is computed and cannot be written.");
    }

    /// <summary>What is stored in place of a value: for an encrypted field its seal.</summary>
    internal object? Stored(object? value) => value is null || !Encrypted ? value : Sealed().Close(value);

    /// <summary>The value of what is stored.</summary>
    internal object? Opened(object? stored) => stored is string text && Encrypted ? Sealed().Open(text) : stored;

    private IFieldSeal Sealed() => Seal ?? throw new InvalidOperationException($"The field {Key} is encrypted: only a tenant's own catalog can read and write it.");

    /// <summary>Whether two values of a field are the same to its users.</summary>
    internal static bool Same(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (string[] x, string[] y) => x.AsSpan().SequenceEqual(y),
        (string { Length: 0 }, null) or (null, string { Length: 0 }) => true,
        _ => Equals(a, b),
    };

    /// <summary>A field is equal to itself alone.</summary>
    public bool Equals(Field? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <inheritdoc/>
    public override string ToString() => Key;
}

/// <summary>Seals the values of an encrypted field.</summary>
internal interface IFieldSeal
{
    /// <summary>The text to store.</summary>
    string Close(object value);

    /// <summary>The value of a stored text.</summary>
    object? Open(string stored);
}

/// <summary>
/// A rule of one field: answers null when the value is fine, the problem otherwise. It runs when the field gets a value, whichever way of
/// saving gives it; one that throws refuses the save.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="value">The value after normalisation; never null.</param>
/// <param name="record">The record it is to be saved in, the tenant, and the day it is there.</param>
public delegate Problem? FieldRule(Field field, object value, RuleContext record);
