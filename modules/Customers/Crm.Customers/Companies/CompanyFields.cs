using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.Shared;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Customers.Companies;

internal static class CompanyFields
{
    public static readonly RecordType<Company> Type = RecordType.For<Company>(CustomersContract.Company)
        .Titled("会社", "Company", "Companies")
        .WithIcon("building")
        .WithExportUses()
        .TitledBy("name")
        .SortedBy("name")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(c => c.Code, "会社コード", "Company code").Max(40).Unique().MatchKey().InList()
                .Alias("取引先コード", "得意先コード", "顧客コード", "顧客番号", "account id", "customer id")
            .Text(c => c.Name, "会社名", "Name").Required().Max(200).Searchable().Indexed().Sorted(by: c => c.SortName).InList()
                .Alias("会社", "社名", "企業名", "法人名", "取引先名", "得意先名", "顧客名", "団体名", "company", "company name", "account", "account name")
            .Kana(c => c.NameKana, "フリガナ", "Kana").Max(200).Searchable()
                .Alias("カナ", "会社名カナ", "会社名フリガナ", "企業名カナ", "読み")
            .Computed(c => c.SortName, FieldKind.Text, "並び順", "Sort name", c => TextNormaliser.ToKana(c.NameKana ?? c.Name)).Max(200).Indexed().Hidden().From("name", "nameKana")
            .Computed(c => c.NameKey, FieldKind.Text, "照合キー", "Matching key", c => Key(c.Name)).Max(200).Indexed().Hidden().NamedBy(Key).From("name")
            .Text(c => c.FormerNames, "旧社名", "Former names").Max(2000).ReadOnly().Searchable()
            .Choice(c => c.Kind, "区分", "Kind", CompanyKinds.All).Default(CompanyKinds.Corporation)
            .Choice(c => c.Status, "取引状態", "Status", CompanyStatuses.All).Indexed().Default(CompanyStatuses.Active).InList()
            .Choice(c => c.Rank, "ランク", "Rank", Ranks.All).Indexed().InList()
            .Reference(c => c.ParentId, "上位の会社", "Belongs to", CustomersContract.Company).SeenFrom("下位の会社", "Branches").Indexed()
                .Alias("親会社", "本社", "parent", "parent company", "subsidiary of", "subsidiary_of")
                .Hint("支店・工場・現場なら本社を選びます。", "For a branch, works or site: its head office.")
            .Choice(c => c.Relation, "上位との関係", "As its", CompanyRelations.All))
        .Section("contact", "連絡先", "Contact", s => s
            .PostalAddress(c => c.Address)
            .Phone(c => c.Phone, "電話", "Phone").Max(40).Searchable().Indexed().InList()
                .Alias("TEL", "電話番号", "代表電話", "phone number")
            .Phone(c => c.Fax, "FAX", "Fax").Max(40)
                .Alias("FAX番号", "ファックス", "fax number")
            .Email(c => c.Email, "メールアドレス", "E-mail").Max(254).Searchable().Indexed()
                .Alias("メール", "Eメール", "mail", "email address")
            .Url(c => c.Site, "公式サイト", "Website").Max(500)
                .Alias("URL", "ホームページ", "HP", "Webサイト", "web", "homepage")
            .Text(c => c.Sns, "SNSアカウント", "Social media").Max(200))
        .Section("business", "企業情報", "Business", s => s
            .Text(c => c.Representative, "代表者名", "Representative").Max(100).Searchable().Personal(PersonalData.Identity)
                .Alias("代表者", "代表者氏名", "社長名")
            .Text(c => c.RepresentativeTitle, "代表者役職", "Representative's title").Max(60)
            .Choice(c => c.Industry, "業種", "Industry", Industries.All).Indexed().InList()
                .Alias("業界", "sector")
            .LongText(c => c.Business, "事業内容", "Business").Max(2000)
            .Date(c => c.FoundedOn, "設立年月日", "Founded on")
                .Alias("設立", "設立日", "創業", "established")
            .Number(c => c.Employees, "社員数", "Employees").Range(0, 10_000_000)
                .Alias("従業員数", "従業員", "人数", "number of employees")
            .Money(c => c.Capital, "資本金", "Capital").Range(0, null)
            .Text(c => c.CorporateNumber, "法人番号", "Corporate number").Max(40).Unique().MatchKey()
                .Hint("13桁。検査用数字だけを確かめます。", "13 digits. Only the check digit is verified.")
            .Text(c => c.InvoiceNumber, "登録番号（T番号）", "Invoice registration number").Max(40)
                .Hint("T＋13桁。", "T and 13 digits.")
            .Choice(c => c.PaymentTerms, "支払条件", "Payment terms", PaymentTermChoices.All)
            .Text(c => c.PaymentNote, "支払条件の補足", "Payment note").Max(200))
        .ContactSection()
        .PurchaseSection()
        .Section("memo", "備考", "Note", s => s
            .LongText(c => c.Memo, "備考", "Note").Max(10_000).Searchable()
            .Computed("checks", FieldKind.MultiChoice, "要確認", "To check", CompanyChecks.Of, CustomerChecks.All).ToldOnSave())
        .Rule(CorporateNumberHasItsCheckDigit.Check)
        .Rule(InvoiceNumberIsTAndThirteenDigits.Check)
        .Rule(CompanyIsNotItsOwnParent.Check)
        .Rule(FoundingIsNotInTheFuture.Check)
        .Rule<MergedRecordsComeBackByUndo>();

    /// <summary>The same for all spellings of a company's name, with or without its legal form.</summary>
    public static string? Key(string? name) => CompanyName.Parse(name).Key is { Length: > 0 and <= 200 } key ? key : null;
}
