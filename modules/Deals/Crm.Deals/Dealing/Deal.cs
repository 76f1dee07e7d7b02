using Crm.Deals.Contracts;
using Crm.Deals.Pipelines;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Deals.Dealing;

/// <summary>A chance to sell something to somebody. Its owner is our responsible person.</summary>
internal sealed class Deal : Record
{
    /// <summary>Our number for it, or that of the system it comes from.</summary>
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public Guid? CompanyId { get; set; }

    /// <summary>Whom we talk to at the company; or the customer, when a person buys.</summary>
    public Guid? PersonId { get; set; }

    public Guid? StageId { get; set; }

    public string Status { get; set; } = DealsContract.Status.Open;

    /// <summary>Without tax, in <see cref="Currency"/>; the sum of the lines while there are any.</summary>
    public decimal? Amount { get; set; }

    /// <summary>ISO 4217; the tenant's own when empty.</summary>
    public string? Currency { get; set; }

    /// <summary>What one unit of <see cref="Currency"/> is in the tenant's currency.</summary>
    public decimal? Rate { get; set; }

    /// <summary>The amount in the tenant's currency: what all totals add up.</summary>
    public decimal? Value { get; set; }

    /// <summary>Per cent; that of the stage when empty.</summary>
    public int? Probability { get; set; }

    public DateOnly? ExpectedClose { get; set; }

    /// <summary>When the deal began; the day it was entered when empty.</summary>
    public DateOnly? OpenedOn { get; set; }

    public string? Source { get; set; }

    public string? Content { get; set; }

    public Guid? CompetitorId { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public Guid? LossReasonId { get; set; }

    public string? LossNote { get; set; }

    public string? Memo { get; set; }

    /// <summary>Since when it is in its stage; since it began when empty.</summary>
    public DateOnly? StageSince { get; set; }

    /// <summary>Whether stage or status were changed by one of the steps below: the only way they change once the deal is there.</summary>
    internal bool Stepped { get; private set; }

    public bool IsOpen => Status == DealsContract.Status.Open;

    public decimal? InOwnCurrency => Amount is { } amount ? decimal.Round(amount * (Rate ?? 1), 4) : null;

    /// <summary>The day it began, where the tenant is.</summary>
    public DateOnly Began(ITenant tenant) => OpenedOn ?? tenant.DayOf(CreatedAt);

    /// <summary>Goes to another stage; null when it is there already.</summary>
    public Result<StageChange?> MoveTo(Stage to, Guid? pipeline, DateOnly today, DateTimeOffset now)
    {
        if (!IsOpen) return DealProblems.Closed(Status);
        if (to.Id == StageId) return Result.Of<StageChange?>(null);
        if (pipeline is not null && to.PipelineId != pipeline) return DealProblems.OtherPipeline;

        var change = Changed(today, now) with { ToStage = to.Id, ToStatus = Status };
        (StageId, StageSince, Stepped) = (to.Id, today, true);
        return change;
    }

    /// <summary>They ordered.</summary>
    public Result<StageChange> Win(DateOnly on, DateOnly today, DateTimeOffset now, IReadOnlyList<DealLine> lines, LineSums sums)
    {
        if (Closes(on, today) is { } problem) return problem;
        var change = Changed(on, now) with { ToStage = StageId, ToStatus = DealsContract.Status.Won };
        (Status, ClosedOn, LossReasonId, LossNote, Stepped) = (DealsContract.Status.Won, on, null, null, true);
        var rate = Rate ?? 1;
        Raise(new DealWon(
            Id, Name, CompanyId, PersonId, on, OwnerId, InOwnCurrency,
            [.. lines.Select(l => new WonLine(l.Id, l.ProductId, l.ProductName ?? Name, l.Quantity, l.UnitPrice is { } price ? decimal.Round(price * rate, 4) : null, decimal.Round(sums.Rounded(l.Total, Currency) * rate, 4)))]));
        return change;
    }

    /// <summary>They did not.</summary>
    public Result<StageChange> Lose(Guid reason, Guid? competitor, string? note, DateOnly on, DateOnly today, DateTimeOffset now)
    {
        if (Closes(on, today) is { } problem) return problem;
        var change = Changed(on, now) with { ToStage = StageId, ToStatus = DealsContract.Status.Lost };
        (Status, ClosedOn, LossReasonId, LossNote, CompetitorId, Stepped) = (DealsContract.Status.Lost, on, reason, note ?? LossNote, competitor ?? CompetitorId, true);
        Raise(new DealLost(Id, CompanyId, PersonId, on));
        return change;
    }

    /// <summary>Goes on after all, in the stage where it was.</summary>
    public Result<StageChange> Reopen(DateOnly today, DateTimeOffset now)
    {
        if (IsOpen) return DealProblems.NotClosed;
        var wasWon = Status == DealsContract.Status.Won;
        var change = Changed(today, now) with { ToStage = StageId, ToStatus = DealsContract.Status.Open };
        (Status, ClosedOn, LossReasonId, LossNote, StageSince, Stepped) = (DealsContract.Status.Open, null, null, null, today, true);
        if (wasWon) Raise(new DealReopened(Id));
        return change;
    }

    private Problem? Closes(DateOnly on, DateOnly today) =>
        !IsOpen ? DealProblems.Closed(Status)
        : on > today ? DealProblems.ClosedInFuture
        : OpenedOn is { } opened && on < opened ? DealProblems.ClosedBeforeOpened
        : null;

    private StageChange Changed(DateOnly on, DateTimeOffset now) => new()
    {
        DealId = Id, OnDay = on, At = now, FromStage = StageId, FromStatus = Status, Value = InOwnCurrency, OwnerId = OwnerId,
    };
}

/// <summary>One step of a deal: a row that is written once. What a deal was on a past day is read from these.</summary>
internal sealed record StageChange
{
    public Guid TenantId { get; init; }

