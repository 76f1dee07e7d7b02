using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Clock;

/// <summary>Every few minutes: tells whoever answers, and whom the queue names, of inquiries whose target has passed; once per target.</summary>
internal sealed class Escalation(SupportDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int AtOnce = 500;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var queues = await db.Queues.AsNoTracking().ToDictionaryAsync(q => q.Id, q => q.EscalateTo, cancellation);
        var late = db.Inquiries.AsNoTracking().Where(i => i.NextDue != null && i.NextDue < now && (i.EscalatedOf == null || i.EscalatedOf != i.NextDue));
        var told = 0L;
        while (await late.OrderBy(i => i.NextDue).ThenBy(i => i.Id).Take(AtOnce).ToListAsync(cancellation) is { Count: > 0 } some)
        {
            foreach (var inquiry in some)
            {
                // Told first, then noted: told twice after a crash is better than never. Not through SaveAsync: telling is no edit.
                var due = inquiry.NextDue;
                var chief = inquiry.QueueId is { } queue ? queues.GetValueOrDefault(queue) : null;
                foreach (var user in new[] { inquiry.OwnerId, chief }.OfType<Guid>().Distinct()) await Tell(user, inquiry, cancellation);
                await db.Inquiries.Where(i => i.Id == inquiry.Id).ExecuteUpdateAsync(set => set.SetProperty(i => i.EscalatedOf, due), cancellation);
                await run.Report(++told, null);
            }
        }
    }

    private async Task Tell(Guid user, Inquiry inquiry, CancellationToken cancellation)
    {
        var at = ValueText.Moment(inquiry.NextDue!.Value, tenant);
        var what = inquiry.FirstRespondedAt is null ? (Ja: "初回回答", En: "First answer") : (Ja: "解決", En: "Solution");
        (await mediator.Send(
            new NotifyUser(user, (Short($"{what.Ja}の期限（{at}）を過ぎました: {inquiry.Subject}"), Short($"{what.En} overdue since {at}: {inquiry.Subject}")))
            {
                Link = Routes.Record(SupportContract.Inquiry, inquiry.Id),
            },
            cancellation)).OrThrow("Nobody could be told of an overdue inquiry");
    }

    private static string Short(string text) => text.Length <= 300 ? text : text[..299] + "…";
}
