namespace Crm.Plugins.WasteDisposal.Law;

/// <summary>How sure we are of what we say the law is.</summary>
internal enum Confidence
{
    /// <summary>Checked in two places or computed: it may refuse.</summary>
    High,

    /// <summary>One source or own reading: it warns.</summary>
    Medium,

    /// <summary>Recalled: it warns.</summary>
    Low,
}

/// <summary>A statement of the law: where it stands, from when it holds, and how sure we are. A law is data, so that two contracts a day apart can differ.</summary>
/// <param name="Since">The first day.</param>
/// <param name="Source">Act, order or regulation with its article.</param>
/// <param name="Confidence">How sure we are.</param>
internal sealed record Provision(DateOnly Since, string Source, Confidence Confidence = Confidence.High)
{
    /// <summary>The last day; null while it holds.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Whether the first day was checked in two places; otherwise it is recalled, and only from <see cref="Surveyed"/> on it surely holds.</summary>
    public bool DayChecked { get; init; } = true;

    /// <summary>From this day on all that is older here was law without doubt: a notice of amendments of that day lists what was there.</summary>
    public static readonly DateOnly Surveyed = new(2006, 7, 1);

    /// <summary>Whether the product may refuse because of it.</summary>
    public bool Binds(DateOnly on) => Confidence == Confidence.High && Holds(on) && (DayChecked || on >= Surveyed);

    public bool Holds(DateOnly on) => Since <= on && (Until is null || on <= Until);
}

/// <summary>Short names of the law in citations.</summary>
internal static class Acts
{
    /// <summary>廃棄物の処理及び清掃に関する法律 (Waste Management Act).</summary>
    public const string Act = "廃棄物処理法";

    /// <summary>Its cabinet order (施行令).</summary>
    public const string Order = "廃棄物処理法施行令";

    /// <summary>Its ministerial regulation (施行規則).</summary>
    public const string Regulation = "廃棄物処理法施行規則";

    /// <summary>The day the act came into force.</summary>
    public static readonly DateOnly Beginning = new(1971, 9, 24);
}
