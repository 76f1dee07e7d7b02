using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Quotes;
using Crm.Sdk.Records;

namespace Crm.Deals.Dealing;

/// <summary>One product of a deal. The deal's amount is the sum of these.</summary>
internal sealed class DealLine : Record, IPricedLine
{
    public Guid? DealId { get; set; }

    public int Position { get; set; }

    public Guid? ProductId { get; set; }

    /// <summary>What it is called on quotes.</summary>
    public string? ProductName { get; set; }

    public decimal? Quantity { get; set; }

    public string? Unit { get; set; }

    /// <summary>Without tax, in the deal's currency.</summary>
    public decimal? UnitPrice { get; set; }

    /// <summary>Taken off the line as a whole.</summary>
    public decimal? Discount { get; set; }

    public string? TaxRate { get; set; } = TaxRates.Standard;

    /// <summary>Quantity × unit price − discount.</summary>
    public decimal? Amount { get; set; }

    public string? Memo { get; set; }

    string? IPricedLine.Name
    {
        get => ProductName;
        set => ProductName = value;
    }

    public decimal Total => LineAmount.Of(Quantity, UnitPrice, Discount);
}

internal static class DealLineFields
{
    public static readonly RecordType<DealLine> Type = RecordType.For<DealLine>(DealsContract.Line)
        .Titled("商品明細", "Product line")
        .WithIcon("list-details")
        .TitledBy("productName")
        .SortedBy("position")
        .NotInMenu()
        .IsPartOf("dealId")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(l => l.DealId, "案件", "Deal", DealsContract.Deal).Required().Indexed().WithoutTab()
            .Reference(l => l.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .Text(l => l.ProductName, "品名", "Product name").Required().Max(200).InList()
            .Number(l => l.Quantity, "数量", "Quantity", decimals: 2).Default(1m).InList()
            .Text(l => l.Unit, "単位", "Unit").Max(20).InList()
            .Money(l => l.UnitPrice, "単価（税抜）", "Unit price (without tax)").InList()
                .Hint("値引きの行はマイナス。", "Negative for a discount of its own line.")
            .Money(l => l.Discount, "値引き", "Discount").Range(0, null).InList()
            .Choice(l => l.TaxRate, "税率", "Tax rate", TaxRates.All).Required().Default(TaxRates.Standard).InList()
            .Computed(l => l.Amount, FieldKind.Money, "金額", "Amount", l => l.Total).InList()
            .Number(l => l.Position, "並び順", "Order").Default(100m).Indexed()
            .LongText(l => l.Memo, "備考", "Note").Max(1000))
        .Rule<ClosedDealsKeepTheirLines>();
}
