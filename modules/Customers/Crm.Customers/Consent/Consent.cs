// The ledger: for what, by which channel, on what basis, when, how, after which wording; and what was withdrawn. Entries are added, never rewritten.
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Customers.Consent;

/// <summary>What personal data is used for (利用目的).</summary>
internal sealed class Purpose : Record
{
    public string Code { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Whether it fulfils a contract: no advertisement, so no opt-out and no consent.</summary>
    public bool Contract { get; set; }

    public string[]? Channels { get; set; }

    public bool OutOfUse { get; set; }

    public string? Memo { get; set; }
}

/// <summary>The words of a purpose as people saw them from a day on. A change of words is a new wording.</summary>
internal sealed class Wording : Record
{
    public Guid? PurposeId { get; set; }

    public string Edition { get; set; } = "";

    public string? Text { get; set; }

    public DateOnly? ShownFrom { get; set; }

    public DateOnly? ShownUntil { get; set; }
}

/// <summary>One entry of the ledger.</summary>
internal sealed class ConsentEntry : Record
{
    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    /// <summary>Null: all that are no contract; only for a withdrawal.</summary>
    public Guid? PurposeId { get; set; }

    /// <summary>Null: all; only for a withdrawal.</summary>
    public string? Channel { get; set; }

    public string? Basis { get; set; }

    public DateTimeOffset? At { get; set; }

    public string? How { get; set; }

    public Guid? WordingId { get; set; }

    public string? Evidence { get; set; }

    public DateOnly? Until { get; set; }
}

internal static class Bases
{
    public const string Consent = "consent";
    public const string Written = "written";
    public const string Relationship = "relationship";
    public const string Published = "published";
    public const string Contract = "contract";
    public const string Withdrawn = "withdrawn";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Consent, "同意", "Consent", "green"), Choice.Of(Written, "書面（名刺等）でアドレスの通知を受けた", "Address given in writing (business card)", "teal"),
        Choice.Of(Relationship, "取引関係がある", "Existing business relation", "blue"), Choice.Of(Published, "アドレスを公表している事業者", "Address published by a business", "cyan"),
        Choice.Of(Withdrawn, "撤回・受信拒否", "Withdrawn or opted out", "red"),
    ];

    /// <summary>Exemptions from consent that the law on specified e-mail knows; for mail and text messages alone.</summary>
    public static bool IsOfMail(string? basis) => basis is Written or Relationship or Published;
}

internal static class ChannelChoices
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(CustomersContract.Channels.Email, "メール", "E-mail"), Choice.Of(CustomersContract.Channels.Sms, "SMS", "Text message"),
        Choice.Of(CustomersContract.Channels.Post, "郵便（DM）", "Post"), Choice.Of(CustomersContract.Channels.Phone, "電話", "Phone"),
    ];
}

internal static class ConsentFields
{
    public static readonly RecordType<Purpose> PurposeType = RecordType.For<Purpose>(CustomersContract.Purpose)
        .Titled("利用目的", "Purpose of use", "Purposes of use")
        .WithIcon("list-check")
        .TitledBy("name")
        .SortedBy("code")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Code, "コード", "Code").Required().Max(40).Unique().MatchKey().InList()
            .Text(p => p.Name, "名前", "Name").Required().Max(200).Searchable().InList()
            .YesNo(p => p.Contract, "契約の履行（広告ではない）", "Fulfils a contract, no advertisement").InList()
                .Hint("取引や予約の連絡など。受信拒否の対象外です。", "Notices about orders and bookings; outside opt-outs.")
            .MultiChoice(p => p.Channels, "使う手段", "Channels", ChannelChoices.All).InList()
            .YesNo(p => p.OutOfUse, "廃止", "Out of use").InList()
            .LongText(p => p.Memo, "備考", "Note").Max(2000));

    public static readonly RecordType<Wording> WordingType = RecordType.For<Wording>(CustomersContract.Wording)
        .Titled("同意文言", "Wording")
        .WithIcon("file-text")
        .TitledBy("edition")
        .SortedBy("-shownFrom")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(w => w.PurposeId, "利用目的", "Purpose", CustomersContract.Purpose).Required().Indexed().SeenFrom("同意文言の版", "Wordings").InList()
            .Text(w => w.Edition, "版", "Edition").Required().Max(60).InList()
            .LongText(w => w.Text, "文言（表示したとおり）", "Wording, as shown").Required().Max(10_000)
                .Hint("文言を変えるときは、直さずに新しい版を登録します。", "To change the words, add a version; do not edit.")
            .Date(w => w.ShownFrom, "使用開始", "Shown from").Required().Indexed().InList()
            .Date(w => w.ShownUntil, "使用終了", "Shown until").InList())
        .Rule<TheLedgerIsNotRewritten>();

    public static readonly RecordType<ConsentEntry> Type = RecordType.For<ConsentEntry>(CustomersContract.Consent)
        .Titled("同意台帳", "Consent", "Consent ledger")
        .WithIcon("file-certificate")
        .TitledBy("basis")
        .SortedBy("-at")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(c => c.PersonId, "個人", "Person", CustomersContract.Person).Indexed().SeenFrom("同意", "Consent").InList()
            .Reference(c => c.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().SeenFrom("同意", "Consent").InList()
            .Reference(c => c.PurposeId, "利用目的", "Purpose", CustomersContract.Purpose).Indexed().WithoutTab().InList()
            .Choice(c => c.Channel, "手段", "Channel", ChannelChoices.All).InList()
            .Choice(c => c.Basis, "根拠", "Basis", Bases.All).Required().Default(Bases.Consent).InList()
            .DateTime(c => c.At, "日時", "When").Required().Indexed().InList()
            .Text(c => c.How, "取得方法", "How").Max(200).InList().Hint("Webフォーム、申込書、電話など。", "Web form, paper, phone.")
            .Reference(c => c.WordingId, "表示した文言", "Wording shown", CustomersContract.Wording).WithoutTab()
            .LongText(c => c.Evidence, "証跡", "Evidence").Max(2000)
            .Date(c => c.Until, "有効期限", "Valid until"))
        .Rule(ConsentIsSomebodys.Check)
        .Rule(ConsentSaysForWhatAndHow.Check)
        .Rule<TheLedgerIsNotRewritten>();
}

