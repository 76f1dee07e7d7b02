using Crm.Plugins.WasteDisposal.Law;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>A slip or report that a manifest brings about.</summary>
/// <param name="Step">What, by a key of <see cref="Steps"/>.</param>
/// <param name="Due">The last day in time: that of the sender when the event is known, else the generator's.</param>
/// <param name="LegalEnd">The day after whose end the generator must tell the governor; null when that follows from nothing.</param>
/// <param name="Came">When it came; null while it is waited for.</param>
internal readonly record struct Expected(string Step, DateOnly Due, DateOnly? LegalEnd, DateOnly? Came)
{
    /// <summary>Whether it came, but only after the generator's term.</summary>
    public bool CameTooLate => Came > LegalEnd;
}

/// <summary>The days a manifest has to meet, worked out on save so that lists of many go by an indexed date.</summary>
internal static class Deadlines
{
    /// <summary>All it brings about, come or not; nothing when it is cancelled.</summary>
    public static IEnumerable<Expected> All(Manifest manifest)
    {
        if (manifest.IssuedOn is not { } issued || manifest.CancelledOn is not null) return [];
        return manifest.IsElectronic ? Electronic(manifest, issued) : Paper(manifest, issued);
    }

    /// <summary>The most pressing of what it waits for, the report to the governor of what came late or with a flaw among them.</summary>
    public static Expected? Next(Manifest manifest)
    {
        var open = All(manifest).Where(e => e.Came is null).ToList();
        if (Misses(manifest, stillAwaited: false).Min() is { } missed) open.Add(new(Steps.Governor, ReportBy(missed), null, null));
        return open.Count == 0 ? null : open.MinBy(e => e.Due);
    }

    /// <summary>
    /// The last day to tell the governor of what was not told yet: 30 days after the first missed legal end, whether the slip came late or
    /// is still missing, or after a flaw was found. While a legal end lies ahead it says until when, should nothing come. (Source: Regulation
    /// art. 8-29 and 8-38: whoever did not get it within the term reports within 30 days after the term; notices of Fukuoka prefecture and
    /// the city of Kochi, H.)
    /// </summary>
    public static DateOnly? Governor(Manifest manifest) => Misses(manifest, stillAwaited: true).Min() is { } first ? ReportBy(first) : null;

    /// <summary>Whether a day to tell the governor is that of a miss, and not of one that may still be avoided.</summary>
    public static bool IsMissed(DateOnly governorDue, DateOnly today) => governorDue < ReportBy(today);

    /// <summary>When slips B2 and D, or E, must be back with the generator.</summary>
    public static DateOnly BackBy(DateOnly issued, bool special) => ManifestTerms.Due(ManifestTerms.Back, issued, special);

    public static DateOnly FinalBackBy(DateOnly issued) => ManifestTerms.Due(ManifestTerms.FinalBack, issued);

    public static DateOnly SentBy(DateOnly happened) => ManifestTerms.Due(ManifestTerms.Return, happened);

    /// <summary>The day until which a miss on a day is told to the governor.</summary>
    public static DateOnly ReportBy(DateOnly missed) => ManifestTerms.Due(ManifestTerms.TellGovernor, missed);

    /// <summary>The days whose miss the governor does not know yet. A report tells of what was missed before it and not of what is missed later.</summary>
    private static IEnumerable<DateOnly?> Misses(Manifest manifest, bool stillAwaited)
    {
        var told = manifest.GovernorToldOn;
        foreach (var expected in All(manifest))
        {
            if (expected.LegalEnd is { } end && (expected.CameTooLate || (stillAwaited && expected.Came is null)) && !(told > end)) yield return end;
        }

        if (manifest is { DefectOn: { } defect, CancelledOn: null } && !(told >= defect)) yield return defect;
    }

    private static IEnumerable<Expected> Paper(Manifest manifest, DateOnly issued)
    {
        var (back, final) = (BackBy(issued, manifest.IsSpecial), FinalBackBy(issued));

        // Whoever carries its own waste sends itself no slip.
        if (manifest.TransporterId is not null) yield return new(Steps.B2, Earlier(back, manifest.TransportEndedOn), back, manifest.B2On);
        yield return new(Steps.D, Earlier(back, manifest.DisposalEndedOn), back, manifest.DOn);
        yield return new(Steps.E, Earlier(final, manifest.FinalEndedOn), final, manifest.EOn);
    }

    private static DateOnly Earlier(DateOnly legal, DateOnly? happened) => happened is { } day && SentBy(day) < legal ? SentBy(day) : legal;

    private static IEnumerable<Expected> Electronic(Manifest manifest, DateOnly issued)
    {
        var (back, final) = (BackBy(issued, manifest.IsSpecial), FinalBackBy(issued));
        yield return new(Steps.Register, ManifestTerms.Due(ManifestTerms.Register, issued), null, manifest.RegisteredOn);
        if (manifest.TransporterId is not null) yield return new(Steps.TransportReport, Reported(manifest.TransportEndedOn) ?? back, back, manifest.TransportReportedOn);
        yield return new(Steps.DisposalReport, Reported(manifest.DisposalEndedOn) ?? back, back, manifest.DisposalReportedOn);
        yield return new(Steps.FinalReport, Reported(manifest.FinalEndedOn) ?? final, final, manifest.FinalReportedOn);
    }

    private static DateOnly? Reported(DateOnly? happened) => happened is { } day ? ManifestTerms.Due(ManifestTerms.ReportEnd, day) : null;
}
