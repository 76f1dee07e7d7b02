using Crm.Customers.Contracts;
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Subscriptions;

/// <summary>Something a customer pays for period by period until it is cancelled.</summary>
internal sealed class Subscription : Record
{
    public string? Number { get; set; }

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public Guid? ProductId { get; set; }

    public string? PlanName { get; set; }

    /// <summary>Price of one period.</summary>
    public decimal? Price { get; set; }

    public string? BillingPeriod { get; set; }

    /// <summary>What it brings per month on average; sums of it are the monthly recurring revenue.</summary>
    public decimal? MonthlyAmount { get; set; }

    public DateOnly? StartedOn { get; set; }

    /// <summary>The day the next period of the contract begins.</summary>
    public DateOnly? RenewsOn { get; set; }

    public bool RenewsByItself { get; set; } = true;

    /// <summary>The first day without it; null while it goes on.</summary>
    public DateOnly? CancelledOn { get; set; }

    public string? CancelReason { get; set; }

    public string? Memo { get; set; }

    /// <summary>The renewal we have reminded of, so that we do it once.</summary>
    public DateOnly? RemindedOf { get; set; }

    public decimal? PerMonth => Price is { } price && BillingPeriods.Months(BillingPeriod) is { } months ? decimal.Round(price / months, 4) : null;

    /// <summary>Reminds of a renewal that is near, once. Answers whether it did. What renews by itself every month needs no reminder.</summary>
    public bool RemindIfDue(DateOnly today, int daysBefore)
    {
        if (RenewsByItself && BillingPeriod == BillingPeriods.Month) return false;
        if (RenewsOn is not { } due || CancelledOn <= due || RemindedOf == due || due < today || due > today.AddDays(daysBefore)) return false;
        RemindedOf = due;
        Raise(new SubscriptionRenewalDue(Id, PersonId, CompanyId, due, RenewsByItself));
        return true;
    }

    /// <summary>Moves the renewal on when it renews by itself and the day has come. Answers whether it did.</summary>
    public bool RenewIfDue(DateOnly today)
    {
        if (!RenewsByItself || RenewsOn is not { } due || due > today || CancelledOn <= due || BillingPeriods.Months(BillingPeriod) is not { } months)
        {
            return false;
        }

        // Counted from the start when the renewals fall on its day, so that the 31st stays the 31st after a short month.
        var start = StartedOn ?? due;
        var anchor = start < due && start.AddMonths(MonthsBetween(start, due)) == due ? start : due;
        var next = due;
        for (var passed = MonthsBetween(anchor, due) + months; next <= today; passed += months) next = anchor.AddMonths(passed);

        RenewsOn = next;
        Raise(new SubscriptionRenewed(Id, due, next));
        return true;
    }

    private static int MonthsBetween(DateOnly from, DateOnly to) => ((to.Year - from.Year) * 12) + to.Month - from.Month;
}

internal static class SubscriptionFields
{
    public static readonly RecordType<Subscription> Type = RecordType.For<Subscription>(CustomersContract.Subscription)
        .Titled("サブスクリプション", "Subscription")
        .WithIcon("repeat")
        .TitledBy("planName")
        .SortedBy("renewsOn")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(x => x.Number, "契約番号", "Number").Max(60).Unique().MatchKey().InList()
            .Reference(x => x.CompanyId, "契約者（会社）", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(x => x.PersonId, "契約者（個人）", "Person", CustomersContract.Person).Indexed().InList()
            .Reference(x => x.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .Text(x => x.PlanName, "プラン", "Plan").Required().Max(200).Searchable().InList()
            .Money(x => x.Price, "1期間の料金", "Price per period").Required().Range(0, null).InList()
            .Choice(x => x.BillingPeriod, "期間", "Period", BillingPeriods.All).Required().Default(BillingPeriods.Month).InList()
            .Computed(x => x.MonthlyAmount, FieldKind.Money, "月額換算", "Per month", x => x.PerMonth)
                .Hint("料金を期間の月数で割った額。", "Price divided by the months of the period."))
        .Section("term", "契約期間", "Term", s => s
            .Date(x => x.StartedOn, "契約日", "Started on").Required().Indexed().InList()
            .Date(x => x.RenewsOn, "更新日", "Renews on").Indexed().InList()
            .YesNo(x => x.RenewsByItself, "自動更新", "Renews by itself").Default(true)
            .Date(x => x.CancelledOn, "解約日", "Cancelled on").Indexed().InList()
                .Hint("利用できなくなる最初の日。", "The first day without it.")
            .Text(x => x.CancelReason, "解約理由", "Reason of cancelling").Max(500)
            .LongText(x => x.Memo, "備考", "Note").Max(2000))
        .Rule(SubscriptionHasACustomer.Check)
        .Rule(x => Period.Check(x.StartedOn, x.RenewsOn, "renewsOn"))
        .Rule(x => Period.Check(x.StartedOn, x.CancelledOn, "cancelledOn"));
}

internal static class BillingPeriods
{
    public const string Month = "month";
    public const string Year = "year";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Month, "月", "Month"),
        Choice.Of("quarter", "3か月", "Quarter"),
        Choice.Of("half-year", "6か月", "Half year"),
        Choice.Of(Year, "年", "Year"),
        Choice.Of("two-years", "2年", "Two years"),
    ];

    public static int? Months(string? period) => period switch
    {
        Month => 1,
        "quarter" => 3,
        "half-year" => 6,
        Year => 12,
        "two-years" => 24,
        _ => null,
    };
}

/// <summary>Somebody pays for it.</summary>
internal static class SubscriptionHasACustomer
{
    public static Problem? Check(Subscription subscription) => subscription.PersonId is not null || subscription.CompanyId is not null
        ? null
        : new Problem(
            "customers.subscription-without-customer",
            ("契約者が指定されていません。", "Nobody is named who pays for it."),
            ("会社か個人のどちらかを選んでください。", "Choose a company or a person."),
            "companyId");
}
