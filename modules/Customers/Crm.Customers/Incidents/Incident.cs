using Crm.Sdk.Records;

namespace Crm.Customers.Incidents;

/// <summary>Personal data leaked, was lost or damaged, or may have been: what is known of it, what was done, and the reports the law wants (個人情報保護法 26条).</summary>
internal sealed class Incident : Record
{
    public string? Number { get; set; }

    public string Subject { get; set; } = "";

    public string? Happened { get; set; }

    public bool Suspected { get; set; }

    public DateOnly? OccurredOn { get; set; }

    /// <summary>When any part of the organisation knew of it: the clock starts.</summary>
    public DateOnly? KnownOn { get; set; }

    public string[]? Kinds { get; set; }

    /// <summary>Strongly encrypted or made harmless otherwise: not to be reported (施行規則 7条1号).</summary>
    public bool Protected { get; set; }

    public int? People { get; set; }

    public string? Summary { get; set; }

    public string? Items { get; set; }

    public string? Cause { get; set; }

    public string? SecondaryDamage { get; set; }

    public string? PersonResponse { get; set; }

    public string? Publication { get; set; }

    public string? Prevention { get; set; }

    public string? Remarks { get; set; }

    public DateOnly? FirstReportedOn { get; set; }

    public DateOnly? FinalReportedOn { get; set; }

    public string? ReceiptNumber { get; set; }

    public string? PersonsTold { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public string? Duty { get; set; }

    public string? State { get; set; }

    public DateOnly? Aim { get; set; }

    public DateOnly? FirstDue { get; set; }

    public DateOnly? FinalDue { get; set; }

    /// <summary>Whether it is of a kind; more than 1,000 people make it one of many by themselves.</summary>
    public bool Is(string kind) => Kinds?.Contains(kind) == true || (kind == IncidentKinds.Many && People > IncidentKinds.ManyPeople);

    public bool MustBeReported => !Protected && IncidentKinds.All.Any(k => Is(k.Key));
}

/// <summary>The kinds that are reported to the commission (施行規則 7条1–4号, H).</summary>
internal static class IncidentKinds
{
    public const string Sensitive = "sensitive";
    public const string Property = "property";
    public const string Malicious = "malicious";
    public const string Many = "many";
    public const int ManyPeople = 1_000;

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Sensitive, "要配慮個人情報（1号）", "Sensitive data (item 1)"), Choice.Of(Property, "財産的被害のおそれ（2号）", "Risk of property damage (item 2)"),
        Choice.Of(Malicious, "不正の目的（3号）", "Malicious act (item 3)"), Choice.Of(Many, "1,000人超（4号）", "More than 1,000 people (item 4)"),
    ];
}

/// <summary>How far the reports have come; follows from their days.</summary>
internal static class IncidentStates
{
    public const string Open = "open";
    public const string FirstReported = "first-reported";
    public const string FinalReported = "final-reported";
    public const string Closed = "closed";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Open, "調査中", "Being looked into", "red"), Choice.Of(FirstReported, "速報済み", "First report made", "yellow"),
        Choice.Of(FinalReported, "確報済み", "Final report made", "blue"), Choice.Of(Closed, "完了", "Closed", "green"),
    ];

    public static string Of(Incident incident) => incident switch
    {
        { ClosedOn: not null } => Closed,
        { FinalReportedOn: not null } => FinalReported,
        { FirstReportedOn: not null } => FirstReported,
        _ => Open,
    };
}

/// <summary>Whether the commission must be told.</summary>
internal static class IncidentDuties
{
    public const string Report = "report";
    public const string None = "none";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Report, "報告が必要", "To be reported", "red"), Choice.Of(None, "報告対象外", "Not to be reported")];
}
