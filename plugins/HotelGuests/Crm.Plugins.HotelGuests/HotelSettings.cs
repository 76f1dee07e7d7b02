using Crm.Plugins.HotelGuests.Registers;
using Crm.Sdk.Modules;

namespace Crm.Plugins.HotelGuests;

/// <summary>What the administrator of a tenant sets for its house or houses.</summary>
internal sealed class HotelSettings
{
    /// <summary>What the municipality wants in the register besides the law; holds for houses that do not say for themselves.</summary>
    public string[]? Extras { get; set; }

    /// <summary>How many years an entry of the register is kept from its making; the law wants 3.</summary>
    public int YearsKept { get; set; } = RegisterLaw.YearsKept;

    /// <summary>How many days before a birthday or anniversary we tell of it.</summary>
    public int OccasionDays { get; set; } = 14;

    public static void Describe(SettingsBuilder settings) => settings
        .Section("register", "宿泊者名簿", "Register of guests", f => f
            .MultiChoice("extras", "条例等による追加の記載事項", "Items the municipality adds", RegisterLaw.Extras)
                .Hint("施設ごとに異なるときは「施設」で指定します。", "Where houses differ, say so with the house.")
            .Number("yearsKept", "保存年数", "Years kept").Required().Range(RegisterLaw.YearsKept, 20)
                .Hint("作成の日から 3 年が法定の最短です。過ぎた名簿は毎晩、旅券の写しとともに消去します。", "The law wants 3 years from the making. Older entries are removed each night with the copies of passports."))
        .Section("guests", "お客様", "Guests", f => f
            .Number("occasionDays", "記念日のお知らせ（何日前から）", "Days before an occasion").Required().Range(0, 60));
}
