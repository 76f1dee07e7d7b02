using Crm.Customers.Purchases;
using Crm.Sdk.Records;

namespace Crm.Customers.Shared;

/// <summary>Fields that companies and people share, described once.</summary>
internal static class CustomerFields
{
    /// <summary>May we, how and when. Unknown means: do not send.</summary>
    public static RecordType<T> ContactSection<T>(this RecordType<T> type) where T : Customer, new() => type
        .Section("contactability", "連絡の可否", "Contactability", s => s
            .Choice(c => c.MailMagazine, "メールマガジン", "Mail magazine", ContactPermission.All).Default(ContactPermission.Unknown)
                .Hint("「可」のときだけ送ります。", "Sent only when OK.")
            .Choice(c => c.DirectMail, "ダイレクトメール", "Direct mail", ContactPermission.All).Default(ContactPermission.Unknown)
            .Choice(c => c.PhoneCalls, "電話連絡", "Phone calls", ContactPermission.All).Default(ContactPermission.Unknown)
            .MultiChoice(c => c.PreferredMeans, "希望連絡手段", "Preferred means", ContactHabits.Means)
            .MultiChoice(c => c.PreferredHours, "希望連絡時間帯", "Preferred hours", ContactHabits.Hours));

    /// <summary>What they have bought, kept by the module.</summary>
    public static RecordType<T> PurchaseSection<T>(this RecordType<T> type) where T : Customer, new() => type
        .Section("purchasing", "購入状況", "Purchasing", s => s
            .Number(c => c.PurchaseCount, "購入回数", "Purchases").ReadOnly()
            .Money(c => c.PurchaseTotal, "累計購入額", "Purchase total").ReadOnly().Indexed()
            .Date(c => c.FirstPurchaseOn, "初回購入日", "First purchase").ReadOnly()
            .Date(c => c.LastPurchaseOn, "最終購入日", "Last purchase").ReadOnly().Indexed()
            .Number(c => c.PurchaseInterval, "通常の購入間隔（日）", "Usual interval (days)", decimals: 1).ReadOnly()
                .Hint("直近25購入日の間隔の中央値。", "Median of the gaps between the last 25 days of purchase.")
            .Date(c => c.NextPurchaseOn, "次回購入予測日", "Next purchase expected").ReadOnly().Indexed()
                .Hint("最終購入日＋通常の間隔。", "Last purchase plus the usual interval.")
            .Date(c => c.NextPurchaseFrom, "予測範囲（早い場合）", "Expected, at the earliest").ReadOnly()
            .Date(c => c.NextPurchaseUntil, "予測範囲（遅い場合）", "Expected, at the latest").ReadOnly()
                .Hint("間隔の四分位範囲から。過ぎたら様子をうかがう時です。", "From the quartiles of the gaps; once past, it is time to ask.")
            .Choice(c => c.PurchaseSeason, "購入の季節", "Season of buying", Seasons.All).ReadOnly()
                .Hint("購入日の6割以上が同じ季節のとき。", "When six in ten days of purchase fall into one season."));
}
