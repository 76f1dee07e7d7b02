using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Clock;
using Crm.Support.Contracts;

namespace Crm.Support.Inquiries;

internal static class InquiryFields
{
    public static readonly RecordType<Inquiry> Type = RecordType.For<Inquiry>(SupportContract.Inquiry)
        .Titled("問い合わせ", "Inquiry", "Inquiries")
        .WithIcon("headset")
        .TitledBy("subject")
        .SortedBy("-receivedAt")
        .OnTimelineOf("receivedAt", "companyId", "personId")
        .Section("basic", "基本情報", "Basics", s => s
            .Computed(i => i.Number, FieldKind.Text, "受付番号", "Number", i => InquiryNumber.Of(i.Id)).Max(40).Searchable().Indexed().InList()
            .Text(i => i.Subject, "件名", "Subject").Required().Max(200).Searchable().InList()
            .LongText(i => i.Content, "内容", "Content").Max(20_000).Searchable().Personal(PersonalData.Life)
            .Choice(i => i.Status, "状態", "Status", Statuses.All).Required().Default(SupportContract.Status.New).ChangedBySteps().Indexed().InList()
                .Hint("登録後は「返信」「お客様待ち」「完了」などの操作で変わります。", "Changed later by Reply, Wait, Close.")
            .Choice(i => i.Priority, "優先度", "Priority", Priorities.All).Indexed().InList()
                .Hint("空欄なら種類の優先度。", "That of the type when empty.")
            .Reference(i => i.TypeId, "種類", "Type", SupportContract.Type).Indexed().InList()
            .Reference(i => i.ChannelId, "受付方法", "Channel", SupportContract.Channel).Indexed()
            .Reference(i => i.QueueId, "窓口", "Queue", SupportContract.Queue).Indexed()
                .Hint("空欄なら種類の窓口。", "That of the type when empty.")
            .Reference(i => i.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .DateTime(i => i.ReceivedAt, "受付日時", "Received").Indexed().InList()
                .Hint("空欄なら登録した日時。", "When it was entered, when empty."))
        .Section("who", "お客様", "Customer", s => s
            .Reference(i => i.PersonId, "個人", "Person", CustomersContract.Person).Indexed().InList()
            .Reference(i => i.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Text(i => i.FromName, "名乗った名前", "Name given").Max(200).Searchable().Personal(PersonalData.Identity)
            .Email(i => i.FromEmail, "返信先メール", "Answer to").Max(254).Searchable().Indexed().Personal(PersonalData.Contact)
                .Hint("空欄なら個人または会社のメールアドレス。", "The address of the person or company when empty.")
            .Phone(i => i.FromPhone, "折返し電話", "Call back").Max(40).Searchable().Personal(PersonalData.Contact))
        .Section("complaint", "クレーム", "Complaint", s => s
            .YesNo(i => i.Complaint, "クレーム", "Complaint").Indexed()
            .Choice(i => i.ComplaintClass, "対象", "About", ComplaintClasses.All)
            .MultiChoice(i => i.ComplaintAbout, "何について", "What of it", ComplaintClasses.About)
            .LongText(i => i.Cause, "原因", "Cause").Max(4000)
            .LongText(i => i.Satisfied, "納得いただけた対応", "What satisfied").Max(4000)
            .LongText(i => i.NotSatisfied, "納得いただけなかった対応", "What did not").Max(4000)
            .YesNo(i => i.Recurrence, "再発", "Recurrence").ReadOnly()
                .Hint("同じお客様から1年以内に同じ商品・種類・対象のクレーム。", "The same customer complained of the same product, type or class within a year."))
        .Section("clock", "対応状況", "Progress", s => s
            .Computed(i => i.NextDue, FieldKind.DateTime, "次の期限", "Next due", i => i.DueNext).Indexed().InList()
            .DateTime(i => i.ResponseDue, "初回回答の期限", "First answer due").ReadOnly()
            .DateTime(i => i.FirstRespondedAt, "初回回答", "First answered").ReadOnly()
            .Number(i => i.ResponseMinutes, "初回回答までの時間（営業分）", "To the first answer (business minutes)").ReadOnly()
            .DateTime(i => i.ResolutionDue, "解決の期限", "Solution due").ReadOnly()
            .DateTime(i => i.ClosedAt, "完了日時", "Closed").ChangedBySteps().Indexed()
            .Number(i => i.ResolutionMinutes, "解決までの時間（営業分）", "To the end (business minutes)").ReadOnly()
            .Number(i => i.Reopened, "再開回数", "Times reopened").ReadOnly()
            .LongText(i => i.Resolution, "解決内容", "How it was settled").Max(8000).Searchable()
            .Number(i => i.Score, "満足度（1〜5）", "Satisfaction (1 to 5)").ReadOnly().Indexed()
            .LongText(i => i.ConsentWording, "同意した文言", "Wording agreed to").Max(4000).ReadOnly())
        .CompletedBy<KeepClock>()
        .Rule(StatusChangesBySteps.Check)
        .Rule(OnlyAClosedInquiryHasAnEnd.Check)
        .Rule(InquiryDoesNotComeFromTheFuture.Check);
}

internal static class Statuses
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(SupportContract.Status.New, "未対応", "New", "red"),
        Choice.Of(SupportContract.Status.Open, "対応中", "Open", "blue"),
        Choice.Of(SupportContract.Status.Waiting, "お客様待ち", "Waiting", "orange"),
        Choice.Of(SupportContract.Status.Closed, "完了", "Closed", "green"),
    ];

