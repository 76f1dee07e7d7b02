using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Setup;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Results;

/// <summary>What campaigns cost and brought within days, by campaign, channel and segment; and how a month's budget could be shared out.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="Model">One of <see cref="AttributionModels"/>; that of the settings when null.</param>
/// <param name="Budget">What there is to spend in a month; the mean until now when null.</param>
[Requires(CampaignsContract.SeeResults)]
internal sealed record GetReturns(DateOnly From, DateOnly Until, string? Model = null, decimal? Budget = null) : IRequest<Result<ReturnsView>>;

internal sealed record ReturnsView(string Model, decimal Margin, IReadOnlyList<ReturnRow> Campaigns, IReadOnlyList<ReturnRow> ByChannel, IReadOnlyList<ReturnRow> BySegment, decimal Budget, IReadOnlyList<BudgetRow> Plan);

/// <summary>Cost, and the responses and revenue that are attributed.</summary>
internal sealed record ReturnRow(Guid? Id, string Name, int Sent, decimal Cost, double Responses, decimal Revenue, decimal? Budget, decimal Margin)
{
    /// <summary>Return on investment: what is left of the margin after the cost, for each yen of it; null when nothing was spent.</summary>
    public decimal? Roi => Cost <= 0 ? null : ((Revenue * Margin / 100) - Cost) / Cost;
}

/// <summary>A part of a response that is a campaign's.</summary>
internal readonly record struct AttributedResponse(Guid Campaign, DateTimeOffset At, double Share, decimal Value, bool IsRevenue);

internal sealed class GetReturnsHandler(CampaignsDb db, IMediator mediator, ISettings settings, IUser user, ITenant tenant) : IRequestHandler<GetReturns, Result<ReturnsView>>
{
    private static readonly TimeSpan Slice = TimeSpan.FromDays(31);

