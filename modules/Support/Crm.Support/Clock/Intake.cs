using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Clock;

/// <summary>Takes an inquiry in: what its type says where nobody said otherwise, the clock, recurrence, and the news to others.</summary>
internal sealed class Intake(SupportDb db, SupportClock desk, TimeProvider clock, IUser user)
{
    public static readonly TimeSpan RecursWithin = TimeSpan.FromDays(365);

    public async Task Take(Inquiry inquiry, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var type = inquiry.TypeId is { } id ? await db.Types.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, cancellation) : null;
        inquiry.Priority ??= type?.Priority ?? Priorities.Normal;
        inquiry.QueueId ??= type?.QueueId ?? await db.Queues.OrderBy(q => q.Position).ThenBy(q => q.Id).Select(q => (Guid?)q.Id).FirstOrDefaultAsync(cancellation);
        inquiry.TakeIn(now, user.Id);
        inquiry.Promise(await desk.TargetOf(inquiry, cancellation), desk.Hours);
        await Complaint(inquiry, cancellation);
    }

    /// <summary>An inquiry that somebody is about to change; one that was saved a moment ago and not taken in yet is taken in with it.</summary>
    public async Task<Result<Inquiry>> Load(Guid id, CancellationToken cancellation)
    {
        var inquiry = await db.Load<Inquiry>(id, RecordAction.Edit, cancellation: cancellation);
        if (!inquiry.Failed && inquiry.Value.TakenInAt is null) await Take(inquiry.Value, cancellation);
        return inquiry;
    }

    /// <summary>Whether a complaint recurs, and telling others of a new one.</summary>
    public async Task Complaint(Inquiry inquiry, CancellationToken cancellation)
    {
        inquiry.Recurrence = inquiry.IsComplaint ? await Recurs(inquiry, cancellation) : null;
        inquiry.TellComplaint(clock.GetUtcNow());
    }

    private async Task<bool> Recurs(Inquiry inquiry, CancellationToken cancellation)
    {
        if (inquiry.PersonId is null && inquiry.CompanyId is null) return false;
        var (until, id, person, company) = (inquiry.ReceivedAt ?? clock.GetUtcNow(), inquiry.Id, inquiry.PersonId, inquiry.CompanyId);
        var since = until - RecursWithin;
        var before = db.Inquiries.AsNoTracking().Where(i => i.Id != id && i.Complaint == true && i.ReceivedAt >= since && i.ReceivedAt < until
            && ((person != null && i.PersonId == person) || (company != null && i.CompanyId == company)));
        var (product, type, kind) = (inquiry.ProductId, inquiry.TypeId, inquiry.ComplaintClass);

        // The same product says most; then the type; then whether it was service or product at all.
        return product is not null ? await before.AnyAsync(i => i.ProductId == product, cancellation)
            : type is not null ? await before.AnyAsync(i => i.TypeId == type, cancellation)
            : kind is not null && await before.AnyAsync(i => i.ComplaintClass == kind, cancellation);
    }
}

/// <summary>Inquiries from forms, files and the API are taken in once they are saved; a change of what a promise rests on makes it anew.</summary>
[Subscriber("support.keep-clock", SupportContract.Inquiry)]
internal sealed class KeepClock(SupportDb db, Intake intake, SupportClock desk) : INotificationHandler<RecordsChanged>
{
    private static readonly string[] OfPromise = ["priority", "typeId", "receivedAt"];
    private static readonly string[] OfComplaint = ["complaint", "complaintClass", "productId", "typeId", "personId", "companyId"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var (promise, complaint) = (changed.Fields.Intersect(OfPromise).Any(), changed.Fields.Intersect(OfComplaint).Any());
        if (changed.Action != "created" && !promise && !complaint) return;

        var ids = changed.Ids.ToArray();
        var inquiries = await db.Inquiries.Where(i => ids.Contains(i.Id)).ToListAsync(cancellationToken);
        foreach (var inquiry in inquiries)
        {
            if (inquiry.TakenInAt is null)
            {
                // A file brings when it came; a form that does not means now.
                inquiry.ReceivedAt ??= inquiry.CreatedAt;
                await intake.Take(inquiry, cancellationToken);
                continue;
            }

            if (promise) inquiry.Promise(await desk.TargetOf(inquiry, cancellationToken), desk.Hours);
            if (complaint) await intake.Complaint(inquiry, cancellationToken);
        }

        foreach (var inquiry in inquiries) db.Changes.AddRange(inquiry.Steps);
        var saved = await db.SaveAsync(cancellation: cancellationToken);

        // Somebody was quicker: delivered again, it works on what is there then.
        saved.OrThrow("The clock could not be kept");
    }
}
