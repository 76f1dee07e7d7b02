// The steps of a flow as they are put together in the browser, and its start and stop.
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Mail;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Nurturing;

/// <summary>Adds a step at the end of a flow.</summary>
[Command("campaigns.add-step")]
internal sealed record AddStep(Guid FlowId, string Kind, Guid? TemplateId = null, int? Days = null, string? Condition = null) : IRequest<Result>;

/// <summary>Changes what a step does, where it stands; its kind stays.</summary>
/// <param name="Id">The step.</param>
/// <param name="TemplateId">Of a mail.</param>
/// <param name="Days">Of a wait.</param>
/// <param name="Condition">Of a condition.</param>
/// <param name="ElseStepId">Of a condition: a step after it; null to leave the flow.</param>
[Command("campaigns.change-step")]
internal sealed record ChangeStep(Guid Id, Guid? TemplateId = null, int? Days = null, string? Condition = null, Guid? ElseStepId = null) : IRequest<Result>;

/// <summary>Moves a step one place up or down.</summary>
[Command("campaigns.move-step")]
internal sealed record MoveStep(Guid Id, bool Up) : IRequest<Result>;

/// <summary>Removes a step; who stands before it goes on with the next.</summary>
[Command("campaigns.remove-step")]
internal sealed record RemoveStep(Guid Id) : IRequest<Result>;

/// <summary>Starts a flow, or stops it: nobody moves on and nothing is sent until it is started again.</summary>
[Command("campaigns.run-flow")]
[Requires(CampaignsContract.Approve)]
internal sealed record RunFlow(Guid Id, bool On) : IRequest<Result>;

