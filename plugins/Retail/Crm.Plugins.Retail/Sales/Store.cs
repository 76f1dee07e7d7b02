using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Records;

namespace Crm.Plugins.Retail.Sales;

/// <summary>A shop of ours.</summary>
internal sealed class Store : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public PostalAddress Address { get; set; } = new();

    public string? Phone { get; set; }
}

internal static class StoreFields
{
    public static readonly RecordType<Store> Type = RecordType.For<Store>(RetailContract.Store)
        .Titled("店舗", "Store")
        .WithIcon("building-store")
        .TitledBy("name")
        .SortedBy("code")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(x => x.Code, "店舗コード", "Code").Required().Max(40).Unique().MatchKey().InList()
            .Text(x => x.Name, "店舗名", "Name").Required().Max(200).Searchable().InList()
            .PostalAddress(x => x.Address)
            .Phone(x => x.Phone, "電話", "Phone").Max(40));
}
