using Crm.Campaigns.Results;
using Crm.Campaigns.Sending;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Campaigns.Setup;

/// <summary>What an administrator sets for Campaigns.</summary>
internal sealed class CampaignSettings
{
    public string? SenderName { get; set; }

    public string? SenderAddress { get; set; }

    public string? SenderContact { get; set; }

    public string? ReplyTo { get; set; }

    /// <summary>Beginning of the addresses in mails: <c>https://crm.example.jp</c>.</summary>
    public string? SiteUrl { get; set; }

    /// <summary>Whether opens and clicks are counted.</summary>
    public bool Tracking { get; set; } = true;

    /// <summary>Nobody approves a campaign they are responsible for.</summary>
    public bool FourEyes { get; set; }

    public decimal CapMails { get; set; } = 4;

    public decimal CapDays { get; set; } = 7;

    public string InDoubt { get; set; } = InDoubtRules.Report;

    public decimal Lines { get; set; } = 4;

    public string? Pace { get; set; }

    /// <summary>Where test mails may go besides the address of whoever sends one: one a line, such as mailboxes at the carriers.</summary>
    public string? TestAddresses { get; set; }

    /// <summary>The secret in the address to which the mail provider reports bounces and complaints; nothing is taken while it is empty.</summary>
    public string? HookSecret { get; set; }

    /// <summary>Where text messages are posted to.</summary>
    public string? SmsUrl { get; set; }

    public string? SmsSecret { get; set; }

    public string Attribution { get; set; } = AttributionModels.Last;

    public decimal HalfLife { get; set; } = 7;

    public decimal Margin { get; set; } = 100;

    public static void Describe(SettingsBuilder settings) => settings
        .Section("sender", "送信者の表示（特定電子メール法）", "Who sends (law on specified e-mail)", f => f
            .Text("senderName", "送信者の名称", "Name").Max(200)
                .Hint("送信に責任を持つ法人・個人の名称。すべての配信メールの末尾に表示されます。", "Who answers for the mails; stands at the end of each.")
            .Text("senderAddress", "住所", "Postal address").Max(300)
            .Text("senderContact", "苦情・問い合わせ先", "Contact for complaints").Max(300)
                .Hint("電話番号、メールアドレスまたはURL。", "A phone number, mail address or URL.")
            .Email("replyTo", "返信の宛先", "Answers go to").Max(254)
            .Url("siteUrl", "このシステムのURL", "Address of this system").Max(200)
                .Hint("配信停止などのリンクの先頭。受信者が開ける必要があります。例: https://crm.example.jp", "Beginning of the links to opt out; readers must be able to open it."))
        .Section("rules", "配信のルール", "Rules of sending", f => f
            .YesNo("tracking", "開封とクリックを計測する", "Count opens and clicks").Required()
            .YesNo("fourEyes", "担当者本人による承認を認めない", "Owners do not approve their own").Required()
            .Number("capMails", "配信の上限（通）", "At most so many mails").Required().Range(0, 100)
                .Hint("1人あたり、メールとSMSを合わせて。郵送と電話は数えません。0なら上限なし。", "To one customer, mails and text messages together; letters and calls do not count. 0 for no limit.")
            .Number("capDays", "上限を数える日数", "Within days").Required().Range(1, 365))
        .Section("sending", "送信エンジン", "Sending", f => f
            .Choice("inDoubt", "停止時に送信中だったメール", "Mails under way when a node died", InDoubtRules.All).Required()
            .Number("lines", "同時接続数", "Connections").Required().Range(1, 20)
            .LongText("pace", "ドメインごとの速度", "Pace by domain").Max(2000).Rule(PaceText.Check)
                .Hint("1行に1つ、ドメインと毎秒の通数。例: docomo.ne.jp 5。「*」は全体。", "One a line: domain and mails a second, such as docomo.ne.jp 5; * for all.")
            .Text("hookSecret", "不達通知の秘密", "Secret of the bounce hook").Max(200).Secret(atLeast: 16)
                .Hint("メール事業者の通知先: /public/（テナント）/campaigns/bounce?key=この値", "Your provider posts to /public/(tenant)/campaigns/bounce?key=this.")
            .Url("smsUrl", "SMS送信先のURL", "Text messages are posted to").Max(500)
            .Text("smsSecret", "SMS送信先の秘密", "Secret of that address").Max(200).Secret())
        .Section("tests", "テストメール", "Test mails", f => f
            .LongText("testAddresses", "テストメールの送り先", "Test mails may go to").Max(2000).Rule(TestMailboxes.Check)
                .Hint("1行に1つ。自分のアドレスにはいつでも送れます。各社の表示を確かめる受信箱などを登録します。", "One a line, such as mailboxes at other providers. One's own address is always allowed."))
        .Section("results", "効果の計算", "Results", f => f
            .Choice("attribution", "貢献度の割り当て", "Attribution", AttributionModels.All).Required()
            .Number("halfLife", "半減期（日）", "Half-life (days)").Required().Range(1, 365)
                .Hint("「時間減衰」で使います。", "For the model of decay.")
            .Number("margin", "粗利率（%）", "Gross margin (%)").Required().Range(1, 100)
                .Hint("ROI＝（売上×粗利率－費用）÷費用。", "ROI = (revenue × margin − cost) ÷ cost."));
}

/// <summary>What is done with mails of which nobody knows whether the server took them.</summary>
internal static class InDoubtRules
{
    public const string Report = "report";
    public const string Again = "again";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Report, "再送せず一覧に残す（二重に届かない）", "Listed, not sent again (nobody gets two)"),
        Choice.Of(Again, "同じMessage-IDで再送する（届かない人がいない）", "Sent again with the same Message-ID (nobody gets none)"),
    ];
}

/// <summary>What the law wants to stand in every mail, and the address of the links (特定電子メール法 Art. 4).</summary>
/// <param name="Name">Who answers for the mails.</param>
/// <param name="Address">Where they are.</param>
/// <param name="Contact">Where complaints go.</param>
/// <param name="Site">Beginning of the links, without a slash at its end.</param>
/// <param name="ReplyTo">Where answers go; or null.</param>
internal sealed record Sender(string Name, string Address, string Contact, string Site, string? ReplyTo);

/// <summary>Says who sends; refuses while something the law wants is not said.</summary>
internal sealed class LawfulSender(ISettings settings)
{
    public Result<Sender> Known()
    {
        var set = settings.Of<CampaignSettings>();
        if (set is { SenderName.Length: > 0, SenderAddress.Length: > 0, SenderContact.Length: > 0, SiteUrl.Length: > 0 })
        {
            return new Sender(set.SenderName, set.SenderAddress, set.SenderContact, set.SiteUrl.TrimEnd('/'), set.ReplyTo is { Length: > 0 } replyTo ? replyTo : null);
        }

        return new Problem(
            "campaigns.no-sender", ("送信者の名称・住所・連絡先・システムのURLがそろっていないため、メールを送れません。", "Name, address and contact of the sender and the address of this system are not all known: no mail is sent without them."),
            ("設定 → モジュール → キャンペーンで入力してください。", "Fill them in at settings → modules → campaigns."));
    }
}
