// Random text for property tests: mostly the characters that make Japanese input difficult, and some that are plainly broken.
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Tests.Japan;

internal static class AnyText
{
    private static readonly string[] Difficult =
    [
        "渡邉", "渡邊", "渡辺", "齋藤", "髙", "﨑", "𠮷", "葛\U000E0100", "ｶﾞ", "ﾊﾟ", "か\u3099", "゛", "ﾞ", "ー", "ｰ", "㈱", "㍿", "①", "Ⅳ", "㌔", "℡", "〜", "～",
        "−", "－", "‐", "—", "　", " ", "\t", "\u200B", "\uFEFF", "e\u0301", "\u0301", "¨", "ﬁ", "İ", "ß", "ǅ", "가", "\u1100", "\u1161", "😀", "👨\u200D👩", "𝐀", "\uFE0F", "\u20E3",
        "株式会社", "(株)", "カ)", "丁目", "五", "の", "ヶ", "令和", "元年", "+81", "03-", "0", "９", "'", "\"", "\0", "\uD800", "\uDC00", "\uFFFF", "\uFFFE", "\uE000", "ﷺ", "ก็", "𑂫",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements(Difficult),
        Gen.Choose(0, 0x7F).Select(c => ((char)c).ToString()),
        Gen.Choose(0x3040, 0x30FF).Select(c => ((char)c).ToString()),
        Gen.Choose(0x4E00, 0x9FFF).Select(c => ((char)c).ToString()),
        Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString()),
        Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32));

    public static Arbitrary<string> Arbitrary { get; } = Piece.ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    /// <summary>Tries the property on many texts; throws with the shortest that breaks it.</summary>
    public static void Always(Action<string> property) => Prop.ForAll(Arbitrary, property).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
}
