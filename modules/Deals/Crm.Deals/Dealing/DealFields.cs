using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk.Records;

namespace Crm.Deals.Dealing;

internal static class DealFields
{
    private const string Columns = "name,companyId,stageId,value,expectedClose,owner";

    public static readonly RecordType<Deal> Type = RecordType.For<Deal>(DealsContract.Deal)
        .Titled("案件", "Deal")
        .WithIcon("target-arrow")
        .TitledBy("name")
        .SortedBy("expectedClose")
        .View("進行中", "Open", $"?filter[status]=open&sort=expectedClose&fields={Columns}")
        .View("今月受注予定", "Expected this month", $"?filter[status]=open&filter[expectedClose]=@this-month&sort=expectedClose&fields={Columns}")
        .View("期限超過", "Overdue", $"?filter[status]=open&filter[expectedClose]=@past&sort=expectedClose&fields={Columns}")
        .OnTimelineOf("openedOn", "companyId", "personId")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(d => d.Name, "案件名", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Text(d => d.Code, "案件番号", "Number").Max(60).Unique().MatchKey().Searchable()
            .Reference(d => d.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(d => d.PersonId, "先方担当者", "Contact", CustomersContract.Person).Indexed()
                .Hint("個人のお客様の場合はその人。", "Or the customer, when a person buys.")
            .Reference(d => d.StageId, "段階", "Stage", DealsContract.Stage).Required().BeginsWithFirst().ChangedBySteps().Indexed().InList()
                .Hint("登録後は「段階を移動」またはボードで変えます。", "Changed later by “Move” or on the board.")
            .Choice(d => d.Status, "状態", "Status", Statuses.All).Required().Default(DealsContract.Status.Open).ChangedBySteps().Indexed().InList()
                .Hint("登録後は「受注」「失注」「再開」で変えます。", "Changed later by “Won”, “Lost” and “Reopen”.")
            .Choice(d => d.Source, "きっかけ", "Source", DealSources.All)
            .LongText(d => d.Content, "商談内容", "Content").Max(8000).Searchable())
        .Section("money", "金額と見込み", "Amount and outlook", s => s
            .Money(d => d.Amount, "金額（税抜）", "Amount (without tax)").Range(0, null)
                .Hint("商品明細がある場合は明細の合計になります。", "The sum of the product lines while there are any.")
            .Choice(d => d.Currency, "通貨", "Currency", Currencies.All)
                .Hint("空欄は自社の通貨。", "Ours when empty.")
            .Number(d => d.Rate, "換算レート", "Exchange rate", decimals: 4).Range(0.0001m, null)
                .Hint("1単位が自社通貨でいくらか。", "What one unit is in our currency.")
            .Computed(d => d.Value, FieldKind.Money, "見込み額（自社通貨）", "Value in our currency", d => d.InOwnCurrency).Indexed().InList()
            .Number(d => d.Probability, "受注確度（%）", "Probability (%)").Range(0, 100)
                .Hint("空欄なら段階の確度。", "That of the stage when empty.")
            .Date(d => d.ExpectedClose, "受注予定日", "Expected close").Indexed().InList()
            .Date(d => d.OpenedOn, "開始日", "Began on").Indexed()
                .Hint("空欄なら登録した日。", "The day it was entered when empty.")
            .Reference(d => d.CompetitorId, "競合", "Competitor", DealsContract.Competitor).Indexed())
        .Section("end", "結果", "Outcome", s => s
            .Date(d => d.ClosedOn, "決着日", "Closed on").Indexed()
                .Hint("受注または失注が決まった日。", "The day it was won or lost.")
            .Reference(d => d.LossReasonId, "失注理由", "Loss reason", DealsContract.LossReason).Indexed()
            .LongText(d => d.LossNote, "失注の経緯", "How it was lost").Max(4000)
            .Date(d => d.StageSince, "現段階の開始日", "In this stage since").ReadOnly()
            .LongText(d => d.Memo, "備考", "Note").Max(4000))
        .Rule(AWonDealHasACustomer.Check)
        .Rule(StageAndStatusChangeBySteps.Check)
        .Rule(OnlyAClosedDealHasADayOfClosing.Check)
        .Rule(ForeignMoneyHasARate.Check)
        .Rule<ClosedDealsKeepAmountAndDay>()
        .Rule<DealHasWhatItsStageNeeds>();
}

internal static class Statuses
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(DealsContract.Status.Open, "進行中", "Open", "blue"),
        Choice.Of(DealsContract.Status.Won, "受注", "Won", "green"),
        Choice.Of(DealsContract.Status.Lost, "失注", "Lost", "red"),
    ];
}

internal static class DealSources
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("inquiry", "問い合わせ", "Inquiry"),
        Choice.Of("web", "Web", "Web"),
        Choice.Of("exhibition", "展示会・セミナー", "Exhibition"),
        Choice.Of("referral", "紹介", "Referral"),
        Choice.Of("visit", "訪問・テレアポ", "Visit or call"),
        Choice.Of("repeat", "既存客からの相談", "Existing customer"),
        Choice.Of("tender", "入札・公募", "Tender"),
        Choice.Of("other", "その他", "Other"),
    ];
}

/// <summary>Currencies deals are made in, with the digits after the point their money has.</summary>
internal static class Currencies
{
    public static readonly IReadOnlyList<Choice> All =
        [.. new[] { ("JPY", "円"), ("USD", "米ドル"), ("EUR", "ユーロ"), ("GBP", "英ポンド"), ("CNY", "人民元"), ("KRW", "ウォン"), ("TWD", "台湾ドル"), ("HKD", "香港ドル"), ("SGD", "シンガポールドル"), ("THB", "バーツ"), ("VND", "ドン"), ("AUD", "豪ドル") }
            .Select(c => Choice.Of(c.Item1, $"{c.Item1} {c.Item2}", c.Item1))];

    public static int Digits(string currency) => currency is "JPY" or "KRW" or "VND" ? 0 : 2;
}
