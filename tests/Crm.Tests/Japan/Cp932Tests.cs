// CP932, which spreadsheets call Shift_JIS: everything that has a code is written, the rest is listed, nothing becomes "?".
using System.Text;
using Crm.Sdk.Japan;
using Crm.Sdk.Text;
using Xunit;

namespace Crm.Tests.Japan;

public class Cp932Tests
{
    [Theory]
    [InlineData("髙", "FBFC")]
    [InlineData("﨑", "FAB1")]
    [InlineData("㈱", "878A")]
    [InlineData("①", "8740")]
    [InlineData("Ⅳ", "8757")]
    [InlineData("～", "8160")]
    [InlineData("〜", "8160")]
    [InlineData("－", "817C")]
    [InlineData("−", "817C")]
    [InlineData("ｶﾞ", "B6DE")]
    [InlineData("A?", "413F")]
    [InlineData("\r\n\t\0", "0D0A0900")]
    public void What_the_code_page_has_is_written(string text, string hex)
    {
        Assert.True(Cp932.TryEncode(text, out var bytes));
        Assert.Equal(hex, Convert.ToHexString(bytes));
        Assert.Empty(Cp932.Missing(text));
    }

    [Fact]
    public void What_the_code_page_lacks_is_listed_with_its_place_and_nothing_is_written()
    {
        const string cell = "𠮷田—葛\U000E0100城😀é";
        Assert.False(Cp932.TryEncode(cell, out var bytes));
        Assert.Empty(bytes);
        Assert.Equal([new(0, "𠮷"), new(3, "—"), new(4, "葛\U000E0100"), new(8, "😀"), new(10, "é")], Cp932.Missing(cell));
    }

    [Fact]
    public void A_kanji_without_a_code_is_listed_once_with_its_selector() =>
        Assert.Equal([new(1, "𠮷\U000E0100")], Cp932.Missing("山𠮷\U000E0100"));

    [Theory]
    [InlineData("A〜B", "A～B")]
    [InlineData("A～B", "A～B")]
    [InlineData("−5", "－5")]
    [InlineData("－5", "－5")]
    public void Either_of_a_pair_of_twins_comes_back_as_the_one_that_Windows_reads(string typed, string read)
    {
        Assert.True(Cp932.TryEncode(typed, out var bytes));
        Assert.Equal(read, Cp932.Encoding.GetString(bytes));
        Assert.Equal(TextNormaliser.ForKey(typed), TextNormaliser.ForKey(read));
    }

    [Fact]
    public void What_is_written_reads_as_it_was() => AnyText.Always(text =>
    {
        var missing = Cp932.Missing(text);
        Assert.Equal(missing.Count == 0, Cp932.TryEncode(text, out var bytes));
        if (missing.Count > 0) return;
        Assert.Equal(Twinless(text), Twinless(Cp932.Encoding.GetString(bytes)));
    });

    [Fact]
    public void Every_code_of_the_code_page_survives_the_way_there_and_back()
    {
        for (var lead = 0x81; lead <= 0xFC; lead++)
        {
            if (lead is >= 0xA0 and <= 0xDF) continue;
            for (var trail = 0x40; trail <= 0xFC; trail++)
            {
                string text;
                try
                {
                    text = Cp932.Encoding.GetString([(byte)lead, (byte)trail]);
                }
                catch (DecoderFallbackException)
                {
                    continue;
                }

                Assert.True(Cp932.TryEncode(text, out var bytes), $"{lead:X2}{trail:X2}");
                Assert.Equal(text, Cp932.Encoding.GetString(bytes));
            }
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_not_guessed_at() => Assert.Throws<DecoderFallbackException>(() => Cp932.Encoding.GetString([0x81, 0x20]));

    private static string Twinless(string text) => text
        .Replace('〜', '～').Replace('−', '－').Replace('‖', '∥').Replace('¢', '￠').Replace('£', '￡').Replace('¬', '￢');
}
