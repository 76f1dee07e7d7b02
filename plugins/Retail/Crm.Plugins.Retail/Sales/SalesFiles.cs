using System.Text;
using Crm.Sdk.Import;

namespace Crm.Plugins.Retail.Sales;

/// <summary>Lines of receipts as tills write them. A line is known by store, day, receipt and line, so a file may come twice.</summary>
internal sealed class PosFile : ImportFormat
{
    public override IReadOnlyList<string> Columns => ["店舗コード", "レシート番号", "行番号", "販売日", "会員番号", "商品名", "数量", "単価", "金額"];

    public override IReadOnlyList<string> Fields => ["number", "receipt", "channel", "soldOn", "storeId", "productName", "quantity", "unitPrice", "amount", "cardNumber", "points"];

    public override IReadOnlyList<string> Match => ["number"];

    public override IReadOnlyDictionary<string, string?> Read(ImportCells row) => Read(column => row[column]);

    internal static IReadOnlyDictionary<string, string?> Read(Func<string, string> cell) => new Dictionary<string, string?>
    {
        ["number"] = SaleNumber.Of("POS", cell("店舗コード"), cell("販売日"), cell("レシート番号"), cell("行番号")),
        ["receipt"] = $"{cell("店舗コード")}-{cell("レシート番号")}",
        ["channel"] = SaleChannels.Store,
        ["soldOn"] = cell("販売日"),
        ["storeId"] = cell("店舗コード"),
        ["productName"] = cell("商品名"),
        ["quantity"] = cell("数量"),
        ["unitPrice"] = cell("単価"),
        ["amount"] = cell("金額"),
        ["cardNumber"] = cell("会員番号").Normalize(NormalizationForm.FormKC),
        ["points"] = cell("ポイント"),
    };
}

/// <summary>Lines of orders as the online shop writes them.</summary>
internal sealed class EcFile : ImportFormat
{
    public override IReadOnlyList<string> Columns => ["注文番号", "注文日", "会員ID", "商品名", "数量", "単価", "小計"];

    public override IReadOnlyList<string> Fields => ["number", "receipt", "channel", "soldOn", "productName", "quantity", "unitPrice", "amount", "ecAccount", "cardNumber", "points"];

    public override IReadOnlyList<string> Match => ["number"];

    public override IReadOnlyDictionary<string, string?> Read(ImportCells row) => Read(column => row[column]);

    internal static IReadOnlyDictionary<string, string?> Read(Func<string, string> cell) => new Dictionary<string, string?>
    {
        // Shops without a column for the line have a product once in an order.
        ["number"] = SaleNumber.Of("EC", cell("注文番号"), cell("明細番号") is { Length: > 0 } line ? line : cell("商品名")),
        ["receipt"] = cell("注文番号"),
        ["channel"] = SaleChannels.Online,
        ["soldOn"] = cell("注文日"),
        ["productName"] = cell("商品名"),
        ["quantity"] = cell("数量"),
        ["unitPrice"] = cell("単価"),
        ["amount"] = cell("小計"),
        ["ecAccount"] = cell("会員ID").Normalize(NormalizationForm.FormKC),
        ["cardNumber"] = cell("会員カード番号").Normalize(NormalizationForm.FormKC),
        ["points"] = cell("ポイント"),
    };
}

internal static class SaleNumber
{
    /// <summary>Purchases carry the same number with a prefix.</summary>
    public const int Longest = 50;

    /// <summary>One key of several parts. A part that is missing makes two lines one, so it throws, which refuses the row with the reason.</summary>
    public static string Of(string system, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (part.Length == 0) throw new FormatException("店舗コード・販売日・レシート番号・行番号（EC は注文番号と商品名）は空欄にできません。 / A part of the line's number is empty.");
        }

        var number = $"{system}-{string.Join('-', parts!)}".Normalize(NormalizationForm.FormKC);
        return number.Length <= Longest ? number : throw new FormatException($"明細の番号が {Longest} 文字を超えています。 / The number of the line is too long: {number}");
    }
}
