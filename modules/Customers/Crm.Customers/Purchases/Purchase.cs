using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Purchases;

/// <summary>One line of what a customer bought: by a person, a company, or a person for a company.</summary>
internal sealed class Purchase : Record
{
    /// <summary>Number of the line in the system it comes from; a file imported again finds its lines by it.</summary>
    public string? Number { get; set; }

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public Guid? ProductId { get; set; }

    /// <summary>What it was called when sold, or all we know of it when there is no product.</summary>
    public string? ProductName { get; set; }

    public decimal? UnitPrice { get; set; }

    public decimal? Quantity { get; set; }

    /// <summary>What was paid; unit price × quantity while nobody says otherwise.</summary>
    public decimal? Amount { get; set; }

    public DateOnly? BoughtOn { get; set; }

    public string? Channel { get; set; }

    public string? Memo { get; set; }
}

internal static class PurchaseFields
{
    public static readonly RecordType<Purchase> Type = RecordType.For<Purchase>(CustomersContract.Purchase)
        .Titled("購入", "Purchase")
        .WithIcon("shopping-cart")
        .TitledBy("productName")
        .SortedBy("-boughtOn")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Number, "明細番号", "Line number").Max(60).Unique().MatchKey()
            .Date(p => p.BoughtOn, "購入日", "Date").Required().Indexed().InList()
            .Reference(p => p.PersonId, "購入者（個人）", "Person", CustomersContract.Person).Indexed().InList()
            .Reference(p => p.CompanyId, "購入者（会社）", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(p => p.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .Text(p => p.ProductName, "商品名", "Product name").Max(200).InList()
                .Hint("販売時の名称。", "As it was called when sold.")
            .Money(p => p.UnitPrice, "単価", "Unit price").InList()
            .Number(p => p.Quantity, "数量", "Quantity", decimals: 2).InList()
                .Hint("返品はマイナス。", "Negative for a return.")
            .Money(p => p.Amount, "金額", "Amount").InList()
                .WhenEmpty(p => p is { UnitPrice: { } price, Quantity: { } quantity } ? decimal.Round(price * quantity, 4) : null)
                .Hint("空欄なら単価×数量。", "Unit price × quantity when left empty.")
            .Choice(p => p.Channel, "購入経路", "Channel", Channels.All).InList()
            .LongText(p => p.Memo, "備考", "Note").Max(2000))
        .Rule(PurchaseHasACustomer.Check);
}

/// <summary>Where somebody buys.</summary>
internal static class Channels
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("store", "店舗", "Store"),
        Choice.Of("ec", "EC", "Online shop"),
        Choice.Of("sales", "営業", "Sales"),
        Choice.Of("phone", "電話", "Phone"),
        Choice.Of("fax", "FAX", "Fax"),
        Choice.Of("catalogue", "通販・カタログ", "Mail order"),
        Choice.Of("agency", "代理店", "Agency"),
        Choice.Of("other", "その他", "Other"),
    ];
}

/// <summary>Somebody bought it.</summary>
internal static class PurchaseHasACustomer
{
    public static Problem? Check(Purchase purchase) => purchase.PersonId is not null || purchase.CompanyId is not null
        ? null
        : new Problem(
            "customers.purchase-without-customer",
            ("購入者が指定されていません。", "Nobody is named who bought it."),
            ("個人か会社のどちらかを選んでください。", "Choose a person or a company."),
            "personId");
}
