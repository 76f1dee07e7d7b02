using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Mailing;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.FollowUps;

/// <summary>
/// Each morning: sends the follow-up mails that are due to those for whom the consent ledger allows the purpose of their plan and whom nobody
/// asks to leave alone. For all others it becomes somebody's task, with the reason.
/// </summary>
internal sealed class SendFollowUps(SupportDb db, IMediator mediator, Outbox outbox, TimeProvider clock, ITenant tenant) : IJob
{
    private const int AtOnce = 200;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var due = db.FollowUps.Where(f => f.Status == FollowStatuses.Planned && f.Means == FollowMeans.Mail && f.DueOn <= today);
        var purposes = await PurposesOfPlans(cancellation);
        var sent = 0L;
        while (await due.OrderBy(f => f.DueOn).ThenBy(f => f.Id).Take(AtOnce).ToListAsync(cancellation) is { Count: > 0 } some)
        {
            Guid[] customers = [.. some.Select(Customer).OfType<Guid>().Distinct()];
            var cards = (await mediator.Send(new GetCustomerCards(customers), cancellation)).OrThrow("The customers cannot be read");
            var holds = await Holds(some, cancellation);
            var answers = new Dictionary<string, IReadOnlyDictionary<Guid, ContactAnswer>>(StringComparer.Ordinal);
            foreach (var purpose in some.Select(f => purposes.GetValueOrDefault(f.PlanId ?? Guid.Empty)).OfType<string>().Distinct())
            {
                answers[purpose] = (await mediator.Send(new MayContact(customers, purpose, CustomersContract.Channels.Email), cancellation)).OrThrow("Nobody says whether we may write to customers");
            }

            foreach (var followUp in some)
            {
                var purpose = purposes.GetValueOrDefault(followUp.PlanId ?? Guid.Empty);
                var customer = Customer(followUp);
                var may = purpose is null || customer is null ? null : answers[purpose].GetValueOrDefault(customer.Value);
                var hold = new[] { followUp.PersonId, followUp.CompanyId }.OfType<Guid>().Select(id => holds.GetValueOrDefault(id)).FirstOrDefault(h => h is not null);
                if (hold is null && may is { Allowed: true } && cards.GetValueOrDefault(customer!.Value)?.Email is { Length: > 0 } address)
                {
                    outbox.Queue(new OutgoingMail { Address = address, Subject = new string([.. followUp.Title.Where(c => !char.IsControl(c))]), Text = (followUp.Instruction ?? followUp.Title) + $"\n\n{tenant.Name}" });
                    followUp.Done(FollowStatuses.Done, new Label($"{address} にメールを送りました。", $"Sent by mail to {address}.").In(tenant.Language), clock.GetUtcNow());
                    sent++;
                    continue;
                }

                var reason = hold?.Reason ?? may?.Text ?? new Label("計画の利用目的がありません。", "Its plan has no purpose of use.");
                followUp.Means = FollowMeans.Task;
                followUp.Result = new Label($"メールを送らず、作業にしました。{reason.Ja}", $"Not sent, a task instead. {reason.En}").In(tenant.Language);
            }

            (await db.SaveAsync(cancellation: cancellation)).OrThrow("The follow-ups could not be saved");
            db.ChangeTracker.Clear();
            await run.Report(sent, null);
        }
    }

    /// <summary>The one written to: the person, else the company; another's address is never used in their place.</summary>
    private static Guid? Customer(FollowUp followUp) => followUp.PersonId ?? followUp.CompanyId;

    /// <summary>The code of the purpose of each plan that has one.</summary>
    private async Task<Dictionary<Guid, string>> PurposesOfPlans(CancellationToken cancellation)
    {
        var plans = await db.FollowPlans.IgnoreQueryFilters().AsNoTracking().Where(p => p.TenantId == db.TenantId && p.PurposeId != null).Select(p => new { p.Id, Purpose = p.PurposeId!.Value }).ToListAsync(cancellation);
        if (plans.Count == 0) return [];
        var page = await mediator.Send(new ListRecords(CustomersContract.Purpose) { Filter = new Filter.Ids([.. plans.Select(p => p.Purpose).Distinct()]), Fields = ["code"], Limit = 500 }, cancellation);
        var codes = page.OrThrow("The purposes of use cannot be read").Read().ToDictionary(p => p.Id, p => p.Text("code"));
        return plans.Where(p => codes.GetValueOrDefault(p.Purpose) is not null).ToDictionary(p => p.Id, p => codes[p.Purpose]!);
    }

    /// <summary>Whom somebody asks to leave alone: an open complaint, an address that is shut.</summary>
    private async Task<Dictionary<Guid, SalesHold>> Holds(IReadOnlyList<FollowUp> some, CancellationToken cancellation)
    {
        var asked = new CollectSalesHolds([.. some.SelectMany(f => new[] { f.PersonId, f.CompanyId }).OfType<Guid>().Distinct()]);
        await mediator.Publish(asked, cancellation);
        if (asked.Missing.Count > 0) throw new InvalidOperationException("Not all have said whom to leave alone: " + string.Join(", ", asked.Missing));
        return asked.Parts.GroupBy(p => p.CustomerId).ToDictionary(g => g.Key, g => g.First());
    }
}
