// The figures of the desk and how each is worked out; the page shows the same definitions in words.
using Crm.Support.Contracts;

namespace Crm.Support.Reports;

/// <summary>What the figures need of an inquiry.</summary>
internal sealed record Case(
    Guid Id, Guid? TypeId, Guid? OwnerId, Guid? ChannelId, string Status, DateTimeOffset ReceivedAt, DateTimeOffset? FirstRespondedAt, DateTimeOffset? ResponseDue, DateTimeOffset? ClosedAt,
    DateTimeOffset? ResolutionDue, int? ResponseMinutes, int? ResolutionMinutes, int Reopened, bool Complaint)
{
    public bool IsClosed => Status == SupportContract.Status.Closed;

    public bool WasClosed => IsClosed || Reopened > 0;
}

/// <summary>An answer to a survey.</summary>
internal sealed record Answer(Guid InquiryId, int Score);

/// <summary>A share: so many of so many; null when there are none.</summary>
internal readonly record struct Share(int Part, int Whole)
{
    public decimal? Value => Whole == 0 ? null : (decimal)Part / Whole;
}

/// <summary>The figures of some inquiries within a stretch of time, its end not included.</summary>
internal sealed record Figures
{
    /// <summary>Received within the time.</summary>
    public int Received { get; init; }

    /// <summary>Of those, complaints.</summary>
    public int Complaints { get; init; }

    /// <summary>Business minutes to the first answer, of those received within the time that have one: the middle, and what nine in ten stay below.</summary>
    public decimal? ResponseMedian { get; init; }

    public decimal? Response90 { get; init; }

    /// <summary>Of those received whose first answer came or was due by now: answered within the target.</summary>
    public Share ResponseInTime { get; init; }

    /// <summary>Closed within the time and closed still.</summary>
    public int Closed { get; init; }

    /// <summary>Business minutes to the end, of those closed within the time.</summary>
    public decimal? ResolutionMedian { get; init; }

    public decimal? Resolution90 { get; init; }

    /// <summary>Of those closed within the time: closed within the target.</summary>
    public Share ResolutionInTime { get; init; }

    /// <summary>Of those received within the time: closed by now.</summary>
    public Share Resolved { get; init; }

    /// <summary>Of those received within the time that were closed at least once: opened again.</summary>
    public Share Reopened { get; init; }

    /// <summary>Of the answers to surveys within the time: 4 or 5.</summary>
    public Share Content { get; init; }

    public decimal? MeanScore { get; init; }

    public static Figures Of(IReadOnlyCollection<Case> cases, IReadOnlyCollection<Answer> answers, DateTimeOffset from, DateTimeOffset before, DateTimeOffset now)
    {
        var received = cases.Where(c => c.ReceivedAt >= from && c.ReceivedAt < before).ToList();
        var closed = cases.Where(c => c.IsClosed && c.ClosedAt >= from && c.ClosedAt < before).ToList();
        var response = Sorted(received.Select(c => c.ResponseMinutes));
        var resolution = Sorted(closed.Select(c => c.ResolutionMinutes));
        var due = received.Where(c => c.ResponseDue is not null && (c.FirstRespondedAt is not null || c.ResponseDue < now)).ToList();
        var withTarget = closed.Where(c => c.ResolutionDue is not null).ToList();
        var once = received.Where(c => c.WasClosed).ToList();
        return new Figures
        {
            Received = received.Count, Complaints = received.Count(c => c.Complaint),
            ResponseMedian = Median(response), Response90 = Rank(response, 0.9m), ResponseInTime = new(due.Count(c => c.FirstRespondedAt <= c.ResponseDue), due.Count),
            Closed = closed.Count, ResolutionMedian = Median(resolution), Resolution90 = Rank(resolution, 0.9m), ResolutionInTime = new(withTarget.Count(c => c.ClosedAt <= c.ResolutionDue), withTarget.Count),
            Resolved = new(received.Count(c => c.IsClosed), received.Count), Reopened = new(once.Count(c => c.Reopened > 0), once.Count),
            Content = new(answers.Count(a => a.Score >= 4), answers.Count), MeanScore = answers.Count == 0 ? null : decimal.Round((decimal)answers.Sum(a => a.Score) / answers.Count, 2),
        };
    }

    /// <summary>The middle value; the mean of the two middle ones of an even number.</summary>
    public static decimal? Median(IReadOnlyList<int> sorted) => sorted.Count == 0 ? null
        : sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + (decimal)sorted[sorted.Count / 2]) / 2;

    /// <summary>The smallest value that so large a part does not exceed (nearest rank).</summary>
    public static decimal? Rank(IReadOnlyList<int> sorted, decimal part) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(part * sorted.Count) - 1];

    private static List<int> Sorted(IEnumerable<int?> minutes) => [.. minutes.OfType<int>().Order()];
}

/// <summary>What lies on the desk at a moment.</summary>
/// <param name="Open">Not closed.</param>
/// <param name="Late">Past their next target.</param>
/// <param name="MedianAge">Days since receipt, in the middle.</param>
/// <param name="Oldest">Days since the oldest was received.</param>
internal sealed record Backlog(int Open, int Late, decimal? MedianAge, decimal? Oldest)
{
    public static Backlog Of(IReadOnlyCollection<(DateTimeOffset ReceivedAt, DateTimeOffset? NextDue)> open, DateTimeOffset now)
    {
        var minutes = open.Select(o => (int)Math.Max(0, (now - o.ReceivedAt).TotalMinutes)).Order().ToList();
        return new Backlog(open.Count, open.Count(o => o.NextDue < now), Days(Figures.Median(minutes)), minutes.Count == 0 ? null : Days(minutes[^1]));

        static decimal? Days(decimal? inMinutes) => inMinutes is { } m ? decimal.Round(m / (24 * 60), 1) : null;
    }
}
