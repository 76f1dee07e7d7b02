using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Writing;

/// <summary>What a campaign or a step says, taken from its template; refused when it asks for fields that are not there.</summary>
internal sealed class Letters(CampaignsDb db, Readers readers, IMediator mediator)
{
    public async Task<Result<LetterContent>> Of(Campaign campaign, CancellationToken cancellation)
    {
        var content = await OfTemplate(campaign.TemplateId, cancellation);
        if (content.Failed) return content;
        var written = content.Value with { Subject = campaign.Subject is { Length: > 0 } subject ? subject : content.Value.Subject, SubjectB = campaign.SubjectB is { Length: > 0 } b ? b : null };
        return await Checked(written, await CustomerType(campaign.SegmentId, cancellation), cancellation);
    }

    public async Task<Result<LetterContent>> OfTemplate(Guid? template, CancellationToken cancellation) =>
        template is { } id && await db.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellation) is { } found
            ? new LetterContent(found.Subject, null, found.Preheader, found.Body ?? "")
            : CampaignProblems.Incomplete;

    public async Task<Result<LetterContent>> Checked(LetterContent content, string customerType, CancellationToken cancellation)
    {
        foreach (var text in new[] { content.Subject, content.SubjectB, content.Preheader, content.Body }.OfType<string>())
        {
            if (TemplateText.Check(text) is { } wrong) return new Problem("campaigns.bad-template", ($"差し込みを読み取れません（{wrong.Ja.TrimEnd('。')}）。", $"The template is not understood ({wrong.En.TrimEnd('.')})."), ("テンプレートを直してください。", "Correct the template."));
        }

        var known = await readers.Known(customerType, cancellation);
        var unknown = new (string? Text, Label Part)[] { (content.Subject, ("件名", "Subject")), (content.SubjectB, ("件名B", "Subject B")), (content.Preheader, ("プリヘッダー", "Preheader")), (content.Body, ("本文", "Text")) }
            .Where(t => t.Text is not null).SelectMany(t => WrongNames.In(t.Text!, known).Select(w => WrongNames.Told(w, t.Part, null))).ToList();
        return unknown.Count == 0 ? content : Result<LetterContent>.Fail(unknown);
    }

    /// <summary>People or companies: what the segment is of.</summary>
    public async Task<string> CustomerType(Guid? segment, CancellationToken cancellation)
    {
        if (segment is not { } id) return CustomersContract.Person;
        var found = await mediator.Send(new GetRecord(CustomersContract.Segment, id), cancellation);
        return found.Failed ? CustomersContract.Person : found.Value["customerType"] as string ?? CustomersContract.Person;
    }
}
