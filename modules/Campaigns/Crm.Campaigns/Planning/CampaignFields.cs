using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Planning;

internal static class CampaignFields
{
    public static readonly RecordType<Campaign> Type = RecordType.For<Campaign>(CampaignsContract.Campaign)
        .Titled("キャンペーン", "Campaign")
        .WithIcon("speakerphone")
        .TitledBy("name")
        .SortedBy("-createdAt")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(c => c.Name, "名前", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Choice(c => c.Status, "状態", "Status", Statuses.All).ReadOnly().Default(CampaignsContract.Status.Draft).Indexed().InList()
            .Choice(c => c.Channel, "手段", "Channel", Channels.All).Required().Default(Channels.Email).Indexed().InList()
            .Reference(c => c.PurposeId, "利用目的", "Purpose of use", CustomersContract.Purpose).Required().Indexed().WithoutTab()
                .Hint("この目的について同意などの根拠がある顧客だけに送ります。", "Only customers for whom the consent ledger allows this purpose get it.")
            .Reference(c => c.SegmentId, "セグメント", "Segment", CustomersContract.Segment).Required().Indexed().SeenFrom("キャンペーン", "Campaigns").InList()
            .DateTime(c => c.ScheduledAt, "配信日時", "Send at").Indexed().InList()
                .Hint("空欄なら承認後すぐ。", "At once after approval when empty.")
            .Money(c => c.Budget, "予算", "Budget").InList()
            .LongText(c => c.Memo, "備考", "Note").Max(4000))
        .Section("content", "内容", "Content", s => s
            .Reference(c => c.TemplateId, "テンプレート", "Template", CampaignsContract.Template).Indexed().SeenFrom("キャンペーン", "Campaigns")
                .Hint("メールとSMSに必要です。", "Needed for mail and text messages.")
            .Text(c => c.Subject, "件名", "Subject").Max(200)
                .Hint("空欄ならテンプレートの件名。", "That of the template when empty.")
            .Text(c => c.SubjectB, "件名B（A/Bテスト）", "Subject B (A/B test)").Max(200)
            .Number(c => c.TestShare, "テストの割合（%）", "Share in the test (%)").Range(2, 100)
                .Hint("この割合にAとBを半々で送り、残りには成績の良い件名で送ります。空欄や100なら全員を半々に。", "So many get A or B; the rest gets the better one. All, half and half, when empty or 100.")
            .Number(c => c.TestHours, "テストの時間", "Hours of the test").Range(1, 168)
                .Hint("空欄なら4時間。開封率で選びます。", "4 when empty; chosen by opens."))
        .Section("measure", "効果測定", "Measuring", s => s
            .Number(c => c.HoldoutPercent, "対照群（%）", "Holdout (%)").Range(0, 90)
                .Hint("この割合には送らず、送った人と比べて効果を測ります。", "So many get nothing; comparing both shows what the campaign brings.")
            .Number(c => c.ResponseDays, "反応を数える日数", "Days in which responses count").Range(1, 365)
                .Hint("空欄なら30日。", "30 when empty."))
        .Section("progress", "経過", "Progress", s => s
            .Number(c => c.Audience, "対象人数", "Audience").ReadOnly().InList()
            .Number(c => c.Excluded, "除外人数", "Left out").ReadOnly().InList()
            .DateTime(c => c.PreparedAt, "対象の確定", "Audience drawn up").ReadOnly()
            .User(c => c.PreparedBy, "確定者", "Prepared by").ReadOnly()
            .User(c => c.ApprovedBy, "承認者", "Approved by").ReadOnly()
            .DateTime(c => c.ApprovedAt, "承認日時", "Approved at").ReadOnly()
            .DateTime(c => c.FinishedAt, "完了日時", "Finished at").ReadOnly().Indexed()
            .Choice(c => c.Winner, "選ばれた件名", "Subject chosen", Audience.Variants.All).ReadOnly())
        .Rule(ApprovedCampaignsStayAsTheyAre.Check)
        .Rule<SentCampaignsStay>()
        .Rule(OnlyMailsHaveSubjectTests.Check);
}

/// <summary>The ways to reach customers; keys are those of Customers.</summary>
internal static class Channels
{
    public const string Email = CustomersContract.Channels.Email;
    public const string Sms = CustomersContract.Channels.Sms;
    public const string Post = CustomersContract.Channels.Post;
    public const string Phone = CustomersContract.Channels.Phone;

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Email, "メール", "E-mail", "blue"), Choice.Of(Sms, "SMS", "Text message", "teal"),
        Choice.Of(Post, "DM（宛名リスト）", "Direct mail (list)", "orange"), Choice.Of(Phone, "電話（架電リスト）", "Phone (call list)", "purple"),
    ];

    /// <summary>Handed out as a list and not sent by us.</summary>
    public static bool IsList(string? channel) => channel is Post or Phone;
}

internal static class Statuses
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(CampaignsContract.Status.Draft, "下書き", "Draft"), Choice.Of(CampaignsContract.Status.Preparing, "対象を抽出中", "Drawing up", "yellow"),
        Choice.Of(CampaignsContract.Status.Prepared, "承認待ち", "To be approved", "yellow"), Choice.Of(CampaignsContract.Status.Approved, "承認済・配信中", "Approved, on its way", "blue"),
        Choice.Of(CampaignsContract.Status.Done, "完了", "Done", "green"), Choice.Of(CampaignsContract.Status.Stopped, "中止", "Stopped", "red"),
    ];
}
