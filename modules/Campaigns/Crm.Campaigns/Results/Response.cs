using Crm.Sdk.Records;

namespace Crm.Campaigns.Results;

/// <summary>A customer did something: bought, ordered, asked, stayed. Kept beside the record it comes from, in step with it.</summary>
internal sealed class Response
{
    public Guid TenantId { get; set; }

    /// <summary>Type of the record it comes from.</summary>
    public string RecordType { get; set; } = "";

    public Guid RecordId { get; set; }

    /// <summary><c>purchase</c>, <c>deal</c>, …</summary>
    public string Kind { get; set; } = "";

    /// <summary>Its name, Japanese and English on a line each.</summary>
    public string KindText { get; set; } = "";

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    /// <summary>When; what is known to the day only, the beginning of the day where the tenant is: it counts for mails of the days before, for on the day of the mail nobody knows which came first.</summary>
    public DateTimeOffset At { get; set; }

    public decimal Value { get; set; }

    public bool IsRevenue { get; set; }
}

/// <summary>By whom revenue was brought, when several mails came before it.</summary>
internal static class AttributionModels
{
    public const string First = "first";
    public const string Last = "last";
    public const string Linear = "linear";
    public const string Decay = "decay";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Last, "ラストタッチ（直前の配信）", "Last touch"), Choice.Of(First, "ファーストタッチ（最初の配信）", "First touch"),
        Choice.Of(Linear, "均等", "Linear"), Choice.Of(Decay, "時間減衰（新しい配信ほど重い）", "Time decay"),
    ];
}

/// <summary>Shares a response out among the touches before it.</summary>
internal static class Attribution
{
    /// <summary>The share of each touch, in the order given; they add up to 1.</summary>
    /// <param name="model">One of <see cref="AttributionModels"/>.</param>
    /// <param name="touches">When they were; at least one, none after the response.</param>
    /// <param name="at">When the response was.</param>
    /// <param name="halfLife">Days after which a touch weighs half, for the model of decay.</param>
    public static double[] Shares(string model, IReadOnlyList<DateTimeOffset> touches, DateTimeOffset at, double halfLife)
    {
        var shares = new double[touches.Count];
        switch (model)
        {
            case AttributionModels.First:
                shares[Index(touches, first: true)] = 1;
                break;
            case AttributionModels.Linear:
                Array.Fill(shares, 1.0 / touches.Count);
                break;
            case AttributionModels.Decay:
                // Counted from the last touch, so that weights of long ago do not vanish all together.
                var last = touches.Max();
                for (var i = 0; i < shares.Length; i++) shares[i] = Math.Pow(2, -(last - touches[i]).TotalDays / halfLife);
                var all = shares.Sum();
                for (var i = 0; i < shares.Length; i++) shares[i] /= all;
                break;
            default:
                shares[Index(touches, first: false)] = 1;
                break;
        }

        return shares;
    }

    private static int Index(IReadOnlyList<DateTimeOffset> touches, bool first)
    {
        var found = 0;
        for (var i = 1; i < touches.Count; i++)
        {
            if (first ? touches[i] < touches[found] : touches[i] > touches[found]) found = i;
        }

        return found;
    }
}
