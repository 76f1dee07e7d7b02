using Crm.Sdk;
using Crm.Sdk.Modules;

namespace Crm.Customers;

/// <summary>What a tenant's administrator sets for Customers.</summary>
internal sealed class CustomersSettings
{
    /// <summary>Pairs of at least this score wait in the queue, 50 to 100.</summary>
    public int DuplicatesFrom { get; set; } = 90;

    /// <summary>Whether pairs are found when records are saved and imported, not by the nightly job alone.</summary>
    public bool DuplicatesOnSave { get; set; } = true;

    /// <summary>Days since the last purchase up to which recency is 5, 4, 3 and 2: four numbers.</summary>
    public string RecencyDays { get; set; } = "30,90,180,365";

    /// <summary>Purchases in the last two years from which frequency is 2, 3, 4 and 5.</summary>
    public string FrequencyCounts { get; set; } = "2,3,5,10";

    /// <summary>Amount of the last two years from which the monetary value is 2, 3, 4 and 5.</summary>
    public string MonetaryAmounts { get; set; } = "10000,50000,200000,1000000";

    /// <summary>A record nobody touched for so many days is stale.</summary>
    public int StaleAfterDays { get; set; } = 730;

    /// <summary>Years that purchases are kept because tax law says so (7 in Japan).</summary>
    public int KeepPurchasesYears { get; set; } = 7;

    public static void Describe(SettingsBuilder settings) => settings
        .Section("duplicates", "名寄せ", "Duplicates", s => s
            .Number("duplicatesFrom", "候補とする一致度（%）", "Score from which a pair is offered (%)").Range(50, 100)
                .Hint("90 なら、同一人物である確率が90%以上の組を確認待ちに載せます。", "90 offers pairs that are one customer with a probability of at least 90 %.")
            .YesNo("duplicatesOnSave", "保存・取込のたびに探す", "Look at every save and import"))
        .Section("rfm", "RFM の区分", "RFM bins", s => s
            .Text("recencyDays", "R: 最終購入からの日数（5・4・3・2点の上限）", "R: days since the last purchase, up to which it scores 5, 4, 3, 2").Max(60).Rule(FourNumbers)
            .Text("frequencyCounts", "F: 2年間の購入回数（2・3・4・5点の下限）", "F: purchases in two years, from which it scores 2, 3, 4, 5").Max(60).Rule(FourNumbers)
            .Text("monetaryAmounts", "M: 2年間の購入額（2・3・4・5点の下限）", "M: amount in two years, from which it scores 2, 3, 4, 5").Max(80).Rule(FourNumbers))
        .Section("quality", "品質と本人の権利", "Quality and rights of the person", s => s
            .Number("staleAfterDays", "古い情報とみなす日数", "Days after which a record is stale").Range(30, 3650)
            .Number("keepPurchasesYears", "購入記録の保存年数（税法）", "Years purchases are kept by tax law").Range(0, 10));

    private static Problem? FourNumbers(Sdk.Records.Field field, object value, Sdk.Records.RuleContext rule) =>
        Read((string)value) is { Length: 4 } numbers && numbers.Zip(numbers.Skip(1)).All(p => p.First < p.Second)
            ? null
            : Problems.Invalid(
                "customers.four-numbers", field.Key,
                ("小さい順の4つの数をカンマで区切って入力してください。", "Four numbers from the smallest to the largest are needed."),
                ("例: 30,90,180,365", "For example 30,90,180,365"));

    /// <summary>The numbers of a list; empty when it is not one.</summary>
    public static decimal[] Read(string list)
    {
        var parts = list.Split([',', '、', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = new List<decimal>(parts.Length);
        foreach (var part in parts)
        {
            if (!decimal.TryParse(part, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var number)) return [];
            numbers.Add(number);
        }

        return [.. numbers];
    }
}
