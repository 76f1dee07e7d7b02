// Inquiries that belong together, and those that do not after all.
using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Links two inquiries, once: whichever of them it is asked from.</summary>
internal sealed class LinkInquiriesHandler(SupportDb db) : IRequestHandler<LinkInquiries, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(LinkInquiries link, CancellationToken cancellationToken)
    {
        if (link.OtherId == Guid.Empty) return Problems.Required("otherId", ("相手の問い合わせ", "Other inquiry"));
        var one = await db.Load<Inquiry>(link.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (one.Failed) return one.Problems[0];
        var other = await db.Load<Inquiry>(link.OtherId, RecordAction.Read, cancellation: cancellationToken);
        if (other.Failed) return other.Problems[0] with { Field = "otherId" };
        var (id, otherId) = (link.Id, link.OtherId);
        if (await db.Links.AnyAsync(l => (l.InquiryId == id && l.OtherId == otherId) || (l.InquiryId == otherId && l.OtherId == id), cancellationToken)) return AlreadyLinked;

        var made = new InquiryLink { InquiryId = link.Id, OtherId = link.OtherId, Kind = link.Kind, OwnerId = one.Value.OwnerId };
        db.Links.Add(made);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : made.Id;
    }

    private static Problem AlreadyLinked => new(
        "support.already-linked", ("この2件は関連付けられています。", "These two are linked already."), ("関係を変えるには、いったん解除してください。", "Unlink them first to change how."), "otherId", ProblemKind.Conflict);
}

/// <summary>Takes a link away; whoever may change one of the two inquiries may.</summary>
internal sealed class UnlinkInquiriesHandler(SupportDb db, IUser user) : IRequestHandler<UnlinkInquiries, Result>
{
    public async Task<Result> Handle(UnlinkInquiries unlink, CancellationToken cancellationToken)
    {
        var link = await db.Load<InquiryLink>(unlink.Id, RecordAction.Read, cancellation: cancellationToken);
        if (link.Failed) return link;
        Guid[] ends = [.. new[] { link.Value.InquiryId, link.Value.OtherId }.OfType<Guid>()];
        var owners = await db.Inquiries.AsNoTracking().Where(i => ends.Contains(i.Id)).Select(i => i.OwnerId).ToListAsync(cancellationToken);
        if (!owners.Exists(owner => user.MayAct(SupportContract.Inquiry, owner, RecordAction.Edit))) return Problems.Forbidden($"{SupportContract.Inquiry}:edit");
        db.Links.Remove(link.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

internal sealed class LinkInquiriesRules : AbstractValidator<LinkInquiries>
{
    public LinkInquiriesRules() => RuleFor(l => l.Kind).Must(kind => LinkKinds.All.Any(k => k.Key == kind));
}
