using Crm.Sdk.Modules;

namespace Crm.Plugins.Retail;

/// <summary>What the administrator of a tenant sets for its loyalty card.</summary>
internal sealed class RetailSettings
{
    /// <summary>For how much money one point is given; what was given before stays.</summary>
    public int MoneyPerPoint { get; set; } = 100;

    public static void Describe(SettingsBuilder settings) => settings
        .Section("points", "ポイント", "Points", f => f
            .Number("moneyPerPoint", "1 ポイントあたりの購入額", "Money for one point").Required().Range(1, 100_000)
                .Hint("変更後に取り込んだ明細から適用します。ファイルにポイントの列があるときは、その値を使います。", "Holds for sales that come after the change. Points that a file brings are taken as they are."));
}
