using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Forms;

/// <summary>Fills an address from its postal code, for forms sent with the look-up button and without JavaScript.</summary>
internal static class PostalFill
{
    public static void Into(Dictionary<string, object?> values, RecordType type, string postalField)
    {
        if (!type.TryGet(postalField, out var field) || field.AddressGroup is null) return;
        if (PostalCodes.Lookup(values.GetValueOrDefault(postalField)?.ToString()) is not [var place, ..]) return;
        foreach (var part in type.Fields.Where(f => f.AddressGroup == field.AddressGroup))
        {
            values[part.Key] = part.AddressPart switch
            {
                "prefecture" => place.Prefecture.Name.Ja,
                "city" => place.City,
                "street" => place.Town,
                _ => values.GetValueOrDefault(part.Key),
            };
        }
    }
}
