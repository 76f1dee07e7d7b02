using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Figures;

/// <summary>
/// Who comes again, and what new and returning guests spend. Counted are stays that have ended, by the day of departure, whose guest is known.
/// A stay is one of a returning guest when the same guest has departed on an earlier day before; two rooms left on the same day are one visit.
/// </summary>
/// <param name="From">First day of departure.</param>
/// <param name="Until">Last day of departure.</param>
/// <remarks>Problems: <c>forbidden</c> for who may not see all stays; <c>hotel.days-wrong-way</c>.</remarks>
[Requires(HotelContract.MaySeeFigures)]
internal sealed record GetRepeatFigures(DateOnly From, DateOnly Until) : IRequest<Result<RepeatFigures>>;

/// <summary>Stays whose guest nobody has linked are told apart: they are in no rate.</summary>
internal sealed record RepeatFigures(GuestKind New, GuestKind Returning, int Unlinked, IReadOnlyList<MonthOfStays> Months)
{
    /// <summary>Stays of returning guests among all stays; null without stays.</summary>
    public decimal? RepeatRate => New.Stays + Returning.Stays is var all and > 0 ? (decimal)Returning.Stays / all : null;
}

/// <summary>What one kind of guest did; a guest who was new and came again within the days is counted in both kinds.</summary>
internal sealed record GuestKind(int Guests, int Stays, int Nights, decimal Amount)
{
    public decimal? PerStay => Stays > 0 ? Amount / Stays : null;

    public decimal? PerNight => Nights > 0 ? Amount / Nights : null;

    public decimal? PerGuest => Guests > 0 ? Amount / Guests : null;
}

internal sealed record MonthOfStays(DateOnly Month, int New, int Returning);

internal sealed class GetRepeatFiguresHandler(HotelDb db, IUser user) : IRequestHandler<GetRepeatFigures, Result<RepeatFigures>>
{
    public async Task<Result<RepeatFigures>> Handle(GetRepeatFigures query, CancellationToken cancellationToken)
    {
        // A rate over the stays somebody happens to see would be a wrong rate.
        if (user.Reach(HotelContract.Stay, RecordAction.Read) != Reach.All) return Problems.Forbidden(HotelContract.Stay + ":read");
        if (query.Until < query.From)
        {
            return new Problem("hotel.days-wrong-way", ("期間の終わりが始まりより前です。", "The days end before they begin."), ("期間を確認してください。", "Check both days."), "until");
        }

        var ended = db.Stays.AsNoTracking().Where(s => s.Status == StayStatuses.Departed && s.DepartsOn != null);
        var within = ended.Where(s => s.DepartsOn >= query.From && s.DepartsOn <= query.Until);
        var stays = await within.Where(s => s.PersonId != null).Select(s => new { Guest = s.PersonId!.Value, On = s.DepartsOn!.Value, s.Nights, s.Amount }).ToListAsync(cancellationToken);
        var unlinked = await within.CountAsync(s => s.PersonId == null, cancellationToken);
        var guests = within.Where(s => s.PersonId != null).Select(s => s.PersonId);
        var first = await ended.Where(s => guests.Contains(s.PersonId)).GroupBy(s => s.PersonId!.Value)
            .Select(g => new { Guest = g.Key, On = g.Min(s => s.DepartsOn!.Value) }).ToDictionaryAsync(g => g.Guest, g => g.On, cancellationToken);

        var kinds = stays.ToLookup(s => first[s.Guest] < s.On);
        GuestKind Kind(bool returning) => new(
            kinds[returning].Select(s => s.Guest).Distinct().Count(), kinds[returning].Count(), kinds[returning].Sum(s => s.Nights ?? 0), kinds[returning].Sum(s => s.Amount ?? 0));
        var months = stays.GroupBy(s => new DateOnly(s.On.Year, s.On.Month, 1)).OrderBy(g => g.Key)
            .Select(g => new MonthOfStays(g.Key, g.Count(s => first[s.Guest] == s.On), g.Count(s => first[s.Guest] < s.On)));
        return new RepeatFigures(Kind(false), Kind(true), unlinked, [.. months]);
    }
}
