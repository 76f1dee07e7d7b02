using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Sites;

/// <summary>A place where waste arises, is stored on its way, is treated or finally disposed of.</summary>
internal sealed class Site : Record
{
    public Guid? CompanyId { get; set; }

    public string Name { get; set; } = "";

    public string? Kind { get; set; }

    public PostalAddress Address { get; set; } = new();

    public string? Phone { get; set; }

    /// <summary>What it takes; for a place where waste arises, what comes from it.</summary>
    public string[]? WasteKinds { get; set; }

    public string? Method { get; set; }

    public string? Capacity { get; set; }

    /// <summary>The prefecture whose permit is needed here; null when the address does not say.</summary>
    public Prefecture? Prefecture => Prefectures.Find(Address.Prefecture);
}

internal static class SiteKinds
{
    public const string Origin = "origin";
    public const string Transshipment = "transshipment";
    public const string Treatment = "treatment";
    public const string Landfill = "landfill";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Origin, "排出事業場", "Place of origin", "blue"),
        Choice.Of(Transshipment, "積替え保管場所", "Transshipment", "yellow"),
        Choice.Of(Treatment, "中間処理施設", "Treatment plant", "green"),
        Choice.Of(Landfill, "最終処分場", "Landfill", "orange"),
    ];
}

internal static class SiteFields
{
    public static readonly RecordType<Site> Type = RecordType.For<Site>(WasteContract.Site)
        .Titled("事業場・施設", "Site")
        .WithIcon("building-factory-2")
        .TitledBy("name")
        .SortedBy("name")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(x => x.Name, "名称", "Name").Required().Max(200).Searchable().Indexed().InList()
                .Alias("事業場名", "排出事業場の名称", "施設名", "処分場名")
            .Choice(x => x.Kind, "区分", "Kind", SiteKinds.All).Required().Indexed().InList()
            .Reference(x => x.CompanyId, "会社", "Company", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
            .PostalAddress(x => x.Address)
            .Phone(x => x.Phone, "電話", "Phone").Max(40)
            .MultiChoice(x => x.WasteKinds, "廃棄物の種類", "Waste kinds", Law.WasteKinds.Choices)
                .Hint("排出事業場では出るもの、施設では受け入れるもの。", "What comes from it, or what it takes."))
        .Section("plant", "施設", "Plant", s => s
            .Text(x => x.Method, "処理方法", "Method").Max(200)
            .Text(x => x.Capacity, "処理能力", "Capacity").Max(200));
}
