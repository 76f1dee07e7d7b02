using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Quotes;

/// <summary>
/// One version of a quote. A draft is worked on like any record; issuing it gives it a number and freezes the document as it went out.
/// </summary>
internal sealed class Quote : Record
{
    public Guid? DealId { get; set; }

    /// <summary>The same for all versions; empty until the first is issued.</summary>
    public string? Number { get; set; }

    public int Revision { get; set; } = 1;

    public string Status { get; set; } = QuoteStatuses.Draft;

    public string Subject { get; set; } = "";

    /// <summary>Whom it is addressed to, with 御中 or 様.</summary>
    public string? Addressee { get; set; }

    public Guid? IssuerId { get; set; }

    public DateOnly? IssuedOn { get; set; }

    public DateOnly? ValidUntil { get; set; }

    public string? Currency { get; set; }

    /// <summary>One of <see cref="DocumentLanguages"/>; the tenant's when empty.</summary>
    public string? Language { get; set; }

    public bool PricesWithTax { get; set; }

    public string? DeliveryOn { get; set; }

    public string? DeliveryPlace { get; set; }

    public string? PaymentTerms { get; set; }

    public string? Remarks { get; set; }

    public decimal? Net { get; set; }

    public decimal? Tax { get; set; }

    public decimal? Total { get; set; }

    public DateOnly? AcceptedOn { get; set; }

    /// <summary>Of the order confirmation.</summary>
    public string? OrderNumber { get; set; }

    /// <summary>A <see cref="QuoteDocument"/> as it was issued, as JSON; null while it is a draft.</summary>
    public string? Document { get; set; }

    /// <summary>Whether it was changed by one of the steps: issued quotes are changed by nothing else.</summary>
    internal bool Stepped { get; private set; }

    public Result Issue(string number, DateOnly on, QuoteDocument document)
    {
        if (Status != QuoteStatuses.Draft) return QuoteProblems.NotDraft;
        (Number, IssuedOn, Status, Stepped) = (number, on, QuoteStatuses.Issued, true);
        (Net, Tax, Total) = (document.Totals.Net, document.Totals.Tax, document.Totals.Total);
        Document = (document with { Number = number, Revision = Revision, IssuedOn = on }).ToJson();
        return Result.Done;
    }

    public Result Replace()
    {
        if (Status != QuoteStatuses.Issued) return QuoteProblems.NotIssued;
        (Status, Stepped) = (QuoteStatuses.Replaced, true);
        return Result.Done;
    }

    public Result Accept(string orderNumber, DateOnly on)
    {
        if (Status != QuoteStatuses.Issued) return QuoteProblems.NotIssued;
        if (on < IssuedOn) return QuoteProblems.BeforeItWasIssued;
        (Status, AcceptedOn, OrderNumber, Stepped) = (QuoteStatuses.Accepted, on, orderNumber, true);
        return Result.Done;
    }

    /// <summary>The order was taken back with its deal: the offer stands again, its order number is void.</summary>
    public void TakeOrderBack() => (Status, AcceptedOn, OrderNumber, Stepped) = (QuoteStatuses.Issued, null, null, true);

    public Result Decline()
    {
        if (Status != QuoteStatuses.Issued) return QuoteProblems.NotIssued;
        (Status, Stepped) = (QuoteStatuses.Declined, true);
        return Result.Done;
    }
}

internal static class QuoteFields
{
    public static readonly RecordType<Quote> Type = RecordType.For<Quote>(DealsContract.Quote)
        .Titled("見積", "Quote")
        .WithIcon("file-invoice")
        .TitledBy("number", "subject")
        .SortedBy("-issuedOn")
        .OnTimelineOf("issuedOn", "dealId")
        .SaysOnTimelines(q => string.Join(Texts.L("・", ", "), new[] { q.Number("revision") is { } version ? Texts.L($"第{version:0}版", $"version {version:0}") : null, q.Choice("status") }.OfType<string>()), "revision", "status")
        .LockedWhen(q => q.Status == QuoteStatuses.Draft ? null : QuoteProblems.NotDraft)
        .Section("basic", "基本情報", "Basics", s => s
            .Text(q => q.Number, "見積番号", "Number").Max(60).ReadOnly().Indexed().Searchable().InList()
                .Hint("発行すると付きます。", "Given when it is issued.")
            .Number(q => q.Revision, "版", "Version").ReadOnly().Default(1m).InList()
            .Choice(q => q.Status, "状態", "Status", QuoteStatuses.All).ReadOnly().Default(QuoteStatuses.Draft).Indexed().InList()
            .Text(q => q.Subject, "件名", "Subject").Required().Max(200).Searchable().InList()
            .Reference(q => q.DealId, "案件", "Deal", DealsContract.Deal).Required().Indexed().InList()
            .LongText(q => q.Addressee, "宛名", "Addressee").Max(300)
                .Hint("敬称まで入力します。例: 株式会社青葉製作所 御中", "With its form of address.")
            .Reference(q => q.IssuerId, "自社情報", "Issued by", DealsContract.Issuer).Required().BeginsWithFirst().Indexed()
            .Date(q => q.IssuedOn, "発行日", "Issued on").ReadOnly().Indexed().InList()
            .Date(q => q.ValidUntil, "有効期限", "Valid until").Indexed().InList()
            .Choice(q => q.Currency, "通貨", "Currency", Currencies.All)
            .Choice(q => q.Language, "書類の言語", "Language of the document", DocumentLanguages.All)
                .Hint("印刷される言葉。選ばなければ自社の言語になります。画面の言語には左右されません。", "What it is printed in, whatever language the screen has; ours when none is chosen.")
            .YesNo(q => q.PricesWithTax, "税込単価", "Prices contain tax"))
        .Section("terms", "取引条件", "Terms", s => s
            .Text(q => q.DeliveryOn, "納期", "Delivery").Max(200)
            .Text(q => q.DeliveryPlace, "納品場所", "Place of delivery").Max(200)
            .Text(q => q.PaymentTerms, "支払条件", "Payment terms").Max(200)
            .LongText(q => q.Remarks, "備考", "Remarks").Max(2000))
        .Section("totals", "合計と結果", "Totals and outcome", s => s
            .Money(q => q.Net, "小計（税抜）", "Net").ReadOnly()
            .Money(q => q.Tax, "消費税", "Tax").ReadOnly()
            .Money(q => q.Total, "合計（税込）", "Total").ReadOnly().InList()
            .Date(q => q.AcceptedOn, "受注日", "Accepted on").ReadOnly()
            .Text(q => q.OrderNumber, "注文請書番号", "Order number").Max(60).ReadOnly().Indexed().Searchable())
        .Rule<IssuedQuotesStayAsTheyWentOut>();
}

