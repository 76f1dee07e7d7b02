// Rules of a deal; they hold for form, API, file, bulk edit and the steps alike.
using Crm.Deals.Contracts;
using Crm.Deals.Pipelines;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Dealing;

/// <summary>Whoever ordered is named, because the purchases become theirs. Before, a deal may not know yet with whom it is.</summary>
internal static class AWonDealHasACustomer
{
    public static Problem? Check(Deal deal) => deal.Status != DealsContract.Status.Won || deal.CompanyId is not null || deal.PersonId is not null
        ? null
        : new Problem(
            "deals.without-customer",
            ("受注先が指定されていません。", "Nobody is named who ordered."),
            ("会社か個人のどちらかを選んでください。", "Choose a company or a person."),
            "companyId");
}

/// <summary>
/// Once a deal is there, its stage and status change by the steps alone, so that each change has its day, its checks and its events.
/// </summary>
internal static class StageAndStatusChangeBySteps
{
    public static Problem? Check(Deal deal, RuleContext rule)
    {
        if (rule.IsNew || deal.Stepped) return null;
        return rule.Changed("status") ? new Problem(
                "deals.status-by-steps",
                ("状態はここでは変えられません。", "The status is not changed here."),
                ("案件の画面の「受注」「失注」「再開」を使ってください。", "Use Won, Lost or Reopen on the deal's page."), "status")
            : rule.Changed("stageId") ? new Problem(
                "deals.stage-by-steps",
                ("段階はここでは変えられません。", "The stage is not changed here."),
                ("ボードか「段階を移動」で動かしてください。", "Move the deal on the board or by “Move”."), "stageId")
            : null;
    }
}

/// <summary>A won or lost deal says when; an open one does not.</summary>
internal static class OnlyAClosedDealHasADayOfClosing
{
    public static Problem? Check(Deal deal, RuleContext rule) => (deal.IsOpen, deal.ClosedOn) switch
    {
        (true, not null) => new Problem(
            "deals.open-but-closed-on", ("進行中の案件に決着日が入っています。", "An open deal has a day of closing."),
            ("決着日を空にするか、状態を受注または失注にしてください。", "Leave it empty, or make the deal won or lost."), "closedOn"),
        (false, null) => new Problem(
            "deals.closed-without-day", ("受注・失注の案件には決着日が必要です。", "A won or lost deal needs the day it was closed."),
            ("決着日を入力してください。", "Enter the day."), "closedOn"),
        (false, { } day) when day > rule.Today && rule.Changed("closedOn") => DealProblems.ClosedInFuture with { Field = "closedOn" },
        (false, { } day) when deal.OpenedOn > day => DealProblems.ClosedBeforeOpened with { Field = "closedOn" },
        _ => null,
    };
}

/// <summary>
/// Deals that were won or lost here, by a step: purchases, goals and reports rest on them, so they are reopened before anything of that
/// changes. A deal that came closed from another system has no step; what came with it can still be completed and corrected.
/// </summary>
internal static class ClosedHere
{
    /// <summary>Which of some deals are, with their status.</summary>
    public static Task<Dictionary<Guid, string>> Of(DealsDb db, IReadOnlyCollection<Guid> deals, CancellationToken cancellation) => db.Deals.AsNoTracking()
        .Where(d => deals.Contains(d.Id) && d.Status != DealsContract.Status.Open && db.Changes.Any(c => c.DealId == d.Id && c.ToStatus != DealsContract.Status.Open))
        .ToDictionaryAsync(d => d.Id, d => d.Status, cancellation);
}

/// <summary>A deal that was won or lost keeps amount and day: who wants another reopens it first.</summary>
internal sealed class ClosedDealsKeepAmountAndDay(DealsDb db) : RecordRule
{
    private static readonly string[] Kept = ["amount", "currency", "rate", "closedOn"];

    private Dictionary<Guid, string> closed = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var ids = batch.Records.Where(r => !r.IsNew && !r.As<Deal>().IsOpen && !r.As<Deal>().Stepped).Select(r => r.Record.Id).ToList();
        if (ids.Count > 0) closed = await ClosedHere.Of(db, ids, cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) =>
        !record.As<Deal>().Stepped && closed.TryGetValue(record.Record.Id, out var status) ? Kept.Where(record.Changed).Select(field => DealProblems.Closed(status) with { Field = field }) : [];
}

