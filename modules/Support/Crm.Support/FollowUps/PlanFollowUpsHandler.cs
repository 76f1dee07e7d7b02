using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.FollowUps;

/// <summary>Plans what the plans in use ask for after something that happened; the key keeps it from being planned twice.</summary>
internal sealed class PlanFollowUpsHandler(SupportDb db, IMediator mediator) : IRequestHandler<PlanFollowUps, Result<int>>
{
    public async Task<Result<int>> Handle(PlanFollowUps happened, CancellationToken cancellationToken)
    {
        if (happened.PersonId is null && happened.CompanyId is null) return 0;
        var plans = await db.FollowPlans.AsNoTracking()
            .Where(p => p.Active && p.StartedBy == happened.Trigger && (p.ProductId == null || p.ProductId == happened.ProductId)).ToListAsync(cancellationToken);
        if (plans.Count == 0) return 0;

        var (name, owner) = await Customer(happened, cancellationToken);
        var product = await Product(happened.ProductId, cancellationToken);
        var planned = 0;
        foreach (var plan in plans)
        {
            // The bin counts too: what somebody threw away is not planned again.
            var key = Key(plan, happened);
            if (await db.FollowUps.IgnoreQueryFilters().AnyAsync(f => f.TenantId == db.TenantId && f.Key == key, cancellationToken)) continue;
            db.FollowUps.Add(new FollowUp
            {
                PlanId = plan.Id, Key = key, Title = Short(Filled(plan.Subject ?? plan.Name)), PersonId = happened.PersonId, CompanyId = happened.CompanyId, ProductId = happened.ProductId,
                DueOn = happened.On.AddDays(plan.Days), Means = plan.Means, Instruction = plan.Text is { } text ? Filled(text) : null, OwnerId = happened.OwnerId ?? owner,
            });
            planned++;
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<int>.Fail(saved.Problems) : planned;

        string Filled(string text) => text.Replace("{name}", name, StringComparison.Ordinal).Replace("{product}", product, StringComparison.Ordinal);
    }

    private static string Key(FollowPlan plan, PlanFollowUps happened) => $"{plan.Id:N}:{happened.SourceId:N}";

    private static string Short(string title) => title.Length > 200 ? title[..199] + "…" : title;

    private async Task<(string Name, Guid? Owner)> Customer(PlanFollowUps happened, CancellationToken cancellation)
    {
        Guid[] ids = [.. new[] { happened.PersonId, happened.CompanyId }.OfType<Guid>()];
        var cards = await mediator.Send(new GetCustomerCards(ids), cancellation);
        var card = cards.Failed ? null : ids.Select(id => cards.Value.GetValueOrDefault(id)).FirstOrDefault(c => c is not null);
        return (card?.Name ?? "", card?.OwnerId);
    }

    private async Task<string> Product(Guid? product, CancellationToken cancellation)
    {
        if (product is not { } id) return "";
        var record = await mediator.Send(new GetRecord(CustomersContract.Product, id), cancellation);
        return record.Failed ? "" : record.Value.Title;
    }
}

/// <summary>Purchases start follow-up plans. Old ones that come by a file do not: nobody is asked today about what they bought years ago.</summary>
[Subscriber("support.follow-up-purchases")]
internal sealed class FollowUpPurchases(SupportDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.RecordType != CustomersContract.Purchase || changed.Action != "created") return;
        var plans = await db.FollowPlans.AsNoTracking().Where(p => p.Active && p.StartedBy == SupportContract.Triggers.Purchase).Select(p => p.Days).ToListAsync(cancellationToken);
        if (plans.Count == 0) return;
        var page = await mediator.Send(new ListRecords(CustomersContract.Purchase) { Filter = new Filter.Ids(changed.Ids), Fields = ["boughtOn", "personId", "companyId", "productId", "owner"], Limit = 500 }, cancellationToken);
        if (page.Failed) return;
        var oldest = clock.Today(tenant).AddDays(-plans.Max());
        foreach (var purchase in page.Value.Read())
        {
            if (purchase.Day("boughtOn") is not { } day || day < oldest) continue;
            await mediator.Send(
                new PlanFollowUps(SupportContract.Triggers.Purchase, day, CustomersContract.Purchase, purchase.Id)
                {
                    PersonId = purchase.Reference("personId"), CompanyId = purchase.Reference("companyId"), ProductId = purchase.Reference("productId"), OwnerId = purchase.Reference("owner"),
                },
                cancellationToken);
        }
    }
}

/// <summary>Closed inquiries start follow-up plans.</summary>
[Subscriber("support.follow-up-closed")]
internal sealed class FollowUpClosed(SupportDb db, IMediator mediator, ITenant tenant) : INotificationHandler<InquiryClosed>
{
    public async Task Handle(InquiryClosed closed, CancellationToken cancellationToken)
    {
        var inquiry = await db.Inquiries.AsNoTracking().SingleOrDefaultAsync(i => i.Id == closed.InquiryId, cancellationToken);
        if (inquiry is null) return;
        await mediator.Send(
            new PlanFollowUps(SupportContract.Triggers.InquiryClosed, tenant.DayOf(closed.ClosedAt), SupportContract.Inquiry, closed.InquiryId)
            {
                PersonId = closed.PersonId, CompanyId = closed.CompanyId, ProductId = inquiry.ProductId, OwnerId = inquiry.OwnerId,
            },
            cancellationToken);
    }
}
