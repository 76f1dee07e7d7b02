using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Setup;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Opens an inquiry with its clock, and what they said as the first message of the thread.</summary>
internal sealed class OpenInquiryHandler(SupportDb db, Intake intake, TimeProvider clock, IUser user, IMediator mediator) : IRequestHandler<OpenInquiry, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(OpenInquiry open, CancellationToken cancellationToken)
    {
        var owner = open.OwnerId ?? user.Id;
        if (!user.MayAct(SupportContract.Inquiry, owner, RecordAction.Create)) return Problems.Forbidden($"{SupportContract.Inquiry}:create");
        if (await Hidden(open, cancellationToken) is { } hidden) return hidden;

        var code = open.Channel ?? ChannelCodes.Typed(user.Source) ?? ChannelCodes.Phone;
        var inquiry = new Inquiry
        {
            Subject = open.Subject, Content = open.Content, TypeId = open.TypeId, PersonId = open.PersonId, CompanyId = open.CompanyId, ProductId = open.ProductId, QueueId = open.QueueId,
            OwnerId = owner, Priority = open.Priority, FromName = open.FromName, FromEmail = open.FromEmail, FromPhone = open.FromPhone, Complaint = open.Complaint ? true : null,
            ReceivedAt = open.ReceivedAt ?? clock.GetUtcNow(), ChannelId = await db.Channels.Where(c => c.Code == code).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellationToken),
        };
        await intake.Take(inquiry, cancellationToken);
        db.Inquiries.Add(inquiry);
        if (Message.FirstOf(inquiry) is { } said) db.Messages.Add(said);
        var saved = await db.Keep(inquiry, cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : inquiry.Id;
    }

    /// <summary>Nobody names a customer they may not see.</summary>
    private async Task<Problem?> Hidden(OpenInquiry open, CancellationToken cancellation)
    {
        Guid[] named = [.. new[] { open.PersonId, open.CompanyId }.OfType<Guid>()];
        if (named.Length == 0) return null;
        var cards = await mediator.Send(new GetCustomerCards(named), cancellation);
        if (cards.Failed) return cards.Problems[0];
        return open.PersonId is { } person && !cards.Value.ContainsKey(person) ? Problems.NotFound(CustomersContract.Person, person) with { Field = "personId" }
            : open.CompanyId is { } company && !cards.Value.ContainsKey(company) ? Problems.NotFound(CustomersContract.Company, company) with { Field = "companyId" }
            : null;
    }
}

internal sealed class OpenInquiryRules : AbstractValidator<OpenInquiry>
{
    public OpenInquiryRules() => RuleFor(o => o.Subject).NotEmpty().MaximumLength(200);
}
