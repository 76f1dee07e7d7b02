using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Nurturing;

/// <summary>A row of steps that customers walk through one by one, each at their own time: mails, waits, conditions.</summary>
internal sealed class Flow : Record
{
    public string Name { get; set; } = "";

    public Guid? PurposeId { get; set; }

    /// <summary>Who is in it or comes into it enters the flow, once.</summary>
    public Guid? SegmentId { get; set; }

    /// <summary>Whether who responds leaves the flow.</summary>
    public bool ExitOnResponse { get; set; } = true;

    public bool IsRunning { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Since when nobody moves on; null while it runs.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    public string? Memo { get; set; }
}

/// <summary>A step of a flow.</summary>
internal sealed class FlowStep : Record
{
    public Guid? FlowId { get; set; }

    public int Position { get; set; }

    public string? Kind { get; set; } = StepKinds.Wait;

    public Guid? TemplateId { get; set; }

    public int? Days { get; set; }

    public string? Condition { get; set; }

    /// <summary>Where who does not meet the condition goes on; they leave the flow when null.</summary>
    public Guid? ElseStepId { get; set; }
}

internal static class StepKinds
{
    public const string Mail = "mail";
    public const string Wait = "wait";
    public const string Condition = "condition";
    public const string Exit = "exit";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Mail, "メールを送る", "Send a mail", "blue"), Choice.Of(Wait, "待つ", "Wait", "yellow"), Choice.Of(Condition, "条件で分ける", "Ask", "purple"), Choice.Of(Exit, "終了する", "Leave the flow", "red"),
    ];
}

internal static class StepConditions
{
    public const string Opened = "opened";
    public const string Clicked = "clicked";
    public const string Responded = "responded";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Opened, "直前のメールを開封した", "Opened the mail before"), Choice.Of(Clicked, "直前のメールのリンクを開いた", "Followed a link of it"), Choice.Of(Responded, "フローに入ってから反応（購入・受注など）があった", "Responded since entering"),
    ];
}

internal static class FlowFields
{
    public static readonly RecordType<Flow> Type = RecordType.For<Flow>(CampaignsContract.Flow)
        .Titled("ナーチャリング", "Nurturing flow")
        .WithIcon("route-alt-left")
        .TitledBy("name")
        .SortedBy("name")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(f => f.Name, "名前", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Reference(f => f.PurposeId, "利用目的", "Purpose of use", CustomersContract.Purpose).Required().Indexed().WithoutTab()
            .Reference(f => f.SegmentId, "入口のセグメント", "Segment that enters", CustomersContract.Segment).Required().Indexed().SeenFrom("ナーチャリング", "Flows").InList()
                .Hint("このセグメントに入った顧客が、1人1回ずつ始めます。", "Whoever comes into it enters, once.")
            .YesNo(f => f.ExitOnResponse, "反応したら終了", "Leave on a response").InList()
                .Hint("購入や受注などがあった顧客には、続きを送りません。", "Who buys or orders gets no more of it.")
            .YesNo(f => f.IsRunning, "実行中", "Running").ReadOnly().Indexed().InList()
            .DateTime(f => f.StartedAt, "開始日時", "Started at").ReadOnly()
            .LongText(f => f.Memo, "備考", "Note").Max(2000))
        .Rule(RunningFlowsStayAsTheyAre.Check);

    public static readonly RecordType<FlowStep> StepType = RecordType.For<FlowStep>(CampaignsContract.FlowStep)
        .Titled("ステップ", "Step")
        .WithIcon("circle-dot")
        .TitledBy("kind")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(x => x.FlowId, "ナーチャリング", "Flow", CampaignsContract.Flow).Required().Indexed().WithoutTab()
            .Number(x => x.Position, "順番", "Position").Indexed()
            .Choice(x => x.Kind, "種類", "Kind", StepKinds.All).Required().InList()
            .Reference(x => x.TemplateId, "テンプレート", "Template", CampaignsContract.Template).Indexed().WithoutTab().InList()
            .Number(x => x.Days, "日数", "Days").Range(1, 365).InList()
            .Choice(x => x.Condition, "条件", "Condition", StepConditions.All).InList()
            .Reference(x => x.ElseStepId, "満たさないとき", "Otherwise", CampaignsContract.FlowStep).Indexed().WithoutTab())
        .Rule(StepSaysWhatItDoes.Check)
        .Rule<StepsOfRunningFlowsStay>();
}

