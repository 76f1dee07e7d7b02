using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Acme.Visits;

/// <summary>A visit to a company, planned or made.</summary>
internal sealed class Visit : Record
{
    public Guid? CompanyId { get; set; }

    public string Purpose { get; set; } = "";

    public DateOnly? PlannedOn { get; set; }

    public DateOnly? MadeOn { get; set; }

    public string? Notes { get; set; }
}

/// <summary>From this description come list, form, page, filters, import, export, search, API, history and rights.</summary>
internal static class VisitFields
{
    public static readonly RecordType<Visit> Type = RecordType.For<Visit>(Keys.Visit)
        .Titled("訪問", "Visit")
        .WithIcon("map-pin")
        .TitledBy("purpose")
        .SortedBy("-plannedOn")
        .OnTimelineOf("madeOn", "companyId")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(v => v.CompanyId, "会社", "Company", CustomersContract.Company).Required().Indexed().InList()
            .Text(v => v.Purpose, "用件", "Purpose").Required().Max(200).Searchable().InList()
            .Date(v => v.PlannedOn, "予定日", "Planned on").Indexed().InList()
            .Date(v => v.MadeOn, "訪問日", "Made on").InList()
            .Text(v => v.Notes, "メモ", "Notes").Max(2000))
        .Rule(AVisitThatWasMadeIsNotInTheFuture.Check);
}

/// <summary>Runs for every way of saving: form, API, file, bulk edit.</summary>
internal static class AVisitThatWasMadeIsNotInTheFuture
{
    public static Problem? Check(Visit visit, RuleContext rule) => visit.MadeOn is null || visit.MadeOn <= rule.Today
        ? null
        : new Problem(
            "visits.made-in-the-future",
            ("訪問日が未来の日付です。", "The day the visit was made lies in the future."),
            ("これからの訪問は予定日に入力してください。", "Enter a visit to come as planned."),
            "madeOn");
}
