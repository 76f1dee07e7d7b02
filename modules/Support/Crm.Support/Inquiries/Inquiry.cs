using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Clock;
using Crm.Support.Contracts;

namespace Crm.Support.Inquiries;

/// <summary>Something somebody asked of us or complained about. Its owner is who answers; its clock runs in business hours.</summary>
internal sealed class Inquiry : Record
{
    /// <summary>For people: <c>2611-9QXD2KM</c>.</summary>
    public string? Number { get; set; }

    public string Subject { get; set; } = "";

    public string? Content { get; set; }

    public string Status { get; set; } = SupportContract.Status.New;

    public string? Priority { get; set; }

    public Guid? ChannelId { get; set; }

    public Guid? TypeId { get; set; }

    public Guid? QueueId { get; set; }

    public Guid? ProductId { get; set; }

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public string? FromName { get; set; }

    public string? FromEmail { get; set; }

    public string? FromPhone { get; set; }

    public DateTimeOffset? ReceivedAt { get; set; }

    public DateTimeOffset? FirstRespondedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public DateTimeOffset? ResponseDue { get; set; }

    public DateTimeOffset? ResolutionDue { get; set; }

    /// <summary>What is due next; empty while nothing is: closed, or the customer's turn.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary>Business minutes from receipt to the first answer, without pauses.</summary>
    public int? ResponseMinutes { get; set; }

    /// <summary>Business minutes from receipt to the end, without pauses.</summary>
    public int? ResolutionMinutes { get; set; }

    /// <summary>How often it was opened again.</summary>
    public int Reopened { get; set; }

    public string? Resolution { get; set; }

    public bool? Complaint { get; set; }

    public string? ComplaintClass { get; set; }

    public string[]? ComplaintAbout { get; set; }

    public string? Cause { get; set; }

    public string? Satisfied { get; set; }

    public string? NotSatisfied { get; set; }

    /// <summary>Whether the same customer complained of the same within the year before.</summary>
    public bool? Recurrence { get; set; }

    /// <summary>The customer's answer to "were you content?", 1 to 5.</summary>
    public int? Score { get; set; }

    /// <summary>The wording to which whoever filled in the public form agreed.</summary>
    public string? ConsentWording { get; set; }

    /// <summary>Since when the clock stands still.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Business seconds for which it has stood still before; or null when it never did.</summary>
    public int? PausedSeconds { get; set; }

    /// <summary>Whether it was taken in: its clock started, its events raised.</summary>
    public DateTimeOffset? TakenInAt { get; set; }

    /// <summary>The due moment somebody was told of, so that it happens once.</summary>
    public DateTimeOffset? EscalatedOf { get; set; }

    /// <summary>When the complaint was told to others.</summary>
    public DateTimeOffset? ComplaintToldAt { get; set; }

    public bool IsClosed => Status == SupportContract.Status.Closed;

    public bool IsComplaint => Complaint == true;

    public DateTimeOffset? DueNext => Status is SupportContract.Status.Closed or SupportContract.Status.Waiting ? null
        : FirstRespondedAt is null && (ResolutionDue is null || ResponseDue < ResolutionDue) ? ResponseDue
        : ResolutionDue;

    /// <summary>Steps taken since it was loaded, to be kept with it; status changes by these alone.</summary>
    internal List<StatusChange> Steps { get; } = [];

    /// <summary>It came in: the clock starts, others are told. One that came closed, from a file, is history and tells nobody.</summary>
    public void TakeIn(DateTimeOffset now, Guid? by)
    {
        ReceivedAt ??= now;
        TakenInAt = now;
        Steps.Add(new StatusChange { InquiryId = Id, At = ReceivedAt.Value, ToStatus = Status, UserId = by });
        if (IsClosed) return;
        Raise(new InquiryOpened(Id, Subject, PersonId, CompanyId, ProductId, ReceivedAt.Value));
    }

    /// <summary>Tells others of the complaint, once.</summary>
    public void TellComplaint(DateTimeOffset now)
    {
        if (!IsComplaint || ComplaintToldAt is not null || IsClosed) return;
        ComplaintToldAt = now;
        Raise(new ComplaintOpened(Id, PersonId, CompanyId, ProductId, ComplaintClass, Recurrence == true));
    }

    /// <summary>Sets what is due when. What has been reached stays as it was promised.</summary>
    public void Promise(Target target, BusinessHours hours)
    {
        if (ReceivedAt is not { } received || IsClosed) return;
        var paused = TimeSpan.FromSeconds(PausedSeconds ?? 0);
        if (FirstRespondedAt is null) ResponseDue = hours.Add(received, target.Response + paused);
        ResolutionDue = hours.Add(received, target.Resolution + paused);
    }

    /// <summary>We answered; the first time stops the clock of the first response.</summary>
    public Result Answer(DateTimeOffset now, Guid? by, BusinessHours hours)
    {
        if (IsClosed) return InquiryProblems.Closed;
        if (FirstRespondedAt is null)
        {
            FirstRespondedAt = now;
            ResponseMinutes = Worked(now, hours);
        }

        OwnerId ??= by;
        if (Status == SupportContract.Status.New) Go(SupportContract.Status.Open, now, by);
        return Result.Done;
    }

