using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Plugins.Retail.Members;

/// <summary>Where somebody buys.</summary>
internal static class BuysAt
{
    public const string Store = "store";
    public const string Online = "ec";
    public const string Both = "both";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Store, "店舗のみ", "Stores only", "blue"), Choice.Of(Online, "ECのみ", "Online only", "orange"), Choice.Of(Both, "店舗とEC", "Both", "green")];
}

/// <summary>Fields of people who have a card or an account.</summary>
internal static class MemberExtension
{
    public static void Describe(ExtensionBuilder person) => person
        .Section("retail.member", "会員", "Membership", s => s
            .Text(RetailContract.PersonFields.CardNumber, "会員カード番号", "Loyalty card number").Max(40).Unique().MatchKey().Searchable()
                .Alias("会員番号", "カード番号", "ポイントカード番号", "card number")
            .Text(RetailContract.PersonFields.EcAccount, "ECアカウント", "Online account").Max(120).Unique().MatchKey().Searchable()
                .Alias("EC会員ID", "会員ID", "アカウント", "account")
            .Date(RetailContract.PersonFields.JoinedOn, "入会日", "Joined on"))
        .Section("retail.buying", "店舗・ECの購入", "Buying in stores and online", s => s
            .Choice(RetailContract.PersonFields.BuysAt, "購入の場", "Buys at", Members.BuysAt.All).ReadOnly().Indexed()
            .Money(RetailContract.PersonFields.StoreTotal, "店舗の累計", "Total in stores").ReadOnly().Indexed()
            .Date(RetailContract.PersonFields.LastInStoreOn, "店舗の最終購入日", "Last in a store").ReadOnly().Indexed()
            .Money(RetailContract.PersonFields.EcTotal, "ECの累計", "Total online").ReadOnly().Indexed()
            .Date(RetailContract.PersonFields.LastOnlineOn, "ECの最終購入日", "Last online").ReadOnly().Indexed()
            .Number(RetailContract.PersonFields.Visits, "来店回数", "Visits").ReadOnly().Indexed()
            .Number(RetailContract.PersonFields.Balance, "ポイント残高", "Points left").ReadOnly().Indexed()
                .Hint("売上明細・ポイント・来店の記録から自動で更新します。", "Kept from sales, points and visits."));
}
