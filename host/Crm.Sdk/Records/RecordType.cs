using System.Diagnostics.CodeAnalysis;
using Crm.Sdk.Modules;

namespace Crm.Sdk.Records;

/// <summary>A group of fields under one heading.</summary>
/// <param name="Key">Unique in its record type.</param>
/// <param name="Label">The heading.</param>
public sealed record Section(string Key, Label Label)
{
    /// <summary>Whether forms fold it away until it is opened.</summary>
    public bool Folded { get; init; }
}

/// <summary>The description of a kind of record, from which list, form, API, import, search and audit come.</summary>
public class RecordType
{
    private readonly Dictionary<string, Field> byKey = new(StringComparer.Ordinal);
    private readonly List<Field> fields = [];
    private readonly List<Section> sections = [];

    internal RecordType(string key, Type clrType, string table)
    {
        Key = key;
        ClrType = clrType;
        Table = table;
    }

    /// <summary><c>customers.company</c>: the module's key, a dot, a noun in the singular. Never changes.</summary>
    public string Key { get; }

    /// <summary>The entity.</summary>
    public Type ClrType { get; }

    /// <summary>The table, prefixed by its module: <c>customers_company</c>.</summary>
    public string Table { get; }

    /// <summary>What one of them is called.</summary>
    public Label Label { get; internal set; }

    /// <summary>What many of them are called; menus and headings show it.</summary>
    public Label Plural { get; internal set; }

    /// <summary>Name of a Tabler icon.</summary>
    public string Icon { get; internal set; } = "file";

    /// <summary>Key of the module that keeps it; <c>custom</c> for a tenant's own.</summary>
    public string Owner { get; internal init; } = "";

    /// <summary>Fields whose values, joined by a blank, make the title of a record.</summary>
    public IReadOnlyList<string> TitleFields { get; internal set; } = [];

    /// <summary>Key of the field lists are sorted by until the user picks another; a leading minus for descending.</summary>
    public string DefaultSort { get; internal set; } = "-createdAt";

    /// <summary>Views of its list that are there for everybody; the list opens with the first.</summary>
    public IReadOnlyList<ReadyView> Views { get; internal set; } = [];

    /// <summary>Whether it stands in the menu of its module.</summary>
    public bool InMenu { get; internal set; } = true;

    /// <summary>Whether an export can say what the file is for, so that those are left out who may not be used for it.</summary>
    public bool HasExportUses { get; internal set; }

    /// <summary>Reference fields on whose records' timelines it appears, dated by <see cref="TimelineDate"/>.</summary>
    public IReadOnlyList<string> TimelineOf { get; internal set; } = [];

    /// <summary>Key of the date or moment that places it on a timeline.</summary>
    public string? TimelineDate { get; internal set; }

    /// <summary>What its entries on timelines say below their titles, and the fields that takes; or null.</summary>
    internal (Func<Row, string?> Text, IReadOnlyList<string> Fields)? TimelineText { get; set; }

    /// <summary>Why a record is not changed or thrown away by hand any more, such as a quote that went out; null while it may be.</summary>
    internal Func<Record, Problem?>? Locked { get; set; }

    /// <summary>What goes on with a save of them, in its transaction; an <see cref="IRecordCompletion"/>, or null.</summary>
    internal Type? Completion { get; set; }

    /// <summary>Key of the reference field that names the record these are parts of, such as the deal of a line; null for records of their own.</summary>
    public string? PartOf { get; internal set; }

    /// <summary>The table that the tenants' own record types share.</summary>
    internal const string CustomTable = "custom_record";

    /// <summary>Whether records are kept in the shared table of the tenants' own record types.</summary>
    internal bool IsCustom => ClrType == typeof(CustomRecord);

    /// <summary>The sections in order.</summary>
    public IReadOnlyList<Section> Sections => sections;

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<Field> Fields => fields;

    /// <summary>The field with this key; a missing one is a bug and throws.</summary>
    public Field this[string key] => byKey.TryGetValue(key, out var field)
        ? field
        : throw new KeyNotFoundException($"{Key} has no field {key}.");

