using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Incidents;

/// <summary>What was reported or closed before it was known has a wrong day.</summary>
internal static class ReportsComeAfterTheKnowing
{
    public static Problem? Check(Incident incident)
    {
        (string Field, DateOnly? Day)[] later = [("firstReportedOn", incident.FirstReportedOn), ("finalReportedOn", incident.FinalReportedOn), ("closedOn", incident.ClosedOn)];
        return later.FirstOrDefault(l => l.Day < incident.KnownOn).Field is { } field
            ? Problems.Invalid("customers.before-it-was-known", field, ("知った日より前の日付です。", "It is before the day it was known."), ("日付を確かめてください。", "Check the days."))
            : null;
    }
}

/// <summary>A final report has all items of the law; the first one has what is known, and the ninth is free.</summary>
internal static class FinalReportHasItsItems
{
    public static Problem? Check(Incident incident, RuleContext rule)
    {
        if (incident.FinalReportedOn is null || !incident.MustBeReported) return null;
        (string Field, bool Empty)[] items =
        [
            ("summary", Blank(incident.Summary)), ("items", Blank(incident.Items)), ("people", incident.People is null), ("cause", Blank(incident.Cause)), ("secondaryDamage", Blank(incident.SecondaryDamage)),
            ("personResponse", Blank(incident.PersonResponse)), ("publication", Blank(incident.Publication)), ("prevention", Blank(incident.Prevention)),
        ];
        if (items.FirstOrDefault(i => i.Empty).Field is not { } field) return null;
        var name = rule.Type[field].Label;
        return Problems.Invalid(
            "customers.report-incomplete", field, ($"確報に必要な「{name.Ja}」が空です。", $"“{name.En}” is missing for the final report."), ("分からないものは、調べても分からないことを書いてください。", "Write what could not be found out, if so."));
    }

    private static bool Blank(string? text) => string.IsNullOrWhiteSpace(text);
}

/// <summary>What must be reported is closed when the final report is made and it is clear whether the people were told.</summary>
internal static class ClosedWhenReportedAndTold
{
    public static Problem? Check(Incident incident)
    {
        if (incident.ClosedOn is null || !incident.MustBeReported) return null;
        if (incident.FinalReportedOn is null)
        {
            return Problems.Invalid("customers.not-reported", "finalReportedOn", ("確報が済んでいません。", "The final report is not made."), ("確報日を入力してから完了してください。", "Enter its day before closing."));
        }

        return incident.PersonsTold is null or IncidentFields.NobodyTold or "some"
            ? Problems.Invalid("customers.people-not-told", "personsTold", ("本人への通知が済んでいません。", "The people were not told."), ("通知するか、代替措置・不要の別を選んでください。", "Tell them, or say that it was published instead or is not needed."))
            : null;
    }
}