    public Guid Id { get; init; } = Ids.New();

    public Guid DealId { get; init; }

    /// <summary>The day it counts for.</summary>
    public DateOnly OnDay { get; init; }

    /// <summary>When it was entered.</summary>
    public DateTimeOffset At { get; init; }

    public Guid? FromStage { get; init; }

    public Guid? ToStage { get; init; }

    public string FromStatus { get; init; } = "";

    public string ToStatus { get; init; } = "";

    /// <summary>What the deal was worth then, in the tenant's currency.</summary>
    public decimal? Value { get; init; }

    /// <summary>Whose it was then.</summary>
    public Guid? OwnerId { get; init; }
}

internal static class DealProblems
{
    public static Problem Closed(string status) => new(
        "deals.closed",
        status == DealsContract.Status.Won ? ("この案件は受注済みです。", "This deal is won.") : ("この案件は失注になっています。", "This deal is lost."),
        ("続ける場合は、先に「再開」してください。", "Reopen it first to go on."), Kind: ProblemKind.Conflict);

    public static Problem NotClosed => new(
        "deals.not-closed", ("この案件は進行中です。", "This deal is open."), Kind: ProblemKind.Conflict);

    public static Problem OtherPipeline => new(
        "deals.other-pipeline", ("別のパイプラインの段階です。", "This stage belongs to another pipeline."),
        ("同じパイプラインの段階を選んでください。", "Choose a stage of the same pipeline."), "stage");

    public static Problem ClosedInFuture => new(
        "deals.closed-in-future", ("未来の日付です。", "This day lies in the future."), ("今日までの日付を入力してください。", "Enter a day up to today."), "on");

    public static Problem ClosedBeforeOpened => new(
        "deals.closed-before-opened", ("案件の開始日より前の日付です。", "This day lies before the deal began."), ("開始日以後の日付を入力してください。", "Enter a day on or after the beginning."), "on");
}
