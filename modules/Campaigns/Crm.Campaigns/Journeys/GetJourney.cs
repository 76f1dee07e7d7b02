using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Journeys;

/// <summary>The ways of the customers of a segment, or of those a campaign reached, by the touchpoints of all modules and plugins.</summary>
/// <param name="SegmentId">The segment; or null.</param>
/// <param name="CampaignId">The campaign; or null.</param>
/// <param name="From">Only touchpoints since this day.</param>
/// <param name="Steps">So many touchpoints of each way, 2 to 8.</param>
[Requires(CampaignsContract.SeeResults)]
internal sealed record GetJourney(Guid? SegmentId, Guid? CampaignId, DateOnly From, int Steps = 5) : IRequest<Result<JourneyView>>;

/// <summary>What was found, of how many customers, drawn evenly from <see cref="Of"/>; which modules did not answer, and of how many the beginning lies too far back to be read.</summary>
internal sealed record JourneyView(int People, IReadOnlyList<JourneyLink> Links, IReadOnlyList<JourneyPath> Paths, IReadOnlyList<string> Missing, int Unread, int Of, IReadOnlyList<JourneyPlace> Places);

internal sealed class GetJourneyHandler(CampaignsDb db, IMediator mediator, ITenant tenant) : IRequestHandler<GetJourney, Result<JourneyView>>
{
    private const int MostPeople = 200;
    private const int MostMembers = 10_000;
    private const int Page = 200;
    private const int MostPages = 10;
    private const int Ways = 15;

    public async Task<Result<JourneyView>> Handle(GetJourney get, CancellationToken cancellationToken)
    {
        var (type, all) = (CustomersContract.Person, new List<Guid>());
        if (get.CampaignId is { } campaign)
        {
            var some = await db.Recipients.AsNoTracking().Where(r => r.CampaignId == campaign && r.State == RecipientStates.Sent).OrderBy(r => r.Id).Take(10 * MostMembers).Select(r => new { r.CustomerId, r.CustomerType }).ToListAsync(cancellationToken);
            (type, all) = (some.FirstOrDefault()?.CustomerType ?? type, [.. some.Select(s => s.CustomerId)]);
        }
        else if (get.SegmentId is { } segment)
        {
            string? after = null;
            do
            {
                var members = await mediator.Send(new GetSegmentMembers(segment, after), cancellationToken);
                if (members.Failed) return Result<JourneyView>.Fail(members.Problems);
                type = members.Value.RecordType;
                all.AddRange(members.Value.Ids);
                after = members.Value.Next;
            }
            while (after is not null && all.Count < MostMembers);
        }

        var ids = Journey.Sample(all, MostPeople);
        var (from, steps) = (tenant.StartOf(get.From), Math.Clamp(get.Steps, 2, 8));
        var (paths, missing) = (new List<IReadOnlyList<string>>(), new HashSet<string>(StringComparer.Ordinal));
        var unread = 0;
        foreach (var id in await Visible(ids, cancellationToken))
        {
            var (touchpoints, whole) = await Since(from, type, id, missing, cancellationToken);
            if (whole) paths.Add(Journey.PathOf(touchpoints, steps));
            else unread++;
        }

        return new JourneyView(paths.Count(p => p.Count > 0), Journey.Links(paths), Journey.Commonest(paths, Ways), [.. missing.Order(StringComparer.Ordinal)], unread, all.Count, Journey.Places(paths));
    }

    /// <summary>Somebody's touchpoints back to a day, page by page; and whether all were reached: a way is not begun in its middle.</summary>
    private async Task<(List<Touchpoint> Touchpoints, bool Whole)> Since(DateTimeOffset from, string type, Guid id, HashSet<string> missing, CancellationToken cancellation)
    {
        var (found, before) = (new List<Touchpoint>(), (DateTimeOffset?)null);
        for (var page = 0; page < MostPages; page++)
        {
            var timeline = new CollectTimeline(type, id, before, Page);
            await mediator.Publish(timeline, cancellation);
            missing.UnionWith(timeline.Missing);

            // Each who answers gives their newest: together they are whole down to the last of a page, with all of its moment.
            var newest = timeline.Parts.OrderByDescending(e => e.At).ToList();
            var last = newest.Count < Page ? DateTimeOffset.MinValue : newest[Page - 1].At;
            found.AddRange(newest.Where(e => e.At >= last && e.At >= from).Select(e => new Touchpoint(e.At, e.Kind, e.KindLabel.ToString())));
            if (last <= from) return (found, true);
            before = last;
        }

        return (found, false);
    }

    /// <summary>Those the reader may see.</summary>
    private async Task<IEnumerable<Guid>> Visible(List<Guid> ids, CancellationToken cancellation)
    {
        var cards = await mediator.Send(new GetCustomerCards(ids), cancellation);
        return cards.Failed ? [] : ids.Where(cards.Value.ContainsKey);
    }
}
