using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.People;

/// <summary>A post: a person at a company from a day to a day. A person may have several at once and over time.</summary>
internal sealed class Employment : Record
{
    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public string? Department { get; set; }

    public string? Title { get; set; }

    /// <summary>決裁権: whether they decide on buying.</summary>
    public bool DecisionMaker { get; set; }

    public DateOnly? StartedOn { get; set; }

    /// <summary>Last day; null while it goes on.</summary>
    public DateOnly? EndedOn { get; set; }

    public string? Memo { get; set; }
}

internal static class EmploymentFields
{
    public static readonly RecordType<Employment> Type = RecordType.For<Employment>(CustomersContract.Employment)
        .Titled("在籍", "Post")
        .WithIcon("briefcase")
        .TitledBy("personId", "companyId", "department", "title")
        .SortedBy("-startedOn")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(e => e.PersonId, "個人", "Person", CustomersContract.Person).Required().SeenFrom("在籍", "Posts").Indexed().InList()
            .Reference(e => e.CompanyId, "会社", "Company", CustomersContract.Company).Required().SeenFrom("在籍者", "Staff").Indexed().InList()
            .Text(e => e.Department, "部署", "Department").Max(100).Searchable().InList()
            .Text(e => e.Title, "役職", "Title").Max(100).Searchable().InList()
            .YesNo(e => e.DecisionMaker, "決裁者", "Decision maker").InList()
            .Date(e => e.StartedOn, "開始日", "From").Indexed().InList()
            .Date(e => e.EndedOn, "終了日", "Until").Indexed().InList()
                .Hint("在籍中は空欄。最終日を含みます。", "Empty while it goes on. The last day is included.")
            .LongText(e => e.Memo, "備考", "Note").Max(2000))
        .Rule(EmploymentEndsAfterItBegins.Check);
}
