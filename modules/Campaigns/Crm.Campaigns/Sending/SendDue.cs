using System.Text.Json;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Writing;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Sending;

/// <summary>Every minute, and when a campaign is approved: sends the campaigns whose time has come, and the mails of flows.</summary>
internal sealed class SendDue(CampaignsDb db, SendMails mails, Purposes purposes, Letters letters, ChooseSubject choose, IMediator mediator, TimeProvider clock) : IJob
{
    public const string Key = "campaigns.send";
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var doubts = await mails.TakeBack(run.Id, cancellation);
        var now = clock.GetUtcNow();
        var due = await db.Campaigns.AsNoTracking().Where(c => c.Status == CampaignsContract.Status.Approved && (c.Channel == Channels.Email || c.Channel == Channels.Sms) && (c.ScheduledAt == null || c.ScheduledAt <= now)).OrderBy(c => c.ApprovedAt).ToListAsync(cancellation);
        if (doubts > 0) await Tell(cancellation);
        List<Exception> failures = [];
        foreach (var campaign in due)
        {
            try
            {
                await Send(campaign, run, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The next campaign may be for another channel; the run fails in the end, and the next one goes on.
                failures.Add(e);
                db.ChangeTracker.Clear();
            }
        }

        await Flows(run, failures, cancellation);
        if (failures.Count > 0) throw new AggregateException(failures);
    }

    private async Task Send(Campaign campaign, JobRun run, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize<LetterContent>(campaign.Content ?? "null") is not { } content || campaign.PurposeId is not { } purposeId) return;
        var purpose = await purposes.ToSend(purposeId, cancellation);
        var own = db.Recipients.Where(r => r.CampaignId == campaign.Id);
        Task<bool> IsOn(CancellationToken token) => db.Campaigns.AnyAsync(c => c.Id == campaign.Id && c.Status == CampaignsContract.Status.Approved, token);
        await mails.Send(new MailSource(own, content, purpose.Code, campaign.Channel!, IsOn), run, cancellation);

        if (campaign is { SubjectB: not null, Winner: null, TestShare: < 100 } && await choose.IfDue(campaign.Id, cancellation))
        {
            await mails.Send(new MailSource(own, content, purpose.Code, campaign.Channel!, IsOn), run, cancellation);
        }

        if (await own.AnyAsync(r => r.State == RecipientStates.Waiting || r.State == RecipientStates.Sending, cancellation)) return;
        var finished = await db.Campaigns.SingleOrDefaultAsync(c => c.Id == campaign.Id, cancellation);
        if (finished is not { Status: CampaignsContract.Status.Approved }) return;
        finished.Finish(clock.GetUtcNow());
        var saved = await db.SaveAsync(cancellation: cancellation);
        db.ChangeTracker.Clear();
        if (!saved.Failed && finished.OwnerId is { } owner) await mediator.Send(new NotifyUser(owner, ($"配信が完了しました: {finished.Name}", $"Sent: {finished.Name}")) { Link = Routes.Record(CampaignsContract.Campaign, finished.Id) }, cancellation);
    }

    private async Task Flows(JobRun run, List<Exception> failures, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var steps = await db.Recipients.Where(r => r.StepId != null && r.State == RecipientStates.Waiting && r.NextAt <= now).Select(r => r.StepId!.Value).Distinct().ToListAsync(cancellation);
        foreach (var stepId in steps)
        {
            var step = await db.FlowSteps.AsNoTracking().SingleOrDefaultAsync(s => s.Id == stepId, cancellation);
            var flow = step is null ? null : await db.Flows.AsNoTracking().SingleOrDefaultAsync(f => f.Id == step.FlowId, cancellation);
            var content = step is null ? null : await letters.OfTemplate(step.TemplateId, cancellation);
            if (flow is not { IsRunning: true } || content is null or { Failed: true } || flow.PurposeId is not { } purposeId) continue;
            try
            {
                var purpose = await purposes.ToSend(purposeId, cancellation);
                var numbers = await FlowLinks.Keep(db, stepId, content.Value, cancellation);
                await mails.Send(
                    new MailSource(db.Recipients.Where(r => r.StepId == stepId), content.Value, purpose.Code, Channels.Email, token => db.Flows.AnyAsync(f => f.Id == flow.Id && f.IsRunning, token)) { LinkNumbers = numbers }, run, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add(e);
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task Tell(CancellationToken cancellation)
    {
        var doubts = db.Recipients.Where(r => r.State == RecipientStates.InDoubt);
        foreach (var campaign in await doubts.Where(r => r.CampaignId != null).GroupBy(r => r.CampaignId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation))
        {
            await Tell(await db.Campaigns.Where(c => c.Id == campaign.Key).Select(c => c.OwnerId).SingleOrDefaultAsync(cancellation), campaign.Count, Routes.Record(CampaignsContract.Campaign, campaign.Key) + "?tab=campaigns.audience", cancellation);
        }

        var byStep = await doubts.Where(r => r.StepId != null).GroupBy(r => r.StepId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var ids = byStep.Keys.ToList();
        var steps = await db.FlowSteps.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && ids.Contains(s.Id)).Select(s => new { s.Id, s.FlowId }).ToListAsync(cancellation);
        foreach (var flow in steps.GroupBy(s => s.FlowId!.Value))
        {
            await Tell(await db.Flows.Where(f => f.Id == flow.Key).Select(f => f.OwnerId).SingleOrDefaultAsync(cancellation), flow.Sum(s => byStep[s.Id]), Routes.Record(CampaignsContract.Flow, flow.Key) + "?tab=campaigns.steps", cancellation);
        }
    }

    private async Task Tell(Guid? owner, int count, string link, CancellationToken cancellation)
    {
        if (owner is { } who) await mediator.Send(new NotifyUser(who, ($"送信結果が不明なメールが{count}通あります", $"{count} mails are in doubt")) { Link = link }, cancellation);
    }
}

/// <summary>Ends the test of two subjects: the one opened by the larger share of those who got it goes to the rest.</summary>
internal sealed class ChooseSubject(CampaignsDb db, TimeProvider clock)
{
    private const int UsualHours = 4;

    /// <summary>Whether the rest can be sent now.</summary>
    public async Task<bool> IfDue(Guid id, CancellationToken cancellation)
    {
        var test = db.Recipients.Where(r => r.CampaignId == id && r.Variant != null);
        if (await test.AnyAsync(r => r.State == RecipientStates.Waiting || r.State == RecipientStates.Sending, cancellation)) return false;
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, cancellation);
        var last = await test.MaxAsync(r => r.SentAt, cancellation) ?? campaign.ApprovedAt;
        if (last + TimeSpan.FromHours(campaign.TestHours ?? UsualHours) > clock.GetUtcNow()) return false;
        var groups = await test.Where(r => r.State == RecipientStates.Sent).GroupBy(r => r.Variant).Select(g => new { g.Key, All = g.Count(), Opened = g.Count(r => r.OpenedAt != null) }).ToListAsync(cancellation);
        double Rate(string variant) => groups.Find(g => g.Key == variant) is { All: > 0 } group ? (double)group.Opened / group.All : 0;
        campaign.Choose(Rate(Variants.B) > Rate(Variants.A) ? Variants.B : Variants.A);
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) return false;
        var winner = campaign.Winner;
        await db.Recipients.Where(r => r.CampaignId == id && r.Variant == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.Variant, winner), cancellation);
        db.ChangeTracker.Clear();
        return true;
    }
}