/// <summary>A line of a quote; only those of drafts are changed.</summary>
internal sealed class QuoteLine : Record, IPricedLine
{
    public Guid? QuoteId { get; set; }

    public int Position { get; set; }

    public Guid? ProductId { get; set; }

    public string? Name { get; set; }

    public decimal? Quantity { get; set; }

    public string? Unit { get; set; }

    public decimal? UnitPrice { get; set; }

    public decimal? Discount { get; set; }

    public string? TaxRate { get; set; } = TaxRates.Standard;

    public decimal? Amount { get; set; }

    public decimal Sum => LineAmount.Of(Quantity, UnitPrice, Discount);
}

internal static class QuoteLineFields
{
    public static readonly RecordType<QuoteLine> Type = RecordType.For<QuoteLine>(DealsContract.QuoteLine)
        .Titled("見積明細", "Quote line")
        .WithIcon("list-details")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .IsPartOf("quoteId")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(l => l.QuoteId, "見積", "Quote", DealsContract.Quote).Required().Indexed().WithoutTab()
            .Reference(l => l.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .Text(l => l.Name, "品名", "Name").Required().Max(200).InList()
            .Number(l => l.Quantity, "数量", "Quantity", decimals: 2).Default(1m).InList()
            .Text(l => l.Unit, "単位", "Unit").Max(20).InList()
            .Money(l => l.UnitPrice, "単価", "Unit price").InList()
            .Money(l => l.Discount, "値引き", "Discount").Range(0, null).InList()
            .Choice(l => l.TaxRate, "税率", "Tax rate", TaxRates.All).Required().Default(TaxRates.Standard).InList()
            .Computed(l => l.Amount, FieldKind.Money, "金額", "Amount", l => l.Sum).InList()
            .Number(l => l.Position, "並び順", "Order").Default(100m).Indexed())
        .Rule<OnlyDraftsGetOtherLines>();
}

internal static class QuoteStatuses
{
    public const string Draft = "draft";
    public const string Issued = "issued";
    public const string Replaced = "replaced";
    public const string Accepted = "accepted";
    public const string Declined = "declined";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Draft, "下書き", "Draft"),
        Choice.Of(Issued, "発行済み", "Issued", "blue"),
        Choice.Of(Replaced, "差し替え済み", "Replaced"),
        Choice.Of(Accepted, "受注", "Accepted", "green"),
        Choice.Of(Declined, "不成立", "Declined", "red"),
    ];
}

internal static class QuoteProblems
{
    public static Problem NotDraft => new(
        "deals.quote-not-draft", ("この見積は発行済みです。", "This quote is issued already."), ("変更するには「改訂」で新しい版を作ります。", "Revise it to make a new version."), Kind: ProblemKind.Conflict);

    public static Problem NobodyAddressed => new(
        "deals.quote-without-addressee", ("宛名が空のため、発行できません。", "The quote is addressed to nobody."), ("見積の「編集」で宛名を入力してから発行してください。", "Edit the quote and enter the addressee, then issue it."));

    public static Problem Kept => new(
        "deals.quote-kept", ("発行した見積は削除できません。", "A quote that was issued is not thrown away."), ("使わない場合は「不成立」にしてください。", "Mark it as declined instead."), Kind: ProblemKind.Conflict);

    public static Problem IssuedInFuture => new(
        "deals.issued-in-future", ("発行日が未来の日付です。", "The day of issue lies in the future."), ("今日までの日付を入力してください。", "Enter a day up to today."), "on");

    public static Problem IssuedTooLongAgo(DateOnly earliest) => new(
        "deals.issued-too-long-ago", ("発行日が古すぎます。", "The day of issue lies too far back."), ($"{earliest:yyyy/MM/dd} 以後の日付を入力してください。", $"Enter a day from {earliest:yyyy-MM-dd} on."), "on");

    public static Problem BeforeItWasIssued => new(
        "deals.accepted-before-issued", ("見積の発行日より前の日付です。", "This day lies before the quote was issued."), ("発行日以後の日付を入力してください。", "Enter a day on or after the day of issue."), "on");

    public static Problem OtherCurrency(string quote, string deal) => new(
        "deals.other-currency", ($"見積は {quote}、案件は {deal} です。", $"The quote is in {quote}, the deal in {deal}."),
        ($"案件の通貨を {quote} に変えて換算レートを入れるか、{deal} の見積を作り直してください。", $"Change the deal to {quote} with its exchange rate, or make a quote in {deal}."), Kind: ProblemKind.Conflict);

    public static Problem NotIssued => new(
        "deals.quote-not-issued", ("発行済みの見積ではありません。", "This quote is not one that is issued."), ("先に発行してください。", "Issue it first."), Kind: ProblemKind.Conflict);
}
