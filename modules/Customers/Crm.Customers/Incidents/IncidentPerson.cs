using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Incidents;

/// <summary>Somebody whose data is concerned, and when and how they were told (個人情報保護法 26条2項).</summary>
internal sealed class IncidentPerson : Record
{
    public Guid? IncidentId { get; set; }

    public Guid? PersonId { get; set; }

    public DateOnly? ToldOn { get; set; }

    public string? Means { get; set; }

    public string? Memo { get; set; }
}

internal static class IncidentPersonFields
{
    public static readonly IReadOnlyList<Choice> Means =
    [
        Choice.Of(CustomersContract.Channels.Post, "書面", "Letter"), Choice.Of(CustomersContract.Channels.Email, "メール", "E-mail"), Choice.Of(CustomersContract.Channels.Phone, "電話", "Phone"),
        Choice.Of("in-person", "面談", "In person"),
    ];

    public static readonly RecordType<IncidentPerson> Type = RecordType.For<IncidentPerson>(CustomersContract.IncidentPerson)
        .Titled("漏えい等の本人通知", "Person concerned", "People concerned")
        .WithIcon("user-exclamation")
        .TitledBy("personId", "toldOn")
        .SortedBy("toldOn")
        .NotInMenu()
        .IsPartOf("incidentId")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(p => p.IncidentId, "漏えい等の記録", "Incident", CustomersContract.Incident).Required().Indexed().SeenFrom("本人への通知", "People concerned").InList()
            .Reference(p => p.PersonId, "本人", "Person", CustomersContract.Person).Required().Indexed().SeenFrom("漏えい等の通知", "Data incidents").InList()
            .Date(p => p.ToldOn, "通知日", "Told on").Indexed().InList().Hint("未通知なら空欄。", "Empty while not told.")
            .Choice(p => p.Means, "通知の方法", "Told by", Means).InList()
            .Text(p => p.Memo, "備考", "Note").Max(500));
}
