using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

/// <summary>Characters that stand twice in Windows-31J are read from either place.</summary>
public sealed class NecSelectedTests
{
    [Theory]
    [InlineData(new byte[] { 0xEE, 0xE0 }, "髙")]
    [InlineData(new byte[] { 0xED, 0x95 }, "﨑")]
    [InlineData(new byte[] { 0xED, 0x40 }, "纊")]
    [InlineData(new byte[] { 0xEE, 0xEC }, "黑")]
    [InlineData(new byte[] { 0xEE, 0xEF }, "ⅰ")]
    [InlineData(new byte[] { 0xEE, 0xF8 }, "ⅹ")]
    [InlineData(new byte[] { 0xEE, 0xF9 }, "￢")]
    [InlineData(new byte[] { 0xEE, 0xFC }, "＂")]
    public void What_NEC_chose_of_IBMs_characters_is_read(byte[] bytes, string character) => Assert.Equal(character, TextEncoding.Cp932.Encoding.GetString(bytes));

    [Fact]
    public void All_of_them_are_the_characters_of_the_other_block_and_none_is_read_twice()
    {
        var read = new HashSet<char>();
        for (var lead = 0xED; lead <= 0xEE; lead++)
        {
            for (var trail = 0x40; trail <= 0xFC; trail++)
            {
                if (NecSelectedCharacters.Of((byte)lead, (byte)trail) is not { } character) continue;
                Assert.True(read.Add(character));
                Assert.True(TextEncoding.Cp932.Encoding.GetBytes(character.ToString()).Length == 2, character.ToString());
            }
        }

        Assert.Equal(374, read.Count);
    }

    [Theory]
    [InlineData(new byte[] { 0xEE, 0xED })]
    [InlineData(new byte[] { 0xED, 0xFD })]
    public void What_stands_in_neither_block_stays_unreadable(byte[] bytes) => Assert.NotEqual(-1, TextEncoding.Cp932.Encoding.GetString(bytes).AsSpan().IndexOfAny(TextEncoding.Cp932.Undecodable));

    [Fact]
    public async Task A_name_list_of_another_program_is_told_to_be_CP932()
    {
        byte[] list = [.. TextEncoding.Cp932.Encoding.GetBytes("氏名,電話\r\n"), 0xEE, 0xE0, .. TextEncoding.Cp932.Encoding.GetBytes("橋 一郎,03-1234-5678\r\n")];
        using var file = new MemoryStream(list);
        Assert.Equal(TextEncoding.Cp932, (await DetectedEncoding.Of(file, CancellationToken.None))!.Encoding);
    }
}
