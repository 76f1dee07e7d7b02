// Numbers written in kanji, as in addresses and dates: 二十九, 一〇一, 百二十.
using System.Buffers;

namespace Crm.Sdk.Japan;

internal static class KanjiNumber
{
    private const string Ones = "〇一二三四五六七八九";

    /// <summary>The kanji that numbers are written with.</summary>
    public static readonly SearchValues<char> Digits = SearchValues.Create("〇零一二三四五六七八九十百千");

    /// <summary>The value of kanji of <see cref="Digits"/>, by place (一〇一) or by name (百一); stops growing at a thousand million.</summary>
    public static long Parse(ReadOnlySpan<char> kanji)
    {
        long total = 0, digits = 0;
        var pending = false;
        foreach (var c in kanji)
        {
            var unit = c switch { '十' => 10, '百' => 100, '千' => 1000, _ => 0 };
            if (unit == 0)
            {
                digits = Math.Min((digits * 10) + Math.Max(0, Ones.IndexOf(c)), 1_000_000_000);
                pending = true;
            }
            else
            {
                total += (pending ? digits : 1) * unit;
                digits = 0;
                pending = false;
            }
        }

        return total + digits;
    }
}
