using System.Globalization;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Web;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>What a new entry of the register begins with, from the stay and from the guest; the desk checks it with the guest.</summary>
internal static class RegisterPrefill
{
    private static readonly string[] Address = ["postalCode", "prefecture", "city", "street", "building"];

    public static IReadOnlyList<Prefill> Of(RecordView stay, RecordView? guest, DateOnly today)
    {
        var values = new List<Prefill> { new("stayId", stay.Id.ToString()), new("madeOn", Iso(today)) };
        Take(values, "innId", stay["innId"]);
        Take(values, "room", stay["room"]);
        Take(values, "departsOn", stay["departsOn"]);
        if (guest is null) return values;

        values.Add(new("personId", guest.Id.ToString()));
        values.Add(new("name", guest.Title));
        foreach (var part in Address) Take(values, part, guest[part]);
        Take(values, "contact", guest["mobile"] ?? guest["phone"] ?? guest["email"]);
        Take(values, "occupation", guest["occupation"]);
        if (guest["birthDate"] is DateOnly born) values.Add(new("age", Age(born, today).ToString(CultureInfo.InvariantCulture)));
        if (guest["prefecture"] is string place && Prefectures.Find(place) is null) values.Add(new("foreigner", "true"));
        return values;
    }

    private static void Take(List<Prefill> values, string field, object? value)
    {
        if (value is DateOnly day) value = Iso(day);
        if (value?.ToString() is { Length: > 0 } text) values.Add(new(field, text));
    }

    private static int Age(DateOnly born, DateOnly on) => on.Year - born.Year - (born.AddYears(on.Year - born.Year) > on ? 1 : 0);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
