using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.Shared;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Customers.People;

internal static class PersonFields
{
    public static readonly RecordType<Person> Type = RecordType.For<Person>(CustomersContract.Person)
        .Titled("個人", "Person", "People")
        .WithIcon("user")
        .WithExportUses()
        .TitledBy("lastName", "firstName")
        .SortedBy("lastName")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Code, "顧客コード", "Customer code").Max(40).Unique().MatchKey().InList()
                .Alias("顧客番号", "顧客ID", "会員番号", "会員ID", "customer id", "member id")
            .Text(p => p.LastName, "姓", "Family name").Required().Max(100).Searchable().Sorted(by: p => p.SortName)
                .Alias("名字", "苗字", "氏", "last name", "surname")
                .Personal(PersonalData.Identity).InList()
            .Text(p => p.FirstName, "名", "Given name").Max(100).Searchable().Personal(PersonalData.Identity).InList()
                .Alias("first name", "forename")
            .Kana(p => p.LastNameKana, "セイ", "Family name, kana").Max(100).Searchable().Personal(PersonalData.Identity)
                .Alias("姓カナ", "姓（カナ）", "姓フリガナ")
            .Kana(p => p.FirstNameKana, "メイ", "Given name, kana").Max(100).Searchable().Personal(PersonalData.Identity)
                .Alias("名カナ", "名（カナ）", "名フリガナ")
            .Computed(p => p.SortName, FieldKind.Text, "並び順", "Sort name", p => TextNormaliser.ToKana(p.FullKana ?? p.FullName)).Max(201).Indexed().Hidden()
                .From("lastName", "firstName", "lastNameKana", "firstNameKana")
                .Personal(PersonalData.Identity)
            .Computed(p => p.NameKey, FieldKind.Text, "照合キー", "Matching key", p => Key(p.LastName, p.FirstName)).Max(200).Indexed().Hidden().NamedBy(name => Key(name, null))
                .From("lastName", "firstName")
                .Personal(PersonalData.Identity)
            .Reference(p => p.CompanyId, "勤務先", "Company", CustomersContract.Company).Indexed().InList()
                .Alias("会社", "会社名", "所属", "所属企業", "company name", "account")
            .Choice(p => p.Rank, "ランク", "Rank", Ranks.All).Indexed().InList()
            .Choice(p => p.Source, "流入経路", "Source", Sources.All))
        .Section("contact", "連絡先", "Contact", s => s
            .PostalAddress(p => p.Address).Personal(PersonalData.Contact)
            .Phone(p => p.Phone, "電話", "Phone").Max(40).Searchable().Indexed().Personal(PersonalData.Contact).InList()
                .Alias("TEL", "電話番号", "自宅電話", "phone number")
            .Phone(p => p.Mobile, "携帯電話", "Mobile phone").Max(40).Searchable().Indexed().Personal(PersonalData.Contact)
                .Alias("携帯", "携帯番号", "携帯電話番号", "mobile", "cell")
            .Email(p => p.Email, "メールアドレス", "E-mail").Max(254).Searchable().Indexed().Personal(PersonalData.Contact).InList()
                .Alias("メール", "Eメール", "mail", "email address")
            .Text(p => p.Sns, "SNSアカウント", "Social media").Max(200).Personal(PersonalData.Contact))
        .Section("life", "属性", "About", s => s
            .Choice(p => p.Sex, "性別", "Sex", Sexes.All).Personal(PersonalData.Identity)
                .Alias("gender")
            .Date(p => p.BirthDate, "生年月日", "Birth date").Personal(PersonalData.Identity)
                .Alias("誕生日", "date of birth", "birthday")
                .Rule(BirthDateIsPossible.Check)
            .Computed("birthMonth", FieldKind.Number, "誕生月", "Birth month", p => (decimal?)p.BirthDate?.Month).Indexed().From("birthDate")
                .Personal(PersonalData.Identity)
            .Text(p => p.Occupation, "職業", "Occupation").Max(100).Personal(PersonalData.Life)
                .Alias("ご職業", "job")
            .Text(p => p.Hobbies, "趣味・好み", "Hobbies and tastes").Max(500).Searchable().Personal(PersonalData.Life)
            .LongText(p => p.Family, "家族構成", "Family").Max(1000).Personal(PersonalData.Life))
        .ContactSection()
        .PurchaseSection()
        .Section("memo", "備考", "Note", s => s
            .LongText(p => p.Memo, "備考", "Note").Max(10_000).Searchable().Personal(PersonalData.Life)
            .Computed("checks", FieldKind.MultiChoice, "要確認", "To check", p => CustomerChecks.Of(p, [p.Phone, p.Mobile]), CustomerChecks.All).ToldOnSave())
        .Rule<MergedRecordsComeBackByUndo>();

    /// <summary>The same for all spellings of a person's name.</summary>
    public static string? Key(string? last, string? first) => PersonName.Key(last, first) is { Length: > 0 and <= 200 } key ? key : null;
}

internal static class Sexes
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("female", "女性", "Female"),
        Choice.Of("male", "男性", "Male"),
        Choice.Of("other", "その他", "Other"),
        Choice.Of("undisclosed", "回答しない", "Undisclosed"),
    ];
}

/// <summary>流入経路: how somebody came to us.</summary>
internal static class Sources
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("referral", "紹介", "Referral"),
        Choice.Of("business-card", "名刺交換", "Business card"),
        Choice.Of("exhibition", "展示会・セミナー", "Exhibition or seminar"),
        Choice.Of("web-search", "Web検索", "Web search"),
        Choice.Of("web-ad", "Web広告", "Web advertisement"),
        Choice.Of("sns", "SNS", "Social media"),
        Choice.Of("store", "店頭", "Store"),
        Choice.Of("ec", "ECサイト", "Online shop"),
        Choice.Of("travel-agency", "旅行会社・予約サイト", "Travel agency or booking site"),
        Choice.Of("print", "チラシ・雑誌", "Leaflet or magazine"),
        Choice.Of("phone", "電話", "Phone call"),
        Choice.Of("other", "その他", "Other"),
    ];
}
