using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>A manifest (産業廃棄物管理票): one vehicle, one destination, one kind, issued at hand-over. On paper with its slips, or electronic with its reports.</summary>
internal sealed class Manifest : Record
{
    public string? Number { get; set; }

    public string? Medium { get; set; }

    /// <summary>The day it was issued, which is the day of hand-over; slip A stays with the generator.</summary>
    public DateOnly? IssuedOn { get; set; }

    public Guid? GeneratorId { get; set; }

    public Guid? SiteId { get; set; }

    public Guid? TransporterId { get; set; }

    public Guid? DisposerId { get; set; }

    public Guid? DestinationId { get; set; }

    public string? WasteKind { get; set; }

    public string[]? Flags { get; set; }

    public string? WasteName { get; set; }

    public decimal? Quantity { get; set; }

    public string? Unit { get; set; }

    public string? Packaging { get; set; }

    public DateOnly? TransportEndedOn { get; set; }

    public DateOnly? DisposalEndedOn { get; set; }

    public DateOnly? FinalEndedOn { get; set; }

    public DateOnly? B2On { get; set; }

    public DateOnly? C2On { get; set; }

    public DateOnly? DOn { get; set; }

    public DateOnly? EOn { get; set; }

    public DateOnly? RegisteredOn { get; set; }

    public DateOnly? TransportReportedOn { get; set; }

    public DateOnly? DisposalReportedOn { get; set; }

    public DateOnly? FinalReportedOn { get; set; }

    /// <summary>When a slip was found incomplete or false.</summary>
    public DateOnly? DefectOn { get; set; }

    /// <summary>When the measures taken were reported to the governor.</summary>
    public DateOnly? GovernorToldOn { get; set; }

    public DateOnly? CancelledOn { get; set; }

    public string? Memo { get; set; }

    public DateOnly? NextDue { get; set; }

    public string? NextStep { get; set; }

    public DateOnly? GovernorDue { get; set; }

    public int? FiscalYear { get; set; }

    public DateOnly? KeepUntil { get; set; }

    /// <summary>What the check of its route found.</summary>
    public string[]? RouteFindings { get; set; }

    /// <summary>The due day that was told as coming near, and the one told as past.</summary>
    public DateOnly? RemindedOf { get; set; }

    public DateOnly? OverdueToldOf { get; set; }

    /// <summary>The same for the day to tell the governor, while a slip that was missed is still waited for.</summary>
    public DateOnly? ReportRemindedOf { get; set; }

    public DateOnly? ReportOverdueOf { get; set; }

    public bool IsElectronic => Medium == Media.Electronic;

    public bool IsSpecial => WasteFlags.IsSpecial(Flags);

    /// <summary>Notes the arrival of a slip, or of a report to JWNET. Answers false when it has none such.</summary>
    public bool Arrived(string step, DateOnly on)
    {
        switch (step)
        {
            case Steps.B2: B2On = on; break;
            case Steps.C2: C2On = on; break;
            case Steps.D: DOn = on; break;
            case Steps.E: EOn = on; break;
            case Steps.Register: RegisteredOn = on; break;
            case Steps.TransportReport: TransportReportedOn = on; break;
            case Steps.DisposalReport: DisposalReportedOn = on; break;
            case Steps.FinalReport: FinalReportedOn = on; break;
            default: return false;
        }

        return true;
    }

    /// <summary>
    /// Tells once that its due day comes near, and once that it has passed; while a slip is missing past its legal end, the same of the day
    /// to tell the governor.
    /// </summary>
    public Reminded RemindIfDue(DateOnly today, int daysBefore)
    {
        var (late, soon, report) = (false, false, false);
        if (NextDue is { } due && due <= today.AddDays(daysBefore))
        {
            (late, soon) = (due < today && OverdueToldOf != due, due >= today && RemindedOf != due);
            if (late || soon) RemindedOf = due;
            if (late) OverdueToldOf = due;
            if (late) Raise(new ManifestOverdue(Id, GeneratorId, NextStep!, due));
        }

        if (GovernorDue is { } by && NextStep != Steps.Governor && by <= today.AddDays(daysBefore) && Deadlines.IsMissed(by, today))
        {
            var passed = by < today;
            report = passed ? ReportOverdueOf != by : ReportRemindedOf != by;
            if (report) (ReportRemindedOf, ReportOverdueOf) = (by, passed ? by : ReportOverdueOf);
        }

        return new(late, soon, report);
    }
}

