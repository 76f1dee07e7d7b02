using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Records;

/// <summary>Records of another type that point here by one of their fields; a tab of the record's page.</summary>
public sealed record Related(RecordType Type, Field Field, bool NamedByField)
{
    public string Key => "rel-" + Type.Key + "-" + Field.Key;

    /// <summary>What they are called here; unless the field says it, with the field's name when two fields of the type point here, or when they are of the same type as the record.</summary>
    public Label Name => Field.SeenFrom ?? (NamedByField ? new($"{Type.Plural.Ja} ({Field.Label.Ja})", $"{Type.Plural.En} ({Field.Label.En})") : Type.Plural);

    public string Title => Name.ToString();

    internal static IReadOnlyList<Related> Of(string recordType, Current current) =>
    [
        .. from described in current.Catalog.RecordTypes
           let type = current.See(described.Key)
           where type is not null
           let pointing = type.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == recordType).ToList()
           orderby type.Key
           from field in pointing.Where(f => !f.WithoutTab)
           select new Related(type, field, pointing.Count > 1 || type.Key == recordType),
    ];
}
