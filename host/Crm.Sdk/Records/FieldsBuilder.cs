using System.Linq.Expressions;
using Crm.Sdk.Modules;
using Crm.Sdk.Text;

namespace Crm.Sdk.Records;

/// <summary>
/// Describes the fields of a section. Each adding method begins a field; the describing methods that follow
/// (<see cref="Required"/>, <see cref="Indexed"/>, …) speak of the field begun last.
/// </summary>
/// <remarks>A field named by a property lives in a column; one named by a key (<c>waste.zone</c>) lives in the record's <c>Ext</c>.</remarks>
public sealed class FieldsBuilder<T> where T : Record
{
    // SQL Server cannot index text without a limit.
    private const int ChoiceKeyLength = 60;

    private readonly string section;
    private readonly string owner;
    private readonly bool prefixed;
    private readonly List<Field> fields = [];
    private readonly List<(int Field, Func<Record, object?> Compute)> computed = [];
    private int first;

    internal FieldsBuilder(string section, string owner, bool prefixed)
    {
        this.section = section;
        this.owner = owner;
        this.prefixed = prefixed;
    }

    /// <summary>What was described so far; describing on changes nothing in it.</summary>
    internal (IReadOnlyList<Field> Fields, IReadOnlyList<(Field Field, Func<Record, object?> Compute)> Computed) Described() =>
        ([.. fields], [.. computed.Select(c => (fields[c.Field], c.Compute))]);

    /// <summary>One line of text.</summary>
    public FieldsBuilder<T> Text(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Text, property, ja, en);

    /// <summary>One line of text kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Text(string key, string ja, string en) => Begin(FieldKind.Text, key, ja, en);

    /// <summary>Several lines of text.</summary>
    public FieldsBuilder<T> LongText(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.LongText, property, ja, en);

    /// <summary>Several lines of text kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> LongText(string key, string ja, string en) => Begin(FieldKind.LongText, key, ja, en);

    /// <summary>A reading; hiragana and half width are turned into full-width katakana.</summary>
    public FieldsBuilder<T> Kana(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Kana, property, ja, en);

    /// <summary>A reading kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Kana(string key, string ja, string en) => Begin(FieldKind.Kana, key, ja, en);

    /// <summary>A number; the property may be <see cref="int"/> or <see cref="decimal"/>, nullable or not.</summary>
    public FieldsBuilder<T> Number(Expression<Func<T, object?>> property, string ja, string en, int decimals = 0)
    {
        Begin(FieldKind.Number, property, ja, en);
        return Each(f => f with { Decimals = decimals });
    }

    /// <summary>A number kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Number(string key, string ja, string en, int decimals = 0)
    {
        Begin(FieldKind.Number, key, ja, en);
        return Each(f => f with { Decimals = decimals });
    }

    /// <summary>An amount of money.</summary>
    public FieldsBuilder<T> Money(Expression<Func<T, decimal?>> property, string ja, string en) => Begin(FieldKind.Money, property, ja, en);

    /// <summary>An amount of money kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Money(string key, string ja, string en) => Begin(FieldKind.Money, key, ja, en);

    /// <summary>A day.</summary>
    public FieldsBuilder<T> Date(Expression<Func<T, DateOnly?>> property, string ja, string en) => Begin(FieldKind.Date, property, ja, en);

    /// <summary>A day kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Date(string key, string ja, string en) => Begin(FieldKind.Date, key, ja, en);

    /// <summary>A moment, typed and shown in the tenant's time zone.</summary>
    public FieldsBuilder<T> DateTime(Expression<Func<T, DateTimeOffset?>> property, string ja, string en) => Begin(FieldKind.DateTime, property, ja, en);

    /// <summary>A moment kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> DateTime(string key, string ja, string en) => Begin(FieldKind.DateTime, key, ja, en);

    /// <summary>A time of day.</summary>
    public FieldsBuilder<T> Time(Expression<Func<T, TimeOnly?>> property, string ja, string en) => Begin(FieldKind.Time, property, ja, en);

    /// <summary>A time of day kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Time(string key, string ja, string en) => Begin(FieldKind.Time, key, ja, en);

    /// <summary>Yes, no or (for a nullable property) not known.</summary>
    public FieldsBuilder<T> YesNo(Expression<Func<T, bool?>> property, string ja, string en) => Begin(FieldKind.YesNo, property, ja, en);

    /// <summary>Yes, no or not known, kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> YesNo(string key, string ja, string en) => Begin(FieldKind.YesNo, key, ja, en);