/// <summary>Of what one look at a manifest reminds.</summary>
/// <param name="Late">What it waits for is past its day.</param>
/// <param name="Soon">What it waits for is due soon.</param>
/// <param name="Report">The report to the governor about a missing slip is due soon, or past its day.</param>
internal readonly record struct Reminded(bool Late, bool Soon, bool Report)
{
    public bool Any => Late || Soon || Report;
}

internal static class Media
{
    public const string Paper = "paper";
    public const string Electronic = "electronic";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Paper, "紙", "Paper"), Choice.Of(Electronic, "電子", "Electronic", "blue")];
}

/// <summary>What somebody waits for.</summary>
internal static class Steps
{
    public const string B2 = "b2";
    public const string C2 = "c2";
    public const string D = "d";
    public const string E = "e";
    public const string Register = "register";
    public const string TransportReport = "transport-report";
    public const string DisposalReport = "disposal-report";
    public const string FinalReport = "final-report";
    public const string Governor = "governor";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(B2, "B2票の返送", "Slip B2"),
        Choice.Of(D, "D票の返送", "Slip D"),
        Choice.Of(E, "E票の返送", "Slip E"),
        Choice.Of(Register, "電子登録", "Registration", "blue"),
        Choice.Of(TransportReport, "運搬終了報告", "Report of transport", "blue"),
        Choice.Of(DisposalReport, "処分終了報告", "Report of treatment", "blue"),
        Choice.Of(FinalReport, "最終処分終了報告", "Report of final disposal", "blue"),
        Choice.Of(Governor, "措置内容等報告", "Report to the governor", "red"),
    ];
}

internal static class Units
{
    public const string Tonne = "t";
    public const string CubicMetre = "m3";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Tonne, "t", "t"), Choice.Of("kg", "kg", "kg"), Choice.Of(CubicMetre, "m³", "m³"), Choice.Of("l", "L", "L"), Choice.Of("piece", "個・台", "pieces"),
    ];

    /// <summary>In tonnes; null when the unit has no weight. Volumes by the ministry's reference values.</summary>
    public static decimal? Tonnes(decimal? quantity, string? unit, string? kind)
    {
        var density = WasteKinds.Find(kind)?.TonnesPerCubicMetre ?? 1m;
        return unit switch
        {
            Tonne => quantity,
            "kg" => quantity / 1000m,
            CubicMetre => quantity * density,
            "l" => quantity / 1000m * density,
            _ => null,
        };
    }
}

internal static class Packagings
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("bulk", "バラ", "Loose"), Choice.Of("container", "コンテナ", "Container"), Choice.Of("flexible-bag", "フレコンバッグ", "Flexible bag"),
        Choice.Of("drum", "ドラム缶", "Drum"), Choice.Of("can", "石油缶", "Can"), Choice.Of("bag", "袋", "Bag"), Choice.Of("tank", "タンクローリー", "Tank lorry"),
        Choice.Of("box", "箱・専用容器", "Box"), Choice.Of("other", "その他", "Other"),
    ];
}

/// <summary>The number printed on a form of the association: the eleventh digit is the first ten modulo seven. Other forms may be numbered otherwise, so it only warns.</summary>
internal static class ManifestNumber
{
    public static bool? HasCheckDigit(string? number)
    {
        var digits = string.Concat((number ?? "").Where(c => c is not ('-' or ' ')));
        if (digits.Length != 11 || !digits.All(char.IsAsciiDigit)) return null;
        return long.Parse(digits.AsSpan(0, 10), provider: System.Globalization.CultureInfo.InvariantCulture) % 7 == digits[10] - '0';
    }
}
