namespace Crm.Customers.Duplicates;

/// <summary>Two records that may be one customer, and what somebody decided. Kept for good, so that nobody is asked twice.</summary>
internal sealed class DuplicatePair
{
    public Guid TenantId { get; set; }

    /// <summary>The smaller id of the two.</summary>
    public Guid FirstId { get; set; }

    public Guid SecondId { get; set; }

    public string RecordType { get; set; } = "";

    /// <summary>0 to 100.</summary>
    public int Score { get; set; }

    /// <summary>Evidence, as <see cref="Matching.Likeness.Reasons"/> writes it.</summary>
    public string? Reasons { get; set; }

    public string State { get; set; } = PairStates.Open;

    public DateTimeOffset FoundAt { get; set; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public static (Guid First, Guid Second) Ordered(Guid a, Guid b) => a.CompareTo(b) < 0 ? (a, b) : (b, a);
}

internal static class PairStates
{
    public const string Open = "open";
    public const string NotSame = "not-same";
    public const string Merged = "merged";
}

/// <summary>A key under which a customer is found when a new one is entered; see <see cref="Matching.Profile.Blocks"/>.</summary>
internal sealed class MatchKey
{
    public Guid TenantId { get; set; }

    public long KeyHash { get; set; }

    public Guid CustomerId { get; set; }
}

/// <summary>One merge: what it takes to undo it, and what became of it.</summary>
internal sealed class CustomerMerge
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; }

    public string RecordType { get; set; } = "";

    public Guid SurvivorId { get; set; }

    public Guid MergedId { get; set; }

    public string SurvivorTitle { get; set; } = "";

    public string MergedTitle { get; set; } = "";

    /// <summary>All that was changed by it, in every module, stands in the history under this.</summary>
    public Guid ChangeSet { get; set; }

    public DateTimeOffset MergedAt { get; set; }

    public Guid? MergedBy { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Fields an undo left alone because somebody had changed them since, by name.</summary>
    public string? Kept { get; set; }
}