    public async Task<Result<ReturnsView>> Handle(GetReturns get, CancellationToken cancellationToken)
    {
        if (user.Reach(CampaignsContract.Campaign, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{CampaignsContract.Campaign}:read");
        var set = settings.Of<CampaignSettings>();
        var model = AttributionModels.All.Any(m => m.Key == get.Model) ? get.Model! : set.Attribution;
        var (from, until) = (tenant.StartOf(get.From), tenant.StartOf(get.Until.AddDays(1)));
        var campaigns = await db.Campaigns.AsNoTracking().Where(c => c.ApprovedAt != null).ToDictionaryAsync(c => c.Id, cancellationToken);
        var sent = await db.Recipients.Where(r => r.CampaignId != null && r.SentAt >= from && r.SentAt < until).GroupBy(r => r.CampaignId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var costs = await db.Costs.AsNoTracking().Where(c => c.PaidOn >= get.From && c.PaidOn <= get.Until && c.CampaignId != null).ToListAsync(cancellationToken);
        var shared = await Shared(from, until, campaigns, model, (double)set.HalfLife, cancellationToken);

        var (costsOf, sharedOf) = (costs.ToLookup(c => c.CampaignId!.Value), shared.ToLookup(a => a.Campaign));
        var rows = campaigns.Values
            .Select(c => Row(c.Id, c.Name, sent.GetValueOrDefault(c.Id), costsOf[c.Id], sharedOf[c.Id], c.Budget, set.Margin))
            .Where(r => r.Sent > 0 || r.Cost > 0 || r.Responses > 0).OrderByDescending(r => r.Revenue).ThenBy(r => r.Name, StringComparer.CurrentCulture).ToList();
        var segments = await Names(campaigns.Values.Select(c => c.SegmentId), cancellationToken);
        var spending = Spendings(campaigns, costs, shared);
        var months = Math.Max(1, spending.Select(s => s.Month).Distinct().Count());
        var budget = get.Budget ?? decimal.Round(costs.Sum(c => c.Amount ?? 0) / months);
        return new ReturnsView(
            model, set.Margin, rows,
            Grouped(rows, r => campaigns[r.Id!.Value].Channel ?? "", key => Channels.All.FirstOrDefault(c => c.Key == key)?.Label.ToString() ?? key, set.Margin),
            Grouped(rows, r => campaigns[r.Id!.Value].SegmentId?.ToString() ?? "", key => Guid.TryParse(key, out var id) ? segments.GetValueOrDefault(id) ?? "–" : "–", set.Margin),
            budget, BudgetPlan.Of(spending, budget));
    }

    /// <summary>The responses within the days, shared out among the mails that came before each within the days their campaign counts.</summary>
    private async Task<List<AttributedResponse>> Shared(DateTimeOffset from, DateTimeOffset until, Dictionary<Guid, Campaign> campaigns, string model, double halfLife, CancellationToken cancellation)
    {
        var shared = new List<AttributedResponse>();
        if (campaigns.Count == 0) return shared;
        var longest = campaigns.Values.Max(ResponseWindow.Of);

        // Some days at a time: what is read are responses and the mails that may have led to them, not all of years against all.
        for (var (start, end) = (from, Earlier(from + Slice, until)); start < until; (start, end) = (end, Earlier(end + Slice, until)))
        {
            var (at, before, earliest) = (start, end, start - longest);
            var touched = db.Recipients.Where(r => r.CampaignId != null && r.State == RecipientStates.Sent && r.SentAt >= earliest && r.SentAt < before);
            var responses = db.Responses.Where(r => r.At >= at && r.At < before);
            var pairs = await responses.Join(touched, r => r.PersonId, t => (Guid?)t.CustomerId, (r, t) => new { r.RecordType, r.RecordId, r.At, r.Value, r.IsRevenue, t.CampaignId, t.SentAt })
                .Concat(responses.Join(touched, r => r.CompanyId, t => (Guid?)t.CustomerId, (r, t) => new { r.RecordType, r.RecordId, r.At, r.Value, r.IsRevenue, t.CampaignId, t.SentAt }))
                .Where(p => p.SentAt <= p.At).ToListAsync(cancellation);
            foreach (var response in pairs.Where(p => campaigns.TryGetValue(p.CampaignId!.Value, out var campaign) && p.At - p.SentAt <= ResponseWindow.Of(campaign)).GroupBy(p => (p.RecordType, p.RecordId)))
            {
                var touches = response.OrderBy(t => t.SentAt).ToList();
                var shares = Attribution.Shares(model, [.. touches.Select(t => t.SentAt!.Value)], touches[0].At, halfLife);
                shared.AddRange(touches.Select((t, i) => new AttributedResponse(t.CampaignId!.Value, t.At, shares[i], t.Value, t.IsRevenue)).Where(a => a.Share > 0));
            }
        }

        return shared;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private List<Spending> Spendings(Dictionary<Guid, Campaign> campaigns, List<Cost> costs, List<AttributedResponse> shared)
    {
        DateOnly Month(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, tenant.TimeZone) is var local ? new(local.Year, local.Month, 1) : default;
        string Channel(Guid campaign) => campaigns.GetValueOrDefault(campaign)?.Channel ?? "";
        var spent = costs.Where(c => campaigns.ContainsKey(c.CampaignId!.Value)).Select(c => (Channel: Channel(c.CampaignId!.Value), Month: new DateOnly(c.PaidOn!.Value.Year, c.PaidOn.Value.Month, 1), Cost: c.Amount ?? 0, Revenue: 0m));
        var earned = shared.Where(s => s.IsRevenue).Select(s => (Channel: Channel(s.Campaign), Month: Month(s.At), Cost: 0m, Revenue: s.Value * (decimal)s.Share));
        return [.. spent.Concat(earned).GroupBy(s => (s.Channel, s.Month)).Select(g => new Spending(g.Key.Channel, g.Key.Month, g.Sum(s => s.Cost), g.Sum(s => s.Revenue)))];
    }

    private static ReturnRow Row(Guid id, string name, int sent, IEnumerable<Cost> costs, IEnumerable<AttributedResponse> shared, decimal? budget, decimal margin)
    {
        var own = shared.ToList();
        return new(id, name, sent, costs.Sum(c => c.Amount ?? 0), own.Sum(s => s.Share), own.Where(s => s.IsRevenue).Sum(s => s.Value * (decimal)s.Share), budget, margin);
    }

    private static List<ReturnRow> Grouped(List<ReturnRow> rows, Func<ReturnRow, string> by, Func<string, string> name, decimal margin) =>
        [.. rows.GroupBy(by, StringComparer.Ordinal).Select(g => new ReturnRow(null, name(g.Key), g.Sum(r => r.Sent), g.Sum(r => r.Cost), g.Sum(r => r.Responses), g.Sum(r => r.Revenue), null, margin)).OrderByDescending(r => r.Revenue)];

    private async Task<Dictionary<Guid, string>> Names(IEnumerable<Guid?> segments, CancellationToken cancellation)
    {
        var ids = segments.OfType<Guid>().Distinct().Take(500).ToList();
        if (ids.Count == 0) return [];
        var page = await mediator.Send(new ListRecords(CustomersContract.Segment) { Filter = new Filter.Ids(ids), Fields = ["name"], Limit = 500 }, cancellation);
        return page.Failed ? [] : page.Value.Read().ToDictionary(r => r.Id, r => r.Text("name") ?? "");
    }
}

/// <summary>For how long after a mail something counts as a response to it.</summary>
internal static class ResponseWindow
{
    public const int Usual = 30;
    public const int Longest = 365;

    public static TimeSpan Of(Campaign campaign) => TimeSpan.FromDays(campaign.ResponseDays ?? Usual);
}
