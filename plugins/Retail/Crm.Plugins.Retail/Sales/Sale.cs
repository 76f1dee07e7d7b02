using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.Retail.Sales;

/// <summary>One line of a receipt or of an order, as the till or the shop wrote it. It becomes a purchase once we know whose it is.</summary>
internal sealed class Sale : Record
{
    /// <summary>Of the line, in the system it comes from; a file that is read again finds its lines by it.</summary>
    public string? Number { get; set; }

    public string? Receipt { get; set; }

    public string? Channel { get; set; }

    public Guid? StoreId { get; set; }

    public DateOnly? SoldOn { get; set; }

    public string? CardNumber { get; set; }

    public string? EcAccount { get; set; }

    public Guid? PersonId { get; set; }

    public string? ProductName { get; set; }

    public decimal? Quantity { get; set; }

    public decimal? UnitPrice { get; set; }

    public decimal? Amount { get; set; }

    /// <summary>Points given for it; worked out when it is linked, unless the file said so.</summary>
    public int? Points { get; set; }
}

internal static class SaleChannels
{
    public const string Store = "store";
    public const string Online = "ec";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Store, "店舗", "Store", "blue"), Choice.Of(Online, "EC", "Online shop", "orange")];
}

internal static class SaleFields
{
    public static readonly RecordType<Sale> Type = RecordType.For<Sale>(RetailContract.Sale)
        .Titled("売上明細", "Sale")
        .WithIcon("receipt")
        .TitledBy("productName")
        .SortedBy("-soldOn")
        .Section("basic", "売上", "Sale", s => s
            .Text(x => x.Number, "明細番号", "Line number").Required().Max(SaleNumber.Longest).Unique().MatchKey()
            .Text(x => x.Receipt, "レシート・注文番号", "Receipt or order").Max(60).Indexed().InList()
            .Choice(x => x.Channel, "購入経路", "Channel", SaleChannels.All).Required().Indexed().InList()
            .Date(x => x.SoldOn, "販売日", "Date").Required().Indexed().InList()
            .Reference(x => x.StoreId, "店舗", "Store", RetailContract.Store).Indexed().InList()
            .Text(x => x.ProductName, "商品名", "Product").Max(200).Searchable().InList()
            .Number(x => x.Quantity, "数量", "Quantity", decimals: 2)
            .Money(x => x.UnitPrice, "単価", "Unit price")
            .Money(x => x.Amount, "金額", "Amount").InList()
                .WhenEmpty(x => x is { UnitPrice: { } price, Quantity: { } quantity } ? decimal.Round(price * quantity, 4) : null))
        .Section("customer", "お客様", "Customer", s => s
            .Text(x => x.CardNumber, "会員カード番号", "Loyalty card number").Max(40).Indexed()
            .Text(x => x.EcAccount, "ECアカウント", "Online account").Max(120).Indexed()
            .Reference(x => x.PersonId, "お客様", "Person", CustomersContract.Person).Indexed().InList().WithoutTab()
                .Hint("空欄なら会員カード番号・ECアカウントから自動で結び付けます。", "Found by card number or account when left empty.")
            .Number(x => x.Points, "ポイント", "Points"))
        .Rule(AStoreSaleHasAStore.Check);
}

/// <summary>What is bought in a store is bought in one of them.</summary>
internal static class AStoreSaleHasAStore
{
    public static Problem? Check(Sale sale) => sale is { Channel: SaleChannels.Store, StoreId: null }
        ? new Problem("retail.sale-without-store", ("店舗の売上に店舗がありません。", "The sale of a store says no store."), ("店舗を選んでください。ファイルでは店舗コードを指定します。", "Choose the store; files name it by its code."), "storeId")
        : null;
}