    /// <summary>One of several answers; the property holds the key of the answer.</summary>
    public FieldsBuilder<T> Choice(Expression<Func<T, string?>> property, string ja, string en, IReadOnlyList<Choice> choices)
    {
        Begin(FieldKind.Choice, property, ja, en);
        return Each(f => f with { Choices = choices, MaxLength = ChoiceKeyLength });
    }

    /// <summary>One of several answers, kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Choice(string key, string ja, string en, IReadOnlyList<Choice> choices)
    {
        Begin(FieldKind.Choice, key, ja, en);
        return Each(f => f with { Choices = choices });
    }

    /// <summary>Words that are none of the answers of a choice field are taken too and shown as they stand; it is typed with the answers beside it.</summary>
    public FieldsBuilder<T> OrOther() => Each(f => f with { OrOther = f.Kind == FieldKind.Choice ? true : throw new DescriptionException(($"項目「{f.Key}」は選択肢の項目ではないため、OrOther を指定できません。", $"The field {f.Key} is no choice: only those take other words.")) });

    /// <summary>Any number of several answers; the property holds their keys.</summary>
    public FieldsBuilder<T> MultiChoice(Expression<Func<T, string[]?>> property, string ja, string en, IReadOnlyList<Choice> choices)
    {
        Begin(FieldKind.MultiChoice, property, ja, en);
        return Each(f => f with { Choices = choices });
    }

    /// <summary>Any number of several answers, kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> MultiChoice(string key, string ja, string en, IReadOnlyList<Choice> choices)
    {
        Begin(FieldKind.MultiChoice, key, ja, en);
        return Each(f => f with { Choices = choices });
    }

    /// <summary>An e-mail address.</summary>
    public FieldsBuilder<T> Email(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Email, property, ja, en);

    /// <summary>An e-mail address kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Email(string key, string ja, string en) => Begin(FieldKind.Email, key, ja, en);

    /// <summary>A phone number; kept as typed.</summary>
    public FieldsBuilder<T> Phone(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Phone, property, ja, en);

    /// <summary>A phone number kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Phone(string key, string ja, string en) => Begin(FieldKind.Phone, key, ja, en);

    /// <summary>An http or https address.</summary>
    public FieldsBuilder<T> Url(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Url, property, ja, en);

    /// <summary>An http or https address kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Url(string key, string ja, string en) => Begin(FieldKind.Url, key, ja, en);

    /// <summary>Text in Markdown.</summary>
    public FieldsBuilder<T> Markdown(Expression<Func<T, string?>> property, string ja, string en) => Begin(FieldKind.Markdown, property, ja, en);

    /// <summary>Text in Markdown kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Markdown(string key, string ja, string en) => Begin(FieldKind.Markdown, key, ja, en);

    /// <summary>Another record, of the type <paramref name="recordType"/>.</summary>
    public FieldsBuilder<T> Reference(Expression<Func<T, Guid?>> property, string ja, string en, string recordType)
    {
        Begin(FieldKind.Reference, property, ja, en);
        return Each(f => f with { References = recordType });
    }

    /// <summary>Another record, of the type <paramref name="recordType"/>, kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> Reference(string key, string ja, string en, string recordType)
    {
        Begin(FieldKind.Reference, key, ja, en);
        return Each(f => f with { References = recordType });
    }

    /// <summary>A user of the tenant.</summary>
    public FieldsBuilder<T> User(Expression<Func<T, Guid?>> property, string ja, string en) => Begin(FieldKind.User, property, ja, en);

    /// <summary>A user of the tenant, kept in <c>Ext</c>.</summary>
    public FieldsBuilder<T> User(string key, string ja, string en) => Begin(FieldKind.User, key, ja, en);

    /// <summary>A file.</summary>
    public FieldsBuilder<T> File(Expression<Func<T, Guid?>> property, string ja, string en) => Begin(FieldKind.File, property, ja, en);

    /// <summary>A file, kept in <c>Ext</c> by its id.</summary>
    public FieldsBuilder<T> File(string key, string ja, string en) => Begin(FieldKind.File, key, ja, en);

    /// <summary>A postal address: five fields, the first of which fills the next three. Describing methods that follow speak of all five.</summary>
    public FieldsBuilder<T> PostalAddress(Expression<Func<T, PostalAddress>> property)
    {
        var name = Naming.Members(property)[^1].Name;
        var prefix = name == "Address" ? "" : name.Replace("Address", "", StringComparison.Ordinal);
        first = fields.Count;
        foreach (var (part, kind, label, max) in AddressParts)
        {
            var access = Expression.Lambda(Expression.Property(property.Body, part), property.Parameters);
            fields.Add(Column(kind, access, label, Naming.Camel(prefix + part)) with { AddressGroup = Naming.Camel(name), AddressPart = Naming.Camel(part), MaxLength = max });
        }

        return this;
    }

