using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Forms;

/// <summary>Fills an address from its postal code, for forms sent with the look-up button and without JavaScript.</summary>
internal static class PostalFill
{
    /// <summary>Answers with the towns of the code when it has several: then only what they share is filled in.</summary>
    public static IReadOnlyList<string> Into(Dictionary<string, object?> values, RecordType type, string postalField)
    {
        if (!type.TryGet(postalField, out var field) || field.AddressGroup is null) return [];
        var places = PostalCodes.Lookup(values.GetValueOrDefault(postalField)?.ToString());
        if (places is not [var place, ..]) return [];
        foreach (var part in type.Fields.Where(f => f.AddressGroup == field.AddressGroup))
        {
            values[part.Key] = part.AddressPart switch
            {
                "prefecture" when places.All(p => p.Prefecture == place.Prefecture) => place.Prefecture.Name.Ja,
                "city" when places.All(p => p.City == place.City) => place.City,
                "street" when places.Count == 1 => place.Town,
                _ => values.GetValueOrDefault(part.Key),
            };
        }

        return places.Count == 1 ? [] : [.. places.Select(p => p.Prefecture.Name.Ja + p.City + p.Town)];
    }
}