internal sealed class EditFlowHandler(CampaignsDb db, Purposes purposes, Letters letters, LawfulSender sender, IMail mail, IMediator mediator, TimeProvider clock)
    : IRequestHandler<AddStep, Result>, IRequestHandler<ChangeStep, Result>, IRequestHandler<MoveStep, Result>, IRequestHandler<RemoveStep, Result>, IRequestHandler<RunFlow, Result>
{
    private const int Apart = 10;

    public async Task<Result> Handle(AddStep add, CancellationToken cancellationToken)
    {
        var flow = await Stopped(add.FlowId, cancellationToken);
        if (flow.Failed) return flow;
        var last = await db.FlowSteps.Where(s => s.FlowId == add.FlowId).MaxAsync(s => (int?)s.Position, cancellationToken) ?? 0;
        var saved = await mediator.Send(
            new SaveRecord(CampaignsContract.FlowStep, null, new Dictionary<string, object?>
            {
                ["flowId"] = add.FlowId, ["kind"] = add.Kind, ["position"] = last + Apart,
                ["templateId"] = add.Kind == StepKinds.Mail ? add.TemplateId : null, ["days"] = add.Kind == StepKinds.Wait ? add.Days : null,
                ["condition"] = add.Kind == StepKinds.Condition ? add.Condition : null,
            }), cancellationToken);
        return saved.Failed ? Result.Fail(saved.Problems) : Result.Done;
    }

    public async Task<Result> Handle(ChangeStep change, CancellationToken cancellationToken)
    {
        var (steps, refused) = await Steps(change.Id, cancellationToken);
        if (refused is not null) return refused;
        var at = steps.FindIndex(s => s.Id == change.Id);
        var step = steps[at];
        if (change.ElseStepId is { } to && steps.FindIndex(s => s.Id == to) <= at) return FlowProblems.Backwards with { Field = "elseStepId" };
        (step.TemplateId, step.Days) = (step.Kind == StepKinds.Mail ? change.TemplateId : null, step.Kind == StepKinds.Wait ? change.Days : null);
        (step.Condition, step.ElseStepId) = step.Kind == StepKinds.Condition ? (change.Condition, change.ElseStepId) : (null, null);
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result> Handle(MoveStep move, CancellationToken cancellationToken)
    {
        var (steps, refused) = await Steps(move.Id, cancellationToken);
        if (refused is not null) return refused;
        var at = steps.FindIndex(s => s.Id == move.Id);
        var to = at + (move.Up ? -1 : 1);
        if (to < 0 || to >= steps.Count) return Result.Done;
        (steps[at], steps[to]) = (steps[to], steps[at]);
        for (var i = 0; i < steps.Count; i++) steps[i].Position = (i + 1) * Apart;
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result> Handle(RemoveStep remove, CancellationToken cancellationToken)
    {
        var (steps, refused) = await Steps(remove.Id, cancellationToken);
        if (refused is not null) return refused;
        var next = steps.SkipWhile(s => s.Id != remove.Id).Skip(1).FirstOrDefault()?.Id;
        foreach (var pointing in steps.Where(s => s.ElseStepId == remove.Id)) pointing.ElseStepId = next;
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (saved.Failed) return saved;
        await db.Enrolments.Where(e => e.StepId == remove.Id && e.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(e => e.StepId, next), cancellationToken);
        var deleted = await mediator.Send(new DeleteRecords(CampaignsContract.FlowStep, [remove.Id]), cancellationToken);
        return Result.Fail(deleted.Failed ? deleted.Problems : [.. deleted.Value.Rows.SelectMany(r => r.Problems)]);
    }

    public async Task<Result> Handle(RunFlow run, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Flow>(run.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (loaded.Failed) return loaded;
        var flow = loaded.Value;
        if (run.On && await Refuses(flow, cancellationToken) is { } refusal) return refusal;
        if (flow.IsRunning == run.On) return Result.Done;
        var now = clock.GetUtcNow();
        if (run.On && flow.StoppedAt is { } stopped) await Later(flow.Id, now - stopped, cancellationToken);
        (flow.IsRunning, flow.StoppedAt) = (run.On, run.On ? null : now);
        if (run.On) flow.StartedAt ??= now;
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    /// <summary>While a flow stands still its time does too: what was to be days apart stays so. Saved with the start.</summary>
    private async Task Later(Guid flow, TimeSpan by, CancellationToken cancellation)
    {
        foreach (var one in await db.Enrolments.Where(e => e.FlowId == flow && e.EndedAt == null).ToListAsync(cancellation)) one.DueAt += by;
    }

    private async Task<Result?> Refuses(Flow flow, CancellationToken cancellation)
    {
        var known = sender.Known();
        if (known.Failed) return known;
        if (flow.PurposeId is not { } purpose || flow.SegmentId is null) return CampaignProblems.Incomplete;
        if (await purposes.Of(purpose, cancellation) is { Contract: true }) return CampaignProblems.ContractPurpose;
        var steps = await db.FlowSteps.AsNoTracking().Where(s => s.FlowId == flow.Id).ToListAsync(cancellation);
        if (steps.Count == 0) return FlowProblems.NoSteps;
        if (mail.Delivery == MailDelivery.Unset && steps.Exists(s => s.Kind == StepKinds.Mail)) return CampaignProblems.NoMailServer;
        var places = steps.ToDictionary(s => s.Id, s => s.Position);
        if (steps.Exists(s => s.ElseStepId is { } to && (!places.TryGetValue(to, out var place) || place <= s.Position))) return FlowProblems.Backwards;
        var type = await letters.CustomerType(flow.SegmentId, cancellation);
        foreach (var step in steps.Where(s => s.Kind == StepKinds.Mail))
        {
            var content = await letters.OfTemplate(step.TemplateId, cancellation);
            if (content.Failed) return content;
            var checkedContent = await letters.Checked(content.Value, type, cancellation);
            if (checkedContent.Failed) return checkedContent;
        }

        return null;
    }

    private async Task<Result<Flow>> Stopped(Guid id, CancellationToken cancellation)
    {
        var flow = await db.Load<Flow>(id, RecordAction.Edit, cancellation: cancellation);
        return flow.Failed || !flow.Value.IsRunning ? flow : FlowProblems.Running;
    }

    private async Task<(List<FlowStep> Steps, Result? Refused)> Steps(Guid step, CancellationToken cancellation)
    {
        var flowId = await db.FlowSteps.Where(s => s.Id == step).Select(s => s.FlowId).SingleOrDefaultAsync(cancellation);
        if (flowId is not { } id) return ([], Problems.NotFound(CampaignsContract.FlowStep, step));
        var flow = await Stopped(id, cancellation);
        return flow.Failed ? ([], flow) : (await db.FlowSteps.Where(s => s.FlowId == id).OrderBy(s => s.Position).ThenBy(s => s.Id).ToListAsync(cancellation), null);
    }
}

internal static class FlowProblems
{
    public static Problem NoSteps => new("campaigns.flow-empty", ("ステップがありません。", "There are no steps."), ("ステップを追加してください。", "Add a step."));

    public static Problem Backwards => new(
        "campaigns.flow-backwards", ("条件の「満たさないとき」の行き先は、その条件より後のステップにしてください。", "Where a condition leads otherwise must come after it."), ("ステップの順番を入れ替えてください。", "Put the steps into another order."));

    public static Problem Running => new("campaigns.flow-running", ("実行中のフローは変更できません。", "A flow that runs is not changed."), ("停止してから変更してください。", "Stop it first."), Kind: ProblemKind.Conflict);
}

/// <summary>Who opts out of a flow's purpose leaves the flow.</summary>
[Subscriber("campaigns.leave-flows")]
internal sealed class LeaveFlows(CampaignsDb db, Purposes purposes, TimeProvider clock) : INotificationHandler<ConsentWithdrawn>
{
    public async Task Handle(ConsentWithdrawn withdrawn, CancellationToken cancellationToken)
    {
        if (withdrawn.Channel is not (null or CustomersContract.Channels.Email)) return;
        var now = clock.GetUtcNow();
        foreach (var one in await db.Enrolments.Where(e => e.CustomerId == withdrawn.CustomerId && e.EndedAt == null).ToListAsync(cancellationToken))
        {
            var flow = await db.Flows.AsNoTracking().SingleOrDefaultAsync(f => f.Id == one.FlowId, cancellationToken);
            if (withdrawn.Purpose is { } code && (flow?.PurposeId is not { } purpose || (await purposes.Of(purpose, cancellationToken))?.Code != code)) continue;
            (one.EndedAt, one.StepId) = (now, null);
            db.FlowEntries.Add(new FlowEntry { TenantId = db.TenantId, EnrolmentId = one.Id, FlowId = one.FlowId, CustomerId = one.CustomerId, At = now, Kind = FlowEntries.Withdrew });
        }

        (await db.SaveAsync(cancellation: cancellationToken)).OrThrow("Who opted out could not leave their flows");
    }
}

/// <summary>Keeps where the links of a step lead. A template may change while mails are under way: addresses are added and keep their numbers.</summary>
internal static class FlowLinks
{
    /// <summary>The kept number of each link of the content, in its order.</summary>
    public static async Task<IReadOnlyList<int>> Keep(CampaignsDb db, Guid step, LetterContent content, CancellationToken cancellation)
    {
        var kept = await db.Links.Where(l => l.CampaignId == step).ToListAsync(cancellation);
        var numbers = new List<int>();
        foreach (var url in Letter.LinksOf(content))
        {
            var link = kept.Find(l => l.Url == url);
            if (link is null) db.Links.Add(link = new TrackedLink { TenantId = db.TenantId, CampaignId = step, Number = kept.Count, Url = url });
            if (!kept.Contains(link)) kept.Add(link);
            numbers.Add(link.Number);
        }

        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The links of a step could not be kept");
        db.ChangeTracker.Clear();
        return numbers;
    }
}