    /// <summary>A postal address kept in <c>Ext</c>: <c>key.postalCode</c> and four more.</summary>
    public FieldsBuilder<T> PostalAddress(string key)
    {
        first = fields.Count;
        foreach (var (part, kind, label, max) in AddressParts)
        {
            fields.Add(Extension(kind, key + "." + Naming.Camel(part), label) with { AddressGroup = key, AddressPart = Naming.Camel(part), MaxLength = max });
        }

        return this;
    }

    /// <summary>
    /// A value worked out from the record just before each save, and stored so that lists can filter and sort by it. One that throws refuses
    /// the save and names its module.
    /// </summary>
    public FieldsBuilder<T> Computed(
        string key, FieldKind kind, string ja, string en, Func<T, object?> compute, IReadOnlyList<Choice>? choices = null)
    {
        first = fields.Count;
        computed.Add((first, record => compute((T)record)));
        fields.Add(Extension(kind, key, new(ja, en)) with { ReadOnly = true, Choices = choices ?? [] });
        return this;
    }

    /// <summary>The same, kept in a column: for values by which large tables are sorted, summed or joined.</summary>
    public FieldsBuilder<T> Computed(
        Expression<Func<T, object?>> property, FieldKind kind, string ja, string en, Func<T, object?> compute, IReadOnlyList<Choice>? choices = null)
    {
        Begin(kind, property, ja, en);
        computed.Add((first, record => compute((T)record)));
        return Each(f => f with { ReadOnly = true, Choices = choices ?? [], MaxLength = kind == FieldKind.Choice ? ChoiceKeyLength : f.MaxLength });
    }

    /// <summary>The value it gets just before a save when nobody gave one: an amount from price and quantity.</summary>
    public FieldsBuilder<T> WhenEmpty(Func<T, object?> compute)
    {
        var field = fields[first];
        computed.Add((first, record => field.Get(record) ?? compute((T)record)));
        return this;
    }

    /// <summary>Must be filled.</summary>
    public FieldsBuilder<T> Required() => Each(f => f with { Required = true });

    /// <summary>No two live records of a tenant may share a value. Implies <see cref="Indexed"/>.</summary>
    public FieldsBuilder<T> Unique() => Each(f => f with { Unique = true, Indexed = true });

    /// <summary>Lists filter and sort by it quickly at any size. A column also needs its index in a migration.</summary>
    public FieldsBuilder<T> Indexed() => Each(f => f with { Indexed = true });

    /// <summary>The global search finds records by it.</summary>
    public FieldsBuilder<T> Searchable() => Each(f => f with { Searchable = true });

    /// <summary>Kept by the system; forms show it, nobody types it.</summary>
    public FieldsBuilder<T> ReadOnly() => Each(f => f with { ReadOnly = true });

    /// <summary>Rows of a file or API batch may be matched to stored records by it.</summary>
    public FieldsBuilder<T> MatchKey() => Each(f => f with { MatchKey = true });

    /// <summary>
    /// Files that point to a record by its name find it by this field too, whichever way they spell it. For an indexed computed text.
    /// </summary>
    /// <param name="fold">Makes of a name what the field holds; null or empty when it holds nothing for such a name.</param>
    public FieldsBuilder<T> NamedBy(Func<string, string?> fold) => Each(f => f with { FoldsName = fold });

    /// <summary>A column of the list until the user picks others.</summary>
    public FieldsBuilder<T> InList() => Each(f => f with { InList = true });

    /// <summary>What a computed value is worked out from, by field keys: it is hidden from whoever may not see one of them.</summary>
    public FieldsBuilder<T> From(params string[] fields) => Each(f => f with { From = fields });

    /// <summary>
    /// Kept encrypted with the tenant's key, in the database, in the history and in its backups: a passport number. Text only, and kept in
    /// <c>Ext</c>: begin the field with a key. Nothing filters, sorts, searches or matches by it.
    /// </summary>
    public FieldsBuilder<T> Encrypted() => Each(f => f.InExt && f.ValueType == typeof(string) && f.Kind != FieldKind.Choice
        ? f with { Encrypted = true }
        : throw new DescriptionException(($"項目「{f.Key}」は暗号化できません。キーで始める（Ext に保存する）文字の項目だけを暗号化できます。", $"The field {f.Key} cannot be encrypted: it must hold text and be kept in Ext.")));

