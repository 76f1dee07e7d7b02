using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Registers;

internal static class RegisterFields
{
    /// <summary>Kept encrypted, and therefore no column.</summary>
    public const string PassportNumber = "passportNumber";

    private static readonly IReadOnlyList<Choice> Sexes = [Choice.Of("female", "女性", "Female"), Choice.Of("male", "男性", "Male"), Choice.Of("other", "その他・回答しない", "Other or undisclosed")];

    public static readonly RecordType<RegisterEntry> Type = RecordType.For<RegisterEntry>(HotelContract.Register)
        .Titled("宿泊者名簿", "Register entry", "Register of guests")
        .WithIcon("address-book")
        .TitledBy("name")
        .SortedBy("-madeOn")
        .Section("guest", "宿泊者", "Guest", s => s
            .Text(r => r.Name, "氏名", "Name").Required().Max(200).Searchable().InList().Personal(PersonalData.Identity)
            .PostalAddress(r => r.Address).Personal(PersonalData.Contact)
            .Text(r => r.Contact, "連絡先", "Contact").Max(200).InList().Personal(PersonalData.Contact)
                .Hint("電話番号またはメールアドレス。", "Phone or e-mail.")
            .Text(r => r.Occupation, "職業", "Occupation").Max(100).Personal(PersonalData.Life)
                .Hint("2023年12月12日までの名簿の法定項目。", "Wanted by the law until 2023-12-12.")
            .Reference(r => r.PersonId, "お客様", "Person", CustomersContract.Person).Indexed().WithoutTab()
            .Reference(r => r.StayId, "宿泊", "Stay", HotelContract.Stay).Indexed()
            .Reference(r => r.InnId, "施設", "House", HotelContract.Inn).Indexed().WithoutTab())
        .Section("foreigner", "日本国内に住所を持たない外国人", "Foreigner without an address in Japan", s => s
            .YesNo(r => r.Foreigner, "日本国内に住所を持たない外国人", "Foreigner without an address in Japan").InList()
            .Text(r => r.Nationality, "国籍", "Nationality").Max(60).InList().Personal(PersonalData.Identity)
            .Text(PassportNumber, "旅券番号", "Passport number").Max(40).Encrypted().Personal(PersonalData.Secret)
                .Hint("暗号化して保存します。検索・並べ替えはできません。", "Kept encrypted; nothing searches or sorts by it.")
            .File(r => r.PassportCopy, "旅券の写し", "Copy of the passport").Personal(PersonalData.Secret))
        .Section("extras", "条例等による項目", "Items of the municipality", s => s
            .Number(r => r.Age, "年齢", "Age").Range(0, 130).Personal(PersonalData.Identity)
            .Choice(r => r.Sex, "性別", "Sex", Sexes).Personal(PersonalData.Identity)
            .Text(r => r.Room, "客室", "Room").Max(40).InList()
            .DateTime(r => r.ArrivedAt, "到着日時", "Arrival")
            .Date(r => r.DepartsOn, "出発日", "Departure")
            .Text(r => r.PreviousPlace, "前泊地", "Place before").Max(200).Personal(PersonalData.Life)
            .Text(r => r.NextPlace, "行先地", "Place after").Max(200).Personal(PersonalData.Life))
        .Section("keeping", "作成と保存", "Making and keeping", s => s
            .Date(r => r.MadeOn, "作成日", "Made on").Required().Indexed().InList()
            .Computed(r => r.KeepUntil, FieldKind.Date, "法定の保存期限", "To be kept until", r => r.MadeOn is { } made ? RegisterLaw.KeepUntil(made) : null).From("madeOn")
                .Hint("作成の日から 3 年。過ぎると夜間に消去します（設定の保存年数まで）。", "3 years from the making; removed in a night after that (or after the years of the settings).")
            .Computed("checks", FieldKind.MultiChoice, "要確認", "To check", RegisterChecks.Of, RegisterChecks.All).From("foreigner", "passportCopy").ToldOnSave())
        .Rule<AnEntryHasTheItemsOfTheLaw>()
        .Rule(AnEntryIsNotMadeInTheFuture.Check);
}

/// <summary>What somebody should still see to; refuses nothing.</summary>
internal static class RegisterChecks
{
    public const string NoCopy = "no-passport-copy";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(NoCopy, "旅券の写しがない", "No copy of the passport", "yellow")];

    /// <summary>The copy is asked for by notices of the ministry, not by the act; a passport is often copied after the entry is written.</summary>
    public static object? Of(RegisterEntry entry) => entry is { Foreigner: true, PassportCopy: null } ? new[] { NoCopy } : null;
}