/// <summary>
/// What was agreed or withdrawn stays as it was written down; a change of mind is another entry. Only who answers for the rights of persons
/// corrects what was entered by mistake.
/// </summary>
internal sealed class TheLedgerIsNotRewritten(IUser user) : RecordRule
{
    private static readonly string[] Free = ["evidence", "owner", "shownUntil"];

    public override IEnumerable<Problem> Check(RuleContext record) => record.IsNew || user.May(CustomersContract.PersonRights)
        ? []
        : record.Type.Fields.Where(f => !f.ReadOnly && !f.InExt && !Free.Contains(f.Key) && record.Changed(f.Key)).Take(1).Select(f => Kept with { Field = f.Key });

    public override IEnumerable<Problem> CheckBin(RuleContext record) => user.May(CustomersContract.PersonRights) ? [] : [Kept];

    private static Problem Kept => new(
        "customers.ledger-kept", ("台帳に書いたことは、変更も削除もできません。", "What stands in the ledger is neither changed nor removed."),
        ("同意や撤回は、新しい記録として追加してください。誤りの訂正は、本人の権利に対応する担当者に依頼してください。", "Add another entry for a new consent or a withdrawal; have mistakes corrected by whoever answers for the rights of persons."), Kind: ProblemKind.Forbidden);
}

/// <summary>An entry is about exactly one customer.</summary>
internal static class ConsentIsSomebodys
{
    public static Problem? Check(ConsentEntry entry) => entry.PersonId is null != (entry.CompanyId is null)
        ? null
        : new Problem("customers.consent-of-nobody", ("個人か会社のどちらか一方を選んでください。", "Choose a person or a company, one of them."), Field: "personId");
}

/// <summary>A permission names its purpose and channel, and a consent how it was given; a withdrawal may be for all.</summary>
internal static class ConsentSaysForWhatAndHow
{
    public static Problem? Check(ConsentEntry entry) => entry.Basis == Bases.Withdrawn ? null
        : entry.PurposeId is null ? Problems.Required("purposeId", ("利用目的", "Purpose"))
        : entry.Channel is null ? Problems.Required("channel", ("手段", "Channel"))
        : entry.Basis == Bases.Consent && string.IsNullOrWhiteSpace(entry.How) ? Problems.Required("how", ("取得方法", "How"))
        : Bases.IsOfMail(entry.Basis) && entry.Channel is not (CustomersContract.Channels.Email or CustomersContract.Channels.Sms)
            ? new Problem("customers.basis-of-mail-only", ("この根拠はメールとSMSだけに使えます。", "This basis holds for e-mail and text messages alone."), ("手段を変えるか、同意を取得してください。", "Change the channel, or ask for consent."), "basis")
        : null;
}

/// <summary>Purposes a tenant begins with.</summary>
internal sealed class FirstPurposes(CustomersDb db) : Sdk.Modules.ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        db.Purposes.AddRange(
            new Purpose { Code = "newsletter", Name = Texts.L("新商品・催しのご案内", "News of products and events"), Channels = [.. ChannelChoices.All.Select(c => c.Key)] },
            new Purpose { Code = "survey", Name = Texts.L("アンケート", "Surveys"), Channels = [CustomersContract.Channels.Email, CustomersContract.Channels.Post] },
            new Purpose { Code = "order", Name = Texts.L("ご注文・ご予約に関する連絡", "Notices about orders and bookings"), Contract = true, Channels = [.. ChannelChoices.All.Select(c => c.Key)] });
        await db.SaveAsync(cancellation: cancellation);
    }
}