    public static Label Name(string? status) => All.FirstOrDefault(s => s.Key == status)?.Label ?? Label.Same(status ?? "–");

    public static string? Color(string? status) => All.FirstOrDefault(s => s.Key == status)?.Color;
}

internal static class Priorities
{
    public const string Low = "low";
    public const string Normal = "normal";
    public const string High = "high";
    public const string Urgent = "urgent";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Urgent, "緊急", "Urgent", "red"),
        Choice.Of(High, "高", "High", "orange"),
        Choice.Of(Normal, "通常", "Normal", "blue"),
        Choice.Of(Low, "低", "Low", "secondary"),
    ];

    public static Choice? Of(string? priority) => All.FirstOrDefault(p => p.Key == priority);
}

internal static class ComplaintClasses
{
    public const string Service = "service";
    public const string Product = "product";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Service, "サービス", "Service", "purple"),
        Choice.Of(Product, "商品", "Product", "orange"),
    ];

    /// <summary>What exactly was complained about; of services first, then of products.</summary>
    public static readonly IReadOnlyList<Choice> About =
    [
        Choice.Of("attitude", "接客・態度", "Attitude"),
        Choice.Of("speed", "対応の速さ", "Speed"),
        Choice.Of("explanation", "説明不足・誤案内", "Explanation"),
        Choice.Of("delivery", "納期・配送", "Delivery"),
        Choice.Of("billing", "請求・料金", "Billing"),
        Choice.Of("cleanliness", "清潔さ・設備", "Cleanliness and facilities"),
        Choice.Of("defect", "不良・故障", "Defect"),
        Choice.Of("quality", "品質・味", "Quality"),
        Choice.Of("mistake", "品違い・数量違い", "Wrong article or quantity"),
        Choice.Of("other", "その他", "Other"),
    ];
}

/// <summary>A number people can say on the phone: year and month of entry, and seven characters without those that are mistaken for others.</summary>
internal static class InquiryNumber
{
    private const string Characters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 7;

    public static string Of(Guid id)
    {
        // A GUID v7 holds its moment in the first 48 bits and chance in the last 62.
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16;
        var chance = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var month = milliseconds is > 0 and < 253_402_300_799_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;
        return string.Create(5 + Length, (month, chance), static (text, from) =>
        {
            from.month.TryFormat(text, out _, "yyMM", System.Globalization.CultureInfo.InvariantCulture);
            text[4] = '-';
            for (var i = 0; i < Length; i++) text[5 + i] = Characters[(int)(from.chance >> (5 * i)) & 31];
        });
    }
}
