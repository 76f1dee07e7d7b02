using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Activities;

/// <summary>A meeting, call, mail, visit or task: planned while <see cref="DoneAt"/> is empty, done after. Its owner is who does it.</summary>
internal sealed class Activity : Record
{
    public string? Kind { get; set; } = ActivityKinds.Meeting;

    public string Subject { get; set; } = "";

    public DateTimeOffset? StartsAt { get; set; }

    public DateTimeOffset? EndsAt { get; set; }

    public Guid? DealId { get; set; }

    public Guid? CompanyId { get; set; }

    public Guid? PersonId { get; set; }

    public string? Place { get; set; }

    public string? Content { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    public string? Result { get; set; }

    /// <summary>What was agreed to come next, in words.</summary>
    public string? NextAction { get; set; }

    /// <summary>How long before the beginning to remind; one of <see cref="Reminders"/>.</summary>
    public string? Remind { get; set; }

    /// <summary>The beginning we have reminded of, so that we do it once; another time is another reminder.</summary>
    public DateTimeOffset? RemindedOf { get; set; }

    public bool IsDone => DoneAt is not null;

    /// <summary>Notes that it is done, and answers with what comes next; null when nothing does.</summary>
    public Result<Activity?> Complete(string? result, DateTimeOffset doneAt, string? nextSubject, string? nextKind, DateTimeOffset? nextAt)
    {
        if (IsDone) return new Problem("deals.done-already", ("この活動は完了しています。", "This activity is done already."), Kind: ProblemKind.Conflict);
        var wantsNext = !string.IsNullOrWhiteSpace(nextSubject);
        if (wantsNext && nextAt is null)
        {
            return Problems.Invalid("deals.next-needs-time", "nextAt", ("次の活動の日時を入力してください。", "Say when the next one is."), ("次の活動を作らない場合は件名を空にします。", "Leave its subject empty to make none."));
        }

        (DoneAt, Result) = (doneAt, string.IsNullOrWhiteSpace(result) ? Result : result.Trim());
        if (!wantsNext) return Sdk.Result.Of<Activity?>(null);
        NextAction = nextSubject!.Trim();
        return new Activity
        {
            Kind = nextKind ?? Kind, Subject = NextAction, StartsAt = nextAt, DealId = DealId, CompanyId = CompanyId, PersonId = PersonId, OwnerId = OwnerId, Remind = Remind,
        };
    }

    /// <summary>Notes a reminder that is due now, once. Answers whether it was.</summary>
    public bool RemindIfDue(DateTimeOffset now)
    {
        if (IsDone || StartsAt is not { } starts || Reminders.Before(Remind) is not { } before || RemindedOf == starts || now < starts - before || now > starts + Reminders.TooLate) return false;
        RemindedOf = starts;
        return true;
    }
}

internal static class ActivityFields
{
    public static readonly RecordType<Activity> Type = RecordType.For<Activity>(DealsContract.Activity)
        .Titled("活動", "Activity", "Activities")
        .WithIcon("calendar-event")
        .TitledBy("subject")
        .SortedBy("-startsAt")
        .OnTimelineOf("startsAt", "dealId", "companyId", "personId")
        .Section("basic", "基本情報", "Basics", s => s
            .Choice(a => a.Kind, "種類", "Kind", ActivityKinds.All).Required().Default(ActivityKinds.Meeting).InList()
            .Text(a => a.Subject, "件名", "Subject").Required().Max(200).Searchable().InList()
            .DateTime(a => a.StartsAt, "日時", "When").Required().Indexed().InList()
            .DateTime(a => a.EndsAt, "終了", "Until")
            .Reference(a => a.DealId, "案件", "Deal", DealsContract.Deal).Indexed().InList()
            .Reference(a => a.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(a => a.PersonId, "相手", "With", CustomersContract.Person).Indexed()
            .Text(a => a.Place, "場所", "Place").Max(200)
            .Choice(a => a.Remind, "通知", "Reminder", Reminders.All)
            .LongText(a => a.Content, "内容", "Content").Max(8000).Searchable())
        .Section("result", "結果", "Result", s => s
            .DateTime(a => a.DoneAt, "完了日時", "Done at").Indexed().InList()
                .Hint("空欄は予定。", "Planned when empty.")
            .LongText(a => a.Result, "結果", "Result").Max(8000).Searchable()
            .Text(a => a.NextAction, "次の行動", "Next action").Max(200).InList())
        .Rule(ActivityIsAboutSomething.Check)
        .Rule(ActivityEndsAfterItBegins.Check);
}

internal static class ActivityKinds
{
    public const string Meeting = "meeting";
    public const string Call = "call";
    public const string Mail = "mail";
    public const string Visit = "visit";
    public const string Task = "task";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Meeting, "打ち合わせ", "Meeting", "blue"),
        Choice.Of(Visit, "訪問", "Visit", "green"),
        Choice.Of(Call, "電話", "Call", "orange"),
        Choice.Of(Mail, "メール", "Mail", "purple"),
        Choice.Of(Task, "作業", "Task", "cyan"),
    ];

    public static string Icon(string? kind) => kind switch
    {
        Visit => "map-pin",
        Call => "phone",
        Mail => "mail",
        Task => "checklist",
        _ => "users",
    };

    public static Label Name(string? kind) => All.FirstOrDefault(k => k.Key == kind)?.Label ?? ("活動", "Activity");

    public static string Color(string? kind) => All.FirstOrDefault(k => k.Key == kind)?.Color ?? "blue";
}

internal static class Reminders
{
    /// <summary>A reminder nobody could be given in this time is not given any more.</summary>
    public static readonly TimeSpan TooLate = TimeSpan.FromHours(1);

    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("now", "開始時", "At the beginning"),
        Choice.Of("10m", "10分前", "10 minutes before"),
        Choice.Of("30m", "30分前", "30 minutes before"),
        Choice.Of("1h", "1時間前", "1 hour before"),
        Choice.Of("1d", "1日前", "1 day before"),
    ];

    public static TimeSpan? Before(string? remind) => remind switch
    {
        "now" => TimeSpan.Zero,
        "10m" => TimeSpan.FromMinutes(10),
        "30m" => TimeSpan.FromMinutes(30),
        "1h" => TimeSpan.FromHours(1),
        "1d" => Longest,
        _ => null,
    };
}

/// <summary>An activity is about a deal or somebody, or is a task of one's own.</summary>
internal static class ActivityIsAboutSomething
{
    public static Problem? Check(Activity activity) => activity.Kind == ActivityKinds.Task || (activity.DealId ?? activity.CompanyId ?? activity.PersonId) is not null
        ? null
        : new Problem(
            "deals.activity-about-nothing", ("活動の対象が指定されていません。", "The activity is about nothing."),
            ("案件、会社、相手のどれかを選んでください。", "Choose a deal, a company or a person."), "dealId");
}

/// <summary>An activity ends after it begins.</summary>
internal static class ActivityEndsAfterItBegins
{
    public static Problem? Check(Activity activity) => activity.EndsAt is null || activity.StartsAt is null || activity.EndsAt >= activity.StartsAt
        ? null
        : new Problem(
            "deals.ends-before-it-begins", ("終了が開始より前です。", "The end lies before the beginning."), ("開始以後の日時を入力してください。", "Enter a time after the beginning."), "endsAt");
}
