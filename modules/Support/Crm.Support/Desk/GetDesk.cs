using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Desk;

/// <summary>The inquiries that are to be worked off, most urgent first: what is due next comes first.</summary>
/// <param name="Pile">One of <see cref="Piles"/>.</param>
/// <param name="Queue">Only this queue; all when null.</param>
internal sealed record GetDesk(string Pile, Guid? Queue) : IRequest<Result<DeskView>>;

internal sealed record DeskView(IReadOnlyList<DeskRow> Rows, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<SupportQueue> Queues, bool More)
{
    /// <summary>Whether a team of the user works off a queue.</summary>
    public bool HasTeam { get; init; }
}

/// <summary>One inquiry of the desk.</summary>
internal sealed record DeskRow(Guid Id, string Number, string Subject, string Status, string? Priority, string? Customer, string? Owner, bool Complaint, DateTimeOffset? Due, bool Late, DateTimeOffset? ReceivedAt)
{
    public bool MayEdit { get; init; }

    public bool Mine { get; init; }
}

/// <summary>The piles of the desk.</summary>
internal static class Piles
{
    public const string Mine = "mine";

    /// <summary>What lies in the queues of the user's teams, whoever answers it.</summary>
    public const string Team = "team";
    public const string Nobody = "nobody";
    public const string Late = "late";
    public const string All = "all";
    public const string Waiting = "waiting";
    public const string Complaints = "complaints";

    public static readonly IReadOnlyList<string> Every = [Mine, Team, Nobody, Late, All, Waiting, Complaints];
}

internal sealed class GetDeskHandler(SupportDb db, Readable readable, IUser user, TimeProvider clock, IMediator mediator) : IRequestHandler<GetDesk, Result<DeskView>>
{
    private const int AtMost = 100;

    public async Task<Result<DeskView>> Handle(GetDesk query, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sees = await readable.Fields(SupportContract.Inquiry, cancellationToken);
        var open = readable.Inquiries.Where(i => i.Status != SupportContract.Status.Closed);
        if (query.Queue is { } queue) open = open.Where(i => i.QueueId == queue);

        var queues = await db.Queues.AsNoTracking().OrderBy(q => q.Position).ThenBy(q => q.Id).ToListAsync(cancellationToken);
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        var teams = staff.Failed ? [] : staff.Value.Teams.Where(t => user.Id is { } me && t.Members.Contains(me)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Guid[] ours = [.. queues.Where(q => q.Team is not null && teams.Contains(q.Team)).Select(q => q.Id)];
        var counts = await Counts(open, ours, now, cancellationToken);

        // What has no due moment (the customer's turn) stands last, oldest first.
        var rows = await Of(open, query.Pile, ours, now).OrderBy(i => i.NextDue == null).ThenBy(i => i.NextDue).ThenBy(i => i.ReceivedAt).ThenBy(i => i.Id).Take(AtMost + 1).ToListAsync(cancellationToken);
        var cards = await mediator.Send(new GetCustomerCards([.. rows.SelectMany(i => new[] { i.PersonId, i.CompanyId }).OfType<Guid>().Distinct()]), cancellationToken);
        var names = staff.Failed ? [] : staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        return new DeskView(
            [
                .. rows.Take(AtMost).Select(i => new DeskRow(
                    i.Id, i.Number ?? InquiryNumber.Of(i.Id), sees("subject") ? i.Subject : "–", i.Status, i.Priority, Customer(i), i.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null, i.IsComplaint, i.NextDue, i.NextDue < now, i.ReceivedAt)
                {
                    MayEdit = user.MayAct(SupportContract.Inquiry, i.OwnerId, RecordAction.Edit), Mine = i.OwnerId is not null && i.OwnerId == user.Id,
                }),
            ],
            counts, queues, rows.Count > AtMost)
        {
            HasTeam = ours.Length > 0,
        };

        string? Customer(Inquiry inquiry) => cards.Failed ? Given(inquiry) : string.Join(
            " ", new[] { inquiry.CompanyId, inquiry.PersonId }.OfType<Guid>().Select(id => cards.Value.GetValueOrDefault(id)?.Name).OfType<string>()) is { Length: > 0 } known ? known : Given(inquiry);

        string? Given(Inquiry inquiry) => (sees("fromName") ? inquiry.FromName : null) ?? (sees("fromEmail") ? inquiry.FromEmail : null);
    }

    /// <summary>How many lie on each pile, by one look at all that is open.</summary>
    private async Task<Dictionary<string, int>> Counts(IQueryable<Inquiry> open, Guid[] ours, DateTimeOffset now, CancellationToken cancellation)
    {
        var me = user.Id ?? Guid.Empty;
        var all = await open.GroupBy(_ => 1).Select(g => new
        {
            Mine = g.Count(i => i.OwnerId == me), Team = g.Count(i => i.QueueId != null && ours.Contains(i.QueueId.Value)), Nobody = g.Count(i => i.OwnerId == null), Late = g.Count(i => i.NextDue != null && i.NextDue < now), All = g.Count(),
            Waiting = g.Count(i => i.Status == SupportContract.Status.Waiting), Complaints = g.Count(i => i.Complaint == true),
        }).SingleOrDefaultAsync(cancellation);
        return new()
        {
            [Piles.Mine] = all?.Mine ?? 0, [Piles.Team] = all?.Team ?? 0, [Piles.Nobody] = all?.Nobody ?? 0, [Piles.Late] = all?.Late ?? 0, [Piles.All] = all?.All ?? 0, [Piles.Waiting] = all?.Waiting ?? 0, [Piles.Complaints] = all?.Complaints ?? 0,
        };
    }

    private IQueryable<Inquiry> Of(IQueryable<Inquiry> open, string pile, Guid[] ours, DateTimeOffset now)
    {
        var me = user.Id ?? Guid.Empty;
        return pile switch
        {
            Piles.Mine => open.Where(i => i.OwnerId == me),
            Piles.Team => open.Where(i => i.QueueId != null && ours.Contains(i.QueueId.Value)),
            Piles.Nobody => open.Where(i => i.OwnerId == null),
            Piles.Late => open.Where(i => i.NextDue != null && i.NextDue < now),
            Piles.Waiting => open.Where(i => i.Status == SupportContract.Status.Waiting),
            Piles.Complaints => open.Where(i => i.Complaint == true),
            _ => open,
        };
    }
}
