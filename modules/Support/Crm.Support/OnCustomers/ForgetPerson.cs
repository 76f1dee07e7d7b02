using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.OnCustomers;

/// <summary>
/// A person is forgotten: what they asked goes with its thread, files, surveys and mails. What they asked for a company stays the company's,
/// without who asked. The inquiries themselves are erased by who asks, with all that points to the person.
/// </summary>
internal sealed class ForgetPerson(SupportDb db, IMediator mediator) : INotificationHandler<ErasePersonalData>
{
    private const int AtOnce = 500;

    public async Task Handle(ErasePersonalData notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != CustomersContract.Person || !notification.Erase) return;

        // Those in the bin too: the filter that hides them also hides other tenants, so the tenant is named.
        var inquiries = await db.Inquiries.IgnoreQueryFilters().Where(i => i.TenantId == db.TenantId && i.PersonId == notification.Id).ToListAsync(cancellationToken);
        foreach (var some in inquiries.Where(i => i.CompanyId is null || i.DeletedAt is not null).Select(i => i.Id).Chunk(AtOnce)) await EraseThreads(some, cancellationToken);
        foreach (var some in inquiries.Where(i => i.CompanyId is not null && i.DeletedAt is null).Chunk(AtOnce)) await LetGo(some, cancellationToken);
    }

    private async Task EraseThreads(Guid[] inquiries, CancellationToken cancellation)
    {
        await Erase(SupportContract.Attachment, db.Attachments.IgnoreQueryFilters().Where(a => a.TenantId == db.TenantId && inquiries.Contains(a.InquiryId!.Value)).Select(a => a.Id), cancellation);
        await Erase(SupportContract.Survey, db.Surveys.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && inquiries.Contains(s.InquiryId!.Value)).Select(s => s.Id), cancellation);
        await Erase(SupportContract.Link, db.Links.IgnoreQueryFilters().Where(l => l.TenantId == db.TenantId && (inquiries.Contains(l.InquiryId!.Value) || inquiries.Contains(l.OtherId!.Value))).Select(l => l.Id), cancellation);
        await Erase(SupportContract.Message, db.Messages.IgnoreQueryFilters().Where(m => m.TenantId == db.TenantId && inquiries.Contains(m.InquiryId!.Value)).Select(m => m.Id), cancellation);
        await db.Outgoing.Where(m => m.InquiryId != null && inquiries.Contains(m.InquiryId.Value)).ExecuteDeleteAsync(cancellation);
        await db.Changes.Where(c => inquiries.Contains(c.InquiryId)).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>The company's inquiries, without the person's name and addresses, also in what was changed before.</summary>
    private async Task LetGo(Inquiry[] inquiries, CancellationToken cancellation)
    {
        Guid[] ids = [.. inquiries.Select(i => i.Id)];
        foreach (var inquiry in inquiries) (inquiry.PersonId, inquiry.FromName, inquiry.FromEmail, inquiry.FromPhone) = (null, null, null, null);
        var messages = await db.Messages.Where(m => m.InquiryId != null && ids.Contains(m.InquiryId.Value) && m.Kind != MessageKinds.Note).ToListAsync(cancellation);
        foreach (var message in messages) (message.Kept, message.FromName, message.Address) = (true, message.Kind == MessageKinds.Customer ? null : message.FromName, null);
        Must(await db.SaveAsync(cancellation: cancellation));
        await db.Outgoing.Where(m => m.InquiryId != null && ids.Contains(m.InquiryId.Value)).ExecuteDeleteAsync(cancellation);
        Must(await mediator.Send(new EraseRecords(SupportContract.Inquiry, ids) { HistoryOnly = true }, cancellation));
        foreach (var some in messages.Select(m => m.Id).Chunk(AtOnce)) Must(await mediator.Send(new EraseRecords(SupportContract.Message, some) { HistoryOnly = true }, cancellation));
    }

    private async Task Erase(string type, IQueryable<Guid> which, CancellationToken cancellation)
    {
        foreach (var some in (await which.ToListAsync(cancellation)).Chunk(AtOnce)) Must(await mediator.Send(new EraseRecords(type, some), cancellation));
    }

    /// <summary>A part that cannot be done is a hole in the answer, and the erasure stops.</summary>
    private static void Must(Result done)
    {
        done.OrThrow("What is known of a person could not be forgotten");
    }
}
