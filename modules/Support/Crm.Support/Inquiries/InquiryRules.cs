// Rules of an inquiry; they hold for form, API, file, bulk edit and the steps alike.
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Support.Inquiries;

/// <summary>Once an inquiry is there, its status changes by the steps alone, so that each change has its moment and the clock stays true.</summary>
internal static class StatusChangesBySteps
{
    public static Problem? Check(Inquiry inquiry, RuleContext rule) => rule.IsNew || inquiry.Steps.Count > 0 ? null
        : rule.Changed("status") ? new Problem(
            "support.status-by-steps", ("状態はここでは変えられません。", "The status is not changed here."),
            ("問い合わせの画面の「返信」「お客様待ち」「完了」「再開」を使ってください。", "Use Reply, Wait, Close or Reopen on its page."), "status")
        : rule.Changed("closedAt") ? new Problem(
            "support.end-by-steps", ("完了日時はここでは変えられません。", "The end is not changed here."),
            ("「完了」または「再開」を使ってください。", "Use Close or Reopen."), "closedAt")
        : null;
}

/// <summary>A closed inquiry says when it ended; others do not.</summary>
internal static class OnlyAClosedInquiryHasAnEnd
{
    public static Problem? Check(Inquiry inquiry) => (inquiry.IsClosed, inquiry.ClosedAt) switch
    {
        (false, not null) => new Problem(
            "support.open-but-ended", ("完了していない問い合わせに完了日時が入っています。", "An inquiry that is not closed has an end."),
            ("完了日時を空にするか、状態を完了にしてください。", "Leave it empty, or make it closed."), "closedAt"),
        (true, null) => new Problem(
            "support.closed-without-end", ("完了日時がありません。", "When it was closed is missing."), ("完了日時を入力してください。", "Enter it."), "closedAt"),
        (true, { } end) when end < inquiry.ReceivedAt => new Problem(
            "support.ended-before-received", ("完了日時が受付日時より前です。", "It ended before it was received."), ("日時を確認してください。", "Check the times."), "closedAt"),
        _ => null,
    };
}

/// <summary>An inquiry has been received by now.</summary>
internal static class InquiryDoesNotComeFromTheFuture
{
    public static Problem? Check(Inquiry inquiry, RuleContext rule) =>
        inquiry.ReceivedAt is { } received && rule.Tenant.DayOf(received) > rule.Today
            ? new Problem("support.received-in-future", ("受付日時が未来です。", "It would be received in the future."), ("今日までの日時を入力してください。", "Enter a time up to today."), "receivedAt")
            : null;
}
