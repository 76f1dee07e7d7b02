using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>What the inn law wants in the register of guests, as data: an entry is judged by the law of the day it was made.</summary>
internal static class RegisterLaw
{
    /// <summary>Years from the making, 旅館業法施行規則第4条の2. The first day does not count (民法第140条), so the last is the same day three years later.</summary>
    public const int YearsKept = 3;

    /// <summary>The amendment of 2023 put the contact in the place of the occupation.</summary>
    public static readonly DateOnly ContactForOccupation = new(2023, 12, 13);

    private const string Act = "旅館業法第6条第1項";
    private const string Regulation = "旅館業法施行規則第4条の2第3項";

    public static readonly IReadOnlyList<RegisterItem> Items =
    [
        new("name", ("氏名", "Name"), Act),
        new("street", ("住所", "Address"), Act),
        new("contact", ("連絡先", "Contact"), Act) { Since = ContactForOccupation },
        new("occupation", ("職業", "Occupation"), Act) { Until = ContactForOccupation.AddDays(-1) },
        new("nationality", ("国籍", "Nationality"), Regulation) { OfForeignersWithoutAddress = true },
        new("passportNumber", ("旅券番号", "Passport number"), Regulation) { OfForeignersWithoutAddress = true },
    ];

    /// <summary>What ordinances of prefectures and cities add here and there; keys are those of the fields.</summary>
    public static readonly IReadOnlyList<Choice> Extras =
    [
        Choice.Of("age", "年齢", "Age"), Choice.Of("sex", "性別", "Sex"), Choice.Of("occupation", "職業", "Occupation"), Choice.Of("room", "客室", "Room"), Choice.Of("arrivedAt", "到着日時", "Arrival"),
        Choice.Of("departsOn", "出発日", "Departure"), Choice.Of("previousPlace", "前泊地", "Place before"), Choice.Of("nextPlace", "行先地", "Place after"),
    ];

    /// <summary>The last day on which an entry must be there.</summary>
    public static DateOnly KeepUntil(DateOnly madeOn, int years = YearsKept) => madeOn.AddYears(years);
}

/// <summary>One item of the register.</summary>
/// <param name="Field">Key of its field.</param>
/// <param name="Name">What the law calls it.</param>
/// <param name="Source">Where it stands.</param>
internal sealed record RegisterItem(string Field, Label Name, string Source)
{
    /// <summary>The first day; null when it was always so.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last day; null while it holds.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Whether only foreigners without an address in Japan are asked.</summary>
    public bool OfForeignersWithoutAddress { get; init; }

    public bool Holds(DateOnly madeOn, bool foreigner) => !(madeOn < Since) && !(madeOn > Until) && (foreigner || !OfForeignersWithoutAddress);
}
