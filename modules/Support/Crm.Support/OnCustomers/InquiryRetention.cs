using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.OnCustomers;

/// <summary>
/// When records are kept too long by a rule of the tenant: an inquiry goes with its thread, files, surveys and mails; one that is not closed
/// stays, with its customer.
/// </summary>
internal sealed class InquiryRetention(SupportDb db) : INotificationHandler<CollectRetentionHolds>, INotificationHandler<CollectBelongings>
{
    private static readonly Label Open = ("対応中の問い合わせがあります", "An inquiry is not closed");

    public async Task Handle(CollectRetentionHolds notification, CancellationToken cancellationToken)
    {
        var ids = notification.Ids;
        var open = db.Inquiries.Where(i => i.Status != SupportContract.Status.Closed);
        var found = notification.RecordType switch
        {
            SupportContract.Inquiry => open.Where(i => ids.Contains(i.Id)).Select(i => i.Id),
            CustomersContract.Person => open.Where(i => i.PersonId != null && ids.Contains(i.PersonId.Value)).Select(i => i.PersonId!.Value).Distinct(),
            CustomersContract.Company => open.Where(i => i.CompanyId != null && ids.Contains(i.CompanyId.Value)).Select(i => i.CompanyId!.Value).Distinct(),
            _ => null,
        };
        if (found is null) return;
        foreach (var id in await found.ToListAsync(cancellationToken)) notification.Add(new RetentionHold(id, Open));
    }

    public async Task Handle(CollectBelongings notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != SupportContract.Inquiry) return;
        Guid[] ids = [.. notification.Ids];

        // In the bin too: the filter that hides it also hides other tenants, so the tenant is named.
        await Add(SupportContract.Attachment, db.Attachments.IgnoreQueryFilters().Where(a => a.TenantId == db.TenantId && a.InquiryId != null && ids.Contains(a.InquiryId.Value)).Select(a => new Belongs(a.InquiryId!.Value, a.Id)));
        await Add(SupportContract.Survey, db.Surveys.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && s.InquiryId != null && ids.Contains(s.InquiryId.Value)).Select(s => new Belongs(s.InquiryId!.Value, s.Id)));
        await Add(SupportContract.Link, db.Links.IgnoreQueryFilters().Where(l => l.TenantId == db.TenantId && l.InquiryId != null && ids.Contains(l.InquiryId.Value)).Select(l => new Belongs(l.InquiryId!.Value, l.Id)));
        await Add(SupportContract.Link, db.Links.IgnoreQueryFilters().Where(l => l.TenantId == db.TenantId && l.OtherId != null && ids.Contains(l.OtherId.Value)).Select(l => new Belongs(l.OtherId!.Value, l.Id)));
        await Add(SupportContract.Message, db.Messages.IgnoreQueryFilters().Where(m => m.TenantId == db.TenantId && m.InquiryId != null && ids.Contains(m.InquiryId.Value)).Select(m => new Belongs(m.InquiryId!.Value, m.Id)));
        if (!notification.Erase) return;
        await db.Outgoing.Where(m => m.InquiryId != null && ids.Contains(m.InquiryId.Value)).ExecuteDeleteAsync(cancellationToken);
        await db.Changes.Where(c => ids.Contains(c.InquiryId)).ExecuteDeleteAsync(cancellationToken);

        async Task Add(string type, IQueryable<Belongs> which)
        {
            foreach (var (inquiry, id) in await which.ToListAsync(cancellationToken)) notification.Add(new Belonging(inquiry, type, id));
        }
    }

    private sealed record Belongs(Guid Inquiry, Guid Id);
}
