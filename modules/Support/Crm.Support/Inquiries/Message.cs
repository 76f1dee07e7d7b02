using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;

namespace Crm.Support.Inquiries;

/// <summary>One message of a thread. It stays as it was written.</summary>
internal sealed class Message : Record
{
    public Guid? InquiryId { get; set; }

    public string Kind { get; set; } = MessageKinds.Note;

    public DateTimeOffset? At { get; set; }

    public string? FromName { get; set; }

    /// <summary>Theirs when they wrote, where it went when we did.</summary>
    public string? Address { get; set; }

    /// <summary>Who got a copy of our mail; addresses with commas between.</summary>
    public string? Cc { get; set; }

    public string? Subject { get; set; }

    public string? Text { get; set; }

    /// <summary>The Message-ID it came with or goes with, without angle brackets.</summary>
    public string? MailId { get; set; }

    /// <summary>Of our mails: whether it left.</summary>
    public string? Delivery { get; set; }

    /// <summary>Whether the module writes on it: what became of the mail.</summary>
    internal bool Kept { get; set; }

    /// <summary>What they said when they asked, as the first message of the thread; null when nobody wrote it down.</summary>
    public static Message? FirstOf(Inquiry inquiry) => string.IsNullOrWhiteSpace(inquiry.Content) ? null : new()
    {
        InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Customer, At = inquiry.ReceivedAt, FromName = inquiry.FromName, Address = inquiry.FromEmail, Subject = inquiry.Subject, Text = inquiry.Content,
    };
}

internal static class MessageFields
{
    public static readonly RecordType<Message> Type = RecordType.For<Message>(SupportContract.Message)
        .Titled("メッセージ", "Message")
        .WithIcon("message")
        .TitledBy("subject")
        .SortedBy("-at")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(m => m.InquiryId, "問い合わせ", "Inquiry", SupportContract.Inquiry).Required().Indexed().WithoutTab().InList()
            .Choice(m => m.Kind, "種類", "Kind", MessageKinds.All).Required().Default(MessageKinds.Note).InList()
            .DateTime(m => m.At, "日時", "When").Required().Indexed().InList()
            .Text(m => m.FromName, "差出人", "From").Max(200).InList().Personal(PersonalData.Identity)
            .Text(m => m.Address, "メールアドレス", "Address").Max(254).Personal(PersonalData.Contact)
            .Text(m => m.Cc, "CC", "CC").Max(1000).Personal(PersonalData.Contact)
            .Text(m => m.Subject, "件名", "Subject").Max(400).InList()
            .LongText(m => m.Text, "本文", "Text").Max(100_000).Searchable().Personal(PersonalData.Life)
            .Text(m => m.MailId, "Message-ID", "Message-ID").Max(400).Unique()
            .Choice(m => m.Delivery, "送信", "Sending", Deliveries.All).ReadOnly())
        .Rule(AMessageStaysAsItWasWritten.Check);
}

internal static class MessageKinds
{
    public const string Customer = "customer";
    public const string Reply = "reply";
    public const string Note = "note";
    public const string Automatic = "automatic";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Customer, "お客様", "Customer", "green"),
        Choice.Of(Reply, "返信", "Reply", "blue"),
        Choice.Of(Note, "社内メモ", "Internal note", "yellow"),
        Choice.Of(Automatic, "自動送信", "Automatic", "secondary"),
    ];
}

internal static class Deliveries
{
    public const string Queued = "queued";
    public const string Sent = "sent";
    public const string Failed = "failed";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Queued, "送信待ち", "Waiting to be sent", "yellow"),
        Choice.Of(Sent, "送信済み", "Sent", "green"),
        Choice.Of(Failed, "送信失敗", "Not sent", "red"),
    ];
}

/// <summary>A message is evidence: it is written once.</summary>
internal static class AMessageStaysAsItWasWritten
{
    private static readonly string[] Written = ["inquiryId", "kind", "at", "fromName", "address", "cc", "subject", "text", "mailId"];

