using Crm.Plugins.WasteDisposal.Law;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>Something a manifest still waits for.</summary>
/// <param name="Step">What, by a key of <see cref="Steps"/>.</param>
/// <param name="Due">The last day in time: that of the sender when the event is known, else the generator's.</param>
/// <param name="LegalEnd">The day after whose end the generator must tell the governor; null when that follows from nothing.</param>
internal readonly record struct Outstanding(string Step, DateOnly Due, DateOnly? LegalEnd);

/// <summary>The days a manifest has to meet, worked out on save so that lists of many go by an indexed date.</summary>
internal static class Deadlines
{
    /// <summary>All it still waits for; nothing when it is cancelled or everything came.</summary>
    public static IEnumerable<Outstanding> Of(Manifest manifest)
    {
        if (manifest.IssuedOn is not { } issued || manifest.CancelledOn is not null) return [];
        return manifest.IsElectronic ? Electronic(manifest, issued) : Paper(manifest, issued);
    }

    /// <summary>The most pressing of them, or the report to the governor when all came but one of them had a flaw.</summary>
    public static Outstanding? Next(Manifest manifest)
    {
        var open = Of(manifest).ToList();
        if (open.Count > 0) return open.MinBy(o => o.Due);
        return Governor(manifest) is { } due ? new(Steps.Governor, due, null) : null;
    }

    /// <summary>
    /// The last day to tell the governor: 30 days after the first missed legal end, or after a flaw was found. Null when there is nothing to
    /// tell, or it was told. While the legal end lies ahead it says until when, should nothing come.
    /// </summary>
    public static DateOnly? Governor(Manifest manifest)
    {
        if (manifest.IssuedOn is null || manifest.CancelledOn is not null || manifest.GovernorToldOn is not null) return null;
        var first = Of(manifest).Select(o => o.LegalEnd).Append(manifest.DefectOn).Min();
        return first is { } day ? ManifestTerms.Due(ManifestTerms.TellGovernor, day) : null;
    }

    /// <summary>When slips B2 and D, or E, must be back with the generator.</summary>
    public static DateOnly BackBy(DateOnly issued, bool special) => ManifestTerms.Due(ManifestTerms.Back, issued, special);

    public static DateOnly FinalBackBy(DateOnly issued) => ManifestTerms.Due(ManifestTerms.FinalBack, issued);

    public static DateOnly SentBy(DateOnly happened) => ManifestTerms.Due(ManifestTerms.Return, happened);

    private static IEnumerable<Outstanding> Paper(Manifest manifest, DateOnly issued)
    {
        var back = BackBy(issued, manifest.IsSpecial);

        // Whoever carries its own waste sends itself no slip.
        if (manifest is { B2On: null, TransporterId: not null }) yield return new(Steps.B2, Earlier(back, manifest.TransportEndedOn), back);
        if (manifest.DOn is null) yield return new(Steps.D, Earlier(back, manifest.DisposalEndedOn), back);
        if (manifest.EOn is null) yield return new(Steps.E, Earlier(FinalBackBy(issued), manifest.FinalEndedOn), FinalBackBy(issued));
    }

    private static DateOnly Earlier(DateOnly legal, DateOnly? happened) => happened is { } day && SentBy(day) < legal ? SentBy(day) : legal;

    private static IEnumerable<Outstanding> Electronic(Manifest manifest, DateOnly issued)
    {
        var back = BackBy(issued, manifest.IsSpecial);
        if (manifest.RegisteredOn is null) yield return new(Steps.Register, ManifestTerms.Due(ManifestTerms.Register, issued), null);
        if (manifest is { TransportReportedOn: null, TransporterId: not null }) yield return new(Steps.TransportReport, Reported(manifest.TransportEndedOn) ?? back, back);
        if (manifest.DisposalReportedOn is null) yield return new(Steps.DisposalReport, Reported(manifest.DisposalEndedOn) ?? back, back);
        if (manifest.FinalReportedOn is null) yield return new(Steps.FinalReport, Reported(manifest.FinalEndedOn) ?? FinalBackBy(issued), FinalBackBy(issued));
    }

    private static DateOnly? Reported(DateOnly? happened) => happened is { } day ? ManifestTerms.Due(ManifestTerms.ReportEnd, day) : null;
}
