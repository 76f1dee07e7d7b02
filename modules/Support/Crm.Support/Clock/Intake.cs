using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Clock;

/// <summary>Takes inquiries in: what their type and customer say where nobody said otherwise, the clock, recurrence, and the news to others.</summary>
internal sealed class Intake(SupportDb db, SupportClock desk, IMediator mediator, TimeProvider clock, IUser user)
{
    public static readonly TimeSpan RecursWithin = TimeSpan.FromDays(365);

    private Guid? firstQueue;

    public Task Take(Inquiry inquiry, CancellationToken cancellation) => Take([inquiry], cancellation);

    /// <summary>Takes in up to a thousand.</summary>
    public async Task Take(IReadOnlyList<Inquiry> inquiries, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var workplaces = await Workplaces(inquiries, cancellation);
        foreach (var inquiry in inquiries)
        {
            var type = await desk.TypeOf(inquiry, cancellation);
            inquiry.Priority ??= type?.Priority ?? Priorities.Normal;
            inquiry.QueueId ??= type?.QueueId ?? await FirstQueue(cancellation);
            if (inquiry.PersonId is { } person && workplaces.TryGetValue(person, out var company)) inquiry.CompanyId ??= company;
            inquiry.TakeIn(now, user.Id);
            inquiry.Promise(await desk.TargetOf(inquiry, cancellation), desk.Hours);
            await Complaint(inquiry, cancellation);
        }
    }

    /// <summary>Where people work who ask without saying for which company: there the inquiry is seen as well.</summary>
    private async Task<IReadOnlyDictionary<Guid, Guid>> Workplaces(IReadOnlyList<Inquiry> inquiries, CancellationToken cancellation)
    {
        Guid[] people = [.. inquiries.Where(i => i.CompanyId is null && i.PersonId is not null).Select(i => i.PersonId!.Value).Distinct()];
        if (people.Length == 0) return new Dictionary<Guid, Guid>();
        var cards = await mediator.Send(new GetCustomerCards(people), cancellation);
        return cards.Failed ? new Dictionary<Guid, Guid>() : cards.Value.Values.Where(c => c.CompanyId is not null).ToDictionary(c => c.Id, c => c.CompanyId!.Value);
    }

    private async Task<Guid?> FirstQueue(CancellationToken cancellation) =>
        firstQueue ??= await db.Queues.OrderBy(q => q.Position).ThenBy(q => q.Id).Select(q => (Guid?)q.Id).FirstOrDefaultAsync(cancellation);

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

/// <summary>
/// Takes inquiries in that a form, a file or the API saved, within the save, and makes a promise anew when what it rests on changes. As a
/// subscriber it does the same for those that were saved in other ways.
/// </summary>
[Subscriber("support.keep-clock", SupportContract.Inquiry)]
internal sealed class KeepClock(SupportDb db, Intake intake, SupportClock desk, IUser user) : INotificationHandler<RecordsChanged>, IRecordCompletion
{
    private static readonly string[] OfPromise = ["priority", "typeId", "receivedAt"];
    private static readonly string[] OfComplaint = ["complaint", "complaintClass", "productId", "typeId", "personId", "companyId"];

    public async Task Complete(RecordsChanged saved, CancellationToken cancellation)
    {
        try
        {
            await Handle(saved, cancellation);
        }
        finally
        {
            // A file saves many times in one piece of work; the next save begins with what is stored.
            db.ChangeTracker.Clear();
        }
    }

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var (promise, complaint) = (changed.Fields.Intersect(OfPromise).Any(), changed.Fields.Intersect(OfComplaint).Any());
        if (changed.Action != "created" && !promise && !complaint) return;

        var ids = changed.Ids.ToArray();
        var inquiries = await db.Inquiries.Where(i => ids.Contains(i.Id) && (i.TakenInAt == null || promise || complaint)).ToListAsync(cancellationToken);
        if (inquiries.Count == 0) return;
        await TakeIn(inquiries.FindAll(i => i.TakenInAt is null), cancellationToken);
        foreach (var inquiry in inquiries.Where(i => i.Steps.Count == 0))
        {
            if (promise) inquiry.Promise(await desk.TargetOf(inquiry, cancellationToken), desk.Hours);
            if (complaint) await intake.Complaint(inquiry, cancellationToken);
        }

        foreach (var inquiry in inquiries) db.Changes.AddRange(inquiry.Steps);
        var saved = await db.SaveAsync(cancellation: cancellationToken);

        // Somebody was quicker: delivered again, it works on what is there then.
        saved.OrThrow("The clock could not be kept");
    }

    /// <summary>What they said becomes the first message of the thread, and the way it came follows from where it was typed.</summary>
    private async Task TakeIn(List<Inquiry> inquiries, CancellationToken cancellation)
    {
        Guid? channel = null;
        if (inquiries.Exists(i => i.ChannelId is null) && ChannelCodes.Typed(user.Source) is { } code) channel = await db.Channels.Where(c => c.Code == code).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation);
        foreach (var inquiry in inquiries)
        {
            // A file brings when it came; a form that does not means now.
            inquiry.ReceivedAt ??= inquiry.CreatedAt;
            inquiry.ChannelId ??= channel;
            if (Message.FirstOf(inquiry) is { } said) db.Messages.Add(said);
        }

        await intake.Take(inquiries, cancellation);
    }
}