/// <summary>The lines of a deal that was won or lost stay as they are; who wants others reopens it first.</summary>
internal sealed class ClosedDealsKeepTheirLines(DealsDb db) : RecordRule
{
    private Dictionary<Guid, string> closed = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation) =>
        closed = await ClosedHere.Of(db, [.. batch.Records.SelectMany(Deals).Distinct()], cancellation);

    public override IEnumerable<Problem> Check(RuleContext record) =>
        Deals(record).Where(closed.ContainsKey).Take(1).Select(deal => DealProblems.Closed(closed[deal]) with { Field = "dealId" });

    public override IEnumerable<Problem> CheckBin(RuleContext record) => Check(record);

    private static IEnumerable<Guid> Deals(RuleContext record) => new[] { record["dealId"], record.Before("dealId") }.OfType<Guid>();
}

/// <summary>Money of others cannot be added up without a rate.</summary>
internal static class ForeignMoneyHasARate
{
    public static Problem? Check(Deal deal, RuleContext rule) =>
        deal.Currency is null || deal.Currency == rule.Tenant.Currency || deal.Rate is not null
            ? null
            : new Problem(
                "deals.rate-needed",
                ($"{deal.Currency} の換算レートが必要です。", $"{deal.Currency} needs an exchange rate."),
                ($"1 {deal.Currency} が {rule.Tenant.Currency} でいくらかを入力してください。", $"Enter what 1 {deal.Currency} is in {rule.Tenant.Currency}."),
                "rate");
}

/// <summary>
/// An open deal has what its stage asks for: looked at when it comes into the stage, and when somebody empties one of the fields there.
/// </summary>
internal sealed class DealHasWhatItsStageNeeds(DealsDb db) : RecordRule
{
    private Dictionary<Guid, Stage> stages = [];
    private HashSet<Guid> withLines = [];
    private HashSet<Guid> withPeople = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var ids = batch.Values<Guid>("stageId");
        stages = await db.Stages.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellation);
        var needs = stages.Values.SelectMany(s => s.AllNeeds).ToHashSet(StringComparer.Ordinal);
        var deals = batch.Records.Where(r => !r.IsNew).Select(r => r.Record.Id).ToList();
        if (deals.Count == 0) return;
        if (needs.Contains(StageNeeds.Lines)) withLines = await db.Lines.Where(l => deals.Contains(l.DealId!.Value)).Select(l => l.DealId!.Value).ToHashSetAsync(cancellation);
        if (needs.Contains(StageNeeds.Participants)) withPeople = await db.Participants.Where(p => deals.Contains(p.DealId!.Value)).Select(p => p.DealId!.Value).ToHashSetAsync(cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        var deal = record.As<Deal>();
        if (!deal.IsOpen || deal.StageId is not { } id || !stages.TryGetValue(id, out var stage)) yield break;
        var comes = record.IsNew || record.Changed("stageId");
        foreach (var need in stage.AllNeeds)
        {
            var (missing, label) = need switch
            {
                StageNeeds.Lines => (comes && !withLines.Contains(deal.Id), StageNeeds.All.First(n => n.Key == need).Label),
                StageNeeds.Participants => (comes && !withPeople.Contains(deal.Id), StageNeeds.All.First(n => n.Key == need).Label),

                // A field of a plugin that is off asks nothing.
                _ when record.Type.TryGet(need, out var field) => ((comes || record.Changed(need)) && record[need] is null or "", field.Label),
                _ => (false, default),
            };
            if (!missing) continue;
            yield return new Problem(
                "deals.stage-needs",
                ($"段階「{stage.Name}」には「{label.Ja}」が必要です。", $"The stage “{stage.Name}” needs “{label.En}”."),
                ("案件を編集して入力してから、もう一度移動してください。", "Edit the deal, fill it in, and move again."),
                record.Type.TryGet(need, out _) ? need : null);
        }
    }
}