    /// <summary>Looks a field up.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out Field field) => byKey.TryGetValue(key, out field);

    /// <summary>Starts the description of a record type.</summary>
    /// <param name="key"><c>customers.company</c>; the table name is the key with its dot replaced by an underscore and words in snake case.</param>
    public static RecordType<T> For<T>(string key) where T : Record, new() => new(key);

    internal Func<Record> Create { get; init; } = () => throw new InvalidOperationException();

    /// <summary>
    /// Values worked out from the others just before each save, in the order they were described: those of the type's own module, then
    /// those of extensions. Each belongs to the owner of its field.
    /// </summary>
    internal List<(Field Field, Func<Record, object?> Compute)> Computed { get; } = [];

    /// <summary>Rules over the whole record; they run for every way of saving.</summary>
    internal List<DescribedRule> Rules { get; } = [];

    internal void Add(Section section)
    {
        if (sections.All(s => s.Key != section.Key)) sections.Add(section);
    }

    internal void Add(Field field)
    {
        if (!byKey.TryAdd(field.Key, field)) throw new DescriptionException(($"{Key} に項目「{field.Key}」が 2 つあります（区分「{byKey[field.Key].Section}」と「{field.Section}」）。どちらかのキーを変えてください。", $"{Key} has two fields called {field.Key}, in the sections {byKey[field.Key].Section} and {field.Section}: give one another key."));
        fields.Add(field);
    }

    /// <summary>A copy that describing on does not reach.</summary>
    internal RecordType Frozen()
    {
        var frozen = Bare(Label, Plural);
        sections.ForEach(frozen.Add);
        fields.ForEach(frozen.Add);
        frozen.Computed.AddRange(Computed);
        frozen.Rules.AddRange(Rules);
        return frozen;
    }

    /// <summary>An empty copy: the same in everything but sections, fields and rules.</summary>
    internal RecordType Bare(Label label, Label plural) => new(Key, ClrType, Table)
    {
        Label = label, Plural = plural, Icon = Icon, Owner = Owner, TitleFields = TitleFields, DefaultSort = DefaultSort,
        InMenu = InMenu, HasExportUses = HasExportUses, TimelineOf = TimelineOf, TimelineDate = TimelineDate, PartOf = PartOf, Views = Views, TimelineText = TimelineText, Locked = Locked, Completion = Completion, Create = Create,
    };

    /// <summary>A record type made of nothing but extension fields.</summary>
    internal static RecordType Custom(string key) => new(key, typeof(CustomRecord), CustomTable)
    {
        Owner = "custom",
        Create = () => new CustomRecord { TypeKey = key },
    };
}

/// <summary>A view of a list that its type brings.</summary>
/// <param name="Name">What its tab says.</param>
/// <param name="Query">The list's address behind its path: <c>?filter[status]=open&amp;sort=expectedClose</c>, with words such as <c>@this-month</c>.</param>
public sealed record ReadyView(Label Name, string Query);

/// <summary>Fields that a module, a plugin or a tenant adds to a record type of somebody else.</summary>
public sealed class RecordExtension
{
    internal RecordExtension(string recordType, string owner)
    {
        RecordType = recordType;
        Owner = owner;
    }

    /// <summary>Key of the extended record type.</summary>
    public string RecordType { get; }

    /// <summary>Who adds them.</summary>
    public string Owner { get; }

    /// <summary>A copy that describing on does not reach.</summary>
    internal RecordExtension Frozen()
    {
        var frozen = new RecordExtension(RecordType, Owner);
        frozen.Sections.AddRange(Sections);
        frozen.Fields.AddRange(Fields);
        frozen.Computed.AddRange(Computed);
        frozen.Rules.AddRange(Rules);
        return frozen;
    }

    internal List<Section> Sections { get; } = [];

    internal List<Field> Fields { get; } = [];

    internal List<(Field Field, Func<Record, object?> Compute)> Computed { get; } = [];

    internal List<DescribedRule> Rules { get; } = [];
}
