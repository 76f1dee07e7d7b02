using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Makes whoever asked a person of ours. What else came from their address and belongs to nobody is theirs from then on.</summary>
internal sealed class RegisterCustomerHandler(SupportDb db, IMediator mediator, IUser user) : IRequestHandler<RegisterCustomer, Result<Guid>>
{
    private const int MostOthers = 200;

    public async Task<Result<Guid>> Handle(RegisterCustomer register, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Inquiry>(register.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (loaded.Failed) return loaded.Problems[0];
        var inquiry = loaded.Value;
        if (inquiry.PersonId is not null) return KnownAlready;

        var values = new Dictionary<string, object?> { ["lastName"] = register.LastName, ["firstName"] = register.FirstName, ["email"] = register.Email, ["phone"] = register.Phone, ["companyId"] = inquiry.CompanyId };
        var saved = await mediator.Send(new SaveRecord(CustomersContract.Person, null, values.Where(v => v.Value is not (null or "")).ToDictionary()), cancellationToken);
        if (saved.Failed) return Result<Guid>.Fail(saved.Problems);

        inquiry.PersonId = saved.Value.Id;
        foreach (var other in await Others(inquiry, cancellationToken)) other.PersonId = saved.Value.Id;
        var linked = await db.SaveAsync(cancellation: cancellationToken);
        return linked.Failed ? Result<Guid>.Fail(linked.Problems) : saved.Value.Id;
    }

    private async Task<List<Inquiry>> Others(Inquiry inquiry, CancellationToken cancellation)
    {
        if (inquiry.FromEmail is not { Length: > 0 } address) return [];
        var id = inquiry.Id;
        var others = await db.Inquiries.Where(i => i.Id != id && i.FromEmail == address && i.PersonId == null && i.CompanyId == null).OrderByDescending(i => i.Id).Take(MostOthers).ToListAsync(cancellation);
        return others.FindAll(o => user.MayAct(SupportContract.Inquiry, o.OwnerId, RecordAction.Edit));
    }

    private static Problem KnownAlready => new(
        "support.customer-known", ("この問い合わせにはお客様が登録されています。", "This inquiry has its customer."), ("画面を読み直してください。", "Reload the page."), Kind: ProblemKind.Conflict);
}