    /// <summary>Somebody else, or another queue, is to answer.</summary>
    public Result Assign(Guid? owner, Guid? queue, DateTimeOffset now, Guid? by)
    {
        if (IsClosed) return InquiryProblems.Closed;
        (OwnerId, QueueId) = (owner, queue ?? QueueId);
        if (owner is not null && Status == SupportContract.Status.New) Go(SupportContract.Status.Open, now, by);
        return Result.Done;
    }

    /// <summary>The customer's turn: the clock stands still.</summary>
    public Result Pause(DateTimeOffset now, Guid? by)
    {
        if (IsClosed) return InquiryProblems.Closed;
        if (Status == SupportContract.Status.Waiting) return Result.Done;
        PausedAt = now;
        Go(SupportContract.Status.Waiting, now, by);
        return Result.Done;
    }

    /// <summary>Our turn again: what is due moves by the business time it stood still.</summary>
    public Result Resume(DateTimeOffset now, Guid? by, Target target, BusinessHours hours)
    {
        if (Status != SupportContract.Status.Waiting) return InquiryProblems.NotWaiting;
        StoodStill(PausedAt, now, hours);
        Go(SupportContract.Status.Open, now, by);
        Promise(target, hours);
        return Result.Done;
    }

    /// <summary>It is settled.</summary>
    public Result Close(DateTimeOffset now, Guid? by, BusinessHours hours)
    {
        if (IsClosed) return InquiryProblems.Closed;
        if (IsComplaint && string.IsNullOrWhiteSpace(Cause)) return InquiryProblems.ComplaintNeedsCause;
        if (Status == SupportContract.Status.Waiting) StoodStill(PausedAt, now, hours);
        ClosedAt = now;
        ResolutionMinutes = Worked(now, hours);
        OwnerId ??= by;
        Go(SupportContract.Status.Closed, now, by);
        Raise(new InquiryClosed(Id, PersonId, CompanyId, IsComplaint, now));
        return Result.Done;
    }

    /// <summary>It goes on after all; the time it was closed counts like a pause.</summary>
    public Result Reopen(DateTimeOffset now, Guid? by, Target target, BusinessHours hours)
    {
        if (!IsClosed) return InquiryProblems.NotClosed;
        StoodStill(ClosedAt, now, hours);
        (ClosedAt, ResolutionMinutes) = (null, null);
        Reopened++;
        Go(SupportContract.Status.Open, now, by);
        Promise(target, hours);
        return Result.Done;
    }

    private void StoodStill(DateTimeOffset? since, DateTimeOffset now, BusinessHours hours)
    {
        if (since is { } from) PausedSeconds = (PausedSeconds ?? 0) + (int)Math.Min(int.MaxValue / 2, hours.Between(from, now).TotalSeconds);
        PausedAt = null;
    }

    private int Worked(DateTimeOffset until, BusinessHours hours) =>
        Math.Max(0, (int)((hours.Between(ReceivedAt ?? CreatedAt, until).TotalSeconds - (PausedSeconds ?? 0)) / 60));

    private void Go(string status, DateTimeOffset now, Guid? by)
    {
        Steps.Add(new StatusChange { InquiryId = Id, At = now, FromStatus = Status, ToStatus = status, UserId = by });
        Status = status;
    }
}

/// <summary>One change of an inquiry's status; the first has no status before it.</summary>
internal sealed class StatusChange
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Ids.New();

    public Guid InquiryId { get; set; }

    public DateTimeOffset At { get; set; }

    public string? FromStatus { get; set; }

    public string ToStatus { get; set; } = "";

    public Guid? UserId { get; set; }
}

/// <summary>What can be wrong with a step.</summary>
internal static class InquiryProblems
{
    public static Problem Closed => new(
        "support.closed", ("この問い合わせは完了しています。", "This inquiry is closed."), ("続ける場合は「再開」してください。", "Reopen it to go on."), Kind: ProblemKind.Conflict);

    public static Problem NotClosed => new(
        "support.not-closed", ("この問い合わせは完了していません。", "This inquiry is not closed."), ("そのまま対応を続けられます。", "Just go on with it."), Kind: ProblemKind.Conflict);

    public static Problem NotWaiting => new(
        "support.not-waiting", ("この問い合わせはお客様待ちではありません。", "This inquiry does not wait for the customer."), ("そのまま対応を続けられます。", "Just go on with it."), Kind: ProblemKind.Conflict);

    public static Problem ComplaintNeedsCause => Problems.Invalid(
        "support.complaint-needs-cause", "cause", ("クレームの原因を入力してください。", "Say what caused the complaint."), ("再発を防ぐため、完了の前に原因を残します。", "It is noted before the end so that it does not happen again."));

    public static Problem NoSuchFile => new(
        "support.no-such-file", ("添付したファイルが見つかりません。", "The file to attach is not there."), ("もう一度ファイルを選んでください。", "Choose the file again."), "file", ProblemKind.NotFound);

    public static Problem NothingWritten => Problems.Invalid(
        "support.nothing-written", "text", ("本文が空です。", "Nothing is written."), ("本文を入力してください。", "Write something."));
}
