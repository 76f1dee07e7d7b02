using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Records;

namespace Crm.Plugins.Retail.Visits;

/// <summary>Somebody came to a store, whether they bought or not. Days of purchase count as visits without being noted here.</summary>
internal sealed class Visit : Record
{
    public Guid? PersonId { get; set; }

    public Guid? StoreId { get; set; }

    public DateOnly? VisitedOn { get; set; }

    public string? Purpose { get; set; }

    public string? Note { get; set; }
}

internal static class VisitFields
{
    private static readonly IReadOnlyList<Choice> Purposes =
    [
        Choice.Of("shopping", "買い物", "Shopping"), Choice.Of("pick-up", "EC 注文の受け取り", "Picks up an order"), Choice.Of("consultation", "相談・接客", "Advice"), Choice.Of("return", "返品・交換", "Return"),
        Choice.Of("event", "催事", "Event"), Choice.Of("other", "その他", "Other"),
    ];

    public static readonly RecordType<Visit> Type = RecordType.For<Visit>(RetailContract.Visit)
        .Titled("来店", "Visit")
        .WithIcon("walk")
        .TitledBy("purpose")
        .SortedBy("-visitedOn")
        .NotInMenu()
        .OnTimelineOf("visitedOn", "personId")
        .Section("basic", "来店", "Visit", s => s
            .Reference(v => v.PersonId, "お客様", "Person", CustomersContract.Person).Required().Indexed().InList().WithoutTab()
            .Reference(v => v.StoreId, "店舗", "Store", RetailContract.Store).Required().Indexed().InList()
            .Date(v => v.VisitedOn, "来店日", "Date").Required().Indexed().InList()
            .Choice(v => v.Purpose, "目的", "Purpose", Purposes).Required().InList()
            .LongText(v => v.Note, "接客メモ", "Note").Max(2000).Searchable().Personal(PersonalData.Life));
}
