using Crm.Sdk.Japan;

namespace Crm.Customers.Incidents;

/// <summary>
/// The days on which reports of a leak are due (個人情報保護法 26条, 施行規則 8条). The day it was known counts as the first.
/// "Promptly" is 3 to 5 days by the commission's guideline (通則編 3-5-3-3, H): the third day is our aim, the fifth the limit. The final report
/// is due on the 30th day, on the 60th when somebody meant harm (H); one that falls on a day on which public offices rest is due on the next
/// working day (通則編 3-5-3-4, M).
/// </summary>
internal static class IncidentClock
{
    private const int AimDays = 3;
    private const int PromptDays = 5;
    private const int FinalDays = 30;
    private const int FinalDaysIfMalicious = 60;

    public static DateOnly? Aim(Incident incident) => Nth(incident, AimDays);

    public static DateOnly? FirstDue(Incident incident) => Nth(incident, PromptDays);

    public static DateOnly? FinalDue(Incident incident) =>
        Nth(incident, incident.Is(IncidentKinds.Malicious) ? FinalDaysIfMalicious : FinalDays) is { } day ? BusinessDays.Add(day, 0, BusinessDays.IsYearEnd) : null;

    private static DateOnly? Nth(Incident incident, int day) => incident.MustBeReported ? incident.KnownOn?.AddDays(day - 1) : null;
}
