using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Segments;

/// <summary>A group of customers: by conditions that are asked anew each time, or a list that stays as it was made.</summary>
internal sealed class Segment : Record
{
    public string Name { get; set; } = "";

    /// <summary>Key of the record type: people or companies.</summary>
    public string? CustomerType { get; set; } = CustomersContract.Person;

    /// <summary>Whether it is a list of members, not conditions.</summary>
    public bool Static { get; set; }

    /// <summary>The conditions as JSON; see <see cref="SegmentNode"/>.</summary>
    public string? Definition { get; set; }

    public string? Memo { get; set; }
}

/// <summary>Somebody on a static list.</summary>
internal sealed class SegmentMember : Record
{
    public Guid? SegmentId { get; set; }

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }
}

internal static class SegmentFields
{
    /// <summary>Puts customers on a static list.</summary>
    public static SaveRecords Members(Guid segment, string customerType, IEnumerable<Guid> customers)
    {
        var field = customerType == CustomersContract.Company ? "companyId" : "personId";
        return new(CustomersContract.SegmentMember, [.. customers.Select(id => new Dictionary<string, object?> { ["segmentId"] = segment, [field] = id })]);
    }

    public static readonly IReadOnlyList<Choice> Kinds = [Choice.Of(CustomersContract.Person, "個人", "People"), Choice.Of(CustomersContract.Company, "会社", "Companies")];

    public static readonly RecordType<Segment> Type = RecordType.For<Segment>(CustomersContract.Segment)
        .Titled("セグメント", "Segment")
        .WithIcon("filter")
        .TitledBy("name")
        .SortedBy("name")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(x => x.Name, "名前", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Choice(x => x.CustomerType, "対象", "Of", Kinds).Required().Default(CustomersContract.Person).InList()
            .YesNo(x => x.Static, "固定リスト", "Static list").InList()
                .Hint("条件ではなく、登録した顧客だけを含みます。", "Has the customers that were put on it, no conditions.")
            .LongText(x => x.Memo, "備考", "Note").Max(2000))
        .Section("technical", "技術情報", "Technical", s => s
            .LongText(x => x.Definition, "条件（JSON）", "Conditions (JSON)").Max(20_000)
                .Hint("「条件を組み立てる」画面で作成します。", "Made on the page “Build”."))
        .Rule(DefinitionIsReadable.Check);

    public static readonly RecordType<SegmentMember> MemberType = RecordType.For<SegmentMember>(CustomersContract.SegmentMember)
        .Titled("リストの顧客", "Member", "Members")
        .WithIcon("user-check")
        .TitledBy("segmentId")
        .SortedBy("segmentId")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(m => m.SegmentId, "セグメント", "Segment", CustomersContract.Segment).Required().Indexed().SeenFrom("リストの顧客", "Members").InList()
            .Reference(m => m.PersonId, "個人", "Person", CustomersContract.Person).Indexed().WithoutTab().InList()
            .Reference(m => m.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().WithoutTab().InList());
}

/// <summary>The conditions of a segment can be read.</summary>
internal static class DefinitionIsReadable
{
    public static Problem? Check(Segment segment) => SegmentNode.Read(segment.Definition) is not null
        ? null
        : new Problem(
            "customers.segment-bad-definition", ("条件を読み取れません。", "The conditions cannot be read."), ("「条件を組み立てる」画面で作り直してください。", "Make them on the page “Build”."), "definition");
}
