// The 47 prefectures, in the order of their codes.

using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>A prefecture (都道府県).</summary>
/// <param name="Code">JIS X 0401 code, two digits: 13.</param>
/// <param name="Name">東京都, Tokyo.</param>
public sealed record Prefecture(string Code, Label Name);

/// <summary>The prefectures of Japan. (Source: JIS X 0401, H.)</summary>
public static class Prefectures
{
    private static readonly (string Ja, string En)[] Names =
    [
        ("北海道", "Hokkaido"), ("青森県", "Aomori"), ("岩手県", "Iwate"), ("宮城県", "Miyagi"), ("秋田県", "Akita"), ("山形県", "Yamagata"), ("福島県", "Fukushima"),
        ("茨城県", "Ibaraki"), ("栃木県", "Tochigi"), ("群馬県", "Gunma"), ("埼玉県", "Saitama"), ("千葉県", "Chiba"), ("東京都", "Tokyo"), ("神奈川県", "Kanagawa"),
        ("新潟県", "Niigata"), ("富山県", "Toyama"), ("石川県", "Ishikawa"), ("福井県", "Fukui"), ("山梨県", "Yamanashi"), ("長野県", "Nagano"), ("岐阜県", "Gifu"),
        ("静岡県", "Shizuoka"), ("愛知県", "Aichi"), ("三重県", "Mie"), ("滋賀県", "Shiga"), ("京都府", "Kyoto"), ("大阪府", "Osaka"), ("兵庫県", "Hyogo"),
        ("奈良県", "Nara"), ("和歌山県", "Wakayama"), ("鳥取県", "Tottori"), ("島根県", "Shimane"), ("岡山県", "Okayama"), ("広島県", "Hiroshima"), ("山口県", "Yamaguchi"),
        ("徳島県", "Tokushima"), ("香川県", "Kagawa"), ("愛媛県", "Ehime"), ("高知県", "Kochi"), ("福岡県", "Fukuoka"), ("佐賀県", "Saga"), ("長崎県", "Nagasaki"),
        ("熊本県", "Kumamoto"), ("大分県", "Oita"), ("宮崎県", "Miyazaki"), ("鹿児島県", "Kagoshima"), ("沖縄県", "Okinawa"),
    ];

    private static readonly Dictionary<string, Prefecture> BySpelling = [];

    static Prefectures()
    {
        All = [.. Names.Select((name, index) => new Prefecture($"{index + 1:D2}", name))];
        foreach (var prefecture in All)
        {
            var (ja, en) = prefecture.Name;
            BySpelling[TextNormaliser.ForKey(ja)] = prefecture;
            BySpelling[TextNormaliser.ForKey(en)] = prefecture;
            BySpelling[prefecture.Code] = prefecture;
            if (ja != "北海道") BySpelling[TextNormaliser.ForKey(ja[..^1])] = prefecture;
        }
    }

    /// <summary>All 47 in the order of their codes.</summary>
    public static IReadOnlyList<Prefecture> All { get; }

    /// <summary>The prefecture meant by 東京都, 東京, Tokyo or 13; null when there is none.</summary>
    public static Prefecture? Find(string? text) => BySpelling.GetValueOrDefault(TextNormaliser.ForKey(text));
}
