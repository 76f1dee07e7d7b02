using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Purchases;

/// <summary>Something we sell: goods or a service.</summary>
internal sealed class Product : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public string? NameKana { get; set; }

    public string? Category { get; set; }

    public decimal? UnitPrice { get; set; }

    /// <summary>What one costs us; profit is shown where it is known.</summary>
    public decimal? UnitCost { get; set; }

    public string? Unit { get; set; }

    public bool Discontinued { get; set; }

    public string? Description { get; set; }
}

internal static class ProductFields
{
    public static readonly RecordType<Product> Type = RecordType.For<Product>(CustomersContract.Product)
        .Titled("商品", "Product")
        .WithIcon("package")
        .TitledBy("name")
        .SortedBy("code")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Code, "商品コード", "Product code").Max(40).Unique().MatchKey().InList()
            .Text(p => p.Name, "商品名", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Kana(p => p.NameKana, "フリガナ", "Kana").Max(200).Searchable()
            .Text(p => p.Category, "分類", "Category").Max(100).Indexed().Searchable().InList()
            .Money(p => p.UnitPrice, "単価", "Unit price").Range(0, null).InList()
            .Money(p => p.UnitCost, "原価", "Unit cost").Range(0, null)
                .Alias("仕入単価", "cost")
            .Text(p => p.Unit, "単位", "Unit").Max(20).InList()
            .YesNo(p => p.Discontinued, "販売終了", "Discontinued")
            .LongText(p => p.Description, "説明", "Description").Max(4000));
}
