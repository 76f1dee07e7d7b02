// Where sample customers live and work: real towns, invented house numbers.
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Customers.Demo;

internal static class SamplePlaces
{
    // Postal codes with one town each, the large cities first.
    private const string Codes = """
        1010032 1000014 1010037 1030005 1030006 1040055 1050013 1070062 1050004 1620827 1620044 1600005 1500021 1510065 1510064 1400002 1400012
        1420041 1350047 1350004 1350065 1430011 1460095 1430022 1570072 1570067 1580098 1100004 1110041 1110021 1120002 1130032 1120005 1520023
        1520034 1520011 1710043 1700004 1710044 1730032 1740055 1750084 1790083 1760022 1760011 1230851 1230845 1230861 1320031 1330052 1320015
        1920904 1930816 1920014 1900002 1900021 1900004 1940204 1950056 1940213
        2200054 2200043 2310812 2310834 2230062 2230055 2270033 2250025 2100806 2100816 2110006 2110064 2520226 2520242 2520816 2510862 2430802
        2430124
        5300053 5300005 5400017 5420075 5500023 5500003 5320023 5320006 5430052 5430042 5900013 5900024 5780984 5798003 5610892 5610801 5640073
        5650862
        4600014 4600024 4530807 4530819 4610036 4610006 4550874 4550014 4442832 4700451 4440045 4440043 4910938 4910927
        3300842 3300855 3300075 3300063 3330811 3340052 3501108 3500855 3590003 3591133
        2600821 2600027 2610021 2610002 2740066 2730012 2720111 2720125 2770016 2770071
        6510065 6510081 6520015 6520041 6710223 6700995 6638229 6620916 6600807 6610043
        8120891 8120038 8100067 8100035 8020065 8030836 8301102 8300072
        0040011 0040007 0620039 0620912 0060039 0060861 0400004 0411612 0788368 0708027 0470022 0470024 0800010 0800838
        4212101 4211226 4328036 4328021 4100316 4100048 4170855 4160915
        7300831 7300847 7340041 7340042 7200845 7200052
        6008262 6008386 6128012 6011346 6110001 6011393
        9800824 9810915 9830035 9830025 9860838 9862115
        9500087 9500911 9400001 9400258
        3190314 3100044 3050874 3003264
        3800832 3800864 3997415 3900815
        5013151 5008815
        3710046 3702113
        3210127 3210411
        7011153 7110902
        8600018 8600017
        5152603 5121116
        8911402 8911403
        9010154 9000015
        9601248 9630202
        0300956 0391160
        0200142 0200852
        0100823 0110914
        9900014 9900854
        9392172 9302231
        9200335 9200035
        9188058
        4000822
        5200865 5250006
        6308263 6310023
        6408236
        6800803
        6900834
        7530065 7520945
        7708022
        7618002 7610113
        7992445 7900915
        7800957
        8400531
        8510503 8570864
        8700162
        8800930
        """;

    private static readonly Lazy<(string Code, PostalPlace Place)[]> All = new(() =>
        [.. Codes.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(code => (code, PostalCodes.Lookup(code)[0]))]);

    private static readonly string[] Buildings = ["ビル", "第二ビル", "センタービル", "スクエア", "タワー", "会館"];

    private static readonly string[] Flats = ["コーポ", "メゾン", "ハイツ", "グランドール", "サンライズ", "パークハイム", "レジデンス"];

    public static PostalAddress Office(Dice dice)
    {
        var (address, town) = Block(dice);
        return address with { Building = dice.Chance(0.45) ? $"{town}{dice.Pick(Buildings)}{dice.Between(2, 12)}階" : null };
    }

    public static PostalAddress Home(Dice dice)
    {
        var (address, town) = Block(dice);
        return address with { Building = dice.Chance(0.4) ? $"{dice.Pick(Flats)}{town}{dice.Between(1, 9)}{dice.Between(1, 12):00}号室" : null };
    }

    /// <summary>Digits of a telephone number of the region that is given to nobody: the exchange begins with 0.</summary>
    public static string Phone(Dice dice, PostalAddress address) => (address.Prefecture, address.City) switch
    {
        ("東京都", _) => $"03-0{dice.Digits(3)}-{dice.Digits(4)}",
        ("大阪府", _) => $"072-0{dice.Digits(2)}-{dice.Digits(4)}", // 06-0… would read as 060-…
        ("神奈川県", _) => $"045-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("愛知県", _) => $"052-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("北海道", _) => $"011-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("福岡県", _) => $"092-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("宮城県", _) => $"022-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("京都府", _) => $"075-0{dice.Digits(2)}-{dice.Digits(4)}",
        ("広島県", _) => $"082-0{dice.Digits(2)}-{dice.Digits(4)}",
        _ => $"0{dice.Between(2, 9)}{dice.Between(2, 9)}{dice.Between(2, 9)}-0{dice.Digits(1)}-{dice.Digits(4)}",
    };

    /// <summary>A mobile number that is given to nobody.</summary>
    public static string Mobile(Dice dice) => $"0{dice.Between(7, 9)}0-00{dice.Digits(2)}-{dice.Digits(4)}";

    private static (PostalAddress Address, string Town) Block(Dice dice)
    {
        var (code, place) = dice.PickEarly(All.Value);
        return (
            new PostalAddress
            {
                PostalCode = $"{code[..3]}-{code[3..]}",
                Prefecture = place.Prefecture.Name.Ja,
                City = place.City,
                Street = $"{place.Town}{dice.Between(1, 5)}-{dice.Between(1, 30)}-{dice.Between(1, 20)}",
            },
            place.Town);
    }
}
