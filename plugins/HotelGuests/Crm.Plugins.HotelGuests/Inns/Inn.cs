using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Registers;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Inns;

/// <summary>A house of ours. Municipalities differ in what they want in the register, so each house says its own.</summary>
internal sealed class Inn : Record
{
    public string Name { get; set; } = "";

    public PostalAddress Address { get; set; } = new();

    public string? Phone { get; set; }

    public string? Permit { get; set; }

    public int? Rooms { get; set; }

    /// <summary>Whether <see cref="Extras"/> is said for this house; otherwise the settings hold.</summary>
    public bool? OwnExtras { get; set; }

    public string[]? Extras { get; set; }
}

internal static class InnFields
{
    public static readonly RecordType<Inn> Type = RecordType.For<Inn>(HotelContract.Inn)
        .Titled("施設", "House")
        .WithIcon("building")
        .TitledBy("name")
        .SortedBy("name")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(i => i.Name, "施設名", "Name").Required().Max(200).Searchable().Indexed().InList()
            .PostalAddress(i => i.Address)
            .Phone(i => i.Phone, "電話", "Phone").Max(40)
            .Text(i => i.Permit, "旅館業の許可番号", "Number of the permit").Max(60)
            .Number(i => i.Rooms, "客室数", "Rooms").Range(0, 10_000).InList())
        .Section("register", "宿泊者名簿", "Register of guests", s => s
            .YesNo(i => i.OwnExtras, "追加の記載事項をこの施設で指定する", "Says its own items")
                .Hint("「はい」以外のときは、設定の追加事項を使います。", "Unless yes, those of the settings hold.")
            .MultiChoice(i => i.Extras, "条例等による追加の記載事項", "Items the municipality adds", RegisterLaw.Extras).InList());
}
