using Crm.Campaigns.Audience;
using Crm.Campaigns.Planning;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Results;

/// <summary>What became of a campaign: sent, opened, clicked, and what it brought beyond the control group.</summary>
/// <param name="Id">The campaign.</param>
internal sealed record GetResult(Guid Id) : IRequest<Result<ResultView>>;

/// <summary>Counts of one group of recipients.</summary>
internal sealed record Tally(string Name, int Sent, int Delivered, int Opened, int Clicked, int Unsubscribed, int Bounced, int Complained);

internal sealed record LinkTally(string Url, int People, int Clicks);

internal sealed record KindTally(Label Kind, int Responses, int People, decimal Value);

/// <summary>The control group against those who were to get the mail, whether it reached them or not.</summary>
internal sealed record UpliftView(int Treated, int TreatedResponding, int Control, int ControlResponding, Difference? Shares, Difference? Revenue, double RevenueTreated, double RevenueControl);

/// <summary>Subject B against A: by how much more of its readers opened it or followed a link, and whether chance alone may do that.</summary>
internal sealed record SubjectsView(Difference? Opened, Difference? Clicked);

internal sealed record ResultView(Tally All, IReadOnlyList<Tally> Variants, IReadOnlyList<LinkTally> Links, IReadOnlyList<KindTally> Kinds, UpliftView? Uplift, int Days, decimal Cost, decimal? Budget, SubjectsView? Subjects);

internal sealed class GetResultHandler(CampaignsDb db) : IRequestHandler<GetResult, Result<ResultView>>
{
    public async Task<Result<ResultView>> Handle(GetResult get, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Campaign>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (loaded.Failed) return Result<ResultView>.Fail(loaded.Problems);
        var campaign = loaded.Value;
        var own = db.Recipients.AsNoTracking().Where(r => r.CampaignId == get.Id);
        var tallies = await own.Where(r => r.State == RecipientStates.Sent).GroupBy(r => r.Variant).Select(g => new
        {
            g.Key, Sent = g.Count(), Delivered = g.Count(r => r.DeliveredAt != null), Opened = g.Count(r => r.OpenedAt != null), Clicked = g.Count(r => r.ClickedAt != null),
            Unsubscribed = g.Count(r => r.UnsubscribedAt != null), Bounced = g.Count(r => r.BouncedAt != null), Complained = g.Count(r => r.ComplainedAt != null),
        }).ToListAsync(cancellationToken);
        var variants = tallies.Select(t => new Tally(t.Key == Variants.B ? campaign.SubjectB ?? "B" : campaign.Subject ?? "A", t.Sent, t.Delivered, t.Opened, t.Clicked, t.Unsubscribed, t.Bounced, t.Complained)).ToList();
        var all = new Tally("", variants.Sum(v => v.Sent), variants.Sum(v => v.Delivered), variants.Sum(v => v.Opened), variants.Sum(v => v.Clicked), variants.Sum(v => v.Unsubscribed), variants.Sum(v => v.Bounced), variants.Sum(v => v.Complained));

        var clicks = await db.Clicks.Join(own, c => c.RecipientId, r => r.Id, (c, r) => new { c.Number, c.RecipientId }).GroupBy(c => c.Number)
            .Select(g => new { g.Key, Clicks = g.Count(), People = g.Select(c => c.RecipientId).Distinct().Count() }).ToListAsync(cancellationToken);
        var urls = await db.Links.AsNoTracking().Where(l => l.CampaignId == get.Id).OrderBy(l => l.Number).ToListAsync(cancellationToken);
        var responses = await Responses(own, campaign, cancellationToken);
        var cost = await db.Costs.Where(c => c.CampaignId == get.Id).SumAsync(c => c.Amount, cancellationToken) ?? 0;
        return new ResultView(
            all, campaign.SubjectB is null ? [] : variants, [.. urls.Select(l => clicks.Find(c => c.Key == l.Number) is { } c ? new LinkTally(l.Url, c.People, c.Clicks) : new LinkTally(l.Url, 0, 0))],
            [.. responses.Where(r => r.Sent).GroupBy(r => r.KindText).Select(g => new KindTally(Reasons.Text("", g.Key), g.Count(), g.Select(r => r.Recipient).Distinct().Count(), g.Sum(r => r.Value))).OrderByDescending(k => k.Responses)],
            await Compared(own, responses, cancellationToken), campaign.ResponseDays ?? ResponseWindow.Usual, cost, campaign.Budget, Between(tallies.Find(t => t.Key == Variants.A) is { } a ? (a.Sent, a.Opened, a.Clicked) : null, tallies.Find(t => t.Key == Variants.B) is { } b ? (b.Sent, b.Opened, b.Clicked) : null));
    }

    /// <summary>What recipients and the control group did within the days after sending began, whatever other mails they got.</summary>
    private async Task<List<Answer>> Responses(IQueryable<Recipient> own, Campaign campaign, CancellationToken cancellation)
    {
        var begun = await own.MinAsync(r => r.SentAt, cancellation) ?? campaign.ApprovedAt;
        if (begun is not { } from) return [];
        var until = from + ResponseWindow.Of(campaign);
        var looked = own.Where(r => r.State != RecipientStates.Excluded || r.Reason == Contracts.CampaignsContract.Exclusions.Holdout);
        var within = db.Responses.Where(r => r.At >= from && r.At < until);
        var answers = await within.Join(looked, r => r.PersonId, o => (Guid?)o.CustomerId, (r, o) => new { o.Id, o.State, r.KindText, r.Value, r.IsRevenue })
            .Concat(within.Join(looked, r => r.CompanyId, o => (Guid?)o.CustomerId, (r, o) => new { o.Id, o.State, r.KindText, r.Value, r.IsRevenue }))
            .ToListAsync(cancellation);
        return [.. answers.Select(a => new Answer(a.Id, a.State != RecipientStates.Excluded, a.State == RecipientStates.Sent, a.KindText, a.Value, a.IsRevenue))];
    }

    private static async Task<UpliftView?> Compared(IQueryable<Recipient> own, List<Answer> answers, CancellationToken cancellation)
    {
        var control = await own.CountAsync(r => r.State == RecipientStates.Excluded && r.Reason == Contracts.CampaignsContract.Exclusions.Holdout, cancellation);
        if (control == 0) return null;
        var treated = await own.CountAsync(r => r.State != RecipientStates.Excluded, cancellation);
        var groups = answers.GroupBy(a => (a.Treated, a.Recipient)).Select(g => (g.Key.Treated, Revenue: g.Where(a => a.IsRevenue).Sum(a => a.Value))).ToLookup(g => g.Treated, g => g.Revenue);
        var (yes, controlYes) = (groups[true].Count(), groups[false].Count());
        var (revenue, controlRevenue) = (Moments.Of(treated, groups[true]), Moments.Of(control, groups[false]));
        return new UpliftView(treated, yes, control, controlYes, Uplift.OfShares(yes, treated, controlYes, control), Uplift.OfMeans(revenue, controlRevenue), revenue.Mean, controlRevenue.Mean);
    }

    private static SubjectsView? Between((int Sent, int Opened, int Clicked)? a, (int Sent, int Opened, int Clicked)? b) => a is { } first && b is { } second
        ? new(Uplift.OfShares(second.Opened, second.Sent, first.Opened, first.Sent), Uplift.OfShares(second.Clicked, second.Sent, first.Clicked, first.Sent))
        : null;

    private sealed record Answer(Guid Recipient, bool Treated, bool Sent, string KindText, decimal Value, bool IsRevenue);
}
