using System.Text;

namespace Crm.Customers.Demo;

/// <summary>Katakana in Latin letters, as people write themselves in mail addresses: Hepburn without long vowels.</summary>
internal static class Romaji
{
    private static readonly Dictionary<char, string> Kana = Table(
        "ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no " +
        "ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n ガ ga ギ gi グ gu ゲ ge ゴ go " +
        "ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu");

    private static readonly Dictionary<char, string> Small = Table("ャ ya ュ yu ョ yo ァ a ィ i ゥ u ェ e ォ o");

    public static string Of(string kana)
    {
        var text = new StringBuilder();
        var doubled = false;
        foreach (var c in kana)
        {
            if (c == 'ッ')
            {
                doubled = true;
            }
            else if (Small.TryGetValue(c, out var small))
            {
                // キャ kya, シャ sha: the vowel of the kana before gives way, and its y too where the consonant is soft already.
                if (text.Length > 0) text.Length--;
                var soft = text.Length > 0 && text[^1] is 'h' or 'j';
                text.Append(soft && small.Length == 2 ? small[1..] : small);
            }
            else if (Kana.TryGetValue(c, out var letters))
            {
                if (doubled) text.Append(letters[0]);
                doubled = false;
                text.Append(letters);
            }
        }

        return text.Replace("ou", "o").Replace("oo", "o").Replace("uu", "u").ToString();
    }

    private static Dictionary<char, string> Table(string pairs) =>
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToDictionary(p => p[0][0], p => p[1]);
}
