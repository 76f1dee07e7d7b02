using Crm.Sdk.Modules;

namespace Crm.Plugins.WasteDisposal;

/// <summary>What an administrator sets: how long before a day people are reminded.</summary>
internal sealed class WasteSettings
{
    private static readonly int[] Stages = [90, 60, 30, 0];

    /// <summary>Days before the next day of a manifest.</summary>
    public int ManifestDaysBefore { get; set; } = 7;

    /// <summary>Days before a permit expires; again 60 and 30 days before, and on the day.</summary>
    public int PermitDaysBefore { get; set; } = 90;

    /// <summary>Days before a contract ends or renews; again 30 days before, and on the day.</summary>
    public int ContractDaysBefore { get; set; } = 60;

    internal static void Describe(SettingsBuilder settings) => settings
        .Section("reminders", "お知らせ", "Reminders", s => s
            .Number("manifestDaysBefore", "マニフェスト: 期限の何日前から", "Manifests: days before").Required().Range(1, 60)
            .Number("permitDaysBefore", "許可証: 期限の何日前から", "Permits: days before").Required().Range(1, 400)
                .Hint("60日前・30日前・当日にも知らせます。", "Again 60 and 30 days before, and on the day.")
            .Number("contractDaysBefore", "委託契約: 終了の何日前から", "Contracts: days before").Required().Range(1, 400)
                .Hint("30日前・当日にも知らせます。", "Again 30 days before, and on the day."));

    /// <summary>When to remind, the earliest first.</summary>
    internal static IReadOnlyList<int> Days(int first) => [first, .. Stages.Where(s => s < first)];
}
