using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Nurturing;

/// <summary>A flow with its steps, how many people stand where, and what happened last.</summary>
/// <param name="Id">The flow.</param>
/// <param name="CustomerId">The log of this customer alone; null for all.</param>
internal sealed record GetFlow(Guid Id, Guid? CustomerId = null) : IRequest<Result<FlowView>>;

internal sealed record FlowView(IReadOnlyList<StepView> Steps, int Entered, int Under, int Ended, IReadOnlyList<AudienceGroup> Mails, IReadOnlyList<LogRow> Log, IReadOnlyList<(Guid Id, string Name)> Templates, bool IsRunning);

/// <summary>A step, how many wait before it, how many took it.</summary>
internal sealed record StepView(Guid Id, string Kind, string Text, int Waiting, int Passed, Guid? TemplateId, int? Days, string? Condition, Guid? ElseStepId);

internal sealed record LogRow(DateTimeOffset At, Guid CustomerId, string CustomerName, Label What, string? Step);

internal sealed class GetFlowHandler(CampaignsDb db, IMediator mediator) : IRequestHandler<GetFlow, Result<FlowView>>
{
    private const int Latest = 50;

    public async Task<Result<FlowView>> Handle(GetFlow get, CancellationToken cancellationToken)
    {
        var flow = await db.Load<Flow>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (flow.Failed) return Result<FlowView>.Fail(flow.Problems);
        var steps = await db.FlowSteps.AsNoTracking().Where(s => s.FlowId == get.Id).OrderBy(s => s.Position).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var templates = await db.Templates.AsNoTracking().OrderBy(t => t.Name).Select(t => new { t.Id, t.Name }).Take(200).ToListAsync(cancellationToken);
        var waiting = await db.Enrolments.Where(e => e.FlowId == get.Id && e.EndedAt == null && e.StepId != null).GroupBy(e => e.StepId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var passed = await db.FlowEntries.Where(e => e.FlowId == get.Id && e.StepId != null).GroupBy(e => e.StepId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var (entered, ended) = (await db.Enrolments.CountAsync(e => e.FlowId == get.Id, cancellationToken), await db.Enrolments.CountAsync(e => e.FlowId == get.Id && e.EndedAt != null, cancellationToken));
        string Text(FlowStep step) => step.Kind switch
        {
            StepKinds.Mail => templates.Find(t => t.Id == step.TemplateId)?.Name ?? "–",
            StepKinds.Wait => Texts.L($"{step.Days}日", $"{step.Days} days"),
            StepKinds.Condition => StepConditions.All.FirstOrDefault(c => c.Key == step.Condition)?.Label.ToString() ?? "–",
            _ => "",
        };
        var views = steps.Select(s => new StepView(s.Id, s.Kind ?? "", Text(s), waiting.GetValueOrDefault(s.Id), passed.GetValueOrDefault(s.Id), s.TemplateId, s.Days, s.Condition, s.ElseStepId)).ToList();
        var mails = await FlowMails.Of(db, get.Id).GroupBy(r => r.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var groups = RecipientStates.All.Where(s => mails.ContainsKey(s.Key)).Select(s => new AudienceGroup(s.Key, s.Label, mails[s.Key])).ToList();
        return new FlowView(views, entered, entered - ended, ended, groups, await Log(get, views, cancellationToken), [.. templates.Select(t => (t.Id, t.Name))], flow.Value.IsRunning);
    }

    private async Task<IReadOnlyList<LogRow>> Log(GetFlow get, List<StepView> steps, CancellationToken cancellation)
    {
        var entries = db.FlowEntries.AsNoTracking().Where(e => e.FlowId == get.Id);
        if (get.CustomerId is { } customer) entries = entries.Where(e => e.CustomerId == customer);
        var latest = await entries.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(Latest).ToListAsync(cancellation);
        var cards = await mediator.Send(new GetCustomerCards([.. latest.Select(e => e.CustomerId).Distinct()]), cancellation);
        return [.. latest.Select(e => new LogRow(
            e.At, e.CustomerId, cards.Failed ? "" : cards.Value.GetValueOrDefault(e.CustomerId)?.Name ?? "", FlowEntries.Text(e.Kind),
            steps.FindIndex(s => s.Id == e.StepId) is >= 0 and var at ? $"{at + 1}. {steps[at].Text}" : null))];
    }
}

/// <summary>The mails of a flow, those of steps that were removed too.</summary>
internal static class FlowMails
{
    public static IQueryable<Recipient> Of(CampaignsDb db, Guid flow)
    {
        var steps = db.FlowSteps.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && s.FlowId == flow).Select(s => (Guid?)s.Id);
        return db.Recipients.Where(r => r.TenantId == db.TenantId && steps.Contains(r.StepId));
    }
}

/// <summary>Whom a flow would begin with if it were started now.</summary>
/// <param name="Id">The flow.</param>
internal sealed record GetFlowStart(Guid Id) : IRequest<Result<FlowStart>>;

/// <summary>How many are in the segment and have not entered yet, how many of them may be written to now, and whether the segment has more than were looked at.</summary>
internal sealed record FlowStart(int People, int Allowed, bool More);

internal sealed class GetFlowStartHandler(CampaignsDb db, Screening screening, Purposes purposes, IMediator mediator) : IRequestHandler<GetFlowStart, Result<FlowStart>>
{
    public async Task<Result<FlowStart>> Handle(GetFlowStart get, CancellationToken cancellationToken)
    {
        var flow = await db.Load<Flow>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (flow.Failed) return Result<FlowStart>.Fail(flow.Problems);
        if (flow.Value.SegmentId is not { } segment || flow.Value.PurposeId is not { } purposeId) return CampaignProblems.Incomplete;
        var purpose = (await purposes.Of(purposeId, cancellationToken))?.Code ?? "";

        // Looked at whenever the page of a flow that stands still is opened: the first of the segment, not all.
        var page = await mediator.Send(new GetSegmentMembers(segment, null, Screening.AtOnce), cancellationToken);
        if (page.Failed) return Result<FlowStart>.Fail(page.Problems);
        var ids = page.Value.Ids.ToArray();
        var entered = await db.Enrolments.Where(e => e.FlowId == get.Id && ids.Contains(e.CustomerId)).Select(e => e.CustomerId).ToHashSetAsync(cancellationToken);
        var fresh = page.Value.Ids.Where(id => !entered.Contains(id)).ToList();
        var allowed = fresh.Count == 0 ? 0 : (await screening.Of(fresh, page.Value.RecordType, purpose, Channels.Email, cancellationToken)).Count(s => s.Reason is null);
        return new FlowStart(fresh.Count, allowed, page.Value.Next is not null);
    }
}