/// <summary>What a flow sends, to whom and for which purpose was looked at when it was started: while it runs, that stays.</summary>
internal static class RunningFlowsStayAsTheyAre
{
    private static readonly string[] Free = ["name", "memo", "owner"];

    public static Problem? Check(Flow flow, RuleContext rule) =>
        flow.IsRunning && rule.Before("isRunning") is true && rule.Type.Fields.Any(f => !f.InExt && !f.ReadOnly && !Free.Contains(f.Key) && rule.Changed(f.Key)) ? FlowProblems.Running : null;
}

/// <summary>The steps of a flow that runs are neither added to nor changed nor removed, whichever way they are saved.</summary>
internal sealed class StepsOfRunningFlowsStay(CampaignsDb db) : RecordRule
{
    private HashSet<Guid> running = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var flows = batch.Records.SelectMany(Flows).Distinct().ToList();
        running = await db.Flows.Where(f => flows.Contains(f.Id) && f.IsRunning).Select(f => f.Id).ToHashSetAsync(cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => Flows(record).Any(running.Contains) ? [FlowProblems.Running] : [];

    public override IEnumerable<Problem> CheckBin(RuleContext record) => Check(record);

    private static IEnumerable<Guid> Flows(RuleContext record) => new[] { record["flowId"], record.Before("flowId") }.OfType<Guid>();
}

/// <summary>A mail has a template, a wait its days, a condition what it asks.</summary>
internal static class StepSaysWhatItDoes
{
    public static Problem? Check(FlowStep step) => step switch
    {
        { Kind: StepKinds.Mail, TemplateId: null } => Problems.Required("templateId", ("テンプレート", "Template")),
        { Kind: StepKinds.Wait, Days: null } => Problems.Required("days", ("日数", "Days")),
        { Kind: StepKinds.Condition, Condition: null } => Problems.Required("condition", ("条件", "Condition")),
        _ => null,
    };
}

/// <summary>Somebody on their way through a flow.</summary>
internal sealed class Enrolment
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Ids.New();

    public Guid FlowId { get; set; }

    public Guid CustomerId { get; set; }

    public string CustomerType { get; set; } = CustomersContract.Person;

    /// <summary>The step that comes next; null at the end.</summary>
    public Guid? StepId { get; set; }

    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset EnteredAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The last mail they were to get.</summary>
    public Guid? LastMailId { get; set; }

    /// <summary>The merge that made the customer another one, or ended this because the other was on the way already; or null.</summary>
    public Guid? MergeId { get; set; }

    /// <summary>Who the customer was before that merge.</summary>
    public Guid? BeforeMerge { get; set; }
}

/// <summary>What happened to somebody in a flow; added to, never changed.</summary>
internal sealed class FlowEntry
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Ids.New();

    public Guid EnrolmentId { get; set; }

    public Guid FlowId { get; set; }

    public Guid CustomerId { get; set; }

    public Guid? StepId { get; set; }

    public DateTimeOffset At { get; set; }

    public string Kind { get; set; } = "";
}

/// <summary>What happens to people in flows. Persisted.</summary>
internal static class FlowEntries
{
    public const string Entered = "entered";
    public const string Mail = "mail";
    public const string Wait = "wait";
    public const string Yes = "yes";
    public const string No = "no";
    public const string Responded = "responded";
    public const string Withdrew = "withdrew";
    public const string Left = "left";
    public const string Done = "done";

    public static Label Text(string kind) => kind switch
    {
        Entered => ("開始", "Entered"),
        Mail => ("メールを送信待ちに入れた", "Mail put on its way"),
        Wait => ("待機", "Waits"),
        Yes => ("条件を満たした", "Condition met"),
        No => ("条件を満たさなかった", "Condition not met"),
        Responded => ("反応があったため終了", "Left: responded"),
        Withdrew => ("同意の撤回・配信停止により終了", "Left: opted out"),
        Left => ("終了", "Left"),
        Done => ("最後まで完了", "Came to the end"),
        _ => Label.Same(kind),
    };
}
