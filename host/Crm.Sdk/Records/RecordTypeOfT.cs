using System.Linq.Expressions;

namespace Crm.Sdk.Records;

/// <summary>A record type with its entity; described once, fluently.</summary>
public sealed class RecordType<T> : RecordType where T : Record, new()
{
    internal RecordType(string key) : base(key, typeof(T), Naming.Table(key))
    {
        Owner = key.Split('.')[0];
        Create = static () => new T();
    }

    /// <summary>Names one and many of them.</summary>
    public RecordType<T> Titled(string ja, string en, string? enPlural = null)
    {
        Label = new(ja, en);
        Plural = new(ja, enPlural ?? en + "s");
        return this;
    }

    /// <summary>Sets the icon (a Tabler icon name).</summary>
    public RecordType<T> WithIcon(string icon)
    {
        Icon = icon;
        return this;
    }

    /// <summary>Says which fields make the title.</summary>
    public RecordType<T> TitledBy(params string[] fieldKeys)
    {
        TitleFields = fieldKeys;
        return this;
    }

    /// <summary>Says how lists are sorted at first; a leading minus for descending.</summary>
    public RecordType<T> SortedBy(string fieldKey)
    {
        DefaultSort = fieldKey;
        return this;
    }

    /// <summary>Adds a view to the tabs of its list, for everybody. The list opens with the first; a tab shows all of them.</summary>
    /// <param name="ja">Its name.</param>
    /// <param name="en">Its name.</param>
    /// <param name="query">See <see cref="ReadyView.Query"/>.</param>
    public RecordType<T> View(string ja, string en, string query)
    {
        Views = [.. Views, new ReadyView(new(ja, en), query)];
        return this;
    }

    /// <summary>Keeps it out of the menu (it is reached from other records).</summary>
    public RecordType<T> NotInMenu()
    {
        InMenu = false;
        return this;
    }

    /// <summary>
    /// Lets an export say what the file is for. <see cref="Messaging.CollectExportUses"/> asks what there is, and
    /// <see cref="Messaging.CollectExportHolds"/> who is left out then, and why.
    /// </summary>
    public RecordType<T> WithExportUses()
    {
        HasExportUses = true;
        return this;
    }

    /// <summary>Shows it on the timelines of the records its reference fields point to.</summary>
    public RecordType<T> OnTimelineOf(string dateField, params string[] referenceFields)
    {
        TimelineDate = dateField;
        TimelineOf = referenceFields;
        return this;
    }

    /// <summary>Adds a line to its entries on timelines, below the title.</summary>
    /// <param name="text">The line, in the language of the request; null for none.</param>
    /// <param name="fields">Keys of the fields it is made of; what is hidden from the reader reads as null.</param>
    public RecordType<T> SaysOnTimelines(Func<Row, string?> text, params string[] fields)
    {
        TimelineText = (text, fields);
        return this;
    }

    /// <summary>
    /// Makes the records parts of another, as lines are of a deal. Whoever saves, bins or restores one by any of the generated ways needs, besides
    /// the right to do so, the right to edit the record it is part of: the old and the new one when it moves.
    /// </summary>
    /// <param name="referenceField">Key of the reference field that names the whole.</param>
    public RecordType<T> IsPartOf(string referenceField)
    {
        PartOf = referenceField;
        return this;
    }

    /// <summary>
    /// Says which records are not changed or thrown away by hand any more, and why: their pages offer neither, and say this instead. A rule still
    /// has to refuse what comes by other ways.
    /// </summary>
    /// <param name="why">Null while the record may be changed.</param>
    public RecordType<T> LockedWhen(Func<T, Problem?> why)
    {
        Locked = record => why((T)record);
        return this;
    }

    /// <summary>Names what goes on with a save of them before anybody sees it: see <see cref="IRecordCompletion"/>.</summary>
    public RecordType<T> CompletedBy<TCompletion>() where TCompletion : class, IRecordCompletion
    {
        Completion = typeof(TCompletion);
        return this;
    }

    /// <summary>Adds a section of fields.</summary>
    public RecordType<T> Section(string key, string ja, string en, Action<FieldsBuilder<T>> describe)
    {
        var section = new FieldsBuilder<T>(key, Owner, prefixed: false);
        describe(section);
        var (fields, computed) = section.Described();
        Add(new Section(key, new(ja, en)));
        foreach (var field in fields) Add(field);
        Computed.AddRange(computed);
        return this;
    }

    /// <summary>Adds a rule over the whole record; it is made for each save and runs for every way of saving.</summary>
    public RecordType<T> Rule<TRule>() where TRule : RecordRule
    {
        Rules.Add(new(Owner, typeof(TRule), null));
        return this;
    }

    /// <summary>Adds a rule that the record alone decides: it answers with a problem, or null when the record is fine.</summary>
    public RecordType<T> Rule(Func<T, Problem?> rule)
    {
        Rules.Add(DescribedRule.Of(Owner, record => rule(record.As<T>()), rule));
        return this;
    }

    /// <summary>Adds a rule that also looks at the day it is, at what has changed or at fields of others.</summary>
    public RecordType<T> Rule(Func<T, RuleContext, Problem?> rule)
    {
        Rules.Add(DescribedRule.Of(Owner, record => rule(record.As<T>(), record), rule));
        return this;
    }
}

/// <summary>How names in C# become names in the database and in the API.</summary>
internal static class Naming
{
    /// <summary><c>customers.company</c> → <c>customers_company</c>.</summary>
    public static string Table(string recordTypeKey) => recordTypeKey.Replace('.', '_').Replace('-', '_');

    /// <summary><c>NameKana</c> → <c>name_kana</c>.</summary>
    public static string Snake(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary><c>NameKana</c> → <c>nameKana</c>.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>The members of <c>c => c.Address.City</c>, outermost first.</summary>
    public static IReadOnlyList<System.Reflection.PropertyInfo> Members(LambdaExpression access)
    {
        var members = new Stack<System.Reflection.PropertyInfo>();
        var node = access.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : access.Body;
        while (node is MemberExpression { Member: System.Reflection.PropertyInfo property } member)
        {
            members.Push(property);
            node = member.Expression;
        }

        return node is ParameterExpression && members.Count > 0
            ? [.. members]
            : throw new ArgumentException($"A field must name a property, as in c => c.Name; {access} does not.", nameof(access));
    }
}
