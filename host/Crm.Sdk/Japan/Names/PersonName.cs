// Keys under which two spellings of a person's name, or of its reading, are the same.
using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>Keys of people's names. They find candidates; that two people share one never makes them the same person.</summary>
public static class PersonName
{
    /// <summary>
    /// The key of a whole name: <see cref="TextNormaliser.ForKey"/> with 々 written out (佐々木 = 佐佐木) and a title at the end
    /// (様, 殿) left off.
    /// </summary>
    public static string Key(string? name)
    {
        var key = TextNormaliser.ForKey(name);
        if (key.Length > 1 && key[^1] is '様' or '殿') key = key[..^1];
        return key.IndexOf('々') <= 0 ? key : string.Create(key.Length, key, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] == '々' && i > 0 ? to[i - 1] : from[i];
        });
    }

    /// <summary>The key of a name kept in two parts.</summary>
    public static string Key(string? family, string? given) => Key(family + given);

    /// <summary>
    /// The key of a reading: <see cref="TextNormaliser.ForKey"/>, and what readings are commonly mixed up in is made one:
    /// small kana and large (bank files know no small ones), ヂ/ジ, ヅ/ズ, ヲ/オ, ヱ/エ, ヰ/イ. (M)
    /// </summary>
    public static string KanaKey(string? kana)
    {
        var key = TextNormaliser.ForKey(kana);
        return !key.AsSpan().ContainsAny(Confused) ? key : string.Create(key.Length, key, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = Unconfused(from[i]);
        });
    }

    private static readonly System.Buffers.SearchValues<char> Confused = System.Buffers.SearchValues.Create("ァィゥェォッャュョヮヂヅヲヱヰ");

    private static char Unconfused(char c) => c switch
    {
        'ァ' or 'ィ' or 'ゥ' or 'ェ' or 'ォ' or 'ッ' or 'ャ' or 'ュ' or 'ョ' or 'ヮ' => (char)(c + 1),
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヲ' => 'オ',
        'ヱ' => 'エ',
        'ヰ' => 'イ',
        _ => c,
    };
}
