using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Mailing;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.FollowUps;

/// <summary>A follow-up was done, or is not needed.</summary>
/// <param name="Id">The follow-up.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Skip">Whether it is left out.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.follow-up-done</c>.</remarks>
[Command("support.complete-follow-up")]
internal sealed record CompleteFollowUp(Guid Id, string? Result = null, bool Skip = false) : IRequest<Result>;

internal sealed class CompleteFollowUpHandler(SupportDb db, TimeProvider clock) : IRequestHandler<CompleteFollowUp, Result>
{
    public async Task<Result> Handle(CompleteFollowUp complete, CancellationToken cancellationToken)
    {
        var followUp = await db.Load<FollowUp>(complete.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (followUp.Failed) return followUp;
        var done = followUp.Value.Done(complete.Skip ? FollowStatuses.Skipped : FollowStatuses.Done, complete.Result, clock.GetUtcNow());
        return done.Failed ? done : await db.SaveAsync(cancellation: cancellationToken);
    }
}

/// <summary>Each morning: sends the follow-up mails that are due. To whom we may not write, somebody calls instead.</summary>
internal sealed class SendFollowUps(SupportDb db, IMediator mediator, Recipients recipients, Outbox outbox, TimeProvider clock, ITenant tenant) : IJob
{
    private const int AtOnce = 200;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var due = db.FollowUps.Where(f => f.Status == FollowStatuses.Planned && f.Means == FollowMeans.Mail && f.DueOn <= today);
        var sent = 0L;
        while (await due.OrderBy(f => f.DueOn).ThenBy(f => f.Id).Take(AtOnce).ToListAsync(cancellation) is { Count: > 0 } some)
        {
            var cards = await mediator.Send(new GetCustomerCards([.. some.SelectMany(f => new[] { f.PersonId, f.CompanyId }).OfType<Guid>().Distinct()]), cancellation);
            var complaining = await mediator.Send(new GetOpenComplaints([.. some.SelectMany(f => new[] { f.PersonId, f.CompanyId }).OfType<Guid>()]), cancellation);
            foreach (var followUp in some)
            {
                var card = cards.Failed || (followUp.PersonId ?? followUp.CompanyId) is not { } id ? null : cards.Value.GetValueOrDefault(id);
                var complains = !complaining.Failed && new[] { followUp.PersonId, followUp.CompanyId }.OfType<Guid>().Any(complaining.Value.Contains);
                var address = card is { MayMail: true } && !complains ? await recipients.AddressOf(followUp.PersonId, followUp.CompanyId, cancellation) : null;
                if (address is null)
                {
                    followUp.Means = FollowMeans.Task;
                    followUp.Result = complains ? Sdk.Texts.L("未解決のクレームがあるため送りませんでした。", "Not sent: a complaint is not settled.") : Sdk.Texts.L("メールを送れないお客様のため、作業にしました。", "Not sent: we may not or cannot write to them.");
                    continue;
                }

                outbox.Queue(new OutgoingMail { Address = address, Subject = new string([.. followUp.Title.Where(c => !char.IsControl(c))]), Text = (followUp.Instruction ?? followUp.Title) + $"\n\n{tenant.Name}" });
                followUp.Done(FollowStatuses.Done, Sdk.Texts.L($"{address} にメールを送りました。", $"Sent by mail to {address}."), clock.GetUtcNow());
                sent++;
            }

            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (saved.Failed) return;
            await run.Report(sent, null);
        }
    }
}