    /// <summary>A setting that opens doors, such as the key of a hook: the audit says that it was changed, and not to what.</summary>
    /// <param name="atLeast">How many characters it must have, so that nobody guesses it; 0 when somebody else makes it up. Shorter ones are refused with <c>too-short</c>.</param>
    public FieldsBuilder<T> Secret(int atLeast = 0) => Each(f => f with { Secret = true, Rules = [.. f.Rules, (field, value, _) => value is string text && text.Length < atLeast ? TooShort(field, atLeast) : null] });

    private static Problem TooShort(Field field, int atLeast) => Problems.Invalid(
        "too-short", field.Key, ($"「{field.Label.Ja}」は{atLeast}文字以上にしてください。", $"“{field.Label.En}” must have at least {atLeast} characters."), ("推測されないよう、ランダムな文字列を使ってください。", "Use random characters that nobody guesses."));

    /// <summary>Only there to sort, filter and match by; not in forms, columns or files.</summary>
    public FieldsBuilder<T> Hidden() => Each(f => f with { Hidden = true });

    /// <summary>What it holds after a save is told at once to whoever saved: a computed doubt, such as 要確認.</summary>
    public FieldsBuilder<T> ToldOnSave() => Each(f => f with { ToldOnSave = true });

    /// <summary>What the records that point by this field are called on the page of the record they point to.</summary>
    public FieldsBuilder<T> SeenFrom(string ja, string en) => Each(f => f with { SeenFrom = new(ja, en) });

    /// <summary>A reference whose records get no tab of their own on the page of what it points to: a part of that page shows them better.</summary>
    public FieldsBuilder<T> WithoutTab() => Each(f => f with { WithoutTab = true });

    /// <summary>A number that counts nothing, such as a year: shown without separators.</summary>
    public FieldsBuilder<T> Plain() => Each(f => f with { Plain = true });

    /// <summary>The longest text allowed, in UTF-16 units.</summary>
    public FieldsBuilder<T> Max(int length) => Each(f => f with { MaxLength = length });

    /// <summary>What a text must look like as a whole; say it in words by <see cref="Hint(string, string)"/>.</summary>
    /// <exception cref="ArgumentException">See <see cref="TextPattern"/>.</exception>
    public FieldsBuilder<T> Pattern(string pattern) => Each(f => f with { Pattern = new TextPattern(pattern) });

    /// <summary>The smallest and the largest number allowed.</summary>
    public FieldsBuilder<T> Range(decimal? min, decimal? max) => Each(f => f with { Min = min, Max = max });

    /// <summary>How personal it is; the default is not at all.</summary>
    public FieldsBuilder<T> Personal(PersonalData personal) => Each(f => f with { Personal = personal });

    /// <summary>A sentence of help under the input.</summary>
    public FieldsBuilder<T> Hint(string ja, string en) => Each(f => f with { Hint = new(ja, en) });

    /// <summary>Lists sort by another property in place of this one: a name by its reading.</summary>
    public FieldsBuilder<T> Sorted(Expression<Func<T, object?>> by) => Each(f => f with { SortedBy = Naming.Camel(Naming.Members(by)[^1].Name) });

    /// <summary>Other names under which files bring it, so that an import finds its column by itself.</summary>
    public FieldsBuilder<T> Alias(params string[] names) => Each(f => f with { Aliases = [.. f.Aliases, .. names] });

    /// <summary>The value a new record starts with.</summary>
    public FieldsBuilder<T> Default(object value) => Each(f => f with { Default = value });

    /// <summary>
    /// Of a reference to a list that people set up: the form of a new record begins with the first of the list, in its own order. API and
    /// files still say what they mean.
    /// </summary>
    public FieldsBuilder<T> BeginsWithFirst() => Each(f => f with { BeginsWithFirst = true });

    /// <summary>
    /// It is typed for a new record alone; from then on the module's steps change it, and screens offer no other way. A rule still has to
    /// refuse what comes by other ways.
    /// </summary>
    public FieldsBuilder<T> ChangedBySteps() => Each(f => f with { BySteps = true });

    /// <summary>A rule of this field; it runs for every way of saving that gives it a value.</summary>
    public FieldsBuilder<T> Rule(FieldRule rule) => Each(f => f with { Rules = [.. f.Rules, rule] });

    private static readonly (string Part, FieldKind Kind, Label Label, int Max)[] AddressParts =
    [
        (nameof(Records.PostalAddress.PostalCode), FieldKind.PostalCode, new("郵便番号", "Postal code"), 16),
        (nameof(Records.PostalAddress.Prefecture), FieldKind.Text, new("都道府県", "Prefecture"), 40),
        (nameof(Records.PostalAddress.City), FieldKind.Text, new("市区町村", "City"), 100),
        (nameof(Records.PostalAddress.Street), FieldKind.Text, new("町名・番地", "Street"), 200),
        (nameof(Records.PostalAddress.Building), FieldKind.Text, new("建物名", "Building"), 200),
    ];

