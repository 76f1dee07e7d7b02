using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Audience;

/// <summary>The audience of a campaign in figures, and some of those in one of the groups.</summary>
/// <param name="Id">The campaign.</param>
/// <param name="State">Those in this state; null for none.</param>
/// <param name="Reason">Of those left out, those for this reason; null for all.</param>
internal sealed record GetAudience(Guid Id, string? State = null, string? Reason = null) : IRequest<Result<AudienceView>>;

internal sealed record AudienceView(int All, IReadOnlyList<AudienceGroup> States, IReadOnlyList<AudienceGroup> Reasons, IReadOnlyList<AudienceRow> Rows);

internal sealed record AudienceGroup(string Key, Label Text, int Count);

/// <summary>Somebody of the audience; <see cref="Name"/> is empty when whoever looks may not see the customer.</summary>
internal sealed record AudienceRow(Guid CustomerId, string CustomerType, string Name, string? Address, string State, Label? Reason, string? Answer, DateTimeOffset? SentAt);

internal sealed class GetAudienceHandler(CampaignsDb db, IMediator mediator) : IRequestHandler<GetAudience, Result<AudienceView>>
{
    private const int Most = 100;

    public async Task<Result<AudienceView>> Handle(GetAudience get, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (campaign.Failed) return Result<AudienceView>.Fail(campaign.Problems);
        var own = db.Recipients.AsNoTracking().Where(r => r.CampaignId == get.Id);
        var counts = await own.GroupBy(r => new { r.State, r.Reason, r.ReasonText }).Select(g => new { g.Key.State, g.Key.Reason, g.Key.ReasonText, Count = g.Count() }).ToListAsync(cancellationToken);
        var states = RecipientStates.All.Select(s => new AudienceGroup(s.Key, s.Label, counts.Where(c => c.State == s.Key).Sum(c => c.Count))).Where(g => g.Count > 0).ToList();
        var reasons = counts.Where(c => c is { State: RecipientStates.Excluded, Reason: not null })
            .Select(c => new AudienceGroup(c.Reason!, Reasons.Text(c.Reason!, c.ReasonText), c.Count)).OrderByDescending(g => g.Count).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        return new AudienceView(counts.Sum(c => c.Count), states, reasons, get.State is null ? [] : await Rows(own, get, campaign.Value.Channel, cancellationToken));
    }

    private async Task<IReadOnlyList<AudienceRow>> Rows(IQueryable<Recipient> own, GetAudience get, string? channel, CancellationToken cancellation)
    {
        var some = own.Where(r => r.State == get.State);
        if (get.Reason is { Length: > 0 } reason) some = some.Where(r => r.Reason == reason);
        var rows = await some.OrderBy(r => r.Id).Take(Most).ToListAsync(cancellation);
        var cards = await mediator.Send(new GetCustomerCards([.. rows.Select(r => r.CustomerId)]), cancellation);

        // The address of somebody whom the reader may not see, or whose address is hidden from them, stays hidden here; the server's answer often tells it.
        return [.. rows.Select(r =>
        {
            var card = cards.Failed ? null : cards.Value.GetValueOrDefault(r.CustomerId);
            var seen = (channel == Channels.Email ? card?.Email : card?.Phone) is not null;
            return new AudienceRow(r.CustomerId, r.CustomerType, card?.Name ?? "", seen ? r.Address : null, r.State, r.Reason is null ? null : Reasons.Text(r.Reason, r.ReasonText), seen ? r.Answer : null, r.SentAt);
        })];
    }
}