    public static Problem? Check(Message message, RuleContext rule) => rule.IsNew || message.Kept || !Written.Any(rule.Changed) ? null : new Problem(
        "support.message-stays", ("メッセージは書き換えられません。", "A message stays as it was written."),
        ("補足は社内メモか新しい返信で残してください。", "Add a note or another reply."), Written.First(rule.Changed), ProblemKind.Conflict);
}

/// <summary>A file of a message.</summary>
internal sealed class Attachment : Record
{
    public Guid? MessageId { get; set; }

    public Guid? InquiryId { get; set; }

    public string Name { get; set; } = "";

    public Guid? Content { get; set; }
}

internal static class AttachmentFields
{
    public static readonly RecordType<Attachment> Type = RecordType.For<Attachment>(SupportContract.Attachment)
        .Titled("添付ファイル", "Attachment")
        .WithIcon("paperclip")
        .TitledBy("name")
        .SortedBy("-createdAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(a => a.Name, "名前", "Name").Required().Max(200).Searchable().InList()
            .Reference(a => a.InquiryId, "問い合わせ", "Inquiry", SupportContract.Inquiry).Required().Indexed().WithoutTab().InList()
            .Reference(a => a.MessageId, "メッセージ", "Message", SupportContract.Message).Indexed().WithoutTab()
            .File(a => a.Content, "ファイル", "File").Required());
}

/// <summary>That two inquiries belong together.</summary>
internal sealed class InquiryLink : Record
{
    public Guid? InquiryId { get; set; }

    public Guid? OtherId { get; set; }

    public string Kind { get; set; } = LinkKinds.Related;
}

internal static class LinkFields
{
    public static readonly RecordType<InquiryLink> Type = RecordType.For<InquiryLink>(SupportContract.Link)
        .Titled("関連", "Link")
        .WithIcon("link")
        .TitledBy("kind")
        .SortedBy("-createdAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(l => l.InquiryId, "問い合わせ", "Inquiry", SupportContract.Inquiry).Required().Indexed().WithoutTab().InList()
            .Choice(l => l.Kind, "関係", "Kind", LinkKinds.All).Required().Default(LinkKinds.Related).InList()
            .Reference(l => l.OtherId, "相手の問い合わせ", "Other inquiry", SupportContract.Inquiry).Required().Indexed().WithoutTab().InList())
        .Rule(NothingIsLinkedToItself.Check);
}

internal static class LinkKinds
{
    public const string Related = "related";
    public const string Duplicate = "duplicate";
    public const string Follows = "follows";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Related, "関連", "Related"),
        Choice.Of(Duplicate, "重複", "Duplicate of"),
        Choice.Of(Follows, "続き", "Follows"),
    ];

    /// <summary>What the other inquiry is to the one looked at: of a duplicate the original, of what follows the one before.</summary>
    /// <param name="kind">The kind of the link.</param>
    /// <param name="fromHere">Whether the link was made from the one looked at.</param>
    public static Label OfOther(string kind, bool fromHere) => (kind, fromHere) switch
    {
        (Duplicate, true) => ("重複元", "Duplicate of"),
        (Duplicate, false) => ("重複", "Duplicated by"),
        (Follows, true) => ("前の問い合わせ", "Follows"),
        (Follows, false) => ("続きの問い合わせ", "Followed by"),
        _ => ("関連", "Related"),
    };
}

/// <summary>An inquiry is linked to another, not to itself.</summary>
internal static class NothingIsLinkedToItself
{
    public static Problem? Check(InquiryLink link) => link.InquiryId != link.OtherId ? null
        : new Problem("support.linked-to-itself", ("同じ問い合わせどうしは関連付けられません。", "An inquiry cannot be linked to itself."), ("別の問い合わせを選んでください。", "Choose another."), "otherId");
}
