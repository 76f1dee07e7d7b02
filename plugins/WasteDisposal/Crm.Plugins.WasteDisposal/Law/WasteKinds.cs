using Crm.Sdk;
using Crm.Sdk.Records;
using static Crm.Plugins.WasteDisposal.Law.Acts;

namespace Crm.Plugins.WasteDisposal.Law;

/// <summary>One of the 20 kinds of industrial waste.</summary>
/// <param name="Key">Stored; never changes.</param>
/// <param name="Name">As the law calls it.</param>
/// <param name="Law">Where it stands and since when.</param>
internal sealed record WasteKind(string Key, Label Name, Provision Law)
{
    /// <summary>Industrial waste only when it comes from industries that the order lists.</summary>
    public bool ListedIndustriesOnly { get; init; }

    /// <summary>May go to a landfill for stable waste (安定型5品目).</summary>
    public bool Stable { get; init; }

    /// <summary>Tonnes in a cubic metre, to report volumes by weight.</summary>
    public decimal TonnesPerCubicMetre { get; init; } = 1m;
}

/// <summary>The kinds of industrial waste. (Source: design notes, H; densities: the ministry's reference values of 2006, M.)</summary>
internal static class WasteKinds
{
    private static readonly Provision FromOrder = new(Beginning, Order + "第2条") { DayChecked = false };

    /// <summary>Where the densities come from; they are reference values.</summary>
    public static readonly Provision Densities = new(new(2006, 12, 27), "環廃産発第061227006号(換算係数・参考値)", Confidence.Medium);

    public static readonly IReadOnlyList<WasteKind> All =
    [
        Any("ash", "燃え殻", "Cinders", 1.14m),
        Any("sludge", "汚泥", "Sludge", 1.10m),
        Any("oil", "廃油", "Waste oil", 0.90m),
        Any("acid", "廃酸", "Waste acid", 1.25m),
        Any("alkali", "廃アルカリ", "Waste alkali", 1.13m),
        Any("plastics", "廃プラスチック類", "Waste plastics", 0.35m) with { Stable = true },
        ByOrder("rubber", "ゴムくず", "Rubber scrap", 0.52m, 5) with { Stable = true },
        ByOrder("metal", "金属くず", "Metal scrap", 1.13m, 6) with { Stable = true },
        ByOrder("glass", "ガラスくず・コンクリートくず・陶磁器くず", "Glass, concrete and ceramic scrap", 1.00m, 7) with { Stable = true },
        ByOrder("slag", "鉱さい", "Slag", 1.93m, 8),
        ByOrder("debris", "がれき類", "Debris", 1.48m, 9) with { Stable = true },
        ByOrder("dust", "ばいじん", "Soot and dust", 1.26m, 12),
        Listed("paper", "紙くず", "Waste paper", 0.30m, new(Beginning, Order + "第2条第1号")),
        Listed("wood", "木くず", "Waste wood", 0.55m, new(Beginning, Order + "第2条第2号(パレットは2008年4月1日から全業種)")),
        Listed("fibre", "繊維くず", "Waste fibre", 0.12m, new(Beginning, Order + "第2条第3号")),
        Listed("plant-animal-residue", "動植物性残さ", "Animal and plant residue", 1.00m, new(Beginning, Order + "第2条第4号")),
        Listed("animal-solid", "動物系固形不要物", "Animal-based solid waste", 1.00m, new(new(2001, 10, 17), Order + "第2条第4号の2", Confidence.Medium)),
        Listed("manure", "動物のふん尿", "Animal manure", 1.00m, new(Beginning, Order + "第2条第10号")),
        Listed("carcass", "動物の死体", "Animal carcasses", 1.00m, new(Beginning, Order + "第2条第11号")),
        ByOrder("treated", "13号廃棄物(処分するために処理したもの)", "Treated residue (item 13)", 1.00m, 13),
    ];

    /// <summary>As answers of a choice field.</summary>
    public static readonly IReadOnlyList<Choice> Choices = [.. All.Select(k => new Choice(k.Key, k.Name))];

    public static WasteKind? Find(string? key) => All.FirstOrDefault(k => k.Key == key);

    /// <summary>Its name; the key when nobody knows it.</summary>
    public static Label Name(string key) => Find(key)?.Name ?? Label.Same(key);

    /// <summary>Several names in one line.</summary>
    public static Label Names(IEnumerable<string>? keys)
    {
        Label[] names = [.. (keys ?? []).Select(Name)];
        return (string.Join("、", names.Select(n => n.Ja)), string.Join(", ", names.Select(n => n.En)));
    }

    private static WasteKind Any(string key, string ja, string en, decimal density) =>
        new(key, (ja, en), new(Beginning, Act + "第2条第4項第1号") { DayChecked = false }) { TonnesPerCubicMetre = density };

    private static WasteKind ByOrder(string key, string ja, string en, decimal density, int item) =>
        new(key, (ja, en), FromOrder with { Source = $"{Order}第2条第{item}号" }) { TonnesPerCubicMetre = density };

    private static WasteKind Listed(string key, string ja, string en, decimal density, Provision law) =>
        new(key, (ja, en), law with { DayChecked = false }) { TonnesPerCubicMetre = density, ListedIndustriesOnly = true };
}

/// <summary>What makes waste of a kind more dangerous than others of it.</summary>
internal static class WasteFlags
{
    public const string Special = "special";
    public const string Asbestos = "asbestos";
    public const string MercuryProduct = "mercury-product";
    public const string MercuryDust = "mercury-dust";

    public static readonly IReadOnlyList<(string Key, Label Name, Provision Law)> All =
    [
        (Special, ("特別管理", "Specially controlled"), new(new(1992, 7, 4), Act + "第2条第5項") { DayChecked = false }),
        (Asbestos, ("石綿含有", "Contains asbestos"), new(new(2006, 10, 1), Regulation + "第7条の2の3")),
        (MercuryProduct, ("水銀使用製品", "Mercury products"), new(new(2017, 10, 1), Regulation + "第7条の2の4") { DayChecked = false }),
        (MercuryDust, ("水銀含有ばいじん等", "Dust containing mercury"), new(new(2017, 10, 1), Regulation + "第7条の8の3", Confidence.Medium)),
    ];

    public static readonly IReadOnlyList<Choice> Choices =
    [
        .. All.Select(f => new Choice(f.Key, f.Name, f.Key == Special ? "red" : "orange")),
    ];

    public static Label Name(string key) => All.FirstOrDefault(f => f.Key == key).Name is { Ja: not null } name ? name : Label.Same(key);

    public static bool IsSpecial(IEnumerable<string>? flags) => flags?.Contains(Special) == true;
}
