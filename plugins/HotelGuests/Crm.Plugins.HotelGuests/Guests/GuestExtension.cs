using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Guests;

/// <summary>Fields of people who stay with us.</summary>
internal static class GuestExtension
{
    public static void Describe(ExtensionBuilder person) => person
        .Section("hotel.guest", "宿泊客", "Guest", s => s
            .YesNo(HotelContract.PersonFields.Vip, "VIP", "VIP").Indexed()
            .Text(HotelContract.PersonFields.Allergies, "アレルギー", "Allergies").Max(500).Searchable().Personal(PersonalData.Sensitive)
                .Alias("アレルギー情報", "allergy")
            .MultiChoice(HotelContract.PersonFields.Diet, "食事の制限", "Diet", GuestChoices.Diets).Personal(PersonalData.Sensitive)
            .MultiChoice(HotelContract.PersonFields.RoomWishes, "部屋の希望", "Room wishes", GuestChoices.RoomWishes).Personal(PersonalData.Life)
            .Choice(HotelContract.PersonFields.Pillow, "枕", "Pillow", GuestChoices.Pillows)
            .LongText(HotelContract.PersonFields.Preferences, "お好み", "Preferences").Max(2000).Searchable().Personal(PersonalData.Life)
            .Date(HotelContract.PersonFields.Anniversary, "記念日", "Anniversary").Personal(PersonalData.Life)
            .Choice(HotelContract.PersonFields.AnniversaryKind, "記念日の種類", "Kind of anniversary", GuestChoices.Occasions).Personal(PersonalData.Life)
            .Computed(HotelContract.PersonFields.AnniversaryDay, FieldKind.Number, "記念日（月日）", "Anniversary (month and day)", MonthAndDay).Indexed().Hidden()
                .From(HotelContract.PersonFields.Anniversary).Personal(PersonalData.Life))
        .Section("hotel.habits", "宿泊の実績", "Stays so far", s => s
            .Number(HotelContract.PersonFields.Stays, "宿泊回数", "Stays").ReadOnly().Indexed()
            .Number(HotelContract.PersonFields.Nights, "泊数", "Nights").ReadOnly()
            .Money(HotelContract.PersonFields.Spend, "宿泊の累計額", "Spent on stays").ReadOnly().Indexed()
            .Date(HotelContract.PersonFields.LastStayOn, "最終宿泊日（出発）", "Last departure").ReadOnly().Indexed()
                .Hint("出発済みの宿泊から自動で更新します。", "Kept from the stays that have ended."));

    /// <summary>Values of extensions are read from the record's JSON here: a computed field is given the record alone.</summary>
    private static object? MonthAndDay(Record person) =>
        !person.Ext.IsEmpty
        && JsonNode.Parse(person.Ext.ToJson())?[HotelContract.Plugin]?["anniversary"]?.GetValue<string>() is { } iso
        && DateOnly.TryParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? (decimal)Occasions.MonthAndDay(day)
            : null;
}

/// <summary>What the desk can choose from.</summary>
internal static class GuestChoices
{
    public static readonly IReadOnlyList<Choice> Diets =
    [
        Choice.Of("vegetarian", "ベジタリアン", "Vegetarian"), Choice.Of("vegan", "ヴィーガン", "Vegan"), Choice.Of("halal", "ハラール", "Halal"), Choice.Of("kosher", "コーシャ", "Kosher"),
        Choice.Of("no-raw-fish", "生もの不可", "No raw fish"), Choice.Of("low-salt", "減塩", "Low salt"), Choice.Of("soft", "きざみ・やわらか食", "Soft food"),
    ];

    public static readonly IReadOnlyList<Choice> RoomWishes =
    [
        Choice.Of("no-smoking", "禁煙", "No smoking"), Choice.Of("smoking", "喫煙", "Smoking"), Choice.Of("low-floor", "低層階", "Low floor"), Choice.Of("high-floor", "高層階", "High floor"),
        Choice.Of("quiet", "静かな部屋", "Quiet"), Choice.Of("near-lift", "エレベーターの近く", "Near the lift"), Choice.Of("barrier-free", "バリアフリー", "Barrier-free"),
        Choice.Of("japanese", "和室", "Japanese style"), Choice.Of("western", "洋室・ベッド", "Beds"), Choice.Of("open-air-bath", "露天風呂付き", "Open-air bath"), Choice.Of("view", "眺望", "View"),
    ];

    public static readonly IReadOnlyList<Choice> Pillows =
    [
        Choice.Of("soft", "やわらかめ", "Soft"), Choice.Of("firm", "硬め", "Firm"), Choice.Of("buckwheat", "そば殻", "Buckwheat hulls"), Choice.Of("no-buckwheat", "そば殻以外", "No buckwheat"),
        Choice.Of("low", "低め", "Low"), Choice.Of("high", "高め", "High"),
    ];

    public static readonly IReadOnlyList<Choice> Occasions =
    [
        Choice.Of("wedding", "結婚記念日", "Wedding anniversary"), Choice.Of("birthday", "ご家族の誕生日", "Birthday in the family"), Choice.Of("long-life", "長寿祝い", "Long life"), Choice.Of("other", "その他の記念日", "Other"),
    ];
}
