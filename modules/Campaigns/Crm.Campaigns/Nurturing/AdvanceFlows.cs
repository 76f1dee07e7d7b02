using System.Security.Cryptography;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Sending;
using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Nurturing;

/// <summary>
/// Every five minutes: who came into a flow's segment enters; who is due goes on. Moments follow from the one of entering, not from when the
/// run happened to be; a step and what it causes are written together, so that a run that is killed has done each step wholly or not at all.
/// </summary>
internal sealed class AdvanceFlows(CampaignsDb db, IMediator mediator, IJobs jobs, TimeProvider clock) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int AtOnce = 200;
    private const int MostStepsAtOnce = 50;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var mails = 0;
        foreach (var flow in await db.Flows.AsNoTracking().Where(f => f.IsRunning).ToListAsync(cancellation))
        {
            var steps = await db.FlowSteps.AsNoTracking().Where(s => s.FlowId == flow.Id).OrderBy(s => s.Position).ThenBy(s => s.Id).ToListAsync(cancellation);
            if (steps.Count == 0) continue;
            var now = Minute(clock.GetUtcNow());
            await Enter(flow, steps[0].Id, now, cancellation);
            mails += await GoOn(flow, steps, now, cancellation);
        }

        if (mails > 0) await jobs.Start(SendDue.Key, null, cancellation);
    }

    private async Task Enter(Flow flow, Guid first, DateTimeOffset now, CancellationToken cancellation)
    {
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(new GetSegmentMembers(flow.SegmentId!.Value, after, Screening.AtOnce), cancellation);
            if (page.Failed) return;
            var ids = page.Value.Ids;
            var there = await db.Enrolments.Where(e => e.FlowId == flow.Id && ids.Contains(e.CustomerId)).Select(e => e.CustomerId).ToHashSetAsync(cancellation);
            foreach (var id in ids.Where(i => !there.Contains(i)))
            {
                var enrolment = new Enrolment { TenantId = db.TenantId, FlowId = flow.Id, CustomerId = id, CustomerType = page.Value.RecordType, StepId = first, DueAt = now, EnteredAt = now };
                db.Enrolments.Add(enrolment);
                Log(enrolment, FlowEntries.Entered, null, now);
            }

            await Save(cancellation);
            next = page.Value.Next;
        }
    }

    private async Task<int> GoOn(Flow flow, List<FlowStep> steps, DateTimeOffset now, CancellationToken cancellation)
    {
        var mails = 0;
        while (true)
        {
            var due = await db.Enrolments.Where(e => e.FlowId == flow.Id && e.EndedAt == null && e.DueAt <= now).OrderBy(e => e.DueAt).ThenBy(e => e.Id).Take(AtOnce).ToListAsync(cancellation);
            if (due.Count == 0) return mails;
            var facts = await Facts(due, steps, cancellation);
            foreach (var enrolment in due) mails += Walk(flow, steps, enrolment, facts, now);
            await Save(cancellation);
        }
    }

    /// <summary>Takes steps until there is something to wait for. How many mails were put on their way.</summary>
    private int Walk(Flow flow, List<FlowStep> steps, Enrolment one, FlowFacts facts, DateTimeOffset now)
    {
        var (mails, at) = (0, one.DueAt);
        for (var taken = 0; one.EndedAt is null && one.DueAt <= now; taken++)
        {
            at = one.DueAt;
            var index = steps.FindIndex(s => s.Id == one.StepId);

            // After an outage mails that were to be days apart do not come together: who is late goes on from now.
            if (index >= 0 && steps[index].Kind == StepKinds.Mail && now - at > Interval) at = one.DueAt = now;
            if (flow.ExitOnResponse && facts.Responded(one, at))
            {
                End(one, FlowEntries.Responded, at);
                break;
            }

            // A step that was removed is passed over; a row of conditions that lead to each other ends somewhere.
            if (index < 0 || taken >= MostStepsAtOnce)
            {
                End(one, FlowEntries.Left, at);
                break;
            }

            var step = steps[index];
            var next = index + 1 < steps.Count ? steps[index + 1].Id : (Guid?)null;
            switch (step.Kind)
            {
                case StepKinds.Mail:
                    one.LastMailId = MailId(one.Id, step.Id);

                    // Steps may have been put into another order meanwhile: nobody gets the mail of a step twice.
                    if (!facts.HasMail(one.LastMailId.Value)) db.Recipients.Add(new Recipient
                    {
                        TenantId = db.TenantId, Id = one.LastMailId.Value, StepId = step.Id, CustomerId = one.CustomerId, CustomerType = one.CustomerType, Variant = Variants.A, NextAt = at,
                    });
                    mails++;
                    Log(one, FlowEntries.Mail, step.Id, at);
                    break;
                case StepKinds.Wait:
                    one.DueAt = at + TimeSpan.FromDays(step.Days ?? 1);
                    Log(one, FlowEntries.Wait, step.Id, at);
                    break;
                case StepKinds.Condition:
                    var met = facts.Meets(step.Condition, one, at);
                    Log(one, met ? FlowEntries.Yes : FlowEntries.No, step.Id, at);
                    if (!met && step.ElseStepId is null)
                    {
                        End(one, FlowEntries.Left, at);
                        continue;
                    }

                    if (!met) next = step.ElseStepId;
                    break;
                default:
                    End(one, FlowEntries.Left, at);
                    continue;
            }

            one.StepId = next;
            if (next is null) End(one, FlowEntries.Done, at);
        }

        return mails;
    }

    private async Task<FlowFacts> Facts(List<Enrolment> due, List<FlowStep> steps, CancellationToken cancellation)
    {
        var (customers, mails, since) = (due.Select(e => e.CustomerId).ToList(), due.Select(e => e.LastMailId).OfType<Guid>().ToList(), due.Min(e => e.EnteredAt));
        var responses = await db.Responses.AsNoTracking().Where(r => r.At >= since && ((r.PersonId != null && customers.Contains(r.PersonId.Value)) || (r.CompanyId != null && customers.Contains(r.CompanyId.Value)))).Select(r => new { r.PersonId, r.CompanyId, r.At }).ToListAsync(cancellation);
        var stepIds = steps.Select(s => (Guid?)s.Id).ToList();
        var there = await db.Recipients.AsNoTracking().Where(r => customers.Contains(r.CustomerId) && stepIds.Contains(r.StepId)).Select(r => r.Id).ToHashSetAsync(cancellation);
        var seen = await db.Recipients.AsNoTracking().Where(r => mails.Contains(r.Id)).Select(r => new { r.Id, r.OpenedAt, r.ClickedAt }).ToListAsync(cancellation);
        return new FlowFacts(
            responses.SelectMany(r => new[] { r.PersonId, r.CompanyId }.OfType<Guid>().Select(c => (c, r.At))).ToLookup(r => r.c, r => r.At),
            seen.ToDictionary(m => m.Id, m => (m.OpenedAt, m.ClickedAt)), there);
    }

    private void End(Enrolment one, string how, DateTimeOffset at)
    {
        (one.EndedAt, one.StepId) = (at, null);
        Log(one, how, null, at);
    }

    private void Log(Enrolment one, string kind, Guid? step, DateTimeOffset at) =>
        db.FlowEntries.Add(new FlowEntry { TenantId = db.TenantId, EnrolmentId = one.Id, FlowId = one.FlowId, CustomerId = one.CustomerId, StepId = step, At = at, Kind = kind });

    private async Task Save(CancellationToken cancellation)
    {
        var saved = await db.SaveAsync(cancellation: cancellation);
        db.ChangeTracker.Clear();
        saved.OrThrow("The steps could not be saved");
    }

    /// <summary>The same for the same person and step: a step that is taken again by mistake finds its mail there.</summary>
    private static Guid MailId(Guid enrolment, Guid step)
    {
        Span<byte> both = stackalloc byte[32];
        enrolment.TryWriteBytes(both);
        step.TryWriteBytes(both[16..]);
        return new Guid(SHA256.HashData(both).AsSpan(0, 16));
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), at.Offset);
}

/// <summary>What conditions ask of people, as far as it was so at a moment.</summary>
internal sealed class FlowFacts(ILookup<Guid, DateTimeOffset> responses, Dictionary<Guid, (DateTimeOffset? Opened, DateTimeOffset? Clicked)> mails, HashSet<Guid> there)
{
    public bool HasMail(Guid id) => there.Contains(id);

    public bool Responded(Enrolment one, DateTimeOffset at) => responses[one.CustomerId].Any(r => r >= one.EnteredAt && r <= at);

    public bool Meets(string? condition, Enrolment one, DateTimeOffset at)
    {
        var mail = one.LastMailId is { } id ? mails.GetValueOrDefault(id) : default;
        return condition switch
        {
            StepConditions.Opened => mail.Opened <= at,
            StepConditions.Clicked => mail.Clicked <= at,
            StepConditions.Responded => Responded(one, at),
            _ => false,
        };
    }
}