    private FieldsBuilder<T> Begin(FieldKind kind, LambdaExpression property, string ja, string en)
    {
        first = fields.Count;
        fields.Add(Column(kind, property, new(ja, en), Naming.Camel(Naming.Members(property)[^1].Name)));
        return this;
    }

    private FieldsBuilder<T> Begin(FieldKind kind, string key, string ja, string en)
    {
        first = fields.Count;
        fields.Add(Extension(kind, key, new(ja, en)));
        return this;
    }

    private Field Column(FieldKind kind, LambdaExpression property, Label label, string key) => new()
    {
        Key = key,
        Kind = kind,
        Label = label,
        Section = section,
        Owner = owner,
        Column = string.Join('_', Naming.Members(property).Select(m => Naming.Snake(m.Name))),
        ColumnType = FieldAccess.TypeOf(property),
        NeverEmpty = FieldAccess.IsNeverEmpty(property),
        Getter = FieldAccess.Getter(property),
        Setter = FieldAccess.Setter(property, kind),
    };

    private Field Extension(FieldKind kind, string key, Label label)
    {
        if (prefixed && !key.StartsWith(owner + ".", StringComparison.Ordinal))
        {
            var called = owner + "." + key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..];
            throw new DescriptionException((
                $"項目「{label.Ja}」のキー「{key}」は「{called}」にしてください。ほかのモジュールのレコードに加える項目のキーは、加えるモジュールのキーで始めます。",
                $"The key {key} of the field “{label.En}” must be {called}: fields added to somebody else's records carry the name of who adds them."));
        }

        return new() { Key = key, Kind = kind, Label = label, Section = section, Owner = owner, Path = key.Split('.') };
    }

    private FieldsBuilder<T> Each(Func<Field, Field> describe)
    {
        if (fields.Count == 0) throw new DescriptionException(($"区分「{section}」: 項目を始めてから、その性質（Required など）を続けてください。", $"The section {section}: begin a field before describing it."));
        for (var i = first; i < fields.Count; i++) fields[i] = describe(fields[i]);
        return this;
    }
}

/// <summary>Compiled access to a property, with the field's value type on the outside.</summary>
internal static class FieldAccess
{
    public static Type TypeOf(LambdaExpression property)
    {
        var type = Naming.Members(property)[^1].PropertyType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    public static bool IsNeverEmpty(LambdaExpression property) =>
        Naming.Members(property) is [{ PropertyType: { IsValueType: true } type }] && Nullable.GetUnderlyingType(type) is null;

    public static Func<Record, object?> Getter(LambdaExpression property)
    {
        var record = Expression.Parameter(typeof(Record), "record");
        Expression body = Chain(property, record);
        var bare = Nullable.GetUnderlyingType(body.Type) ?? body.Type;
        if (bare == typeof(int) || bare == typeof(long) || bare == typeof(short))
        {
            body = Expression.Convert(body, Nullable.GetUnderlyingType(body.Type) is null ? typeof(decimal) : typeof(decimal?));
        }

        return Expression.Lambda<Func<Record, object?>>(Expression.Convert(body, typeof(object)), record).Compile();
    }

    public static Action<Record, object?>? Setter(LambdaExpression property, FieldKind kind)
    {
        var members = Naming.Members(property);
        if (members[^1].SetMethod is not { } setter) return null;
        var record = Expression.Parameter(typeof(Record), "record");
        var value = Expression.Parameter(typeof(object), "value");
        var target = Chain(property, record);
        var bare = Nullable.GetUnderlyingType(target.Type) ?? target.Type;
        Expression converted = bare == typeof(int) || bare == typeof(long) || bare == typeof(short)
            ? Expression.Convert(Expression.Convert(value, typeof(decimal)), target.Type)
            : Expression.Convert(value, target.Type);
        if (target.Type.IsValueType)
        {
            // Emptying a value that cannot be null leaves its default.
            converted = Expression.Condition(Expression.Equal(value, Expression.Constant(null)), Expression.Default(target.Type), converted);
        }

        return Expression.Lambda<Action<Record, object?>>(Expression.Assign(target, converted), record, value).Compile();
    }

    private static MemberExpression Chain(LambdaExpression property, ParameterExpression record)
    {
        Expression node = Expression.Convert(record, property.Parameters[0].Type);
        foreach (var member in Naming.Members(property)) node = Expression.Property(node, member);
        return (MemberExpression)node;
    }
}
