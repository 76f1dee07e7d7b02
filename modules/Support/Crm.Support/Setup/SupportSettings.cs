using Crm.Sdk.Modules;
using Crm.Support.Clock;
using static Crm.Sdk.Texts;

namespace Crm.Support.Setup;

/// <summary>What an administrator sets for Support.</summary>
internal sealed class SupportSettings
{
    private const string Office = "9:00-18:00";

    public string? Monday { get; set; } = Office;

    public string? Tuesday { get; set; } = Office;

    public string? Wednesday { get; set; } = Office;

    public string? Thursday { get; set; } = Office;

    public string? Friday { get; set; } = Office;

    public string? Saturday { get; set; }

    public string? Sunday { get; set; }

    public bool ClosedOnHolidays { get; set; } = true;

    public string? HolidayHours { get; set; }

    public string? ClosedDays { get; set; } = "12-29..01-03";

    public string? OpenDays { get; set; }

    public decimal UrgentResponse { get; set; } = 1;

    public decimal UrgentResolution { get; set; } = 4;

    public decimal HighResponse { get; set; } = 4;

    public decimal HighResolution { get; set; } = 18;

    public decimal NormalResponse { get; set; } = 9;

    public decimal NormalResolution { get; set; } = 45;

    public decimal LowResponse { get; set; } = 18;

    public decimal LowResolution { get; set; } = 90;

    /// <summary>Where answers to our mails arrive.</summary>
    public string? ReplyTo { get; set; }

    public string? Signature { get; set; }

    /// <summary>Whether a mail that comes in is acknowledged.</summary>
    public bool Acknowledge { get; set; } = true;

    /// <summary>The secret in the address to which the mail provider posts; nothing is taken while it is empty.</summary>
    public string? MailSecret { get; set; }

    /// <summary>Beginning of the addresses in mails: <c>https://crm.example.jp</c>.</summary>
    public string? SiteUrl { get; set; }

    public bool FormOpen { get; set; }

    public string? FormIntro { get; set; }

    public string? Consent { get; set; }

    public bool AskSatisfaction { get; set; } = true;

    /// <summary>What stands above the form; in the reader's language unless the tenant has words of its own.</summary>
    public string Introduction() => string.IsNullOrWhiteSpace(FormIntro) ? L("商品・サービスについてのお問い合わせはこちらからお送りください。", "Please write to us here about our products and services.") : FormIntro;

    /// <summary>What whoever sends the form agrees to. Never empty: it is kept with the inquiry, and by it the form counts what it took.</summary>
    public string ConsentWording() => string.IsNullOrWhiteSpace(Consent) ? L("お預かりした個人情報は、お問い合わせへの回答のためにだけ利用します。", "We use what you tell us only to answer your inquiry.") : Consent;

    public static void Describe(SettingsBuilder settings) => settings
        .Section("hours", "営業時間", "Business hours", f => f
            .Text("monday", "月曜", "Monday").Max(100).Rule(HoursText.CheckShifts)
                .Hint("例: 9:00-12:00, 13:00-18:00。空欄は休み。22:00-6:00 のように日をまたげます。", "For example 9:00-12:00, 13:00-18:00; closed when empty; 22:00-6:00 goes past midnight.")
            .Text("tuesday", "火曜", "Tuesday").Max(100).Rule(HoursText.CheckShifts)
            .Text("wednesday", "水曜", "Wednesday").Max(100).Rule(HoursText.CheckShifts)
            .Text("thursday", "木曜", "Thursday").Max(100).Rule(HoursText.CheckShifts)
            .Text("friday", "金曜", "Friday").Max(100).Rule(HoursText.CheckShifts)
            .Text("saturday", "土曜", "Saturday").Max(100).Rule(HoursText.CheckShifts)
            .Text("sunday", "日曜", "Sunday").Max(100).Rule(HoursText.CheckShifts)
            .YesNo("closedOnHolidays", "祝日は休み", "Closed on public holidays").Required()
            .Text("holidayHours", "祝日の営業時間", "Hours on public holidays").Max(100).Rule(HoursText.CheckShifts)
                .Hint("祝日を別の時間で営業する場合。", "When holidays are worked by other hours.")
            .LongText("closedDays", "休業日", "Days closed").Max(4000).Rule(HoursText.CheckDays)
                .Hint("1行に1つ。12-29..01-03（毎年）、2026-08-13..2026-08-16 夏季休業。", "One a line: 12-29..01-03 (each year), 2026-08-13..2026-08-16 summer.")
            .LongText("openDays", "特別な営業日", "Days opened").Max(4000).Rule(HoursText.CheckSpecial)
                .Hint("1行に1日。2026-05-02 10:00-15:00。", "One a line: 2026-05-02 10:00-15:00."))
        .Section("targets", "目標（営業時間）", "Targets (business hours)", f => f
            .Number("urgentResponse", "緊急: 初回回答", "Urgent: first answer", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("urgentResolution", "緊急: 解決", "Urgent: solution", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("highResponse", "高: 初回回答", "High: first answer", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("highResolution", "高: 解決", "High: solution", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("normalResponse", "通常: 初回回答", "Normal: first answer", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("normalResolution", "通常: 解決", "Normal: solution", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("lowResponse", "低: 初回回答", "Low: first answer", decimals: 2).Required().Range(0.01m, 10_000)
            .Number("lowResolution", "低: 解決", "Low: solution", decimals: 2).Required().Range(0.01m, 10_000))
        .Section("mail", "メール", "Mail", f => f
            .Email("replyTo", "返信の宛先", "Answers go to").Max(254)
                .Hint("お客様の返信が届くアドレス。受信をこのシステムに転送するように設定します。", "Where customers' answers arrive; have them forwarded to this system.")
            .LongText("signature", "署名", "Signature").Max(2000)
            .YesNo("acknowledge", "受付確認メールを送る", "Acknowledge what comes in").Required()
            .Text("mailSecret", "受信の秘密", "Secret of the mail hook").Max(200).Secret(atLeast: 16)
                .Hint("メール事業者のWebhookの宛先に ?key=この値 として付けます。宛先の全体は「サポートの設定」にあります。空欄なら受信しません。", "Goes to the end of the address to which your mail provider posts, as ?key=this; the whole address stands under “Set up” of Support. Nothing is taken while it is empty.")
            .Url("siteUrl", "このシステムのURL", "Address of this system").Max(200)
                .Hint("メールに載せるリンクの先頭。例: https://crm.example.jp", "Beginning of the links in mails, such as https://crm.example.jp")
            .YesNo("askSatisfaction", "完了時に満足度を尋ねる", "Ask for satisfaction at the end").Required())
        .Section("form", "Webフォーム", "Web form", f => f
            .YesNo("formOpen", "フォームを公開する", "Open the form").Required()
            .LongText("formIntro", "説明文", "Introduction").Max(2000)
                .Hint("空欄なら標準の文言を、読む人の言語で表示します。", "The usual words in the reader's language when empty.")
            .LongText("consent", "個人情報の取り扱い", "Consent").Max(4000)
                .Hint("空欄なら標準の文言。同意した文言はそのまま問い合わせに残ります。", "The usual words when empty. The wording agreed to is kept with the inquiry."));
}
