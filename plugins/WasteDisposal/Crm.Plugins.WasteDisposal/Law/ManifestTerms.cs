using Crm.Sdk;
using Crm.Sdk.Japan;
using static Crm.Plugins.WasteDisposal.Law.Acts;

namespace Crm.Plugins.WasteDisposal.Law;

/// <summary>How the days of a term are counted; the first day is never one of them.</summary>
internal enum Counting
{
    /// <summary>Every day.</summary>
    Calendar,

    /// <summary>Not Saturdays, Sundays, holidays and 29 December to 3 January.</summary>
    Business,
}

/// <summary>A term that the law gives, in one version of the law.</summary>
/// <param name="Key">What is to be done.</param>
/// <param name="Name">What is to be done, for people.</param>
/// <param name="Days">How many days.</param>
/// <param name="Counting">How they are counted.</param>
/// <param name="Law">Where it stands and from when to when it holds.</param>
internal sealed record ManifestTerm(string Key, Label Name, int Days, Counting Counting, Provision Law)
{
    /// <summary>For specially controlled waste, when that has a term of its own.</summary>
    public int? SpecialDays { get; init; }

    public DateOnly From(DateOnly day, bool special = false)
    {
        var days = special ? SpecialDays ?? Days : Days;
        return Counting == Counting.Business ? BusinessDays.Add(day, days, BusinessDays.IsYearEnd) : day.AddDays(days);
    }
}

/// <summary>All terms about manifests, each version of each. (Source: design notes, H; the change of JWNET's counting: notice of the JW Center, in two places, H.)</summary>
internal static class ManifestTerms
{
    /// <summary>Slips B2 and D are to be back with the generator.</summary>
    public const string Back = "back";

    /// <summary>Slip E is to be back with the generator.</summary>
    public const string FinalBack = "final-back";

    /// <summary>A transporter or disposer sends a slip after the event.</summary>
    public const string Return = "return";

    /// <summary>The generator tells the governor that a slip is late, incomplete or false.</summary>
    public const string TellGovernor = "tell-governor";

    /// <summary>An electronic manifest is registered after the hand-over.</summary>
    public const string Register = "register";

    /// <summary>The end of transport, treatment or final disposal is reported to JWNET.</summary>
    public const string ReportEnd = "report-end";

    private static readonly DateOnly SlipE = new(2001, 4, 1);
    private static readonly DateOnly WithoutWeekends = new(2019, 4, 1);

    public static readonly IReadOnlyList<ManifestTerm> All =
    [
        new(Back, ("B2票・D票の返送", "Return of slips B2 and D"), 90, Counting.Calendar, Recalled(Regulation + "第8条の28")) { SpecialDays = 60 },
        new(FinalBack, ("E票の返送", "Return of slip E"), 180, Counting.Calendar, Recalled(Regulation + "第8条の28")),
        new(Return, ("運搬・処分終了後の送付", "Sending after transport or disposal"), 10, Counting.Calendar, Recalled(Regulation + "第8条の23・第8条の25")),
        new(TellGovernor, ("知事等への措置内容等報告", "Report to the governor"), 30, Counting.Calendar, Recalled(Regulation + "第8条の29")),
        new(Register, ("電子マニフェストの登録", "Registration with JWNET"), 3, Counting.Calendar, new(SlipE, Regulation + "第8条の31の3") { DayChecked = false, Until = WithoutWeekends.AddDays(-1) }),
        new(Register, ("電子マニフェストの登録", "Registration with JWNET"), 3, Counting.Business, new(WithoutWeekends, Regulation + "第8条の31の3")),
        new(ReportEnd, ("電子マニフェストの終了報告", "Report of an end to JWNET"), 3, Counting.Calendar, new(SlipE, Regulation + "第8条の34") { DayChecked = false, Until = WithoutWeekends.AddDays(-1) }),
        new(ReportEnd, ("電子マニフェストの終了報告", "Report of an end to JWNET"), 3, Counting.Business, new(WithoutWeekends, Regulation + "第8条の34")),
    ];

    /// <summary>Years that manifests and contracts are kept.</summary>
    public const int YearsKept = 5;

    public static readonly Provision Keeping = Recalled($"{Regulation}第8条の4の3・第8条の26");

    /// <summary>The report of a fiscal year is due on 30 June after it.</summary>
    public static readonly Provision YearReport = new(new(2008, 4, 1), Regulation + "第8条の27") { DayChecked = false };

    /// <summary>The term is certain, the day it became law is not; older manifests are judged by it too.</summary>
    private static Provision Recalled(string source) => new(SlipE, source) { DayChecked = false };

    public static DateOnly YearReportDue(int fiscalYear) => new(fiscalYear + 1, 6, 30);

    /// <summary>The last day of a term that begins on a day, by the law of that day; before the first version, by the first.</summary>
    public static DateOnly Due(string key, DateOnly from, bool special = false) => On(key, from).From(from, special);

    public static ManifestTerm On(string key, DateOnly day) => All.LastOrDefault(t => t.Key == key && t.Law.Holds(day)) ?? All.First(t => t.Key == key);
}
