using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Reports;

/// <summary>The figures of the desk between two days, both included, as far as the caller may read the inquiries.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="TypeId">Only this type; all when null.</param>
/// <param name="OwnerId">Only whom this person answered; all when null.</param>
[Requires(SupportContract.SeeFigures)]
internal sealed record GetFigures(DateOnly From, DateOnly Until, Guid? TypeId = null, Guid? OwnerId = null) : IRequest<Result<FiguresView>>;

internal sealed record FiguresView(
    Figures All, Backlog Backlog, IReadOnlyList<FigureRow> ByMonth, IReadOnlyList<FigureRow> ByType, IReadOnlyList<FigureRow> ByOwner, IReadOnlyList<FigureRow> ByChannel, IReadOnlyList<(Guid Id, string Name)> Types, Colleagues Staff);

internal sealed record FigureRow(string Key, string Name, Figures Figures);

internal sealed class GetFiguresHandler(SupportDb db, Readable readable, IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<GetFigures, Result<FiguresView>>
{
    public async Task<Result<FiguresView>> Handle(GetFigures query, CancellationToken cancellationToken)
    {
        if (query.Until < query.From) return Problems.Invalid("support.ends-before-it-begins", "until", ("終了日が開始日より前です。", "The end lies before the beginning."));
        var (now, from, before) = (clock.GetUtcNow(), tenant.StartOf(query.From), tenant.StartOf(query.Until.AddDays(1)));
        var mine = readable.Inquiries;
        if (query.TypeId is { } type) mine = mine.Where(i => i.TypeId == type);
        if (query.OwnerId is { } owner) mine = mine.Where(i => i.OwnerId == owner);

        var cases = await mine.Where(i => (i.ReceivedAt >= from && i.ReceivedAt < before) || (i.ClosedAt >= from && i.ClosedAt < before))
            .Select(i => new Case(
                i.Id, i.TypeId, i.OwnerId, i.ChannelId, i.Status, i.ReceivedAt!.Value, i.FirstRespondedAt, i.ResponseDue, i.ClosedAt, i.ResolutionDue, i.ResponseMinutes, i.ResolutionMinutes, i.Reopened, i.Complaint == true))
            .ToListAsync(cancellationToken);
        var surveys = await (from survey in db.Surveys.AsNoTracking()
                             join inquiry in mine on survey.InquiryId equals inquiry.Id
                             where survey.Score != null && survey.AnsweredAt >= @from && survey.AnsweredAt < before
                             select new Scored(survey.AnsweredAt!.Value, survey.Score!.Value, inquiry.Id, inquiry.TypeId, inquiry.OwnerId, inquiry.ChannelId)).ToListAsync(cancellationToken);
        var open = await mine.Where(i => i.Status != SupportContract.Status.Closed && i.ReceivedAt != null).Select(i => new { i.ReceivedAt, i.NextDue }).ToListAsync(cancellationToken);

        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        var people = staff.Failed ? new Colleagues([], []) : staff.Value;
        var types = await db.Types.AsNoTracking().OrderBy(t => t.Position).ThenBy(t => t.Id).Select(t => new { t.Id, t.Name }).ToListAsync(cancellationToken);
        var channels = await db.Channels.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellationToken);
        var (typeNames, names) = (types.ToDictionary(t => t.Id, t => t.Name), people.People.ToDictionary(p => p.Id, p => p.Name));

        return new FiguresView(
            Figures.Of(cases, [.. surveys.Select(s => new Answer(s.Id, s.Score))], from, before, now),
            Backlog.Of([.. open.Select(o => (o.ReceivedAt!.Value, o.NextDue))], now),
            [.. Months(query.From, query.Until).Select(month => Month(month.First, month.Last))],
            By(c => c.TypeId, s => s.TypeId, typeNames), By(c => c.OwnerId, s => s.OwnerId, names), By(c => c.ChannelId, s => s.ChannelId, channels),
            [.. types.Select(t => (t.Id, t.Name))], people);

        FigureRow Month(DateOnly first, DateOnly last)
        {
            var (begins, ends) = (tenant.StartOf(first), tenant.StartOf(last.AddDays(1)));
            return new FigureRow($"{first:yyyy-MM}", $"{first:yyyy-MM}", Figures.Of(cases, [.. surveys.Where(s => s.At >= begins && s.At < ends).Select(s => new Answer(s.Id, s.Score))], begins, ends, now));
        }

        IReadOnlyList<FigureRow> By(Func<Case, Guid?> key, Func<Scored, Guid?> ofSurvey, Dictionary<Guid, string> called) =>
        [
            .. from some in cases.GroupBy(key)
               let name = some.Key is { } id ? called.GetValueOrDefault(id) ?? "–" : Texts.L("（なし）", "(none)")
               let figures = Figures.Of([.. some], [.. surveys.Where(s => ofSurvey(s) == some.Key).Select(s => new Answer(s.Id, s.Score))], @from, before, now)
               orderby figures.Received descending, name
               select new FigureRow(some.Key?.ToString() ?? "", name, figures),
        ];
    }

    private static IEnumerable<(DateOnly First, DateOnly Last)> Months(DateOnly from, DateOnly until)
    {
        for (var first = from; first <= until;)
        {
            var next = new DateOnly(first.Year, first.Month, 1).AddMonths(1);
            yield return (first, next > until ? until : next.AddDays(-1));
            first = next;
        }
    }

    private sealed record Scored(DateTimeOffset At, int Score, Guid Id, Guid? TypeId, Guid? OwnerId, Guid? ChannelId);
}
